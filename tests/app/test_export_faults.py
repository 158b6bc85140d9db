"""What goes wrong is told in one sentence, and leaves the folder as it was."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from latentlab.app import export
from latentlab.app.export import ExportCancelledError, metadata, save_recipe_file
from latentlab.core.errors import LatentlabError
from latentlab.core.recipe import KEY, Look, Motion
from tests.app.export_recipes import decode, recipe, travel

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

FILM = recipe(travel(12), look=Look(scale=8), motion=Motion())


def sentence(caught: pytest.ExceptionInfo[LatentlabError]) -> str:
    """The words of an error, which must be one line that ends well."""
    words = str(caught.value)
    assert "\n" not in words
    assert words.endswith(".")
    return words


# -- giving up and the disk --------------------------------------------------------------------


@pytest.mark.parametrize("suffix", export.ENDINGS)
def test_a_cancel_at_any_moment_leaves_nothing(tmp_path: Path, suffix: str) -> None:
    """Give up at the first question, then at the second, until it was not asked that often."""
    for moment in range(200):
        asked: list[int] = []

        def cancel(asked: list[int] = asked, moment: int = moment) -> bool:
            asked.append(1)
            return len(asked) > moment

        try:
            save_recipe_file(tmp_path / f"a{suffix}", FILM, decode, cancel=cancel)
        except ExportCancelledError:
            assert list(tmp_path.iterdir()) == []
        else:
            break
    assert 2 <= moment < 200
    assert [path.name for path in tmp_path.iterdir()] == [f"a{suffix}"]


@pytest.mark.parametrize("suffix", export.ENDINGS)
def test_progress_rises_to_one(tmp_path: Path, suffix: str) -> None:
    told: list[float] = []
    save_recipe_file(tmp_path / f"a{suffix}", FILM, decode, progress=told.append)
    assert told == sorted(told)
    assert (told[0], told[-1]) == (0, 1)


@pytest.mark.parametrize("suffix", export.ENDINGS)
def test_nothing_is_overwritten_unless_told(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a{suffix}"
    path.write_bytes(b"mine")

    def never_asked(_z: np.ndarray, _label: int | None) -> np.ndarray:
        raise AssertionError("the work began before it was refused")

    with pytest.raises(LatentlabError, match="exists already; choose another name"):
        save_recipe_file(path, FILM, never_asked)
    assert path.read_bytes() == b"mine"
    save_recipe_file(path, FILM, decode, overwrite=True)
    assert path.read_bytes() != b"mine"


def test_what_appears_during_the_work_is_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "a.png"

    def meanwhile(z: np.ndarray, label: int | None) -> np.ndarray:
        path.write_bytes(b"theirs")
        return decode(z, label)

    with pytest.raises(LatentlabError, match="exists already"):
        save_recipe_file(path, recipe(), meanwhile)
    assert [child.read_bytes() for child in tmp_path.iterdir()] == [b"theirs"]


@pytest.mark.parametrize("suffix", export.ENDINGS)
def test_a_decoder_that_fails_leaves_nothing(tmp_path: Path, suffix: str) -> None:
    def broken(_z: np.ndarray, _label: int | None) -> np.ndarray:
        raise LatentlabError("The model is gone.")

    if suffix == ".csv":  # decodes nothing
        return
    with pytest.raises(LatentlabError, match="The model is gone"):
        save_recipe_file(tmp_path / f"a{suffix}", FILM, broken)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("suffix", export.ENDINGS)
def test_a_folder_that_is_none_is_one_sentence(tmp_path: Path, suffix: str) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(LatentlabError, match="cannot be saved: a file stands where") as caught:
        save_recipe_file(tmp_path / "file" / f"a{suffix}", FILM, decode)
    assert sentence(caught).startswith(str(tmp_path / "file" / f"a{suffix}"))


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="may write anywhere")
def test_an_unwritable_folder_is_one_sentence(tmp_path: Path) -> None:
    place = tmp_path / "mine"
    place.mkdir()
    place.chmod(0o500)
    with pytest.raises(LatentlabError, match="writing is not permitted there"):
        save_recipe_file(place / "a.mp4", FILM, decode)
    place.chmod(0o700)
    assert list(place.iterdir()) == []


@pytest.mark.parametrize("name", ["folder.png", f"{'x' * 300}.png"])
def test_names_that_cannot_be_are_one_sentence(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder.png").mkdir()
    with pytest.raises(LatentlabError, match=r"a folder of that name|the name is too long"):
        save_recipe_file(tmp_path / name, recipe(), decode, overwrite=True)
    assert [path.name for path in tmp_path.iterdir()] == ["folder.png"]


FULL = """
import resource, sys
from pathlib import Path
from latentlab.app.export import save_recipe_file
from latentlab.core.errors import LatentlabError
from tests.app.export_recipes import decode_colour, recipe, travel
from latentlab.core.recipe import Look, Motion

resource.setrlimit(resource.RLIMIT_FSIZE, (4000, 4000))
made = recipe(travel(200), look=Look(scale=20), motion=Motion())
try:
    save_recipe_file(Path(sys.argv[1]), made, decode_colour)
except LatentlabError as error:
    print(error)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs a limit on the size of files")
