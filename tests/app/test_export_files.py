"""Files as other programs read them: pixels, sizes, numbers, and the recipe inside each."""

from __future__ import annotations

import csv
import io
import json
import shutil
import subprocess
from typing import TYPE_CHECKING

import av
import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from PIL import Image

from latentlab.app import export
from latentlab.app.export import metadata, picture_of, pictures, save_recipe_file
from latentlab.core import images
from latentlab.core.errors import ConfigError, LatentlabError
from latentlab.core.recipe import KEY, Look, Motion, Pictures, Recipe
from tests.app.export_recipes import blend, decode, decode_colour, recipe, recipes, travel

if TYPE_CHECKING:
    from pathlib import Path

MIME = {
    ".png": "image/png", ".apng": "image/", ".jpg": "image/jpeg", ".jpeg": "image/jpeg",
    ".webp": "image/webp", ".tif": "image/tiff", ".tiff": "image/tiff", ".gif": "image/gif",
    ".mp4": "video/mp4", ".npz": "application/", ".csv": "text/",
}  # fmt: skip
LOSSLESS = (".png", ".webp", ".tif", ".tiff")
CARRIERS = tuple(suffix for suffix in export.ENDINGS if suffix != ".csv")
FILMS = {".gif", ".webp", ".apng", ".mp4"}
KINDS = [
    (suffix, moving)
    for suffix in CARRIERS
    for moving in (False, True)
    if suffix == ".webp" or moving == (suffix in FILMS)
]
SHEET = recipe(blend(), travel(), look=Look(scale=3, captions=True))


def stored(path: Path) -> np.ndarray:
    """The pixels of a still picture as (H, W, 3)."""
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB"))


# -- every format ------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", export.ENDINGS)
def test_each_ending_gives_its_own_kind_of_file(tmp_path: Path, suffix: str) -> None:
    path = save_recipe_file(tmp_path / f"a{suffix.upper()}", SHEET, decode)
    assert path == tmp_path / f"a{suffix.upper()}"
    assert [child.name for child in tmp_path.iterdir()] == [path.name]
    if program := shutil.which("file"):
        command = [program, "--brief", "--mime-type", str(path)]
        told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        assert told.startswith(MIME[suffix])


@pytest.mark.parametrize(("suffix", "moving"), KINDS)
def test_recipes_come_back_from_every_format(
    tmp_path_factory: pytest.TempPathFactory, suffix: str, moving: bool
) -> None:
    @settings(max_examples=8, suppress_health_check=[HealthCheck.too_slow])
    @given(recipes(moving=moving))
    def comes_back(made: Recipe) -> None:
        path = tmp_path_factory.mktemp("r") / f"a{suffix}"
        save_recipe_file(path, made, decode_small)
        found = export.read_recipe(path)
        assert found == made
        hidden = path.with_suffix(".dat")  # found by content, whatever the name says
        path.rename(hidden)
        assert export.read_recipe(hidden) == made

    comes_back()


def decode_small(z: np.ndarray, label: int | None) -> np.ndarray:
    """Pictures (n, 1, 2, 2) of any latents."""
    shade = np.abs(z[:, :1, None, None]).clip(0, 255).astype(np.uint8)
    return np.broadcast_to(shade, (len(z), 1, 2, 2))


@pytest.mark.parametrize("suffix", CARRIERS)
def test_recipes_longer_than_a_segment_of_any_format_come_back(tmp_path: Path, suffix: str) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (1, 256, 256), np.uint8)
    row = Pictures(pictures=(images.png_text(noise), images.png_text(255 - noise)), title="ä")
    made = recipe(row, motion=Motion())
    assert len(metadata.text_of(made)) > 160_000
    path = save_recipe_file(tmp_path / f"a{suffix}", made, decode)
    assert export.read_recipe(path).rows == made.rows


@given(recipes(moving=False))
def test_the_text_of_a_recipe_is_plain_json(made: Recipe) -> None:
    text = metadata.text_of(made)
    assert text.isascii()
    assert json.loads(text) == json.loads(made.model_dump_json())
    assert metadata.parse(text, "a.png") == made


# -- still pictures ----------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", LOSSLESS)
@pytest.mark.parametrize("colour", [False, True])
def test_lossless_formats_keep_every_pixel(tmp_path: Path, suffix: str, colour: bool) -> None:
    how = decode_colour if colour else decode
    path = save_recipe_file(tmp_path / f"a{suffix}", recipe(look=Look(scale=2)), how)
    made = picture_of(recipe(look=Look(scale=2)), how)
    expected = np.broadcast_to(made, (3, *made.shape[1:])).transpose(1, 2, 0)
    np.testing.assert_array_equal(stored(path), expected)


