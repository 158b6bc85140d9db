from __future__ import annotations

import errno
import pickle
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from latentlab.core.errors import ModelError
from latentlab.engine import files
from tests.helpers import sha256


def test_whole_file_replaces_the_old_one_and_tells_its_hash(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "a.bin"
    files.write_whole(path, b"old")
    assert files.write_whole(path, b"new") == sha256(path) == files.sha256_of(path)
    assert path.read_bytes() == b"new"
    assert list(path.parent.iterdir()) == [path]


def test_files_written_together_all_stay_as_they_were_when_one_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files.write_together(tmp_path, {"weights": b"1", "manifest": b"1"})
    write = files._write

    def fill_up(path: Path, data: bytes, *, durable: bool) -> None:
        write(path, data, durable=durable)
        if "manifest" in path.name:
            raise OSError(errno.ENOSPC, "No space left on device", str(path))

    monkeypatch.setattr(files, "_write", fill_up)
    with pytest.raises(OSError, match="No space"):
        files.write_together(tmp_path, {"weights": b"2", "manifest": b"2"})
    found = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert found == {"weights": b"1", "manifest": b"1"}


def test_arrays_come_back_as_they_were(tmp_path: Path) -> None:
    arrays = {
        "strided": np.arange(12, dtype=np.uint8).reshape(3, 4).T,
        "half": np.array([[1.5, -2]], np.float16),
        "empty": np.zeros((0, 2), np.int64),
    }
    files.write_whole(tmp_path / "a.safetensors", files.pack_arrays(arrays))
    found = files.read_arrays(tmp_path, "a.safetensors")
    assert found.keys() == arrays.keys()
    for name, array in arrays.items():
        assert found[name].dtype == array.dtype
        np.testing.assert_array_equal(found[name], array)


@pytest.mark.parametrize(
    "relative", ["../x", "/etc/passwd", "a/../../x", "", "..\\x", "C:x", "link/x", "a/../x"]
)
def test_paths_out_of_the_folder_are_refused(tmp_path: Path, relative: str) -> None:
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "link").symlink_to(tmp_path)
    with pytest.raises(ModelError, match="outside the model's folder"):
        files.inside(folder, relative)


def test_paths_in_the_folder_are_joined(tmp_path: Path) -> None:
    assert files.inside(tmp_path, "samples/1.safetensors") == tmp_path / "samples/1.safetensors"


class Trap:
    """Runs code when unpickled."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[object, ...]:
        return Path.touch, (self.mark,)


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_pickle_in_disguise_is_named_and_never_run(tmp_path: Path, protocol: int) -> None:
    mark = tmp_path / "executed"
    (tmp_path / "w.safetensors").write_bytes(pickle.dumps(Trap(mark), protocol))
    with pytest.raises(ModelError, match="it was not opened"):
        files.read_arrays(tmp_path, "w.safetensors")
    assert not mark.exists()


def test_torch_archive_in_disguise_is_named(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "w.safetensors", "w") as archive:
        archive.writestr("data.pkl", pickle.dumps([1]))
    with pytest.raises(ModelError, match=r"torch\.save"):
        files.read_arrays(tmp_path, "w.safetensors")


def test_header_whose_length_looks_like_a_pickle_is_read(tmp_path: Path) -> None:
    for extra in range(200):
        data = files.pack_arrays({"a" * (extra + 400): np.zeros(1, np.float32)})
        if data.startswith(b"\x80\x02"):
            (tmp_path / "w").write_bytes(data)
            assert len(files.read_arrays(tmp_path, "w")) == 1
            return
    pytest.fail("no header of that length was made")


def test_missing_file_and_folder_in_place_of_a_file_are_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(ModelError, match="is missing"):
        files.read_arrays(tmp_path, "nothing.safetensors")
    with pytest.raises(ModelError, match="cannot be read"):
        files.read_arrays(tmp_path, "folder")


@given(cut=st.integers(0, 200), bit=st.integers(0, 8 * 64 - 1))
def test_damaged_arrays_never_raise_anything_but_a_model_error(
    tmp_path_factory: pytest.TempPathFactory, cut: int, bit: int
) -> None:
    folder = tmp_path_factory.mktemp("damage")
    data = bytearray(files.pack_arrays({"a": np.arange(16, dtype=np.float32)}))
    data[bit // 8] ^= 1 << bit % 8
    (folder / "a").write_bytes(data[: max(0, len(data) - cut)])
    try:
        files.read_arrays(folder, "a")
    except ModelError as error:
        assert str(folder / "a") in str(error)  # noqa: PT017 - some flips leave a readable file


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "the disk is full"),
        (errno.EACCES, "not permitted"),
        (errno.EFBIG, "larger than allowed"),
        (errno.EROFS, "read-only"),
        (errno.EIO, "Input/output error"),
    ],
)
def test_system_errors_become_sentences(number: int, words: str) -> None:
    error = OSError(number, "Input/output error", "/somewhere/file")
    text = files.explain(error, "The run cannot be written")
    assert text.startswith("The run cannot be written (/somewhere/file): ")
    assert words in text


def test_a_staged_file_appears_only_when_all_went_well(tmp_path: Path) -> None:
    path = tmp_path / "a.bin"
    path.write_bytes(b"old")
    with pytest.raises(FileExistsError), files.staged(path) as temporary:
        temporary.mkdir(exist_ok=temporary.write_bytes(b"half") == 0)  # fails: a file is there
    assert [child.read_bytes() for child in tmp_path.iterdir()] == [b"old"]
    with files.staged(path) as temporary:
        temporary.write_bytes(b"new")
        assert path.read_bytes() == b"old"
    assert [child.read_bytes() for child in tmp_path.iterdir()] == [b"new"]


def test_a_staged_file_that_nobody_wrote_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), files.staged(tmp_path / "a"):
        pass
    with pytest.raises(FileNotFoundError), files.staged(tmp_path / "none" / "a") as temporary:
        temporary.write_bytes(b"")
    assert list(tmp_path.iterdir()) == []
