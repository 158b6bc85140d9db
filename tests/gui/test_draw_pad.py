"""Drawing by mouse and by keys, and the picture that comes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QFocusEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from latentlab.gui.theme import theme
from latentlab.gui.widgets.draw_pad import DrawDialog, DrawPad

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

SHAPE = (1, 28, 28)
LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def pad(qtbot: QtBot) -> DrawPad:
    made = DrawPad(SHAPE)
    qtbot.addWidget(made)
    with qtbot.waitExposed(made):
        made.show()
    return made


@pytest.fixture
def dialog(qtbot: QtBot) -> DrawDialog:
    made = DrawDialog(SHAPE)
    qtbot.addWidget(made)
    with qtbot.waitExposed(made):
        made.show()
    return made


def at(pad: DrawPad, x: float, y: float) -> QPoint:
    """A place of the sheet by its shares."""
    rows, columns = pad.canvas.ink.pixels.shape
    return pad.canvas.place_of((x * columns, y * rows)).toPoint()


def draw(pad: DrawPad, *places: tuple[float, float], button: Qt.MouseButton = LEFT) -> None:
    spots = [at(pad, *place) for place in places]
    QTest.mousePress(pad.canvas, button, pos=spots[0])
    for spot in spots[1:]:
        QTest.mouseMove(pad.canvas, spot)
    QTest.mouseRelease(pad.canvas, button, pos=spots[-1])
    QApplication.processEvents()


def press(pad: DrawPad, *keys: Qt.Key, times: int = 1, held: object = None) -> None:
    for key in keys * times:
        QTest.keyClick(pad.canvas, key, held or Qt.KeyboardModifier.NoModifier)


def test_the_mouse_draws_where_it_is(pad: DrawPad) -> None:
    draw(pad, (0.25, 0.25), (0.75, 0.25))
    pixels = pad.canvas.ink.pixels
    assert (pixels[70, 75:205] == 255).all()
    assert not pixels[140:].any()
    assert not pad.is_blank


def test_the_preview_follows_while_one_draws(pad: DrawPad) -> None:
    assert pad.preview.picture is None
    QTest.mousePress(pad.canvas, LEFT, pos=at(pad, 0.3, 0.3))
    first = pad.preview.picture
    QTest.mouseMove(pad.canvas, at(pad, 0.3, 0.8))
    second = pad.preview.picture
    QTest.mouseRelease(pad.canvas, LEFT, pos=at(pad, 0.3, 0.8))
    assert first is not None
    assert second is not None
    assert first.shape == SHAPE
    assert not np.array_equal(first, second)
    assert np.array_equal(second, pad.picture())


def test_centring_can_be_switched_off(pad: DrawPad) -> None:
    draw(pad, (0.1, 0.1), (0.1, 0.3))
    assert pad.picture()[0, 14, 14] == 255
    pad.centred.click()
    assert pad.picture()[0, 14, 14] == 0
    assert pad.preview.picture is not None
    assert pad.preview.picture[0, 5, 2] == 255


def test_the_right_button_and_the_eraser_take_ink_away(pad: DrawPad) -> None:
    draw(pad, (0.2, 0.5), (0.8, 0.5))
    draw(pad, (0.5, 0.2), (0.5, 0.8), button=RIGHT)
    assert pad.canvas.ink.pixels[140, 140] == 0
    QTest.mouseClick(pad.buttons["erase"], LEFT)
    draw(pad, (0.2, 0.5), (0.8, 0.5))
    assert not pad.canvas.ink.pixels[140, 70:210].any()


def test_undo_clear_and_invert(pad: DrawPad) -> None:
    assert not pad.buttons["undo"].isEnabled()
    draw(pad, (0.2, 0.5), (0.8, 0.5))
    one = pad.canvas.ink.pixels.copy()
    draw(pad, (0.2, 0.7), (0.8, 0.7))
    QTest.keyClick(pad.canvas, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert np.array_equal(pad.canvas.ink.pixels, one)
    QTest.keyClick(pad.canvas, Qt.Key.Key_I)
    assert np.array_equal(pad.canvas.ink.pixels, 255 - one)
    QTest.mouseClick(pad.buttons["invert"], LEFT)
    QTest.mouseClick(pad.buttons["clear"], LEFT)
    assert pad.is_blank
    assert pad.preview.picture is None
    QTest.mouseClick(pad.buttons["undo"], LEFT)
    assert np.array_equal(pad.canvas.ink.pixels, one)


def test_the_brush_has_a_size(pad: DrawPad) -> None:
    def breadth() -> int:
        draw(pad, (0.2, 0.5), (0.8, 0.5))
        drawn = int((pad.canvas.ink.pixels[:, 140] > 0).sum())
        pad.canvas.clear()
        return drawn

    thin = breadth()
    QTest.keyClick(pad.canvas, Qt.Key.Key_BracketRight)
    assert breadth() > thin
    pad.brush.setValue(80)
    assert breadth() > 80


def test_a_digit_is_drawn_by_keys_alone(pad: DrawPad) -> None:
    pad.canvas.setFocus()
    press(pad, Qt.Key.Key_Up, Qt.Key.Key_Up, held=SHIFT)
    assert pad.is_blank
    press(pad, Qt.Key.Key_Space)
    assert "pen is down" in pad.advice.text()
    press(pad, Qt.Key.Key_Down, times=4, held=SHIFT)
    press(pad, Qt.Key.Key_Space)
    assert "Space puts it down" in pad.advice.text()
    press(pad, Qt.Key.Key_Right, times=3, held=SHIFT)
    columns = np.flatnonzero(pad.canvas.ink.pixels.any(axis=0))
    rows = np.flatnonzero(pad.canvas.ink.pixels.any(axis=1))
    assert columns.mean() == pytest.approx(139.5, abs=1)
    assert rows[-1] - rows[0] > 130
    press(pad, Qt.Key.Key_Delete)
    assert pad.is_blank


def test_one_stroke_of_the_keys_is_one_step_of_undo(pad: DrawPad) -> None:
    press(pad, Qt.Key.Key_Space)
    press(pad, Qt.Key.Key_Left, times=5)
    press(pad, Qt.Key.Key_Space)
    QTest.mouseClick(pad.buttons["undo"], LEFT)
    assert pad.is_blank


def test_the_pen_stays_on_the_sheet_and_lifts_when_focus_goes(pad: DrawPad) -> None:
    press(pad, Qt.Key.Key_Right, times=40, held=SHIFT)
    assert pad.canvas.pen[0] == 280
    press(pad, Qt.Key.Key_Space)
    assert pad.canvas.is_down
    QApplication.sendEvent(pad.canvas, QFocusEvent(QFocusEvent.Type.FocusOut))
    assert not pad.canvas.is_down


def test_the_dialog_tells_the_picture(dialog: DrawDialog, qtbot: QtBot) -> None:
    assert not dialog.use.isEnabled()
    draw(dialog.pad, (0.3, 0.2), (0.3, 0.8))
    with qtbot.waitSignal(dialog.drawn) as told:
        QTest.mouseClick(dialog.use, LEFT)
    assert np.array_equal(told.args[0], dialog.pad.picture())
    assert not dialog.isVisible()


def test_ctrl_enter_takes_it_and_enter_does_not(dialog: DrawDialog, qtbot: QtBot) -> None:
    draw(dialog.pad, (0.3, 0.2), (0.3, 0.8))
    QTest.keyClick(dialog.pad.canvas, Qt.Key.Key_Return)
    assert dialog.isVisible()
    with qtbot.waitSignal(dialog.drawn):
        QTest.keyClick(dialog.pad.canvas, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)


def test_escape_gives_nothing(dialog: DrawDialog, qtbot: QtBot) -> None:
    draw(dialog.pad, (0.3, 0.2), (0.3, 0.8))
    with qtbot.assertNotEmitted(dialog.drawn):
        QTest.keyClick(dialog.pad.canvas, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_one_goes_on_with_an_earlier_drawing(qtbot: QtBot) -> None:
    before = DrawPad(SHAPE)
    qtbot.addWidget(before)
    draw(before, (0.3, 0.2), (0.7, 0.8))
    dialog = DrawDialog(SHAPE, start=before.picture())
    qtbot.addWidget(dialog)
    assert dialog.use.isEnabled()
    assert np.array_equal(dialog.pad.picture(), before.picture())


def test_colour_models_get_three_channels_as_it_lies(qtbot: QtBot) -> None:
    pad = DrawPad((3, 16, 16))
    qtbot.addWidget(pad)
    assert not pad.centred.isChecked()
    draw(pad, (0.1, 0.1), (0.2, 0.2))
    assert pad.picture().shape == (3, 16, 16)
    assert pad.picture()[:, :5, :5].any()


@pytest.mark.parametrize("choice", ["light", "dark"])
def test_larger_scale_larger_sheet(pad: DrawPad, choice: str) -> None:
    small = pad.canvas.sizeHint()
    theme().configure(choice, 2.0)
    assert pad.canvas.sizeHint() == small * 2
    assert pad.preview.width() == 224
    draw(pad, (0.2, 0.5), (0.8, 0.5))
    assert pad.canvas.ink.pixels[140, 140] == 255
