"""Pins: kept, shown, visited, renamed, reordered, removed; and the run line beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit

from latentlab.app.run_history import RunHistory
from latentlab.core import events
from latentlab.gui.docks.tray import run_line
from latentlab.gui.widgets.run_status import RunLine
from latentlab.gui.widgets.tray_view import EMPTY, ROW_MIME, TrayItem, TrayView

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from latentlab.gui.window import Window


@pytest.fixture
def three(window: Window, qtbot: QtBot) -> Window:
    """A window with the pins A, B and C, drawn."""
    for z in ([1.0, 1.0], [2.0, 2.0], [3.0, 3.0]):
        window.lab.session.pin(z)
    pins = window.tray.panel.view.pins
    qtbot.waitUntil(lambda: all(item.picture is not None for item in pins.items))
    return window


def names(window: Window) -> list[str]:
    return [pin.name for pin in window.lab.session.state.pins]


def choose(window: Window, row: int) -> TrayView:
    view = window.tray.panel.view
    view.setCurrentIndex(view.pins.index(row))
    view.setFocus()
    return view


def test_an_empty_tray_says_what_a_pin_is(window: Window) -> None:
    view = window.tray.panel.view
    assert "pin keeps a place" in EMPTY
    empty = view.grab().toImage()
    window.lab.session.pin([0.0, 0.0])
    assert view.grab().toImage() != empty


def test_pins_get_letters_and_their_own_pictures(three: Window) -> None:
    assert names(three) == ["A", "B", "C"]
    shown = [item.picture for item in three.tray.panel.view.pins.items]
    assert [int(picture[0, 0, 0]) for picture in shown] == [1, 2, 3]


def test_the_inspector_pins_the_cursor(window: Window, qtbot: QtBot) -> None:
    window.lab.session.move_cursor([4.0, 5.0])
    qtbot.waitUntil(window.is_settled)
    qtbot.mouseClick(window.inspector.panel.pin, Qt.MouseButton.LeftButton)
    assert window.lab.session.state.pins[0].z == (4.0, 5.0)
    qtbot.keyClick(window.inspector.panel.image, Qt.Key.Key_P)
    assert len(window.lab.session.state.pins) == 2


def test_a_click_goes_to_the_pin(three: Window, qtbot: QtBot) -> None:
    view = three.tray.panel.view
    place = view.visualRect(view.pins.index(1)).center()
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert three.lab.session.state.z == (2.0, 2.0)


def test_a_pin_of_another_model_brings_its_model(three: Window, qtbot: QtBot) -> None:
    three.lab.choose_model("mnist-vae-5")
    qtbot.waitUntil(lambda: three.model_id == "mnist-vae-5" and three.is_settled())
    assert all(item.foreign for item in three.tray.panel.view.pins.items)
    view = choose(three, 0)
    qtbot.keyClick(view, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: three.model_id == "mnist-vae-2" and three.is_settled())
    assert three.lab.session.state.z == (1.0, 1.0)


def test_f2_renames(three: Window, qtbot: QtBot) -> None:
    view = choose(three, 1)
    qtbot.keyClick(view, Qt.Key.Key_F2)
    editor = view.findChild(QLineEdit)
    editor.selectAll()
    qtbot.keyClicks(editor, "seven")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: names(three) == ["A", "seven", "C"])
    assert view.chosen() == three.lab.session.state.pins[1].id


def test_an_empty_name_is_not_taken(three: Window) -> None:
    pins = three.tray.panel.view.pins
    pins.setData(pins.index(0), "   ")
    assert names(three) == ["A", "B", "C"]


def test_delete_removes_and_undo_brings_back(three: Window, qtbot: QtBot) -> None:
    qtbot.keyClick(choose(three, 1), Qt.Key.Key_Delete)
    assert names(three) == ["A", "C"]
    three.views["edit.undo"].trigger()
    assert names(three) == ["A", "B", "C"]


@pytest.mark.parametrize(
    ("row", "key", "order"),
    [
        (0, Qt.Key.Key_Right, "BAC"),
        (2, Qt.Key.Key_Left, "ACB"),
        (0, Qt.Key.Key_Left, "ABC"),
        (2, Qt.Key.Key_Right, "ABC"),
    ],
)
def test_alt_and_an_arrow_reorder(
    three: Window, qtbot: QtBot, row: int, key: Qt.Key, order: str
) -> None:
    qtbot.keyClick(choose(three, row), key, Qt.KeyboardModifier.AltModifier)
    assert "".join(names(three)) == order


@pytest.mark.parametrize(
    ("dragged", "before", "order"), [(0, 3, "BCA"), (2, 0, "CAB"), (0, 2, "BAC"), (1, 1, "ABC")]
)
def test_a_drag_reorders(three: Window, dragged: int, before: int, order: str) -> None:
    pins = three.tray.panel.view.pins
    data = pins.mimeData([pins.index(dragged)])
    assert data.hasImage(), "other programs get the picture"
    assert data.hasFormat(ROW_MIME)
    pins.dropMimeData(data, Qt.DropAction.MoveAction, before, 0, pins.index(-1))
    assert "".join(names(three)) == order


def test_where_height_is_short_the_tray_is_a_thin_line(three: Window, qtbot: QtBot) -> None:
    dock, view = three.docks["tray"], three.tray.panel.view
    high = dock.height()
    assert not dock.is_folded
    three.resize(1280, 640)
    qtbot.waitUntil(lambda: dock.height() < 50)
    place = view.visualRect(view.pins.index(2))
    assert view.viewport().rect().contains(place)
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place.center())
    assert three.lab.session.state.z == (3.0, 3.0)
    qtbot.keyClick(choose(three, 2), Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert names(three) == ["A", "C", "B"]
    dock.setFloating(True)
    assert not dock.is_folded, "out of the window there is room"
    dock.setFloating(False)
    assert dock.is_folded
    three.resize(1280, 800)
    qtbot.waitUntil(lambda: dock.height() == high)
    assert not dock.is_folded


def test_a_name_is_edited_in_the_thin_line_too(three: Window, qtbot: QtBot) -> None:
    three.resize(1280, 640)
    view = choose(three, 0)
    qtbot.keyClick(view, Qt.Key.Key_F2)
    editor = view.findChild(QLineEdit)
    assert view.viewport().rect().contains(editor.geometry())
    editor.selectAll()
    qtbot.keyClicks(editor, "one")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: names(three) == ["one", "B", "C"])


def test_new_pictures_leave_an_open_editor_alone(three: Window, qtbot: QtBot) -> None:
    view = choose(three, 0)
    qtbot.keyClick(view, Qt.Key.Key_F2)
    editor = view.findChild(QLineEdit)
    items = [TrayItem(i.id, i.name, np.zeros((1, 8, 8), np.uint8)) for i in view.pins.items]
    view.show_items(items)
    assert view.findChild(QLineEdit) is editor
    qtbot.keyClick(editor, Qt.Key.Key_Escape)


# -- the run line -------------------------------------------------------------------------------


class Run:
    """As much of a RunHandle as the line reads."""

    def __init__(self, title: str, state: str) -> None:
        self.title = title
        self.is_stopping = False
        self.history = RunHistory(title)
        self.history.add(
            events.RunStarted(run=title, family="vae", data="mnist", device="CPU", epochs=60,
                              images_per_epoch=1000, parameters=1, loss_unit="nats")
        )  # fmt: skip
        self.history.add(
            events.Step(epoch=40, images_seen=40_500, losses={"loss": 1.0}, images_per_s=15_800,
                        eta_s=32, t=1.0)
        )  # fmt: skip
        self.history.state = state

    @property
    def state(self) -> str:
        return self.history.state

    @property
    def is_active(self) -> bool:
        return self.state in {"running", "paused", "starting"}


def test_the_line_says_words_first_then_a_share() -> None:
    line = run_line((Run("mnist-vae-20", "running"), Run("other", "queued")))
    for part in ("2 runs", "mnist-vae-20", "epoch 41 of 60", "15.8k", "0:32 left"):
        assert part in line.text
    assert line.short == "epoch 41 of 60 · 15.8k images/s"
    assert line.share == pytest.approx(40.5 / 60)


def test_the_line_is_empty_when_nothing_runs() -> None:
    assert run_line(()).text == ""
    assert run_line((Run("done", "finished"),)).share is None


def test_the_line_is_whole_where_there_is_room(window: Window, qtbot: QtBot) -> None:
    panel = window.tray.panel
    words = "digits-vae-2-2 epoch 25 of 300 · 5.7k images/s · 1:09 left · healthy"
    panel.status.show_line(RunLine(words, "epoch 25 of 300", 0.1))
    qtbot.waitUntil(lambda: panel.status._text.text() == words)
    window.resize(680, 640)
    qtbot.waitUntil(lambda: panel.status._text.text() == "epoch 25 of 300")
    qtbot.waitUntil(lambda: panel.view.width() >= 200)


def test_the_line_opens_the_train_tab(window: Window, qtbot: QtBot) -> None:
    status = window.tray.panel.status
    status.show_line(run_line((Run("x", "running"),)))
    qtbot.keyClick(status, Qt.Key.Key_Return)
    assert window.lab.session.state.tab == "train"
    assert window.tabs.currentWidget().spec.name == "train"