@pytest.mark.parametrize("suffix", [".mp4", ".webp", ".png"])
def test_a_file_that_grows_too_large_on_the_way_leaves_nothing(tmp_path: Path, suffix: str) -> None:
    command = [sys.executable, "-c", FULL, str(tmp_path / f"a{suffix}")]
    ended = subprocess.run(command, capture_output=True, text=True, check=True)
    assert ended.stdout.strip().endswith(
        f"a{suffix} cannot be saved: the file would be larger than allowed here; "
        "raise the limit or free some space."
    )
    assert len(ended.stdout.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 64 KiB, where the machine lets us have one."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = shutil.which("mount")
    command = [mount or "", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(place)]
    if mount is None or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("only root can mount a small disk")
    yield place
    subprocess.run(["umount", str(place)], check=True)


@pytest.mark.parametrize("suffix", [".mp4", ".png"])
def test_a_full_disk_leaves_nothing(small_disk: Path, suffix: str) -> None:
    made = recipe(travel(60), look=Look(scale=20, smooth=True, gap=0), motion=Motion())
    left = list(np.random.default_rng(0).integers(0, 256, (60, 3, 8, 8), np.uint8))

    def noisy(z: np.ndarray, _label: int | None) -> np.ndarray:
        return np.stack([left.pop() for _ in z])

    with pytest.raises(LatentlabError, match="the disk is full; free some space") as caught:
        save_recipe_file(small_disk / f"a{suffix}", made, noisy)
    sentence(caught)
    assert list(small_disk.iterdir()) == []


# -- reading back ------------------------------------------------------------------------------


def with_text(path: Path, text: str) -> Path:
    """A PNG that carries any text as its recipe."""
    head = PngInfo()
    head.add_itxt(KEY, text)
    Image.new("L", (4, 4)).save(path, pnginfo=head)
    return path


def changed(change: Callable[[dict[str, object]], object]) -> str:
    """The text of a recipe in which something was changed."""
    fields = json.loads(metadata.text_of(recipe()))
    change(fields)
    return json.dumps(fields)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (changed(lambda it: it.update(version=2)), "is of version 2, and this latentlab reads"),
        (changed(lambda it: it.pop("version")), "is of version None"),
        (changed(lambda it: it.update(version="x" * 99)), "is of version x{20},"),
        (changed(lambda it: it.pop("rows")), "is not valid: rows: Field required"),
        (changed(lambda it: it["rows"][0].update(kind="spell")), "is not valid: rows.0"),
        (
            changed(lambda it: it["rows"][0]["route"].update(knots=[[0.0, 0.0]])),
            "is not valid: rows.0.travel.route: .*a path with one point leads nowhere",
        ),
        (changed(lambda it: it.update(more=1)), "is not valid: more"),
        ("{", "is damaged"),
        ("[1]", "is damaged"),
        ("[" * 100_000, "is damaged"),
        ("42", "is damaged"),
    ],
)
def test_recipes_that_do_not_hold_are_one_sentence(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(LatentlabError, match=words) as caught:
        export.read_recipe(with_text(tmp_path / "a.png", text))
    assert "a.png" in sentence(caught)


def test_pictures_of_other_programs_carry_no_recipe(tmp_path: Path) -> None:
    for name in ("a.png", "a.jpg", "a.webp", "a.tif", "a.gif"):
        Image.new("RGB", (3, 3)).save(tmp_path / name)
        with pytest.raises(LatentlabError, match=f"{name} carries no recipe of latentlab"):
            export.read_recipe(tmp_path / name)
    np.savez(tmp_path / "a.npz", z=np.zeros(3))
    with pytest.raises(LatentlabError, match=r"a\.npz carries no recipe"):
        export.read_recipe(tmp_path / "a.npz")
    Image.new("L", (3, 3)).save(tmp_path / "b.gif", comment=b"hello")
    with pytest.raises(LatentlabError, match=r"b\.gif carries no recipe"):
        export.read_recipe(tmp_path / "b.gif")


@pytest.mark.filterwarnings("ignore::UserWarning")  # Pillow tells of damaged EXIF
@pytest.mark.parametrize("suffix", [name for name in export.ENDINGS if name != ".csv"])
def test_damaged_files_give_their_recipe_or_one_sentence(tmp_path: Path, suffix: str) -> None:
    path = save_recipe_file(tmp_path / f"a{suffix}", FILM, decode)
    whole = path.read_bytes()
    cuts = [0, 1, 5, 20, *range(60, len(whole), max(1, len(whole) // 25)), len(whole) - 1]
    rng = np.random.default_rng(0)
    damaged = [whole[:cut] for cut in cuts]
    for place in rng.integers(0, len(whole), 60):
        damaged.append(whole[:place] + bytes([whole[place] ^ 0x55]) + whole[place + 1 :])
    told = []
    for data in damaged:
        path.write_bytes(data)
        try:
            export.read_recipe(path)
        except LatentlabError as error:
            told.append(str(error))
    assert len(told) >= 4
    assert not any("\n" in words for words in told)


def test_a_recipe_outlives_damaged_pixels(tmp_path: Path) -> None:
    path = save_recipe_file(tmp_path / "a.png", recipe(look=Look(scale=9)), decode)
    whole = path.read_bytes()
    path.write_bytes(whole[: whole.index(b"IDAT") + 40])
    assert export.read_recipe(path) == recipe(look=Look(scale=9))


def test_what_is_no_file_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(LatentlabError, match=r"none\.png does not exist"):
        export.read_recipe(tmp_path / "none.png")
    with pytest.raises(LatentlabError, match="cannot be read"):
        export.read_recipe(tmp_path)
    text = tmp_path / "a.txt"
    text.write_text("hello")
    with pytest.raises(LatentlabError, match="damaged or of another kind"):
        export.read_recipe(text)
