"""Rows of styles on a sheet: exact pixels, labels above, the own one framed in the gap alone."""

from __future__ import annotations

import csv
import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from latentlab.app.export import metadata, picture_of, render, save_recipe_file, tables
from latentlab.app.export.output import Watch
from latentlab.app.export.render import Frames
from latentlab.app.sheets import Sheet
from latentlab.core.errors import ConfigError
from latentlab.core.images import png_text
from latentlab.core.recipe import Look, Recipe, Styled
from tests.app.export_recipes import recipe

SIDE = 6
NAMES = ("zero", "one", "two")


def decode(z: np.ndarray, told: object) -> np.ndarray:
    """Grey by label, a corner by the first number of z; numbers (k,) count as their first."""
    n = len(z)
    classes = np.broadcast_to(np.asarray(told, np.float32).reshape(-1)[:n], n)
    pictures = np.zeros((n, 1, SIDE, SIDE), np.uint8)
    pictures += (classes * 20 + 10).astype(np.uint8)[:, None, None, None]
    pictures[:, 0, 0, 0] = np.clip(z[:, 0] * 50, 0, 255).astype(np.uint8)
    return pictures


def face(grey: int = 200) -> str:
    return png_text(np.full((1, SIDE, SIDE), grey, np.uint8))


def styled(**fields: object) -> Styled:
    known = {"z": (1.0, 2.0), "labels": (0, 1, 2), "heads": NAMES, "own": 1, "title": "a, label 1"}
    return Styled.model_validate({**known, **fields})


def test_the_same_style_under_every_label_behind_its_picture() -> None:
    row = styled(picture=face(), strength=2.0, nudge=(0.5, 0.0))
    pictures = render.pictures_of(row, decode)
    assert pictures[:, 0, 3, 3].tolist() == [200, 10, 30, 50]
    assert pictures[1:, 0, 0, 0].tolist() == [125] * 3  # 50 * (2 * 1 + 0.5)
    assert render.count_of(row) == 4
    np.testing.assert_array_equal(render.latents_of(row), [[2.5, 4.0]] * 3)


def test_latents_and_labels_of_every_picture() -> None:
    row = styled(picture=face(), strength=0.0)
    shown = render.shown_latents(row)
    assert shown is not None
    np.testing.assert_array_equal(shown, [[1, 2], [0, 0], [0, 0], [0, 0]])
    assert render.shown_labels(row) == (1, 0, 1, 2)
    assert render.shown_labels(styled()) == (0, 1, 2)


def test_a_blend_beside_classes_is_told_as_numbers() -> None:
    row = styled(labels=(0, (0.5, 0.5, 0.0)), heads=())
    assert render.shown_labels(row) == ((1.0, 0.0, 0.0), (0.5, 0.5, 0.0))


def test_headers_are_labels_and_a_film_has_one_size() -> None:
    made = recipe(styled(picture=face()), styled(own=2), look=Look(scale=4, captions=True))
    sheet = render.row_pictures(made, decode, Watch())
    numbered = recipe(styled(picture=face(), heads=()), styled(own=2, heads=()), look=made.look)
    assert not np.array_equal(render.compose(made, sheet), render.compose(numbered, sheet))
    frames = Frames(made, sheet)
    assert len({frames[i].shape for i in range(len(frames))}) == 1


@given(scale=st.integers(1, 6), gap=st.integers(0, 3), border=st.integers(0, 2))
def test_a_mark_changes_no_pixel_of_a_picture(scale: int, gap: int, border: int) -> None:
    """With and without a mark, sheets differ in gaps only, and do where there is a gap."""
    look = Look(scale=scale, gap=gap, border=border, captions=True)
    marked, plain = (
        picture_of(recipe(styled(own=own), styled(own=0), look=look), decode) for own in (1, None)
    )
    assert marked.shape == plain.shape
    changed = marked != plain
    assert changed.any() == (gap > 0)
    cells = np.isin(plain, (10, 30, 50))  # greys of the pictures
    assert not (changed & cells).any()


