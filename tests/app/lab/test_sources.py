"""Where endpoints come from, and the sheets and rows that are made of them; no window."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from latentlab.app.corner_sheet import CornerSheet, first_corners, with_corner
from latentlab.app.direction_naming import DirectionNaming
from latentlab.app.lab import Lab
from latentlab.app.places import Places
from latentlab.app.sources import Sources, picture_reference
from latentlab.app.state import Homotopy
from latentlab.app.traversal_rows import CURSOR, TraversalRows
from latentlab.app.traversal_sheet import propose, propose_picture
from latentlab.core import images, reference
from latentlab.core.errors import ConfigError
from tests.app.lab.waiting import TRAINER
from tests.helpers import digits_like, edit_manifest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.helpers import QueuePost

CODEC = [sys.executable, str(Path(__file__).parents[2] / "gui" / "fake_codec.py")]
FOUR = ("z:0.0,0.0", "z:3.0,0.0", "z:0.0,3.0", "z:3.0,3.0")


@pytest.fixture
def lab(post: QueuePost, library: Path) -> Iterator[Lab]:
    made = Lab(post, codec_argv=CODEC, trainer_argv=TRAINER)
    post.run_until(lambda: made.latents is not None)
    yield made
    made.close(timeout_s=2.0)


@pytest.fixture
def sources(lab: Lab) -> Sources:
    return Sources(lab, seed=3)


# -- sources -----------------------------------------------------------------------------------


def test_what_the_model_offers(sources: Sources, lab: Lab) -> None:
    assert sources.shape == (1, 8, 8)
    assert sources.labels == ("0", "1", "2")
    assert sources.has("encode")
    assert not sources.has("label")
    assert sources.cursor() == ""
    lab.session.move_cursor([0.5, -2.0])
    assert sources.cursor() == "z:0.5,-2.0"


def test_chance_is_the_same_for_the_same_seed(lab: Lab) -> None:
    def drawn(seed: int) -> list[str]:
        sources = Sources(lab, seed)
        return [make() for _ in range(3) for make in (sources.random_sample, sources.random_image)]

    assert drawn(1) == drawn(1)
    assert drawn(1) != drawn(2)
    assert len(set(drawn(1))) == 6


def test_random_images_have_the_asked_label(sources: Sources, lab: Lab) -> None:
    for label in range(3):
        _, _, index = reference.parse(sources.random_image(label)).data
        assert lab.latents.labels[np.flatnonzero(lab.latents.indices == index)] == label
    assert sources.random_image(99) == ""


def test_a_test_image_must_be_there(sources: Sources) -> None:
    assert sources.image_count == 0
    with pytest.raises(ConfigError, match="There is no test image 3"):
        sources.image(3)


def test_pins_by_name(sources: Sources, lab: Lab) -> None:
    lab.session.pin([1.0, 2.0], name="mine")
    lab.session.pin([3.0, 4.0], name="image", source="data:digits/all/5")
    assert [(pin.name, pin.reference) for pin in sources.pins()] == [
        ("mine", "z:1.0,2.0"),
        ("image", "data:digits/all/5"),
    ]
    assert sources.name_of("z:1.0,2.0") == "pin mine"
    assert sources.name_of("z:9.0,9.0") == ""


def test_a_file_is_read_beside_the_window(
    sources: Sources, post: QueuePost, tmp_path: Path
) -> None:
    picture = digits_like(1)[0][0]
    file = tmp_path / "digit.png"
    file.write_bytes(images.png_bytes(picture, 7))
    done: list[str] = []
    failed: list[str] = []
    sources.read_file(file, done.append, failed.append)
    assert done == []
    post.run_until(lambda: bool(done))
    assert done == [picture_reference(picture)]
    sources.read_file(tmp_path / "none.png", done.append, failed.append)
    post.run_until(lambda: bool(failed))
    assert "none.png" in failed[0]


def test_a_picture_of_any_size_is_fitted(sources: Sources) -> None:
    large = np.full((3, 30, 50), 90, np.uint8)
    text = sources.picture(large)
    fitted = images.read_png_text(text.removeprefix("picture:"))
    assert fitted.shape == (1, 8, 8)
    assert (fitted == 90).all()


# -- places ------------------------------------------------------------------------------------


def test_places_answer_one_by_one_and_remember(lab: Lab, post: QueuePost) -> None:
    told: list[int] = []
    places = Places(lab, "test", lambda: told.append(len(places.endpoints)))
    places.ask(("z:1.0,2.0", "", "label:1", "pin:nobody"))
    assert not places.is_settled
    post.run_until(lambda: places.is_settled)
    assert [stop.endpoint is not None for stop in places.stops] == [True, False, True, False]
    assert "nobody" in places.stops[3].problem
    assert told[-1] == 2
    mean = lab.latents.mu[lab.latents.labels == 1].mean(axis=0)
    assert np.allclose(places.stops[2].endpoint.z, mean, atol=1e-5)
    places.ask(("label:1",))
    assert places.is_settled, "what is known already is there at once"


def test_an_answer_that_nobody_waits_for_is_only_kept(lab: Lab, post: QueuePost) -> None:
    places = Places(lab, "test", lambda: None)
    places.ask(("z:1.0,2.0",))
    places.ask(("z:5.0,5.0",))
    post.run_until(lambda: places.is_settled)
    assert places.stops[0].endpoint.reference == "z:5.0,5.0"


# -- corners -----------------------------------------------------------------------------------


@pytest.fixture
def sheet(lab: Lab, post: QueuePost) -> CornerSheet:
    made = CornerSheet(lab)
    lab.session.set_homotopy(corners=FOUR, corner_side=4)
    made.watch(watched=True)
    post.run_until(lambda: made.pictures is not None)
    return made


def test_a_sheet_between_corners(sheet: CornerSheet, lab: Lab) -> None:
    assert sheet.pictures.shape == (16, 1, 8, 8)
    assert tuple(sheet.latent(6)) == (2, 1)
    assert sheet.latent(16) is None
    sheet.go_to(6)
    sheet.pin(7)
    assert lab.session.state.z == (2, 1)
    assert lab.session.state.pins[0].z == (3, 1)


def test_pictures_of_a_sheet_keep_their_label(sheet: CornerSheet, lab: Lab) -> None:
    lab.session.choose_label(1)
    assert sheet.sheet is not None
    sheet.sheet = replace(sheet.sheet, label=2)  # as while that of another label is to come
    sheet.pin(7)
    assert lab.session.state.pins[0].label == 2
    told: list[object] = []
    lab.session.changed.connect(lambda new, _: told.append(new.label))
    sheet.sheet = replace(sheet.sheet, label=2)
    sheet.go_to(6)
    assert told[0] == 2


def test_other_weights_make_another_sheet_of_the_same_corners(
    sheet: CornerSheet, lab: Lab, post: QueuePost
) -> None:
    before, model = sheet.sheet, lab.model
    assert model is not None
    files = model.require().files
    edit_manifest(model.folder, files={**files, "weights.safetensors": "1" * 64})
    lab.registry.rescan()
    post.run_until(lambda: sheet.sheet is not before)


def test_while_a_corner_is_awaited_the_sheet_stays(
    sheet: CornerSheet, lab: Lab, post: QueuePost
) -> None:
    before = sheet.sheet
    sheet.choose(3, "z:9.0,9.0")
    assert sheet.sheet is before
    post.run_until(lambda: sheet.sheet is not before)
    sheet.choose(3, "")
    assert sheet.sheet is None
    assert sheet.pictures is None
    assert sheet.is_settled


def test_the_same_sheet_is_not_decoded_again(sheet: CornerSheet) -> None:
    before = sheet.sheet
    sheet.refresh()
    assert sheet.sheet is before


def test_first_corners(lab: Lab, sources: Sources) -> None:
    texts = first_corners(lab, sources)
    assert len(texts) == 4
    assert all(reference.parse(text).kind == "data" for text in texts)
    for n in range(4):
        lab.session.pin([float(n), 0.0])
    assert first_corners(lab, sources) == tuple(f"z:{n}.0,0.0" for n in range(4))


def test_a_corner_of_a_document() -> None:
    assert with_corner(Homotopy(), 2, "seed:1") == ("", "", "seed:1", "")
    assert with_corner(Homotopy(corners=("a", "b", "c", "d")), 0, "") == ("", "b", "c", "d")


# -- traversals --------------------------------------------------------------------------------


@pytest.fixture
def rows(lab: Lab, post: QueuePost) -> TraversalRows:
    made = TraversalRows(lab)
    lab.session.move_cursor([1.0, 2.0])
    made.watch(watched=True)
    post.run_until(lambda: made.strip(0) is not None)
    return made


def test_rows_and_their_start_in_one_batch(rows: TraversalRows) -> None:
    assert rows.total == 2
    assert rows.strip(1).shape == (10, 1, 8, 8)
    assert rows.start.endpoint.title == CURSOR
    assert tuple(rows.start.endpoint.picture[0, 0, :2]) == (1, 2)
    first = rows.rows.latent(0, 9)
    assert rows.rows.axes[0].coordinate(first) == pytest.approx(rows.rows.span, abs=1e-4)
    assert rows.latent(2, 0) is None
    assert rows.latent(0, 10) is None


def test_a_start_of_numbers_needs_no_answer(rows: TraversalRows, lab: Lab, post: QueuePost) -> None:
    lab.session.set_homotopy(start="z:4.0,5.0")
    assert tuple(rows.rows.start) == (4, 5)
    rows.move(0, 1.0)
    assert lab.session.state.homotopy.start.startswith("z:")
    assert lab.session.state.z == (1, 2)
    assert rows.rows.axes[0].coordinate(rows.rows.start) == pytest.approx(1, abs=1e-4)
    post.run_until(lambda: rows.is_settled)


def test_names_are_kept_and_shown(rows: TraversalRows, lab: Lab, post: QueuePost) -> None:
    told: list[tuple[str, str]] = []
    lab.message.connect(lambda text, severity: told.append((text, severity)))
    naming = DirectionNaming(lab)
    assert naming.name_axis(rows.rows.axes[1], "slant")
    lab.session.set_homotopy(basis="named")
    post.run_until(lambda: rows.total == 1 and rows.is_settled)
    assert rows.rows.axes[0].title == "slant"
    naming.rename("slant", "lean")
    post.run_until(lambda: rows.total == 1 and rows.rows.axes[0].title == "lean")
    naming.forget("lean")
    post.run_until(lambda: rows.is_settled and rows.total == 0)
    a, b = lab.session.pin([0.0, 0.0]), lab.session.pin([0.0, 0.0])
    assert not naming.name_difference("none", a, b)
    assert told[-1][1] == "error"
    assert "leads nowhere" in told[-1][0]


def test_what_leaves(rows: TraversalRows, lab: Lab) -> None:
    whole = propose(lab, rows.rows)
    assert [row.title for row in whole.recipe.rows] == [a.title for a in rows.rows.axes]
    assert len(propose(lab, rows.rows, 1).recipe.rows) == 1
    assert propose(lab, rows.rows, 5) is None
    assert propose_picture(lab, rows.rows, 0, 3).name == "mnist-vae-2-traversal-1-4"
    assert propose_picture(lab, rows.rows, 0, 99) is None


def test_nobody_looks_nobody_works(lab: Lab, post: QueuePost) -> None:
    idle = TraversalRows(lab)
    lab.session.move_cursor([1.0, 2.0])
    lab.session.set_homotopy(basis="pca")
    post.drain()
    assert idle.rows is None
    assert idle.is_settled
