"""Files that leave the window: exact pixels, whole tables, nothing overwritten."""

from __future__ import annotations

import csv
import os
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from latentlab.app import export
from latentlab.core.errors import ConfigError, LatentlabError
from latentlab.core.images import read_png
from latentlab.engine.latents import Latents, load_latents
from tests.helpers import digits_like

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def latents(tiny_model: Path) -> Latents:
    return load_latents(tiny_model)


@given(
    channels=st.sampled_from([1, 3]),
    height=st.integers(1, 9),
    width=st.integers(1, 9),
    scale=st.integers(1, 5),
)
def test_every_pixel_is_a_hard_square(
    tmp_path_factory: pytest.TempPathFactory, channels: int, height: int, width: int, scale: int
) -> None:
    rng = np.random.default_rng(height * width)
    picture = rng.integers(0, 256, (channels, height, width), np.uint8)
    path = tmp_path_factory.mktemp("p") / "a.png"
    export.save_picture(path, picture, scale=scale, text={"recipe": "decode · ü"})
    pixels, texts = read_png(path.read_bytes())
    np.testing.assert_array_equal(pixels[:, ::scale, ::scale], picture)
    np.testing.assert_array_equal(pixels, picture.repeat(scale, 1).repeat(scale, 2))
    assert texts["recipe"] == "decode · ü"


def test_a_sheet_holds_all_pictures(tmp_path: Path) -> None:
    pictures, _ = digits_like(5, side=8)
    path = export.save_sheet(tmp_path / "sheet", pictures, columns=3, gap=2, scale=2)
    assert path == tmp_path / "sheet.png"
    with Image.open(path) as image:
        assert image.size == (2 * (3 * 8 + 2 * 2), 2 * (2 * 8 + 2))
        assert image.mode == "L"
    with pytest.raises(ConfigError, match="select some points first"):
        export.save_sheet(tmp_path / "none", pictures[:0])


@pytest.mark.parametrize("scale", [0, -1, 2000])
def test_impossible_scales_are_one_sentence(tmp_path: Path, scale: int) -> None:
    with pytest.raises(ConfigError, match=r"choose a scale of 1 to 1118"):
        export.save_picture(tmp_path / "a", np.zeros((1, 8, 8), np.uint8), scale=scale)
    assert list(tmp_path.iterdir()) == []


def test_the_table_of_a_selection(tmp_path: Path, latents: Latents) -> None:
    path = export.save_table(tmp_path / "selection", latents, [0, 7, 59], ("zero", "one"))
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert path.suffix == ".csv"
    assert [row["row"] for row in rows] == ["0", "7", "59"]
    assert [row["label"] for row in rows] == ["0", "1", "2"]
    assert [row["name"] for row in rows] == ["zero", "one", ""]
    z = np.array([[row["z0"], row["z1"]] for row in rows], np.float32)
    np.testing.assert_array_equal(z, latents.mu[[0, 7, 59]])


def test_the_arrays_of_a_selection(tmp_path: Path, latents: Latents) -> None:
    pictures, _ = digits_like(2)
    path = export.save_arrays(tmp_path / "selection", latents, [3, 4], pictures)
    with np.load(path, allow_pickle=False) as arrays:
        assert set(arrays) == {"rows", "indices", "mu", "logvar", "labels", "images"}
        np.testing.assert_array_equal(arrays["mu"], latents.mu[[3, 4]])
        np.testing.assert_array_equal(arrays["images"], pictures)
    point = Latents(latents.mu, None, None, latents.indices)
    with np.load(export.save_arrays(tmp_path / "other", point, [3])) as arrays:
        assert set(arrays) == {"rows", "indices", "mu"}
    table = export.save_table(tmp_path / "other", point, [3]).read_text()
    assert table.splitlines()[1].startswith("3,3,,,")


def test_an_empty_or_wrong_selection_writes_nothing(tmp_path: Path, latents: Latents) -> None:
    with pytest.raises(ConfigError, match="Nothing is selected"):
        export.save_table(tmp_path / "a", latents, [])
    for rows in ([60], [-1]):
        with pytest.raises(ConfigError, match="beyond the 60"):
            export.save_arrays(tmp_path / "a", latents, rows)
    assert not list(tmp_path.glob("a*"))


def test_nothing_is_overwritten_unless_told(tmp_path: Path) -> None:
    picture = np.zeros((1, 4, 4), np.uint8)
    path = export.save_picture(tmp_path / "a.PNG", picture)
    assert path.name == "a.PNG"
    before = path.read_bytes()
    with pytest.raises(LatentlabError, match=r"a\.PNG exists already; choose another name"):
        export.save_picture(path, picture + 1)
    assert path.read_bytes() == before
    export.save_picture(path, picture + 1, overwrite=True)
    assert path.read_bytes() != before


def test_an_ending_is_added_not_replaced(tmp_path: Path) -> None:
    path = export.save_picture(tmp_path / "z 0.5", np.zeros((1, 4, 4), np.uint8))
    assert path.name == "z 0.5.png"


def test_failures_of_the_disk_are_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    picture = np.zeros((1, 4, 4), np.uint8)
    (tmp_path / "file").touch()
    with pytest.raises(LatentlabError, match=r"a\.png cannot be saved"):
        export.save_picture(tmp_path / "file" / "a.png", picture)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(LatentlabError, match=r"a\.png cannot be saved: the disk is full"):
        export.save_picture(tmp_path / "a.png", picture)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_suggested_names_are_free_and_safe(tmp_path: Path) -> None:
    first = export.next_free_name(tmp_path, "MNIST VAE: A / B", ".png")
    assert first == tmp_path / "mnist-vae-a-b.png"
    first.touch()
    assert export.next_free_name(tmp_path, "MNIST VAE: A / B", ".png").name == "mnist-vae-a-b-2.png"
    assert export.next_free_name(tmp_path, "../..", ".csv").name == "latentlab.csv"