def test_jpeg_is_near_and_its_quality_is_chosen(tmp_path: Path) -> None:
    made = recipe(look=Look(scale=4))
    fine = save_recipe_file(tmp_path / "fine.jpg", made, decode_colour, quality=95)
    rough = save_recipe_file(tmp_path / "rough.jpg", made, decode_colour, quality=20)
    exact = picture_of(made, decode_colour).transpose(1, 2, 0).astype(int)
    errors = [np.abs(stored(path) - exact).mean() for path in (fine, rough)]
    assert errors[0] < 4 < errors[1]
    assert rough.stat().st_size < fine.stat().st_size / 2


def test_a_recipe_that_can_move_is_still_in_a_still_picture(tmp_path: Path) -> None:
    moving = recipe(motion=Motion(fps=5))
    path = save_recipe_file(tmp_path / "a.png", moving, decode)
    assert export.read_recipe(path) == recipe()
    np.testing.assert_array_equal(images.read_png(path.read_bytes())[0], picture_of(moving, decode))


def test_without_an_ending_it_is_png_and_unknown_endings_are_named(tmp_path: Path) -> None:
    assert save_recipe_file(tmp_path / "a", recipe(), decode) == tmp_path / "a.png"
    with pytest.raises(ConfigError, match=r"'\.bmp' is no ending .* choose one of \.png, \.jpg"):
        save_recipe_file(tmp_path / "a.bmp", recipe(), decode)


@pytest.mark.parametrize(("kind", "width"), [(".webp", 16_384), (".jpg", 65_501)])
def test_sides_longer_than_a_format_holds_are_one_sentence(kind: str, width: int) -> None:
    with pytest.raises(ConfigError, match=f"{width} x 1 pixels are more than .* can hold"):
        pictures.encoded(np.zeros((1, 1, width), np.uint8), kind, "{}")
    assert pictures.encoded(np.zeros((1, 1, width), np.uint8), ".png", "{}")


def test_png_text_and_picture_are_each_others_inverse() -> None:
    picture = np.random.default_rng(0).integers(0, 256, (3, 5, 4), np.uint8)
    np.testing.assert_array_equal(images.read_png_text(images.png_text(picture)), picture)
    for text in ("§", "AA", ""):
        with pytest.raises(LatentlabError, match=r"no picture as base64|no PNG"):
            images.read_png_text(text)


# -- numbers -----------------------------------------------------------------------------------


def test_the_csv_of_a_path_is_read_by_pandas(tmp_path: Path) -> None:
    way = travel(4, 'a "way", far', label=3)
    path = save_recipe_file(tmp_path / "path.csv", recipe(blend(3), way), decode)
    table = pd.read_csv(path)
    assert list(table.columns) == ["row", "title", "step", "t", "label", "z0", "z1"]
    assert table["row"].tolist() == [1] * 3 + [2] * 4
    assert table["title"].tolist()[3] == way.title
    assert table["step"].tolist() == [1, 2, 3, 1, 2, 3, 4]
    np.testing.assert_array_equal(table["t"][3:], way.t)
    z = table.loc[3:, ["z0", "z1"]].to_numpy(np.float32)
    np.testing.assert_array_equal(z, way.route.at(way.t))
    assert table.loc[:2, ["label", "z0", "z1"]].isna().to_numpy().all()


def test_the_npz_of_a_path_holds_all_that_was_shown(tmp_path: Path) -> None:
    made = recipe(blend(3), travel(4))
    path = save_recipe_file(tmp_path / "path.npz", made, decode)
    with np.load(path, allow_pickle=False) as arrays:
        assert Recipe.model_validate_json(str(arrays[KEY])) == made
        names = {"row1_title", "row1_t", "row1_images", "row2_title", "row2_t", "row2_z"}
        assert set(arrays) == {KEY, *names, "row2_images"}
        np.testing.assert_array_equal(arrays["row2_z"], made.rows[1].route.at(made.rows[1].t))
        np.testing.assert_array_equal(arrays["row2_images"], decode(arrays["row2_z"], None))
        assert str(arrays["row1_title"]) == "pixels"


def test_a_csv_speaks_unicode(tmp_path: Path) -> None:
    path = save_recipe_file(tmp_path / "a.csv", recipe(travel(2, "Σ")), decode)
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))
    assert rows[0]["title"] == "Σ"


def test_pyav_reads_what_pillow_wrote(tmp_path: Path) -> None:
    for suffix in (".png", ".jpg", ".gif"):
        path = save_recipe_file(tmp_path / f"a{suffix}", recipe(look=Look(gap=0)), decode)
        with av.open(str(path)) as opened:
            first = next(opened.decode(video=0))
        assert (first.width, first.height) == ((8, 8) if suffix == ".gif" else (40, 8))