def test_a_mark_is_a_frame_around_the_own_label() -> None:
    look = Look(scale=1, gap=2, captions=True)
    sheet = picture_of(recipe(styled(heads=("", "", ""), title=""), look=look), decode)[0]
    height = sheet.shape[0]
    top = height - SIDE - 1  # a frame of one pixel below
    left = 1 + SIDE + 2
    inside = sheet[top : top + SIDE, left : left + SIDE]
    assert (inside[1:, 1:] == 30).all()
    ring = sheet[top - 1 : top + SIDE + 1, left - 1 : left + SIDE + 1].astype(int)
    assert (ring[0] == 255).all()
    assert (ring[-1] == 255).all()
    assert (ring[:, 0] == 255).all()
    assert (ring[:, -1] == 255).all()


def test_many_columns_are_wrapped_in_blocks_behind_the_sources() -> None:
    row = styled(picture=face(), labels=tuple(range(7)), heads=tuple("abcdefg"), own=5)
    look = Look(scale=1, gap=0, columns=3)
    sheet = picture_of(recipe(row, row, look=look), decode)[0]
    assert sheet.shape == (6 * SIDE, 4 * SIDE)
    middles = sheet[SIDE // 2 :: SIDE, SIDE // 2 :: SIDE]
    blocks = [[200, 10, 30, 50], [200, 70, 90, 110], [200, 130, 0, 0]]
    assert middles.tolist() == [line for line in blocks for _ in range(2)]


def test_a_source_of_another_size_stands_in_the_middle() -> None:
    small = png_text(np.full((3, 2, 2), 90, np.uint8))
    pictures = render.pictures_of(styled(picture=small), decode)
    assert pictures.shape == (4, 3, SIDE, SIDE)
    assert (pictures[0] == 90).sum() == 3 * 4


def test_numbers_of_a_sheet() -> None:
    made = recipe(styled(picture=face()), styled(picture=face(), own=None))
    rows = list(
        csv.DictReader(io.StringIO(tables.of_recipe(".csv", made, decode, Watch()).decode()))
    )
    assert [row["label"] for row in rows] == ["1", "0", "1", "2", "", "0", "1", "2"]
    assert {row["z1"] for row in rows} == {"2"}
    with np.load(io.BytesIO(tables.of_recipe(".npz", made, decode, Watch()))) as arrays:
        assert arrays["row1_label"].tolist() == [1, 0, 1, 2]
        assert arrays["row2_label"].tolist() == [-1, 0, 1, 2]
        assert arrays["row1_images"].shape == (4, 1, SIDE, SIDE)
    mixed = recipe(styled(picture=face(), own=None, labels=((0.5, 0.5),), heads=()))
    with np.load(io.BytesIO(tables.of_recipe(".npz", mixed, decode, Watch()))) as arrays:
        assert np.isnan(arrays["row1_label"][0]).all()


def test_python_holds_sources_and_cells_in_one_array() -> None:
    sheet = Sheet(recipe(styled(picture=face()), styled(picture=face())), decode)
    assert sheet.pictures.shape == (2, 4, 1, SIDE, SIDE)
    assert sheet.z.shape == (2, 4, 2)


def test_it_comes_back_from_its_file(tmp_path: object) -> None:
    made = recipe(styled(picture=face(), nudge=(0.1, 0.0)), look=Look(scale=2, captions=True))
    path = save_recipe_file(tmp_path / "sheet.png", made, decode)  # type: ignore[operator]
    again = metadata.read_recipe(path)
    assert again == made
    np.testing.assert_array_equal(picture_of(again, decode), picture_of(made, decode))
    assert Recipe.model_validate_json(metadata.text_of(made)) == made


def test_labels_that_do_not_belong_together_are_refused() -> None:
    with pytest.raises(ConfigError, match="Some of these pictures"):
        render.told_of(styled(labels=(0, None)))
