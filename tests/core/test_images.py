from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from latentlab.core import images
from latentlab.core.errors import LatentlabError

PICTURES = arrays.arrays(
    np.uint8, st.tuples(st.sampled_from([1, 3]), st.integers(1, 9), st.integers(1, 9))
)


@given(PICTURES)
def test_bytes_become_fractions_and_bytes_again(picture: images.Pixels) -> None:
    unit = images.to_unit(picture)
    assert unit.dtype == np.float32
    assert np.array_equal(images.to_uint8(unit), picture)


def test_what_is_no_fraction_is_clipped() -> None:
    values = np.array([-1, 0, 0.499 / 255, 0.5, 1, 7, np.nan, np.inf, -np.inf])
    assert images.to_uint8(values).tolist() == [0, 0, 0, 128, 255, 255, 0, 255, 0]


@given(PICTURES, st.integers(1, 4))
def test_png_keeps_every_pixel_and_its_text(picture: images.Pixels, scale: int) -> None:
    text = {"recipe": '{"z": [0.1, −2]}', "title": "画像"}
    read, texts = images.read_png(images.png_bytes(picture, scale, text))
    assert read.shape == (picture.shape[0], *(scale * side for side in picture.shape[1:]))
    assert np.array_equal(read[:, ::scale, ::scale], picture)
    assert np.array_equal(read, images.enlarge(picture, scale))
    assert texts == text


@pytest.mark.parametrize(
    "body", [b"", b"no picture", images.png_bytes(np.zeros((1, 9, 9), np.uint8))[:40]]
)
def test_what_is_no_png_is_one_sentence(body: bytes) -> None:
    with pytest.raises(LatentlabError, match="no PNG"):
        images.read_png(body)


@given(
    arrays.arrays(
        np.uint8,
        st.tuples(
            *(st.integers(1, 9), st.sampled_from([1, 3]), st.integers(1, 4), st.integers(1, 4))
        ),
    ),
    st.integers(1, 5),
    st.integers(0, 2),
)
def test_every_tile_lies_where_it_should(pictures: images.Pixels, columns: int, gap: int) -> None:
    count, channels, height, width = pictures.shape
    sheet = images.tile(pictures, columns, gap, ground=7)
    rows = -(-count // columns)
    assert sheet.shape == (
        channels,
        rows * (height + gap) - gap,
        columns * (width + gap) - gap,
    )
    assert sheet.flags.c_contiguous
    ground = np.ones(sheet.shape, bool)
    for i, picture in enumerate(pictures):
        top, left = i // columns * (height + gap), i % columns * (width + gap)
        place = (slice(None), slice(top, top + height), slice(left, left + width))
        assert np.array_equal(sheet[place], picture)
        ground[place] = False
    assert (sheet[ground] == 7).all()


@pytest.mark.parametrize(("count", "shape"), [(0, (1, 2, 2)), (1, (1, 2, 2)), (5, (1, 4, 6))])
def test_a_sheet_is_about_square(count: int, shape: tuple[int, ...]) -> None:
    assert images.tile(np.ones((count, 1, 2, 2), np.uint8)).shape == shape


def test_screens_get_their_channels_last() -> None:
    assert images.interleave(np.zeros((1, 4, 5), np.uint8)).shape == (4, 5)
    colour = images.interleave(np.arange(60, dtype=np.uint8).reshape(3, 4, 5))
    assert colour.shape == (4, 5, 3)
    assert colour[0, 0].tolist() == [0, 20, 40]
    assert colour.flags.c_contiguous


@given(PICTURES, st.integers(1, 4), st.booleans())
def test_enlarged_pictures_keep_their_shape_and_flat_ones_stay_flat(
    picture: images.Pixels, scale: int, smooth: bool
) -> None:
    channels, height, width = picture.shape
    large = images.enlarge(picture, scale, smooth=smooth)
    assert large.shape == (channels, height * scale, width * scale)
    assert large.dtype == np.uint8
    flat = np.full_like(picture, picture.flat[0])
    assert (images.enlarge(flat, scale, smooth=smooth) == picture.flat[0]).all()
    many = images.enlarge(np.stack([picture, picture]), scale, smooth=smooth)
    assert np.array_equal(many, [large, large])


@given(PICTURES)
def test_pictures_as_text_come_back(picture: images.Pixels) -> None:
    text = images.png_text(picture)
    assert text.isascii()
    assert np.array_equal(images.read_png_text(text), picture)


def test_a_picture_that_would_fill_the_memory_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    from PIL import Image

    large = images.png_bytes(np.zeros((1, 9, 9), np.uint8))
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 40)
    with pytest.raises(LatentlabError, match="no PNG that can be read"):
        images.read_png(large)
