"""The window's journeys: models, cursor, pins, theme, layout, messages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from latentlab.gui.theme import theme

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from latentlab.app.lab import Lab
    from latentlab.gui.window import Window


def cursor_is_drawn(window: Window) -> bool:
    """The fake codec writes the latent itself into its picture."""
    picture = window.inspector.panel.image.picture
    z = np.asarray(window.lab.session.state.z)
    shown = z.astype(np.int64).astype(np.uint8)
    return picture is not None and np.array_equal(picture[0, 0, : len(z)], shown)


# -- models -------------------------------------------------------------------------------------


def test_first_start_shows_model_picture_trust_and_neighbours(window: Window) -> None:
    panel = window.inspector.panel
    assert window.model_id == "mnist-vae-2"
    assert window.models.cards.chosen == "mnist-vae-2"
    assert panel.image.picture is not None
    assert panel.trust.words.startswith("in support")
    assert panel.neighbours.count == 3
    assert window.toolbar.picker.currentText() == "mnist-vae-2"
    assert "Fake, 1 thread" in window.toolbar.device.full_text


def test_a_click_on_a_card_chooses_its_model(window: Window, qtbot: QtBot) -> None:
    cards = window.models.cards
    place = cards.visualRect(cards.filter.index(1, 0)).center()
    with qtbot.waitSignal(window.settled, timeout=10_000):
        qtbot.mouseClick(cards.viewport(), Qt.MouseButton.LeftButton, pos=place)
    qtbot.waitUntil(window.is_settled)
    assert window.model_id == "mnist-vae-5"
    assert len(window.inspector.panel.sliders.values) == 5
    assert window.windowTitle().startswith("mnist-vae-5")


def test_the_keyboard_alone_chooses_a_model(window: Window, qtbot: QtBot) -> None:
    window.views["model.list"].trigger()
    cards = window.models.cards
    qtbot.keyClick(cards, Qt.Key.Key_Down)
    assert window.model_id == "mnist-vae-2", "the arrows only look"
    qtbot.keyClick(cards, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.model_id == "mnist-vae-5")
    qtbot.waitUntil(window.is_settled)
    assert window.toolbar.picker.currentText() == "mnist-vae-5"


def test_the_picker_chooses_a_model(window: Window, qtbot: QtBot) -> None:
    window.toolbar.picker.activated.emit(1)
    qtbot.waitUntil(lambda: window.model_id == "mnist-vae-5")
    qtbot.waitUntil(window.is_settled)


def test_a_broken_model_says_why_and_changes_nothing(
    window: Window, qtbot: QtBot, library: Path
) -> None:
    folder = library / "broken"
    folder.mkdir()
    (folder / "manifest.json").write_text('{"schema_version": 99}')
    window.lab.registry.rescan()
    window.models.chosen.emit("broken")
    assert window.model_id == "mnist-vae-2"
    assert "schema version 99" in window.messages.texts[-1]


# -- cursor -------------------------------------------------------------------------------------


def test_a_dragged_slider_moves_the_cursor_live(window: Window, qtbot: QtBot) -> None:
    slider = window.inspector.panel.sliders._sliders[0]
    slider.setValue(slider.maximum())
    high = window.lab.session.state.z[0]
    slider.setValue(slider.maximum() // 2)
    assert window.lab.session.state.z[0] < high
    qtbot.waitUntil(lambda: cursor_is_drawn(window))


def test_an_exact_value_can_be_typed(window: Window, qtbot: QtBot) -> None:
    edit = window.inspector.panel.sliders._edits[1]
    edit.selectAll()
    qtbot.keyClicks(edit, "1,25")
    qtbot.keyClick(edit, Qt.Key.Key_Return)
    assert window.lab.session.state.z[1] == 1.25
    assert edit.text() == "+1.25"


@pytest.mark.parametrize("typed", ["many", "nan", "1e99", "", "--2"])
def test_nonsense_in_z_is_marked_and_the_value_kept(
    window: Window, qtbot: QtBot, typed: str
) -> None:
    sliders = window.inspector.panel.sliders
    edit, before = sliders._edits[0], window.lab.session.state.z
    edit.selectAll()
    qtbot.keyClick(edit, Qt.Key.Key_Backspace)
    qtbot.keyClicks(edit, typed)
    qtbot.keyClick(edit, Qt.Key.Key_Return)
    assert window.lab.session.state.z == before
    assert edit.property("invalid")
    assert "z₁" in sliders.complaint
    qtbot.keyClick(edit, Qt.Key.Key_Escape)
    assert not edit.property("invalid")
    assert sliders.complaint == ""


def test_a_far_place_is_not_trusted(window: Window, qtbot: QtBot) -> None:
    window.lab.session.move_cursor([50.0, 50.0])
    trust = window.inspector.panel.trust
    qtbot.waitUntil(lambda: trust.token == "bad")
    assert "do not trust" in trust.words


def test_a_click_on_a_neighbour_goes_there(window: Window, qtbot: QtBot) -> None:
    window.lab.session.move_cursor([0.3, 0.3])
    qtbot.waitUntil(window.is_settled)
    window.inspector.panel.neighbours.clicked.emit(0)
    distances = np.linalg.norm(window.lab.latents.mu - window.lab.session.state.z, axis=1)
    assert distances.min() < 1e-6


def test_undo_takes_the_cursor_back(window: Window) -> None:
    before = window.lab.session.state.z
    window.lab.session.move_cursor([1.0, 1.0])
    assert window.views["edit.undo"].isEnabled()
    window.views["edit.undo"].trigger()
    assert window.lab.session.state.z == before
    window.views["edit.redo"].trigger()
    assert window.lab.session.state.z == (1.0, 1.0)


# -- messages, theme, layout --------------------------------------------------------------------


def drop(window: Window, path: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    event = QDropEvent(
        QPointF(300, 300),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    window.dropEvent(event)


def test_a_broken_zip_is_refused_in_one_sentence(
    window: Window, qtbot: QtBot, tmp_path: Path
) -> None:
    broken = tmp_path / "model.zip"
    broken.write_bytes(b"PK\x03\x04 and then nothing")
    drop(window, broken)
    qtbot.waitUntil(lambda: bool(window.messages.texts))
    assert "model.zip" in window.messages.texts[0]
    assert "Traceback" not in window.messages.texts[0]
    assert window.model_id == "mnist-vae-2"


def test_a_dropped_model_is_imported_and_shown(
    window: Window, qtbot: QtBot, shipped: Path, tmp_path: Path
) -> None:
    path = window.lab.registry.export_model("mnist-vae-5", tmp_path / "out.zip")
    drop(window, path)
    qtbot.waitUntil(lambda: window.model_id not in ("", "mnist-vae-2"))
    assert (window.lab.registry.library / window.model_id / "manifest.json").is_file()
    qtbot.waitUntil(window.is_settled)


def test_other_files_are_refused(window: Window, qtbot: QtBot, tmp_path: Path) -> None:
    picture = tmp_path / "cat.jpg"
    picture.write_bytes(b"\xff\xd8\xff")
    drop(window, picture)
    qtbot.waitUntil(lambda: bool(window.messages.texts))
    assert "cat.jpg" in window.messages.texts[0]
    assert "can be dropped here" in window.messages.texts[0]


def test_the_theme_restyles_everything(window: Window) -> None:
    window.lab.preferences.update(theme="light")
    light = window.grab().toImage()
    window.views["view.theme"].trigger()
    assert theme().dark
    dark = window.grab().toImage()
    points = [QPoint(4, 4), window.models.mapTo(window, QPoint(20, 4)), QPoint(640, 400)]
    points.append(window.inspector.panel.mapTo(window, QPoint(3, 3)))
    points.append(window.tray.panel.mapTo(window, QPoint(5, 5)))
    for point in points:
        assert light.pixelColor(point).lightness() > 180, point
        assert dark.pixelColor(point).lightness() < 75, point


def test_the_scale_grows_all_text(window: Window, qtbot: QtBot) -> None:
    before = window.models.train.fontMetrics().height()
    for _ in range(12):
        window.scale_by(0.1)
    assert window.lab.preferences.settings.ui_scale == 2.0
    assert window.models.train.fontMetrics().height() >= 1.8 * before
    assert not window.views["view.larger"].isEnabled()
    assert window.width() <= 1280, "the window never outgrows a small projector"
    assert window.docks["tray"].is_folded
    badge = window.toolbar.device
    qtbot.waitUntil(lambda: badge.text().startswith("Fake · "))
    assert badge.toolTip().startswith("Fake, 1 thread · decode")
    for _ in range(12):
        window.scale_by(-0.1)
    assert not window.docks["tray"].is_folded
    assert window.docks["models"].isVisible()
    assert window.docks["inspector"].x() > window.docks["models"].x()


def test_layout_model_and_session_come_back(
    open_window: Callable[[], Window], lab: Lab, home: Path, bridge: object, qtbot: QtBot
) -> None:
    from latentlab.app.preferences import Preferences
    from latentlab.app.session import Session
    from latentlab.gui.window import Window as Again

    first = open_window()
    first.docks["tray"].hide()
    first.docks["inspector"].setFloating(True)
    first.resize(780, 600)  # the offscreen screen has 800 x 800
    lab.choose_model("mnist-vae-5")
    qtbot.waitUntil(first.is_settled)
    lab.session.pin(name="kept")
    first.close()
    preferences, problem = Preferences.restore(home / "settings" / "preferences.json")
    session, other = Session.restore(home / "settings" / "session.json")
    assert (problem, other) == ("", "")
    assert session.state.model == "mnist-vae-5"
    assert [pin.name for pin in session.state.pins] == ["kept"]
    lab.preferences = preferences
    second = Again(lab)
    second.show()
    assert second.docks["tray"].isHidden()
    assert second.docks["inspector"].isFloating()
    assert (second.width(), second.height()) == (780, 600)
    second.dock_layout.reset()
    assert not second.docks["tray"].isHidden()
    assert not second.docks["inspector"].isFloating()
    second.hide()
    second.deleteLater()


def test_panels_can_be_hidden_and_shown_by_key(window: Window) -> None:
    action = window.views["panel.models"]
    assert action.isChecked()
    action.trigger()
    assert window.docks["models"].isHidden()
    action.trigger()
    assert not window.docks["models"].isHidden()


# -- what everybody can reach -------------------------------------------------------------------


def test_every_control_has_a_name_and_a_tooltip(window: Window) -> None:
    from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QAbstractSlider, QComboBox

    kinds = (QAbstractButton, QAbstractItemView, QAbstractSlider, QComboBox, QLineEdit)
    roots: list[QWidget] = [window.toolbar, *window.docks.values()]
    silent = []
    for root in roots:
        for widget in root.findChildren(QWidget):
            own = not widget.objectName().startswith("qt_") and isinstance(widget, kinds)
            inner = isinstance(widget.parent(), QComboBox | QAbstractItemView | QLineEdit)
            popup = widget.window() is not window
            if not own or inner or popup or "ScrollBar" in type(widget).__name__:
                continue
            if not (widget.accessibleName() or getattr(widget, "text", str)()):
                silent.append((type(widget).__name__, "name"))
            if not widget.toolTip():
                silent.append((widget.accessibleName() or type(widget).__name__, "tooltip"))
    assert silent == [("Models", "tooltip")], "cards have tooltips of their own"


def test_tab_key_reaches_every_panel(window: Window, qtbot: QtBot) -> None:
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    seen = set()
    start = window.models.cards
    start.setFocus()
    for _ in range(120):
        focused = QApplication.focusWidget()
        for name, dock in window.docks.items():
            if dock.isAncestorOf(focused):
                seen.add(name)
        window.focusNextChild()
    assert {"models", "inspector", "tray"} <= seen
