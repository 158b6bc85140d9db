from __future__ import annotations

import os
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image

from latentlab import data
from latentlab.core.errors import DataError
from tests.data.makers import noise, picture_folder, save_picture

if TYPE_CHECKING:
    from pathlib import Path


def test_subfolders_are_classes(tmp_path: Path) -> None:
    dataset = data.load(f"folder:{picture_folder(tmp_path / 'pets', ('dog', 'cat'), each=20)}")
    assert dataset.title == "pets"
    assert dataset.label_names == ("cat", "dog")
    assert dataset.images.shape == (40, 1, 8, 8), "one common size is kept, and grey stays grey"
    assert dataset.labels is not None
    assert np.bincount(dataset.labels).tolist() == [20, 20]
    assert np.array_equal(dataset.images[20, 0], noise(8, 8, seed=0)), "dogs come last"


def test_a_flat_folder_has_no_labels(tmp_path: Path) -> None:
    for i in range(12):
        save_picture(tmp_path / f"{i}.png", noise(8, 8, 3, seed=i))
    dataset = data.load(f"folder:{tmp_path}")
    assert dataset.labels is None
    assert dataset.label_names == ()
    assert dataset.shape == (3, 8, 8)


def test_numbered_classes_are_in_the_order_of_numbers(tmp_path: Path) -> None:
    picture_folder(tmp_path, ("10", "9", "x", "2"), each=1)
    assert data.load(f"folder:{tmp_path}").label_names == ("2", "9", "10", "x")


def test_loose_pictures_beside_classes_are_a_class_that_says_so(tmp_path: Path) -> None:
    picture_folder(tmp_path, ("a",), each=2)
    save_picture(tmp_path / "loose.png", noise(8, 8))
    assert data.load(f"folder:{tmp_path}").label_names == ("(unsorted)", "a")


def test_mixed_sizes_and_modes(tmp_path: Path) -> None:
    save_picture(tmp_path / "a.png", noise(8, 8))
    save_picture(tmp_path / "b.png", noise(50, 20, 3))
    save_picture(tmp_path / "c.jpg", noise(33, 70, 3))
    save_picture(tmp_path / "d.png", noise(9, 9, 4))
    save_picture(tmp_path / "e.png", noise(9, 9).astype(np.uint16))
    assert data.load(f"folder:{tmp_path}").images.shape == (5, 3, 32, 32)
    assert data.load(f"folder:{tmp_path}?color=grey&size=16").images.shape == (5, 1, 16, 16)
    assert data.load(f"folder:{tmp_path}?color=rgb&size=16").images.shape == (5, 3, 16, 16)


@pytest.mark.parametrize(
    "name", ["my pictures", "was ist das?", "手書き数字", "a?size=9", "ñ'\"&="]
)
def test_any_folder_name(tmp_path: Path, name: str) -> None:
    folder = picture_folder(tmp_path / name, ("ä ö", "字"), each=3)
    dataset = data.load(f"folder:{folder}?size=12&color=grey")
    assert dataset.images.shape == (6, 1, 12, 12)
    assert dataset.label_names == ("ä ö", "字")
    assert data.load(dataset.name).content_hash == dataset.content_hash


def test_a_broken_file_is_skipped_and_said(tmp_path: Path) -> None:
    picture_folder(tmp_path / "p", ("a", "b"), each=10)
    (tmp_path / "p" / "a" / "3.png").write_bytes(b"\x89PNG\r\n\x1a\nbroken")
    whole = (tmp_path / "p" / "b" / "4.png").read_bytes()
    (tmp_path / "p" / "b" / "4.png").write_bytes(whole[:-30])
    (tmp_path / "p" / "b" / "link.png").symlink_to(tmp_path / "nowhere.png")
    dataset = data.load(f"folder:{tmp_path / 'p'}")
    assert len(dataset.images) == 18
    assert "3 of 21 files skipped: 3.png" in dataset.title
    assert dataset.labels is not None
    assert np.bincount(dataset.labels).tolist() == [9, 9]
    assert np.array_equal(dataset.images[-1, 0], noise(8, 8, seed=109)), "rows stay beside labels"


