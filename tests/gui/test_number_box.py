"""Boxes of the form: free typing, round steps, Esc, and the axis of the losses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QValidator

from latentlab.app.form_fields import Field
from latentlab.gui.widgets.loss_axis import LossAxis
from latentlab.gui.widgets.number_box import NumberBox, TextBox

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

RATE = Field("rate", "rate", "float", 0.001, low=0, high=10, open_low=True)
LIMIT = Field("limit", "limit", "int", None, low=1, high=64, optional=True)


@pytest.fixture
def rate(qtbot: QtBot) -> NumberBox:
    box = NumberBox(RATE)
    qtbot.addWidget(box)
    box.set_value(0.001)
    box.show()
    return box


def test_anything_may_be_typed(rate: NumberBox) -> None:
    for text in ("", "abc", "-1", "1e-3"):
        assert rate.validate(text, 0)[0] == QValidator.State.Acceptable


@pytest.mark.parametrize(
    ("keys", "text"),
    [([Qt.Key.Key_Up], "0.002"), ([Qt.Key.Key_Down], "0.0005"), ([Qt.Key.Key_Up] * 3, "0.01")],
)
def test_arrows_take_round_steps(
    qtbot: QtBot, rate: NumberBox, keys: list[Qt.Key], text: str
) -> None:
    with qtbot.waitSignal(rate.edited) as heard:
        for key in keys:
            qtbot.keyClick(rate, key)
    assert heard.args is not None
    assert rate.text() == text


def test_steps_begin_at_what_was_typed_when_it_is_good(qtbot: QtBot, rate: NumberBox) -> None:
    rate.selectAll()
    qtbot.keyClicks(rate, "0.3")
    qtbot.keyClick(rate, Qt.Key.Key_Up)
    assert rate.text() == "0.5"
    rate.selectAll()
    qtbot.keyClicks(rate, "x")
    qtbot.keyClick(rate, Qt.Key.Key_Up)
    assert rate.text() == "1"


def test_escape_asks_only_after_typing(qtbot: QtBot, rate: NumberBox) -> None:
    with qtbot.assertNotEmitted(rate.reverted):
        qtbot.keyClick(rate, Qt.Key.Key_Escape)
    qtbot.keyClicks(rate, "9")
    with qtbot.waitSignal(rate.reverted):
        qtbot.keyClick(rate, Qt.Key.Key_Escape)


def test_an_optional_number_is_empty_and_steps_from_its_limit(qtbot: QtBot) -> None:
    box = NumberBox(LIMIT)
    qtbot.addWidget(box)
    box.set_value(None)
    assert box.text() == ""
    assert box.lineEdit().placeholderText() == "automatic"
    qtbot.keyClick(box, Qt.Key.Key_Up)
    assert box.text() == "2"


def test_a_text_box_reverts_too(qtbot: QtBot) -> None:
    box = TextBox(Field("sizes", "sizes", "list", [512, 256]))
    qtbot.addWidget(box)
    box.set_value([512, 256])
    assert box.text() == "512, 256"
    with qtbot.waitSignal(box.edited):
        qtbot.keyClicks(box, ", 1")
    with qtbot.waitSignal(box.reverted):
        qtbot.keyClick(box, Qt.Key.Key_Escape)


def test_the_axis_is_round_on_both_scales(qapp: object) -> None:
    axis = LossAxis()
    [(_, linear)] = axis.tickValues(125, 155, 300)
    assert axis.tickStrings(linear, 1, 1) == ["125", "130", "135", "140", "145", "150", "155"]
    axis.set_logarithmic(True)
    [(_, decades)] = axis.tickValues(-3, 2, 300)
    assert axis.tickStrings(decades, 1, 1) == ["0.001", "0.01", "0.1", "1", "10", "100"]
