"""Little room: one measure, rows that fold or wrap, pages instead of columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QLabel, QScrollArea, QVBoxLayout, QWidget

from latentlab.gui.room import Room
from latentlab.gui.tab_host import TabScroll
from latentlab.gui.theme import theme
from latentlab.gui.widgets.elided import ElidedLabel
from latentlab.gui.widgets.flow import Flow
from latentlab.gui.widgets.page_switch import Page, PageSwitch

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

NAMES = ("manifold", "prior", "posterior", "density")


@pytest.fixture
def place(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    made.resize(800, 600)
    made.show()
    return made


# -- room ---------------------------------------------------------------------------------------


def test_room_tells_only_when_its_answer_changes(place: QWidget) -> None:
    room, told = Room(place, narrow=500, low=400), []
    room.changed.connect(lambda: told.append((room.is_narrow, room.is_low)))
    for size in ((700, 600), (499, 600), (480, 600), (480, 399), (900, 700)):
        place.resize(*size)
    assert told == [(True, False), (True, True), (False, False)]


def test_larger_letters_leave_less_room(place: QWidget) -> None:
    room = Room(place, narrow=500, low=400)
    assert not room.is_narrow
    theme().configure("light", 2.0)
    assert room.is_narrow
    assert room.is_low
    theme().configure("light", 1.5)
    assert not room.is_low


def test_a_page_of_a_scroll_area_has_the_room_of_the_area(qtbot: QtBot) -> None:
    area, page = QScrollArea(), QWidget()
    room = Room(page, narrow=500)
    page.setMinimumWidth(600)
    area.setWidgetResizable(True)
    area.setWidget(page)
    qtbot.addWidget(area)
    area.resize(800, 300)
    area.show()
    assert not room.is_narrow
    with qtbot.waitSignal(room.changed):
        area.resize(450, 300)
    assert page.width() == 600
    assert room.is_narrow


# -- flow ---------------------------------------------------------------------------------------


def row(place: QWidget, more: str = "") -> tuple[Flow, ElidedLabel, list[QCheckBox]]:
    flow, words = Flow(more=more), ElidedLabel()
    words.set_full_text("10,000 of 10,000 test images", short="10,000 of 10,000")
    boxes = [QCheckBox(name) for name in NAMES]
    column = QVBoxLayout(place)
    column.setContentsMargins(0, 0, 0, 0)
    column.addWidget(flow)
    column.addStretch(1)
    flow.add(words, greedy=True)
    for number, box in enumerate(boxes):
        flow.add(box, foldable=number > 0)
    QApplication.processEvents()
    return flow, words, boxes


def lines(parts: list[QCheckBox]) -> int:
    return len({part.y() for part in parts})


def test_a_row_goes_on_in_the_next_line_and_back(place: QWidget) -> None:
    flow, words, boxes = row(place)
    assert lines(boxes) == 1
    assert boxes[-1].geometry().right() == flow.width() - 1  # the greedy words take what is left
    assert words.text() == words.full_text
    high = flow.height()
    place.resize(260, 600)
    QApplication.processEvents()
    assert lines(boxes) > 1
    assert flow.height() > high
    assert all(flow.rect().contains(box.geometry()) for box in boxes)
    place.resize(800, 600)
    QApplication.processEvents()
    assert (lines(boxes), flow.height()) == (1, high)


def test_what_is_added_to_a_folded_row_folds_too(place: QWidget) -> None:
    place.resize(120, 600)
    flow, _, _ = row(place, "layers")
    assert flow.is_folded
    late = QCheckBox("late")
    flow.add(late, foldable=True)
    assert flow.more is not None
    assert flow.more.popup.isAncestorOf(late)
    place.resize(1200, 600)
    QApplication.processEvents()
    assert not flow.is_folded
    assert late.parent() is flow


def test_a_row_with_a_button_folds_instead(place: QWidget) -> None:
    flow, words, boxes = row(place, "layers")
    assert not flow.is_folded
    boxes[2].setChecked(True)
    place.resize(340, 600)
    QApplication.processEvents()
    assert flow.is_folded
    assert words.text() == "10,000 of 10,000"
    assert boxes[0].parent() is flow
    assert flow.more.accessibleName() == "layers"
    assert all(box.parent() is flow.more.popup for box in boxes[1:])
    flow.more.setFocus()
    QTest.keyClick(flow.more, Qt.Key.Key_Space)
    assert flow.more.popup.isVisible()
    assert boxes[1].hasFocus()
    QTest.keyClick(boxes[1], Qt.Key.Key_Space)
    assert boxes[1].isChecked()
    QTest.keyClick(flow.more.popup, Qt.Key.Key_Escape)
    assert not flow.more.popup.isVisible()
    place.resize(800, 600)
    QApplication.processEvents()
    assert not flow.is_folded
    assert [box.isChecked() for box in boxes] == [False, True, True, False]
    assert [box.isVisible() for box in boxes] == [True] * 4


def test_what_is_hidden_takes_no_place_folded_or_not(place: QWidget) -> None:
    flow, _, boxes = row(place, "layers")
    boxes[3].hide()
    QApplication.processEvents()
    assert boxes[2].geometry().right() == flow.width() - 1
    place.resize(340, 600)
    QApplication.processEvents()
    assert boxes[3].isHidden()
    place.resize(800, 600)
    QApplication.processEvents()
    assert boxes[3].isHidden()
    assert not boxes[2].isHidden()


# -- words --------------------------------------------------------------------------------------


def test_words_become_shorter_before_they_are_cut(qtbot: QtBot) -> None:
    label = ElidedLabel()
    qtbot.addWidget(label)
    label.set_full_text("CPU, 1 thread · decode 1.4 ms", short="CPU · 1.4 ms", tip="the decoder")
    label.show()
    label.resize(label.sizeHint())
    assert label.text() == "CPU, 1 thread · decode 1.4 ms"
    label.resize(label.minimumSizeHint())
    assert label.text() == "CPU · 1.4 ms"
    assert label.toolTip() == "CPU, 1 thread · decode 1.4 ms\nthe decoder"
    assert label.accessibleName() == "CPU, 1 thread · decode 1.4 ms"
    label.resize(30, 20)
    assert "…" in label.text()


# -- pages --------------------------------------------------------------------------------------


@pytest.fixture
def parts(place: QWidget) -> tuple[PageSwitch, dict[str, QLabel]]:
    switch = PageSwitch(place)
    shown = {name: QLabel(name, place) for name in ("form", "curves", "pictures")}
    column = QVBoxLayout(place)
    for widget in (switch, *shown.values()):
        column.addWidget(widget)
        widget.setVisible(widget is not switch)
    return switch, shown


def pages(shown: dict[str, QLabel], *, split: bool = False) -> tuple[Page, ...]:
    curves, pictures = shown["curves"], shown["pictures"]
    new = Page("new", "New", "What to train", (shown["form"],))
    if split:
        look = Page("look", "Pictures", "What it makes", (pictures,))
        return new, Page("watch", "Curves", "How it goes", (curves,)), look
    return new, Page("watch", "Watch", "How it goes", (curves, pictures))


def seen(shown: dict[str, QLabel]) -> list[str]:
    return [name for name, label in shown.items() if label.isVisible()]


def test_pages_show_one_part_at_a_time_and_end(
    parts: tuple[PageSwitch, dict[str, QLabel]],
) -> None:
    switch, shown = parts
    assert not switch.isVisible()
    assert switch.page == ""
    switch.show_pages(pages(shown))
    assert switch.isVisible()
    assert (switch.page, seen(shown)) == ("new", ["form"])
    switch.turn_to("watch")
    assert seen(shown) == ["curves", "pictures"]
    switch.show_pages(pages(shown, split=True))  # the same page, with less on it
    assert (switch.page, seen(shown)) == ("watch", ["curves"])
    switch.show_pages(())
    assert not switch.isVisible()
    assert seen(shown) == ["form", "curves", "pictures"]


def test_a_page_asked_for_in_much_room_is_seen_in_little(
    parts: tuple[PageSwitch, dict[str, QLabel]],
) -> None:
    switch, shown = parts
    switch.turn_to("watch")
    assert seen(shown) == ["form", "curves", "pictures"]
    switch.show_pages(pages(shown))
    assert switch.page == "watch"


def test_keys_turn_pages(
    parts: tuple[PageSwitch, dict[str, QLabel]], place: QWidget, qtbot: QtBot
) -> None:
    switch, shown = parts
    switch.show_pages(pages(shown, split=True))
    place.activateWindow()
    qtbot.waitUntil(place.isActiveWindow)
    switch.bar.setFocus()
    QTest.keyClick(switch.bar, Qt.Key.Key_Right)
    assert switch.page == "watch"
    control = Qt.KeyboardModifier.ControlModifier
    with qtbot.waitSignal(switch.turned):
        QTest.keyClick(switch.bar, Qt.Key.Key_PageDown, control)
    assert switch.page == "look"
    QTest.keyClick(switch.bar, Qt.Key.Key_PageDown, control)
    assert switch.page == "new"  # round and round
    QTest.keyClick(switch.bar, Qt.Key.Key_PageUp, control)
    assert switch.page == "look"
    assert all("Page" in switch.bar.tabToolTip(number) for number in range(3))


# -- a tab in its place -------------------------------------------------------------------------


def test_a_tab_scrolls_for_what_it_needs_not_for_what_it_wishes(qtbot: QtBot) -> None:
    tab = QWidget()
    words = QLabel("word " * 300)
    words.setWordWrap(True)
    words.setMinimumHeight(20)
    QVBoxLayout(tab).addWidget(words)
    scroll = TabScroll(tab)
    qtbot.addWidget(scroll)
    scroll.resize(300, 200)
    scroll.show()
    assert tab.size() == scroll.viewport().size()
    words.setMinimumHeight(500)
    qtbot.waitUntil(lambda: tab.height() > 500)
    assert tab.width() == scroll.viewport().width() < 300
    words.setMinimumHeight(20)
    qtbot.waitUntil(lambda: tab.size() == scroll.size())
