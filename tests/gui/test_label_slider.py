"""The slider over labels: by mouse and keys, on labels and between them."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from latentlab.gui.widgets.label_slider import FINE, LabelSlider
from latentlab.gui.widgets.swing import Swing

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

NAMES = tuple("0123456789")
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def slider(qtbot: QtBot) -> LabelSlider:
    made = LabelSlider()
    qtbot.addWidget(made)
    made.resize(400, 50)
    made.show_names(NAMES)
    made.show()
    return made


def heard(slider: LabelSlider) -> list[object]:
    found: list[object] = []
    slider.moved.connect(found.append)
    return found


def test_it_obeys_labels_and_neighbours_without_a_word(slider: LabelSlider) -> None:
    told = heard(slider)
    slider.show_label(7)
    assert (slider.label, slider.share) == (7, pytest.approx(7 / 9))
    slider.show_label((0, 0, 0.75, 0.25, 0, 0, 0, 0, 0, 0))
    assert slider.track.value() == 2 * FINE + FINE // 4
    slider.show_label((0, 0, 0.1, 0, 0, 0, 0, 0, 0.9, 0))
    assert slider.label == 8, "of a mixture of others, the largest"
    slider.show_label(None)
    assert slider.label == 0
    assert told == []


def test_keys_mix_and_go_from_label_to_label(slider: LabelSlider) -> None:
    told = heard(slider)
    QTest.keyClick(slider.track, Qt.Key.Key_PageUp)
    assert told == [1]
    QTest.keyClick(slider.track, Qt.Key.Key_Right)
    assert told[-1] == pytest.approx((0, 0.9, 0.1, 0, 0, 0, 0, 0, 0, 0))
    QTest.keyClick(slider.track, Qt.Key.Key_PageUp)
    assert told[-1] == 2
    QTest.keyClick(slider.track, Qt.Key.Key_End)
    QTest.keyClick(slider.track, Qt.Key.Key_PageUp)
    assert told[-1] == 9
    QTest.keyClick(slider.track, Qt.Key.Key_Home)
    assert told[-1] == 0


def test_space_wants_to_play(slider: LabelSlider, qtbot: QtBot) -> None:
    with qtbot.waitSignal(slider.play_wanted):
        QTest.keyClick(slider.track, Qt.Key.Key_Space)


def test_a_click_on_a_name_goes_to_that_label(slider: LabelSlider, qtbot: QtBot) -> None:
    told = heard(slider)
    x = round(slider.track.x_of(4 * FINE))
    with qtbot.waitSignal(slider.released):
        QTest.mouseClick(slider.names, LEFT, pos=QPoint(x + 3, 4))
    assert told == [4]


def test_a_dragging_hand_is_drawn_into_labels(slider: LabelSlider) -> None:
    told = heard(slider)
    y = slider.track.height() // 2
    QTest.mousePress(slider.track, LEFT, pos=QPoint(round(slider.track.x_of(3.5 * FINE)), y))
    assert isinstance(told[-1], tuple)
    QTest.mouseMove(slider.track, QPoint(round(slider.track.x_of(5 * FINE + 2)), y))
    QTest.mouseRelease(slider.track, LEFT, pos=QPoint(round(slider.track.x_of(5 * FINE + 2)), y))
    assert told[-1] == 5


def test_without_mixing_every_step_is_a_label(qtbot: QtBot) -> None:
    slider = LabelSlider(mixes=False)
    qtbot.addWidget(slider)
    slider.show_names(("a", "b", "c"))
    told = heard(slider)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Right):
        QTest.keyClick(slider.track, key)
    assert told == [1, 2]


def test_one_label_leaves_nothing_to_choose(qtbot: QtBot) -> None:
    slider = LabelSlider()
    qtbot.addWidget(slider)
    slider.show_names(("only",))
    assert not slider.track.isEnabled()
    assert (slider.label, slider.share) == (0, 0)


def test_many_long_names_never_overlap(qtbot: QtBot) -> None:
    slider = LabelSlider()
    qtbot.addWidget(slider)
    slider.resize(300, 50)
    slider.show_names(tuple(f"a long name {n}" for n in range(62)))
    slider.show_label(40)
    slider.show()
    spots = slider.names.spots()
    assert 40 in spots, "where one stands is written"
    assert len(spots) < 62
    found = sorted((spot.left(), spot.right()) for spot in spots.values())
    assert all(first[1] <= second[0] for first, second in itertools.pairwise(found))
    assert found[0][0] >= 0
    assert found[-1][1] <= slider.names.width()


@given(st.integers(2, 62), st.floats(0, 1))
def test_shares_are_those_of_two_neighbours(qapp: object, count: int, share: float) -> None:
    slider = LabelSlider()
    slider.show_names([str(n) for n in range(count)])
    label = slider.label_of_share(share)
    slider.show_label(label)
    assert abs(slider.share - share) <= 3 / (FINE * (count - 1))
    if isinstance(label, tuple):
        assert sum(label) == pytest.approx(1)
        assert sum(value > 0 for value in label) == 2
    slider.deleteLater()


def test_a_swing_goes_there_and_back(qtbot: QtBot) -> None:
    places: list[float] = []
    parent = LabelSlider()
    qtbot.addWidget(parent)
    swing = Swing(parent, lambda: 0.5, places.append, way_s=lambda: 2.0)
    swing.play(True)
    for seconds in (0.5, 0.5, 1.0, 2.0):
        swing.advance(seconds)
    swing.play(False)
    assert places == pytest.approx([0.75, 1.0, 0.5, 0.5])


def test_a_closed_swing_goes_round(qtbot: QtBot) -> None:
    places: list[float] = []
    parent = LabelSlider()
    qtbot.addWidget(parent)
    swing = Swing(parent, lambda: 0.5, places.append, way_s=lambda: 1.0, is_closed=lambda: True)
    swing.play(True)
    swing.advance(0.75)
    swing.toggle()
    assert not swing.is_playing
    assert places == pytest.approx([0.25])
