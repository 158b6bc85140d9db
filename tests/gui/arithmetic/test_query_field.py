"""Queries are completed word by word, and say where they are wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from latentlab.core import query
from latentlab.core.errors import LatentlabError
from latentlab.gui.arithmetic.query_field import QueryField

if TYPE_CHECKING:
    from tests.gui.conftest import Show

NAMES = ("smile", "glasses", "long_hair")
ENTER, ESC = Qt.Key.Key_Return, Qt.Key.Key_Escape


def check(text: str) -> str:
    try:
        query.parse(text, NAMES)
    except LatentlabError as error:
        return str(error)
    return ""


@pytest.fixture
def field(show: Show) -> QueryField:
    made = show(QueryField("query"), 240, 60)
    made.show_names(NAMES)
    made.check = check
    return made


@pytest.fixture
def taken(field: QueryField) -> list[str]:
    told: list[str] = []
    field.taken.connect(told.append)
    return told


def type_(field: QueryField, text: str) -> None:
    QTest.keyClick(field.edit, Qt.Key.Key_End)
    QTest.keyClicks(field.edit, text)
    field.edit.completer_.popup().hide()


def test_enter_takes_what_can_be_read(field: QueryField, taken: list[str]) -> None:
    type_(field, "smile and not glasses")
    assert not field.edit.property("invalid")
    QTest.keyClick(field.edit, ENTER)
    assert taken == ["smile and not glasses"]
    assert field.problem == ""


def test_a_mistake_is_red_at_once_and_enter_selects_it(field: QueryField, taken: list[str]) -> None:
    type_(field, "smile and glases")
    assert field.edit.property("invalid")
    assert field.problem == ""
    QTest.keyClick(field.edit, ENTER)
    assert taken == []
    assert "glasses" in field.problem
    assert field.edit.selectedText() == "glases"


def test_typing_on_takes_the_sentence_away(field: QueryField) -> None:
    type_(field, "smile and")
    QTest.keyClick(field.edit, ENTER)
    assert field.problem
    assert field.words.isVisible()
    type_(field, " glasses")
    assert not field.words.isVisible()
    assert not field.edit.property("invalid")


def test_escape_gives_the_last_query_back(field: QueryField) -> None:
    field.show_query("smile")
    type_(field, " and gl")
    QTest.keyClick(field.edit, ESC)
    assert field.edit.text() == "smile"
    assert not field.edit.property("invalid")


def test_only_the_word_at_the_caret_is_completed(field: QueryField) -> None:
    QTest.keyClicks(field.edit, "smile and lo")
    box = field.edit.completer_
    assert box.currentCompletion() == "long_hair"
    field.edit.complete("long_hair")
    assert field.edit.text() == "smile and long_hair"
    field.edit.setText("gl and smile")
    field.edit.setCursorPosition(2)
    field.edit.complete("glasses")
    assert field.edit.text() == "glasses and smile"
    assert field.edit.cursorPosition() == len("glasses")


def test_a_whole_word_offers_nothing_more(field: QueryField) -> None:
    QTest.keyClicks(field.edit, "smil")
    assert field.edit.completer_.popup().isVisible()
    QTest.keyClicks(field.edit, "e")
    assert not field.edit.completer_.popup().isVisible()


def test_news_of_the_document_do_not_take_what_is_being_typed(field: QueryField) -> None:
    field.show_query("smile")
    type_(field, " and gl")
    field.show_query("smile")
    assert field.edit.text() == "smile and gl"
    field.show_query("glasses")
    assert field.edit.text() == "glasses"


def test_without_names_there_is_nothing_to_ask_for(field: QueryField) -> None:
    field.show_names(())
    assert not field.isEnabled()
    assert "no names" in field.edit.toolTip()


def test_an_empty_line_is_taken_as_none(field: QueryField, taken: list[str]) -> None:
    field.show_query("smile")
    field.edit.clear()
    QTest.keyClick(field.edit, ENTER)
    assert taken == [""]
