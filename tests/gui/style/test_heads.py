"""Heads of a style sheet by themselves: what they show, what they tell, what they drag."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import QByteArray, QEvent, QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent, QHelpEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolTip

from latentlab.app.endpoints import Endpoint
from latentlab.app.style_scores import Scores, obedience_brief, obedience_words
from latentlab.gui.style.column_heads import ColumnHeads, Head
from latentlab.gui.style.findings import Findings
from latentlab.gui.style.lines import Lines
from latentlab.gui.style.matrix import StyleMatrix
from latentlab.gui.style.row_heads import RowHead, RowHeads
from latentlab.gui.widgets.endpoint_mime import REFERENCE_MIME

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

LEFT = Qt.MouseButton.LeftButton
LINES = Lines(3, 4, 40.0, 2)


def end(name: str, grey: int = 99) -> Endpoint:
    picture = np.full((1, 8, 8), grey, np.uint8)
    return Endpoint(name, name, np.zeros(2, np.float32), picture, is_given=True)


@pytest.fixture
def rows(qtbot: QtBot) -> RowHeads:
    heads = RowHeads()
    qtbot.addWidget(heads)
    heads.resize(150, 130)
    heads.show_lines(LINES)
    made = [RowHead(end(f"seed:{n}"), "label 1", f"sample {n}") for n in range(2)]
    heads.show_heads([*made, RowHead(None, "not there", "label:9", "There is no label 9.")], 0)
    heads.show()
    return heads


def dragged(kind: type, data: QMimeData, place: QPoint) -> QDropEvent:
    copy, none = Qt.DropAction.CopyAction, Qt.KeyboardModifier.NoModifier
    at = QPointF(place) if kind is QDropEvent else place
    event: QDropEvent = kind(at, copy, data, LEFT, none)
    return event


def test_a_click_chooses_and_a_double_click_asks_for_another(rows: RowHeads) -> None:
    chosen, asked = [], []
    rows.chosen.connect(chosen.append)
    rows.menu_wanted.connect(lambda row, _: asked.append(row))
    QTest.mouseClick(rows, LEFT, pos=QPoint(20, 60))
    QTest.mouseDClick(rows, LEFT, pos=QPoint(20, 100))
    QTest.keyClick(rows, Qt.Key.Key_Return)
    assert chosen == [1]
    assert asked == [2, 0]


def test_below_all_rows_is_a_place_too(rows: RowHeads) -> None:
    assert [rows.row_at(y) for y in (0, 41, 43, 125, 999)] == [0, 0, 1, 2, 3]
    rows.scroll_to(42)
    assert rows.row_at(0) == 1
    asked = []
    rows.source_wanted.connect(lambda row, what: asked.append((row, what)))
    for key in (Qt.Key.Key_T, Qt.Key.Key_D, Qt.Key.Key_L):
        QTest.keyClick(rows, key)
    assert asked == [(0, "image"), (0, "draw")], "nothing is locked here"


def test_tooltips_say_where_it_comes_from_or_what_is_wrong(rows: RowHeads) -> None:
    assert rows.heads[0].tip == "sample 0\nlabel 1"
    assert rows.heads[2].tip == "There is no label 9."
    place = QPoint(10, 10)
    QApplication.sendEvent(rows, QHelpEvent(QEvent.Type.ToolTip, place, rows.mapToGlobal(place)))
    assert QToolTip.text().startswith("sample 0")
    QToolTip.hideText()
    assert rows.accessibleDescription() == "row 1: sample 0\nlabel 1"


def test_what_is_dropped_goes_to_the_row_under_it(rows: RowHeads) -> None:
    data, told = QMimeData(), []
    data.setData(REFERENCE_MIME, QByteArray(b"seed:4"))
    rows.dropped.connect(lambda row, _: told.append(row))
    enter = dragged(QDragEnterEvent, data, QPoint(5, 60))
    rows.dragEnterEvent(enter)
    assert enter.isAccepted()
    rows.dragMoveEvent(dragged(QDragMoveEvent, data, QPoint(5, 60)))
    rows.grab()
    rows.dropEvent(dragged(QDropEvent, data, QPoint(5, 60)))
    rows.dropEvent(dragged(QDropEvent, data, QPoint(5, 500)))
    assert told == [1, 3]


def test_pictures_are_made_once_for_each_endpoint(rows: RowHeads) -> None:
    before = rows._images[0]
    rows.show_heads([*rows.heads[:2], RowHead(end("seed:9", 7), "no label", "sample 9")], 2)
    assert rows._images[0] is before
    assert rows._images[2] is not None
    assert rows.row == 2


def test_columns_say_name_share_and_what_is_low(qtbot: QtBot) -> None:
    heads = ColumnHeads()
    qtbot.addWidget(heads)
    heads.resize(168, heads.sizeHint().height())
    heads.show_lines(LINES)
    heads.show_heads([Head("1", "tip", 1.0), Head("a long name", "", 0.5), Head("1+7", "mix")])
    assert heads.accessibleDescription() == "1: 100%, a long name: 50%"
    for is_old, left in ((False, 0), (True, 60)):
        heads.show_heads(heads.heads, is_old=is_old)
        heads.scroll_to(left)
        heads.light(1)
        assert not heads.grab().isNull()
    place = QPoint(5, 5)
    heads.scroll_to(0)
    QApplication.sendEvent(heads, QHelpEvent(QEvent.Type.ToolTip, place, heads.mapToGlobal(place)))
    assert QToolTip.text() == "tip"
    QToolTip.hideText()


def test_cells_of_a_row_without_pictures_say_why(qtbot: QtBot) -> None:
    matrix = StyleMatrix()
    qtbot.addWidget(matrix)
    matrix.show_lines(Lines(2, 3, 30.0, 2))
    matrix.show_sheet(np.full((3, 1, 8, 8), 200, np.uint8), (0,), (1,))
    plain = matrix.grab().toImage()
    matrix.show_problems({1: "There is no label 9."})
    assert matrix.grab().toImage() != plain
    assert matrix.size().toTuple() == (94, 62)
    assert matrix.index_at(QPoint(70, 40)) == 5
    assert matrix.picture_at(5) is None
    assert matrix.picture_at(2) is not None
    matrix.show_sheet(None, (), ())
    assert matrix.picture_at(2) is None


def test_short_of_room_findings_keep_their_numbers(qtbot: QtBot) -> None:
    scores = Scores(
        None,  # type: ignore[arg-type] - words need no sheet
        ((0, 1), (0, 0)), np.array([[True, True], [True, False]]), (True, True),
    )  # fmt: skip
    assert obedience_words(scores, "ab").endswith("fewest under label b (1 of 2).")
    brief = obedience_brief(scores, "ab")
    assert brief == "3 of 4 obey, fewest: b"
    assert obedience_brief(replace(scores, obeyed=np.ones((2, 2), bool)), "ab") == "All 4 obey."
    findings = Findings()
    qtbot.addWidget(findings)
    findings.show_obedience(obedience_words(scores, "ab"), "warn", brief)
    findings.resize(250, 60)
    findings.show()
    assert findings.obedience.text() == brief
    assert "fewest under label b" in findings.obedience.toolTip()


def test_findings_are_marked_by_shape_as_well_as_colour(qtbot: QtBot) -> None:
    findings = Findings()
    qtbot.addWidget(findings)
    marks = set()
    for tone in ("good", "warn", "dim"):
        findings.show_obedience("words", tone)  # type: ignore[arg-type]
        marks.add(findings._dots[findings.obedience].text())
        assert findings.tone_of(findings.obedience) == tone
    assert len(marks) == 3
    assert "classifier" in findings.obedience.toolTip()
    findings.show_judged(True, able=False)
    assert findings.judged.isHidden()
    assert not findings.copy.isHidden()