def test_animations_are_said(tmp_path: Path) -> None:
    frames = [Image.fromarray(noise(8, 8, 3, seed=i)) for i in range(2)]
    frames[0].save(tmp_path / "a.png", save_all=True, append_images=frames[1:])
    assert "1 animated, first frame used" in data.load(f"folder:{tmp_path}").title


def test_one_image_loads_and_says_that_it_is_few(tmp_path: Path) -> None:
    save_picture(tmp_path / "only.png", noise(8, 8))
    dataset = data.load(f"folder:{tmp_path}")
    assert "too few images to hold any out" in dataset.title
    assert [len(dataset.splits[name]) for name in data.SPLITS] == [1, 0, 0]
    assert data.probe(dataset).tolist() == [0]


def test_hidden_and_other_files_are_no_pictures(tmp_path: Path) -> None:
    picture_folder(tmp_path, ("a",), each=2)
    save_picture(tmp_path / "a" / ".hidden.png", noise(8, 8))
    save_picture(tmp_path / ".thumbnails" / "1.png", noise(8, 8))
    (tmp_path / "a" / "notes.txt").write_text("no picture")
    assert len(data.load(f"folder:{tmp_path}").images) == 2


def test_links_in_a_circle_end(tmp_path: Path) -> None:
    picture_folder(tmp_path / "p", ("a",), each=2)
    (tmp_path / "p" / "a" / "round").symlink_to(tmp_path / "p", target_is_directory=True)
    (tmp_path / "p" / "self").symlink_to(tmp_path / "p" / "self")
    assert len(data.load(f"folder:{tmp_path / 'p'}").images) == 2


def test_a_linked_class_folder_counts(tmp_path: Path) -> None:
    picture_folder(tmp_path / "elsewhere", ("b",), each=2)
    picture_folder(tmp_path / "p", ("a",), each=2)
    (tmp_path / "p" / "linked").symlink_to(tmp_path / "elsewhere" / "b")
    assert data.load(f"folder:{tmp_path / 'p'}").label_names == ("a", "linked")


def test_an_added_or_changed_picture_is_seen(tmp_path: Path) -> None:
    folder = picture_folder(tmp_path / "p")
    first = data.load(f"folder:{folder}").content_hash
    save_picture(folder / "a" / "new.png", noise(8, 8))
    second = data.load(f"folder:{folder}").content_hash
    save_picture(folder / "a" / "new.png", noise(8, 8, seed=9))
    os.utime(folder / "a" / "new.png", ns=(5, 5))
    assert len({first, second, data.load(f"folder:{folder}").content_hash}) == 3


def test_empty_folders_are_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"holds no pictures: put \.bmp, \.jpeg, \.jpg"):
        data.load(f"folder:{tmp_path}")
    for name in ("cat", "dog"):
        (tmp_path / name).mkdir()
    with pytest.raises(DataError, match=r"class folders \(cat, dog\) but no pictures"):
        data.load(f"folder:{tmp_path}")


def test_no_readable_picture_at_all(tmp_path: Path) -> None:
    for name in ("a.png", "b.png"):
        (tmp_path / name).write_text("no")
    with pytest.raises(DataError, match=r"2 of 2 files skipped: a\.png is empty or no picture"):
        data.load(f"folder:{tmp_path}")


def test_a_folder_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for path in (tmp_path / "file", tmp_path / "nowhere"):
        with pytest.raises(DataError, match="There is no folder"):
            data.load(f"folder:{path}")


def test_an_unreadable_subfolder_is_never_left_out_silently(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = picture_folder(tmp_path / "p")
    scan = os.scandir

    def refuse(path: str) -> object:
        if str(path).endswith("b"):
            raise PermissionError(13, "Permission denied", str(path))
        return scan(path)

    monkeypatch.setattr(os, "scandir", refuse)
    with pytest.raises(DataError, match=r"p/b' cannot be read: Permission denied"):
        data.load(f"folder:{folder}")
