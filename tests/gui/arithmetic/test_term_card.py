"""A card tells what is done with it, and obeys."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import QByteArray, QMimeData, QPointF, Qt
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest

from latentlab.gui.arithmetic.equation import Equation
from latentlab.gui.arithmetic.term_card import TERM_MIME, TermCard, TermView
from latentlab.gui.widgets.endpoint_mime import REFERENCE_MIME

if TYPE_CHECKING:
    from tests.gui.conftest import Show

LEFT = Qt.MouseButton.LeftButton
PICTURES = np.arange(4 * 64, dtype=np.uint8).reshape(4, 1, 8, 8)
VIEW = TermView(
    weight=1.0,
    name="smiling",
    query="smile",
    references=("seed:1", "seed:2", "seed:3"),
    tips=("one", "two", "three"),
    pictures=PICTURES[:3],
    mean=PICTURES[3],
)


@pytest.fixture
def equation(show: Show) -> Equation:
    made = show(Equation(), 640, 320)
    made.show_names(("smile", "glasses"))
    made.show_terms([VIEW, replace(VIEW, weight=-0.5, is_chosen=True), TermView()])
    return made


@pytest.fixture
def card(equation: Equation) -> TermCard:
    return equation.cards[1]


def drop(card: TermCard, data: QMimeData) -> None:
    card.dropEvent(
        QDropEvent(
            QPointF(5, 5), Qt.DropAction.CopyAction, data, LEFT, Qt.KeyboardModifier.NoModifier
        )
    )


def mime(kind: str, text: str) -> QMimeData:
    data = QMimeData()
    data.setData(kind, QByteArray(text.encode()))
    return data


def test_signs_stand_between_terms(equation: Equation) -> None:
    assert [card.sign.isVisible() for card in equation.cards] == [False, True, True]
    assert [card.sign.text() for card in equation.cards[1:]] == ["−", "+"]
    assert [card.title.text() for card in equation.cards] == ["A", "B", "C"]
    equation.show_term(0, replace(VIEW, weight=-1.0))
    assert equation.cards[0].sign.isVisible()


def test_weight_is_shown_without_its_sign_and_told(card: TermCard) -> None:
    assert card.weight.box.value() == 0.5
    told: list[float] = []
    card.weight_moved.connect(told.append)
    card.weight.slider.setValue(150)
    card.weight.box.setValue(-2)
    assert told == [1.5, -2.0]


def test_showing_tells_nothing(card: TermCard) -> None:
    told: list[object] = []
    card.weight_moved.connect(told.append)
    card.renamed.connect(told.append)
    card.query_taken.connect(told.append)
    card.show_term(replace(VIEW, weight=2.0, name="x", query="glasses"), is_first=False)
    assert told == []
    assert card.query.edit.text() == "glasses"
    assert card.name.text() == "x"


def test_a_name_is_taken_once(card: TermCard) -> None:
    told: list[str] = []
    card.renamed.connect(told.append)
    card.name.setFocus()
    QTest.keyClicks(card.name, "!")
    QTest.keyClick(card.name, Qt.Key.Key_Return)
    assert told == ["smiling!"]
    QTest.keyClick(card.name, Qt.Key.Key_Return)
    assert told == ["smiling!"]


def test_keys_move_turn_and_remove(card: TermCard) -> None:
    told: list[object] = []
    card.moved.connect(told.append)
    card.turned.connect(lambda: told.append("turned"))
    card.remove_wanted.connect(lambda: told.append("removed"))
    card.chosen.connect(lambda: told.append("chosen"))
    control = Qt.KeyboardModifier.ControlModifier
    QTest.keyClick(card, Qt.Key.Key_Left, control)
    QTest.keyClick(card, Qt.Key.Key_Right, control)
    QTest.keyClicks(card, "-")
    QTest.keyClick(card, Qt.Key.Key_Return)
    QTest.keyClick(card, Qt.Key.Key_Delete)
    assert told == [-1, 1, "turned", "chosen", "removed"]


def test_samples_and_cards_are_dropped(card: TermCard) -> None:
    samples: list[str] = []
    cards: list[int] = []
    card.dropped.connect(lambda data: samples.append(bytes(data.data(REFERENCE_MIME)).decode()))
    card.term_dropped.connect(cards.append)
    drop(card, mime(REFERENCE_MIME, "seed:9"))
    drop(card, mime(TERM_MIME, "0"))
    assert samples == ["seed:9"]
    assert cards == [0]


def test_delete_in_the_basket_takes_a_sample_out(card: TermCard) -> None:
    told: list[int] = []
    card.basket.removed.connect(told.append)
    QTest.mouseClick(card.basket, LEFT, pos=card.basket.cell(2).center())
    QTest.keyClick(card.basket, Qt.Key.Key_Delete)
    assert told == [2]


def test_an_empty_basket_says_what_to_do(equation: Equation) -> None:
    empty = equation.cards[2]
    assert empty.hint.isVisible()
    assert not empty.basket.isVisible()
    equation.show_term(2, VIEW)
    assert not empty.hint.isVisible()
    assert empty.basket.isVisible()


def test_a_search_shows_its_progress_and_can_be_cancelled(card: TermCard) -> None:
    told: list[bool] = []
    card.cancel_wanted.connect(lambda: told.append(True))
    card.show_term(replace(VIEW, gathered=0.4), is_first=False)
    assert card.progress.value() == 40
    assert card.cancel.isVisible()
    assert not card.query.isVisible()
    QTest.mouseClick(card.cancel, LEFT)
    assert told == [True]
    card.show_term(VIEW, is_first=False)
    assert not card.progress.isVisible()
    assert card.query.isVisible()


def test_a_problem_is_told_on_the_card(card: TermCard) -> None:
    card.show_term(replace(VIEW, problem="No picture fits."), is_first=False)
    assert card.words.full_text == "No picture fits."
    assert card.words.property("look") == "error"


def test_cards_follow_the_number_of_terms(equation: Equation) -> None:
    made: list[TermCard] = []
    equation.card_made.connect(made.append)
    equation.show_terms([VIEW] * 4)
    assert made == [equation.cards[3]]
    equation.show_terms([VIEW])
    assert len(equation.cards) == 1
