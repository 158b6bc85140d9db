from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from latentlab.data import DamagedDataError, idx
from tests.data.makers import idx_bytes, noise

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

IMAGES = arrays.arrays(np.uint8, st.tuples(*[st.integers(0, 5)] * 3))
same_folder = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


@same_folder
@given(array=IMAGES, zipped=st.booleans())
def test_what_is_written_is_read(tmp_path: Path, array: NDArray[np.uint8], zipped: bool) -> None:
    file = tmp_path / ("images.gz" if zipped else "images")
    file.write_bytes(gzip.compress(idx_bytes(array)) if zipped else idx_bytes(array))
    assert np.array_equal(idx.read_images(file), array)


def test_labels_have_one_axis(tmp_path: Path) -> None:
    labels = np.arange(7, dtype=np.uint8)
    file = tmp_path / "labels"
    file.write_bytes(idx_bytes(labels))
    assert np.array_equal(idx.read_labels(file), labels)
    with pytest.raises(DamagedDataError, match="3 axes"):
        idx.read_images(file)


@same_folder
@given(data=st.data(), zipped=st.booleans())
def test_truncated_is_refused_in_one_sentence(
    tmp_path: Path, data: st.DataObject, zipped: bool
) -> None:
    body = idx_bytes(noise(3, 4, 4))
    body = gzip.compress(body) if zipped else body
    cut = data.draw(st.integers(0, len(body) - 1))
    file = tmp_path / ("images.gz" if zipped else "images")
    file.write_bytes(body[:cut])
    with pytest.raises(DamagedDataError, match="is damaged") as caught:
        idx.read_images(file)
    assert str(file) in str(caught.value)
    assert "\n" not in str(caught.value)


@same_folder
@given(bit=st.integers(0))
def test_flipped_bit_of_a_gzip_never_gives_other_pixels(tmp_path: Path, bit: int) -> None:
    array = noise(3, 4, 4)
    body = bytearray(gzip.compress(idx_bytes(array)))
    place = bit % (len(body) * 8)
    body[place // 8] ^= 1 << (place % 8)
    file = tmp_path / "images.gz"
    file.write_bytes(body)
    try:
        read = idx.read_images(file)
    except DamagedDataError:
        return
    assert np.array_equal(read, array), "a flip in the gzip header's time or name may pass"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"\x00\x00\x0d\x03" + idx_bytes(noise(1, 2, 2))[4:], "begin"),
        (idx_bytes(noise(1, 2, 2)) + b"x", "holds more"),
        (bytes((0, 0, 8, 3)) + np.array([2**31, 2**31, 2**31], ">u4").tobytes(), "more than fit"),
        (b"<html>not found</html>", "begin"),
    ],
)
def test_damage_is_named(tmp_path: Path, body: bytes, reason: str) -> None:
    file = tmp_path / "images"
    file.write_bytes(body)
    with pytest.raises(DamagedDataError, match=reason):
        idx.read_images(file)
