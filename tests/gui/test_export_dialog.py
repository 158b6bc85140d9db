"""The export dialog by mouse and keys: files as they were previewed, and nothing half written."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog

from latentlab.app.export import ExportCancelledError, read_recipe
from latentlab.app.exports import Proposal
from latentlab.core.errors import LatentlabError
from latentlab.core.images import png_text
from latentlab.core.recipe import Blend, Latents, Travel
from latentlab.core.route import steps, through
from latentlab.gui.export_dialog import ExportDialog
from tests.gui.taking import choose, dialog_of, take

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from latentlab.gui.window import Window

Z = (3.0, 7.0)


@pytest.fixture
def ask(window: Window) -> Callable[..., ExportDialog]:
    """Opens the dialog for rows of the current model."""

    def open_it(*rows: Any, name: str = "seven", **more: Any) -> ExportDialog:
        recipe = window.lab.exports.recipe(rows or [Latents(z=(Z,))])
        window.lab.exports.propose(Proposal(name, recipe, **more))
        return dialog_of(window)

    return open_it


def path_row(n: int = 6) -> Travel:
    t = tuple(steps(n).tolist())
    return Travel(route=through([(0.0, 0.0), (200.0, 100.0)]), t=t, title="straight")


def blend_row(n: int = 6) -> Blend:
    ends = (png_text(np.zeros((1, 8, 8), np.uint8)), png_text(np.full((1, 8, 8), 200, np.uint8)))
    return Blend(pictures=ends, t=tuple(steps(n).tolist()), title="pixels")


def pixels(path: Path) -> np.ndarray:
    with Image.open(path) as image:
        return np.asarray(image)


# -- a picture ----------------------------------------------------------------------------------


def test_ctrl_s_takes_the_inspectors_picture_with_its_recipe(
    window: Window, qtbot: QtBot, tmp_path: Path
) -> None:
    window.lab.session.move_cursor(Z)
    qtbot.waitUntil(window.is_settled)
    window.views["file.export_picture"].trigger()
    dialog = dialog_of(window)
    qtbot.waitUntil(lambda: bool(dialog.preview.frames))
    previewed = dialog.preview.frames[0]
    assert dialog.form.size.text() == f"{previewed.width()} × {previewed.height()} pixels"
    path = take(dialog, tmp_path / "seven.png", qtbot)
    assert path == tmp_path / "seven.png"
    assert not window.findChildren(ExportDialog)
    shown = pixels(path)
    assert shown.shape == (previewed.height(), previewed.width())
    scale = previewed.width() // 8
    picture = window.inspector.panel.image.picture
    assert np.array_equal(shown, picture[0].repeat(scale, 0).repeat(scale, 1))
    recipe = read_recipe(path)
    assert recipe.rows == (Latents(z=(Z,)),)
    card = window.lab.model
    assert (recipe.model, recipe.weights) == (card.id, card.manifest.files["weights.safetensors"])
    assert str(tmp_path) not in recipe.model_dump_json()
    assert f"Exported {path}" in window.messages.texts


@pytest.mark.parametrize("suffix", [".jpg", ".webp", ".tiff"])
def test_every_format_of_a_picture_reads_back(
    ask: Callable[..., ExportDialog], qtbot: QtBot, tmp_path: Path, suffix: str
) -> None:
    path = take(ask(), tmp_path / f"seven{suffix}", qtbot)
    assert pixels(path).shape[:2] == (8, 8)
    assert read_recipe(path).rows == (Latents(z=(Z,)),)


def test_scale_border_and_ground_are_seen_before_they_are_written(
    ask: Callable[..., ExportDialog], qtbot: QtBot, tmp_path: Path
) -> None:
    dialog = ask()
    dialog.form.scale.setValue(5)
    dialog.form.border.setValue(2)
    dialog.form.white.setChecked(True)
    qtbot.waitUntil(lambda: dialog.form.size.text() == "60 × 60 pixels")
    shown = pixels(take(dialog, tmp_path / "seven.png", qtbot))
    assert shown.shape == (60, 60)
    assert (shown[:10] == 255).all()


# -- sheets and films ---------------------------------------------------------------------------


def test_a_sheet_has_gaps_columns_and_captions(
    ask: Callable[..., ExportDialog], qtbot: QtBot, tmp_path: Path
) -> None:
    dialog = ask(Latents(z=tuple((float(i), 0.0) for i in range(6)), title="six"))
    dialog.form.columns.setValue(3)
    dialog.form.gap.setValue(2)
    dialog.form.scale.setValue(1)
    assert pixels(take(dialog, tmp_path / "a.png", qtbot)).shape == (18, 28)
    dialog = ask(Latents(z=tuple((float(i), 0.0) for i in range(6)), title="six"))
    dialog.form.captions.setChecked(True)
    qtbot.waitUntil(lambda: bool(dialog.preview.frames))
    assert dialog.preview.frames[0].width() > 6 * 9, "room for the title"


@pytest.mark.parametrize("suffix", [".gif", ".webp", ".apng"])
def test_a_film_has_the_frames_that_were_asked_for(
    ask: Callable[..., ExportDialog], qtbot: QtBot, tmp_path: Path, suffix: str
) -> None:
    dialog = ask(path_row(), blend_row())
    choose(dialog, suffix, "film")
    dialog.form.frames.setValue(9)
    dialog.form.back.setChecked(True)
    dialog.form.fps.setValue(20)
    qtbot.waitUntil(lambda: "16 frames, 0.8 s" in dialog.form.size.text())
    assert dialog.preview.is_playing
    path = take(dialog, tmp_path / f"path{suffix}", qtbot)
    with Image.open(path) as film:
        assert film.n_frames == 16
    recipe = read_recipe(path)
    assert [len(row.t) for row in recipe.rows] == [9, 9]
    assert (recipe.motion.back, recipe.motion.fps) == (True, 20)


def test_a_film_as_mp4(ask: Callable[..., ExportDialog], qtbot: QtBot, tmp_path: Path) -> None:
    av = pytest.importorskip("av")
    dialog = ask(path_row(4))
    choose(dialog, ".mp4", "film")
    path = take(dialog, tmp_path / "path.mp4", qtbot)
    with av.open(str(path)) as film:
        assert len(list(film.decode(video=0))) == 4
    assert len(read_recipe(path).rows) == 1


def test_the_fields_are_those_of_the_kind(ask: Callable[..., ExportDialog]) -> None:
    form = ask(path_row()).form
    names = ("scale", "columns", "gap", "fps", "frames", "captions", "loop", "light")

    def seen() -> set[str]:
        return {name for name in names if getattr(form, name).isVisibleTo(form)}

    assert seen() == {"scale", "columns", "gap", "captions"}
    form.kinds.setCurrentIndex(1)
    assert seen() == {"scale", "fps", "frames", "captions", "loop"}
    form.kinds.setCurrentIndex(2)
    assert seen() == set()


def test_one_picture_is_no_film(ask: Callable[..., ExportDialog]) -> None:
    assert ask().form._kinds == ("picture", "data")


def test_a_preview_that_comes_too_late_is_for_nobody(
    window: Window,
    ask: Callable[..., ExportDialog],
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    waiting: list[Any] = []
    monkeypatch.setattr(
        window.lab.exports, "preview", lambda _, done, fail, **__: waiting.append((done, fail))
    )
    dialog = ask(path_row())
    qtbot.waitUntil(lambda: len(waiting) == 1)
    dialog.reject()
    qtbot.waitUntil(lambda: not window.findChildren(ExportDialog))
    done, fail = waiting[0]
    done([np.zeros((1, 8, 8), np.uint8)])
    fail("too late")
    assert "too late" not in window.messages.texts


# -- data ---------------------------------------------------------------------------------------


def test_numbers_of_a_path(ask: Callable[..., ExportDialog], qtbot: QtBot, tmp_path: Path) -> None:
    path = take(ask(path_row(5)), tmp_path / "path.csv", qtbot)
    lines = path.read_text().splitlines()
    assert len(lines) == 6
    assert lines[-1].endswith("200,100")
    path = take(ask(path_row(5)), tmp_path / "path.npz", qtbot)
    with np.load(path) as arrays:
        assert arrays["row1_z"].shape == (5, 2)
        assert arrays["row1_images"].shape == (5, 1, 8, 8)


def test_numbers_that_somebody_else_knows(
    ask: Callable[..., ExportDialog], qtbot: QtBot, tmp_path: Path
) -> None:
    def arrays() -> dict[str, np.ndarray]:
        return {"index": np.arange(3), "z": np.array([[0.1, 2], [3, 4], [5, 6]], np.float32)}

    dialog = ask(arrays=arrays, suffix=".csv")
    assert dialog.form.choice().suffix == ".csv"
    path = take(dialog, tmp_path / "numbers.csv", qtbot)
    assert path.read_text().splitlines() == ["index,z0,z1", "0,0.100000001,2", "1,3,4", "2,5,6"]
    path = take(ask(arrays=arrays), tmp_path / "numbers.npz", qtbot)
    with np.load(path) as found:
        assert found["z"].dtype == np.float32


def test_the_export_menu_writes_all_latents(window: Window, qtbot: QtBot, tmp_path: Path) -> None:
    window.views["file.export_latents"].trigger()
    path = take(dialog_of(window), tmp_path / "all.npz", qtbot)
    with np.load(path) as found:
        assert np.array_equal(found["z"], window.lab.latents.mu)
        assert found["name"].tolist()[:3] == ["0", "1", "2"]


# -- places -------------------------------------------------------------------------------------


def test_what_stands_there_is_asked_about(
    ask: Callable[..., ExportDialog], qtbot: QtBot, tmp_path: Path
) -> None:
    taken = tmp_path / "seven.png"
    taken.write_text("mine")
    dialog = ask()
    dialog.target.folder.setText(str(tmp_path))
    qtbot.mouseClick(dialog.go, Qt.MouseButton.LeftButton)
    assert "exists already" in dialog.problem.text()
    assert dialog.go.text() == "Replace"
    assert taken.read_text() == "mine"
    dialog.target.name.setText("eight")
    assert dialog.go.text() == "Export"
    dialog.target.name.setText("seven")
    qtbot.mouseClick(dialog.go, Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(dialog.exported, timeout=10_000):
        qtbot.mouseClick(dialog.go, Qt.MouseButton.LeftButton)
    assert taken.read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("folder", "name", "words"),
    [
        ("{tmp}/none", "x", "There is no folder"),
        ("{tmp}/file", "x", "is a file"),
        ("relative", "x", "written whole"),
        ("", "x", "written whole"),
        ("{tmp}", "", "a name"),
        ("{tmp}", "a/b", "a name"),
        ("{tmp}", "..", "a name"),
        ("{tmp}", "folder", "is a folder"),
    ],
)
def test_impossible_places_are_one_sentence(
    ask: Callable[..., ExportDialog], tmp_path: Path, folder: str, name: str, words: str
) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "folder.png").mkdir()
    dialog = ask()
    dialog.target.folder.setText(folder.format(tmp=tmp_path))
    dialog.target.name.setText(name)
    assert words in dialog.problem.text()
    assert not dialog.go.isEnabled()
    dialog.target.folder.setText(str(tmp_path))
    dialog.target.name.setText("fine")
    assert dialog.problem.text() == ""
    assert dialog.go.isEnabled()


def test_a_folder_that_may_not_be_written(
    ask: Callable[..., ExportDialog], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.access", lambda *_: False)
    dialog = ask()
    dialog.target.folder.setText(str(tmp_path))
    assert "may not write" in dialog.problem.text()


def test_folder_and_format_are_remembered(
    window: Window,
    ask: Callable[..., ExportDialog],
    qtbot: QtBot,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    dialog = ask()
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(tmp_path))
    dialog.target.browse.click()
    take(dialog, tmp_path / "one.webp", qtbot)
    again = ask(name="two")
    assert again.path == tmp_path / "two.webp"
    settings = window.lab.preferences.settings
    assert settings.export_folder == str(tmp_path)
    assert settings.export_formats == {"picture": ".webp"}
    again.target.name.setText("three.webp")
    assert again.path.name == "three.webp", "a typed ending is not added again"


# -- long, cancelled, failed --------------------------------------------------------------------


def test_a_long_export_shows_progress_and_can_be_given_up(
    ask: Callable[..., ExportDialog],
    qtbot: QtBot,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    given_up, pace = threading.Event(), threading.Event()

    def endless(path: Path, *_: Any, progress: Any, cancel: Any, **__: Any) -> Path:
        progress(0.37)
        while not cancel():
            pace.wait(0.01)
        given_up.set()
        raise ExportCancelledError(path.name)

    monkeypatch.setattr("latentlab.app.exports.save_recipe_file", endless)
    dialog = ask()
    dialog.target.folder.setText(str(tmp_path))
    qtbot.mouseClick(dialog.go, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: dialog.bar.value() == 370)
    assert dialog.bar.isVisible()
    assert "37" in dialog.bar.text()
    assert dialog.is_running
    assert not dialog.form.isEnabled()
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not dialog.is_running)
    assert given_up.is_set()
    assert dialog.isVisible()
    assert "nothing was written" in dialog.problem.text()
    assert not list(tmp_path.glob("seven*"))
    with qtbot.waitSignal(dialog.rejected):
        qtbot.keyClick(dialog, Qt.Key.Key_Escape)


def test_a_failure_stays_in_the_dialog(
    ask: Callable[..., ExportDialog],
    qtbot: QtBot,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*_: Any, **__: Any) -> Path:
        raise LatentlabError("seven.png cannot be saved: the disk is full.")

    monkeypatch.setattr("latentlab.app.exports.save_recipe_file", fail)
    dialog = ask()
    dialog.target.folder.setText(str(tmp_path))
    qtbot.mouseClick(dialog.go, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "the disk is full" in dialog.problem.text())
    assert not dialog.is_running
    assert dialog.go.isEnabled()


def test_a_model_that_changed_is_not_drawn_as_if_it_had_not(window: Window, qtbot: QtBot) -> None:
    exports = window.lab.exports
    recipe = exports.recipe([Latents(z=(Z,))]).model_copy(update={"weights": "f" * 64})
    exports.propose(Proposal("old", recipe))
    dialog = dialog_of(window)
    qtbot.waitUntil(lambda: "has changed since" in dialog.problem.text())
    gone = recipe.model_copy(update={"model": "gone"})
    dialog.reject()
    exports.propose(Proposal("gone", gone))
    dialog = dialog_of(window)
    qtbot.waitUntil(lambda: "gone is not there any more" in dialog.problem.text())
