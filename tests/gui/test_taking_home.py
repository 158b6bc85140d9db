"""Plots through the dialog, ONNX by a child, recordings, menus: what else leaves the window."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from latentlab.app.homotopy_curves import Line
from latentlab.gui.explore.map_figure import MapFigure
from latentlab.gui.explore.scene import ColourBar
from latentlab.gui.homotopy.curves_card import CurvesCard
from latentlab.gui.homotopy.plot_exports import OverT, arrays_of
from latentlab.gui.plot_files import (
    MOST_VECTOR_POINTS,
    VERBS,
    PlotProposal,
    png_of,
    svg_of,
)
from latentlab.gui.train.latent_cloud import LatentCloud
from latentlab.gui.widgets.map_panel import MapPanel
from latentlab.gui.widgets.plot_menu import PlotMenu
from latentlab.gui.work_dialog import WorkDialog
from tests.gui.taking import choose, dialog_of, take

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from latentlab.gui.export_dialog import ExportDialog
    from latentlab.gui.window import Window


# -- plots through the dialog -------------------------------------------------------------------


@pytest.fixture
def ask(window: Window) -> Callable[[], ExportDialog]:
    cloud = LatentCloud(window)
    cloud.resize(200, 160)
    cloud.show_points(np.random.default_rng(0).normal(size=(30, 2)), np.arange(30) % 3)

    def open_it() -> ExportDialog:
        window.lab.exports.wanted.emit(PlotProposal("cloud", cloud, cloud.arrays))
        return dialog_of(window)

    return open_it


def test_a_plot_becomes_any_of_its_formats(
    ask: Callable[[], ExportDialog], qtbot: QtBot, tmp_path: Path
) -> None:
    svg = take(ask(), tmp_path / "cloud.svg", qtbot)
    assert ElementTree.parse(svg).getroot().get("viewBox") == "0 0 200 160"
    assert take(ask(), tmp_path / "cloud.pdf", qtbot).read_bytes().startswith(b"%PDF")
    dialog = ask()
    choose(dialog, ".png")
    dialog.form.scale.setValue(3)
    qtbot.waitUntil(lambda: dialog.form.size.text() == "600 × 480 pixels")
    with Image.open(take(dialog, tmp_path / "cloud.png", qtbot)) as image:
        assert image.size == (600, 480)
    table = take(ask(), tmp_path / "cloud.csv", qtbot).read_text().splitlines()
    assert table[0] == "label,xy0,xy1"
    assert len(table) == 31


def test_a_plot_has_the_fields_of_plots(ask: Callable[[], ExportDialog], qtbot: QtBot) -> None:
    dialog = ask()
    form = dialog.form
    assert form._kinds == ("plot", "data")
    assert f"{MOST_VECTOR_POINTS:,} points" in form.note.text()
    assert form.light.isVisibleTo(form)
    assert not form.scale.isVisibleTo(form), "lines have no scale"
    choose(dialog, ".png")
    assert form.scale.isVisibleTo(form)
    assert not dialog.command.isVisible(), "nobody has said what makes this plot"
    qtbot.waitUntil(lambda: bool(dialog.preview.frames))
    choose(dialog, ".npz")
    qtbot.waitUntil(lambda: not dialog.preview.frames)


def test_any_plot_can_be_given_a_menu(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[QMenu] = []
    monkeypatch.setattr(QMenu, "popup", lambda menu, *_: opened.append(menu))
    asked: list[str] = []

    class Outlet:
        def act(self, what: str) -> None:
            asked.append(what)

    widget = QWidget()
    qtbot.addWidget(widget)
    PlotMenu(widget, Outlet())
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, QPoint(3, 3), QPoint(3, 3))
    QApplication.sendEvent(widget, event)
    for action in opened[0].actions():
        action.trigger()
    assert asked == list(VERBS)
    opened[0].deleteLater()


def test_curves_over_t_leave_with_their_rows(qtbot: QtBot) -> None:
    card = CurvesCard()
    qtbot.addWidget(card)
    card.resize(520, 260)
    card.show()
    t = np.linspace(0, 1, 5)
    card.plot.show_lines({"pixel": Line(t, 3 * t), "latent": Line(t, 2 - t)})
    svg = svg_of(OverT(card))
    words = {"".join(node.itertext()) for node in ElementTree.fromstring(svg).iter() if node.text}
    text = " ".join(words)
    assert "distance to real images, in pixels" in text
    assert "pixel space" in text
    assert "latent line" in text
    before = png_of(OverT(card), 1)
    card.plot.show_t(0.7)
    assert png_of(OverT(card), 1) == before, "the line at t is no part of it"
    found = arrays_of(card)
    assert found["row"].tolist() == ["pixel"] * 5 + ["latent"] * 5
    assert np.allclose(found["value"][5:], 2 - t)


def test_a_map_coloured_by_a_number_has_its_ramp(qtbot: QtBot) -> None:
    shown = MapPanel()
    qtbot.addWidget(shown)
    shown.resize(400, 300)
    shown.show()
    shown.colour_bar.hide()
    plain = MapFigure(shown)
    room = plain.figure_size().height() - shown.plot.figure_size().height()
    assert room == 0
    ramp = np.linspace(0, 255, 256).astype(np.uint8)[:, None].repeat(3, 1)
    shown.colour_bar.show_bar(ColourBar("slant", -1.0, 2.0), ramp)
    figure = MapFigure(shown)
    assert figure.figure_size().height() > shown.plot.figure_size().height()
    words = ElementTree.fromstring(svg_of(figure)).itertext()
    assert {"slant", "-1", "2"} <= {word.strip() for word in words}


# -- ONNX ---------------------------------------------------------------------------------------


def onnx(window: Window, monkeypatch: pytest.MonkeyPatch, path: Path, child: str) -> WorkDialog:
    """Asks for an export that a script plays."""
    argv = [sys.executable, "-S", "-c", child, str(path)]
    monkeypatch.setattr("latentlab.app.onnx_child.command", lambda *_: argv)
    monkeypatch.setattr("latentlab.gui.model_care.ask_path", lambda *_: path)
    window.views["file.export_onnx"].trigger()
    (dialog,) = [each for each in window.findChildren(WorkDialog) if each.isVisible()]
    return dialog


def test_onnx_is_written_by_a_child(
    window: Window, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    child = "import sys; open(sys.argv[1], 'w').close(); print('both written; differences 1e-7')"
    dialog = onnx(window, monkeypatch, tmp_path / "x.onnx", child)
    assert "comparing it with torch" in dialog.words.text()
    qtbot.waitUntil(lambda: "both written; differences 1e-7" in window.messages.texts)
    assert (tmp_path / "x.onnx").exists()


def test_an_onnx_export_is_given_up(
    window: Window, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialog = onnx(window, monkeypatch, tmp_path / "x.onnx", "import signal; signal.pause()")
    with qtbot.waitSignal(dialog.rejected, timeout=15_000):
        qtbot.mouseClick(dialog.cancel, Qt.MouseButton.LeftButton)
    assert not (tmp_path / "x.onnx").exists()


def test_an_onnx_export_that_fails_says_why(
    window: Window, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    child = "import sys; sys.exit('Error: the extra onnx is not installed.')"
    dialog = onnx(window, monkeypatch, tmp_path / "x.onnx", child)
    qtbot.waitUntil(lambda: dialog.words.text() == "the extra onnx is not installed.")
    assert dialog.cancel.text() == "Close"
    with qtbot.waitSignal(dialog.rejected):
        qtbot.keyClick(dialog, Qt.Key.Key_Escape)


# -- the cursor's way ---------------------------------------------------------------------------


def test_the_cursor_is_recorded_and_becomes_a_film(
    window: Window, qtbot: QtBot, tmp_path: Path
) -> None:
    clock = [0.0]
    window.recorder._clock = lambda: clock[0]
    window.views["file.record"].trigger()
    assert window.recorder.is_on
    assert window.views["file.record"].isChecked()
    for i in range(6):
        clock[0] += 0.1
        window.lab.session.move_cursor([float(i), 1.0], hover=True)
    window.views["file.record"].trigger()
    dialog = dialog_of(window)
    assert dialog.form.choice().kind == "film"
    path = take(dialog, tmp_path / "way.gif", qtbot)
    with Image.open(path) as film:
        assert film.n_frames > 3


def test_every_menu_of_a_picture_works(window: Window, qtbot: QtBot) -> None:
    wanted: list[Any] = []
    window.lab.exports.wanted.disconnect(window._open_export)
    window.lab.exports.wanted.connect(wanted.append)
    image = window.inspector.panel.image
    for what in ("export", "copy", "command", "python"):
        assert image.ask(what), what
    assert image.ask("pin")
    assert len(wanted) == 1
    assert len(window.lab.session.state.pins) == 1
