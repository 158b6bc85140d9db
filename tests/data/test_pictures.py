from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from latentlab.data import pictures
from tests.data.makers import noise, save_picture

if TYPE_CHECKING:
    from pathlib import Path

same_folder = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=100
)


@pytest.mark.parametrize("suffix", ["png", "bmp", "webp"])
@pytest.mark.parametrize("channels", [1, 3])
def test_lossless_pictures_keep_their_pixels(tmp_path: Path, suffix: str, channels: int) -> None:
    pixels = noise(8, 8) if channels == 1 else noise(8, 8, 3)
    options = {"lossless": True} if suffix == "webp" else {}
    file = save_picture(tmp_path / f"a.{suffix}", pixels, **options)
    read = pictures.read(file, 8, channels)
    assert read.shape == (channels, 8, 8)
    assert np.array_equal(read[0] if channels == 1 else read.transpose(1, 2, 0), pixels)


def test_jpeg(tmp_path: Path) -> None:
    file = save_picture(tmp_path / "a.JPG", np.full((20, 20), 90, np.uint8), quality=95)
    assert abs(pictures.read(file, 8, 1).astype(int) - 90).max() <= 1


def test_16_bits_are_scaled_and_not_cut(tmp_path: Path) -> None:
    levels = np.linspace(0, 65_535, 64).round().astype(np.uint16).reshape(8, 8)
    file = save_picture(tmp_path / "deep.png", levels)
    assert pictures.measure(file).grey
    expected = np.rint(levels / 257).astype(np.uint8)
    assert np.array_equal(pictures.read(file, 8, 1)[0], expected)


def test_transparent_pixels_lie_on_black(tmp_path: Path) -> None:
    pixels = np.full((8, 8, 4), 255, np.uint8)
    pixels[:4, :, 3] = 0
    pixels[4:6, :, 3] = 128
    read = pictures.read(save_picture(tmp_path / "a.png", pixels), 8, 3)
    assert (read[:, :4] == 0).all()
    assert (read[:, 4:6] == 128).all()
    assert (read[:, 6:] == 255).all()


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16"])
@pytest.mark.parametrize("channels", [1, 3])
def test_every_mode_is_read(tmp_path: Path, mode: str, channels: int) -> None:
    grey = Image.fromarray(np.tile(np.arange(0, 256, 32, dtype=np.uint8), (8, 1)))
    file = tmp_path / ("a.jpg" if mode == "CMYK" else "a.png")
    grey.convert(mode).save(file)
    read = pictures.read(file, 8, channels)
    assert read.shape == (channels, 8, 8)
    assert read[:, :, 0].max() <= read[:, :, 7].min()


@pytest.mark.parametrize(
    ("pixels", "grey"), [(noise(8, 8), True), (noise(8, 8, 2), True), (noise(8, 8, 3), False)]
)
def test_grey_is_told_by_the_mode(tmp_path: Path, pixels: Any, grey: bool) -> None:
    assert pictures.measure(save_picture(tmp_path / "a.png", pixels)).grey == grey


@pytest.mark.parametrize(("colours", "grey"), [([0, 0, 0, 9, 9, 9], True), ([9, 0, 0], False)])
def test_grey_is_told_by_the_palette(tmp_path: Path, colours: list[int], grey: bool) -> None:
    image = Image.new("P", (8, 8))
    image.putpalette(colours)
    image.save(tmp_path / "a.png")
    assert pictures.measure(tmp_path / "a.png").grey == grey


def test_a_wide_picture_is_cropped_to_its_centre(tmp_path: Path) -> None:
    pixels = np.zeros((8, 24), np.uint8)
    pixels[:, 8:16] = 200
    assert (pictures.read(save_picture(tmp_path / "a.png", pixels), 8, 1) == 200).all()


def test_exif_rotation_is_applied(tmp_path: Path) -> None:
    pixels = np.zeros((8, 8), np.uint8)
    pixels[0] = 255
    exif = Image.Exif()
    exif[0x0112] = 3  # upside down
    read = pictures.read(save_picture(tmp_path / "a.png", pixels, exif=exif), 8, 1)
    assert (read[0, 7] == 255).all()


@pytest.mark.parametrize("suffix", ["png", "webp"])
def test_the_first_frame_of_an_animation(tmp_path: Path, suffix: str) -> None:
    frames = [Image.fromarray(np.full((8, 8, 3), level, np.uint8)) for level in (10, 250)]
    file = tmp_path / f"a.{suffix}"
    frames[0].save(file, save_all=True, append_images=frames[1:], lossless=True)
    assert pictures.measure(file).animated
    assert abs(pictures.read(file, 8, 1).astype(int) - 10).max() <= 2


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(pictures.PictureError, match=r"a\.png' is not there"):
        pictures.read(tmp_path / "a.png", 8, 1)


def test_a_bomb_is_refused_before_it_is_unpacked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = save_picture(tmp_path / "bomb.png", np.zeros((40, 40), np.uint8))
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 100)  # where Pillow itself raises
    with pytest.raises(pictures.PictureError, match="more than 64,000,000 pixels"):
        pictures.read(file, 8, 1)
    monkeypatch.undo()
    monkeypatch.setattr(pictures, "_MOST_PIXELS", 1_000)
    with pytest.raises(pictures.PictureError, match="more than 1,000 pixels"):
        pictures.measure(file)


@pytest.mark.parametrize("body", [b"", b"\x89PNG\r\n\x1a\n", b"<html>", b"GIF89a", b"BM\0\0"])
def test_no_picture_at_all(tmp_path: Path, body: bytes) -> None:
    file = tmp_path / "a.png"
    file.write_bytes(body)
    with pytest.raises(pictures.PictureError, match="replace or remove"):
        pictures.measure(file)


def encoded(kind: str) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(noise(8, 8, 3)).save(buffer, kind)
    return buffer.getvalue()


@same_folder
@given(data=st.data(), kind=st.sampled_from(["PNG", "JPEG", "WEBP", "BMP"]))
def test_a_truncated_picture_is_refused(tmp_path: Path, data: st.DataObject, kind: str) -> None:
    body = encoded(kind)
    # The end marks of PNG and JPEG carry no pixels; losing only them loses nothing.
    cut = data.draw(st.integers(0, len(body) - 20))
    file = tmp_path / "a.png"
    file.write_bytes(body[:cut])
    with pytest.raises(pictures.PictureError):
        pictures.read(file, 8, 3)


@same_folder
@given(data=st.data())
def test_a_flipped_bit_of_a_png_is_seen(tmp_path: Path, data: st.DataObject) -> None:
    body = bytearray(encoded("PNG"))
    place = data.draw(st.integers(0, len(body) * 8 - 1))
    body[place // 8] ^= 1 << (place % 8)
    file = tmp_path / "a.png"
    file.write_bytes(body)
    try:
        read = pictures.read(file, 8, 3)
    except pictures.PictureError:
        return
    assert np.array_equal(read.transpose(1, 2, 0), noise(8, 8, 3)), "only the end may be flipped"


@same_folder
@given(data=st.data(), kind=st.sampled_from(["JPEG", "WEBP", "BMP"]))
def test_no_damage_raises_anything_else(tmp_path: Path, data: st.DataObject, kind: str) -> None:
    body = bytearray(encoded(kind))
    for place in data.draw(st.lists(st.integers(0, len(body) - 1), min_size=1, max_size=8)):
        body[place] ^= data.draw(st.integers(1, 255))
    file = tmp_path / "a.png"
    file.write_bytes(body)
    try:
        shape = pictures.read(file, 8, 1).shape
    except pictures.PictureError:
        return
    assert shape == (1, 8, 8)
