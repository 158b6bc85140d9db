"""The Transfer page by mouse and by keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtTest import QTest

from latentlab.app.style_first import COUNT
from latentlab.gui.style.transfer_page import TransferPage
from latentlab.gui.tabs.style import TAB, StyleTab
from tests.app.style_bench import first_numbers, told_classes
from tests.gui.style.hand import click, drop, menu_titles, picture_file, settle

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from latentlab.app.exports import Proposal
    from latentlab.app.lab import Lab

    Open = Callable[..., StyleTab]

# -- first sight -------------------------------------------------------------------------------


def test_a_newcomer_finds_ten_styles_of_one_label_and_it_is_no_step(
    open_style: Open, styled_lab: Lab
) -> None:
    tab = open_style()
    page = tab.page
    assert isinstance(page, TransferPage)
    assert len(page.pane.rows.heads) == COUNT
    assert [head.label for head in page.pane.rows.heads] == ["label 0"] * COUNT
    assert [head.title for head in page.pane.columns.heads] == ["0", "1", "2"]
    assert page.pane.matrix.count == 3 * COUNT
    assert page.pane.matrix.own == frozenset(range(0, 3 * COUNT, 3))
    assert not styled_lab.session.history.can_undo
    assert page.proposal() is not None


def test_the_tab_is_found_and_needs_a_label() -> None:
    assert (TAB.name, TAB.title) == ("style", "Style")
    assert TAB.order > 30
    assert "transfer" in StyleTab.contents.builders


# -- cells -------------------------------------------------------------------------------------


def test_a_click_sends_z_and_label_to_the_inspector(page: TransferPage, styled_lab: Lab) -> None:
    click(page, 2, 1)
    state = styled_lab.session.state
    assert state.z == (150, 7)
    assert (state.label, state.style.row) == (1, 2)
    styled_lab.session.undo()
    assert styled_lab.session.state.z != (150, 7)


def test_p_pins_the_cell_that_the_keys_chose(page: TransferPage, styled_lab: Lab) -> None:
    matrix = page.pane.matrix
    click(page, 1, 0)
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_P):
        QTest.keyClick(matrix, key)
    (pin,) = styled_lab.session.state.pins
    assert (pin.z, pin.label) == ((150, 7), 1)


def test_the_cell_under_the_mouse_is_enlarged_and_said_in_words(
    page: TransferPage, qtbot: QtBot
) -> None:
    QTest.mouseMove(page.pane.matrix, page.pane.matrix.cell(4).center())
    qtbot.waitUntil(page.card.isVisible)
    assert page.card.title == "label 1 · style of row 2"
    assert page.card.picture is not None
    page.pane.matrix.hovered.emit(1)
    assert page.card.title == "label 1 · style of row 1 · its own label"
    page.pane.matrix.hovered.emit(7)
    assert page.card.title == "label 1 · style of row 3 · seen as 0"
    page.pane.matrix.hovered.emit(-1)
    assert not page.card.isVisible()


def test_what_does_not_obey_is_marked_and_low_columns_are_told(page: TransferPage) -> None:
    assert page.pane.matrix.marks == {7: "1→0", 8: "2→0"}
    heads = page.pane.columns.heads
    assert [head.share for head in heads] == pytest.approx([1, 2 / 3, 2 / 3])
    assert "a low score" in heads[1].tip
    findings = page.findings
    assert findings.obedience.full_text.startswith("7 of 9 pictures show the label")
    assert findings.tone_of(findings.obedience) == "warn"
    assert findings.leakage.full_text.startswith("z tells the label in")


def test_marks_go_while_cells_move_and_come_back(
    page: TransferPage, styled_lab: Lab, qtbot: QtBot
) -> None:
    styled_lab.session.set_style(strength=0.5)
    qtbot.waitUntil(lambda: page.pane.matrix.marks == {})
    settle(page, qtbot)
    assert page.pane.matrix.marks == {}
    assert page.findings.tone_of(page.findings.obedience) == "good"
    styled_lab.session.undo()
    settle(page, qtbot)
    assert page.pane.matrix.marks == {7: "1→0", 8: "2→0"}


def test_judging_can_be_switched_off(page: TransferPage, styled_lab: Lab, qtbot: QtBot) -> None:
    page.findings.judged.click()
    settle(page, qtbot)
    assert not styled_lab.session.state.style.judged
    assert page.pane.matrix.marks == {}
    assert [head.share for head in page.pane.columns.heads] == [None] * 3
    assert page.findings.obedience.full_text.startswith("Not judged")


def test_a_cell_leaves_by_itself_with_its_row_or_column(
    page: TransferPage, styled_lab: Lab
) -> None:
    wanted: list[Proposal] = []
    styled_lab.exports.wanted.connect(wanted.append)
    click(page, 1, 2)
    matrix = page.pane.matrix
    assert matrix.ask("export")
    assert matrix.ask("sheet")
    for what in ("row", "column"):
        matrix.part_wanted.emit(what, 5)
    assert [proposal.name for proposal in wanted] == [
        "told-style-2-2", "told-styles", "told-style-2", "told-styles-2",
    ]  # fmt: skip


# -- rows --------------------------------------------------------------------------------------


def test_keys_in_the_heads_choose_and_remove_rows(
    page: TransferPage, styled_lab: Lab, qtbot: QtBot
) -> None:
    heads = page.pane.rows
    QTest.keyClick(heads, Qt.Key.Key_Down)
    assert styled_lab.session.state.style.row == 1
    assert heads.row == 1
    QTest.keyClick(heads, Qt.Key.Key_Delete)
    assert styled_lab.session.state.style.sources == ("label:1", "z:150,7")
    settle(page, qtbot)
    assert told_classes(page.pane.matrix.pictures) == [0, 1, 2] * 2  # type: ignore[arg-type]
    styled_lab.session.undo()
    settle(page, qtbot)
    assert page.pane.matrix.count == 9


def test_a_letter_takes_a_sample_for_the_row(page: TransferPage, styled_lab: Lab) -> None:
    QTest.keyClick(page.pane.rows, Qt.Key.Key_R)
    assert styled_lab.session.state.style.sources[0].startswith("seed:")
    assert styled_lab.session.state.style.sources[1:] == ("label:2", "z:150,7")


def test_a_file_on_a_row_replaces_it_and_elsewhere_is_one_more(
    page: TransferPage, styled_lab: Lab, tmp_path: Path, qtbot: QtBot
) -> None:
    data, heads = picture_file(tmp_path), page.pane.rows
    drop(heads, data, QPoint(5, round(1.5 * page.pane.matrix.lines.pitch)))
    qtbot.waitUntil(lambda: styled_lab.session.state.style.sources[1].startswith("picture:"))
    drop(page, data, QPoint(5, 5))
    qtbot.waitUntil(lambda: len(styled_lab.session.state.style.sources) == 4)
    settle(page, qtbot)
    assert [head.label for head in heads.heads] == ["label 1", "seen as 0", "no label", "seen as 0"]
    assert first_numbers(styled_lab)[1] == 30


def test_rubbish_that_is_dropped_is_told_and_changes_nothing(
    page: TransferPage, styled_lab: Lab, tmp_path: Path, qtbot: QtBot
) -> None:
    (tmp_path / "x.png").write_text("no picture")
    data, told = QMimeData(), []
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "x.png"))])
    styled_lab.message.connect(lambda text, severity: told.append((text, severity)))
    drop(page, data, QPoint(5, 5))
    qtbot.waitUntil(lambda: bool(told))
    assert told[0][1] == "error"
    assert len(styled_lab.session.state.style.sources) == 3


def test_the_menu_adds_sets_of_rows(page: TransferPage, styled_lab: Lab, qtbot: QtBot) -> None:
    styled_lab.session.select([0, 3])
    menu = page.presenter.rows.add_menu()
    titles = menu_titles(menu)
    assert titles[:4] == [
        "One random test image per label", "Ten test images of", "Ten samples",
        "Average style of the selection (2)",
    ]  # fmt: skip
    assert "Lock" not in titles
    by_title = {entry.text(): entry for entry in menu.actions()}
    by_title["Average style of the selection (2)"].trigger()
    sources = styled_lab.session.state.style.sources
    assert len(sources) == 4
    assert sources[3].endswith("@0")
    by_title["One random test image per label"].trigger()
    by_title["Ten samples"].trigger()
    assert len(styled_lab.session.state.style.sources) == 4 + 3 + 10
    by_title["Remove all rows"].trigger()
    settle(page, qtbot)
    assert styled_lab.session.state.style.sources == ()
    assert page.note.full_text.startswith("No styles yet")
    assert page.proposal() is None
    for _ in range(4):
        styled_lab.session.undo()
    settle(page, qtbot)
    assert page.pane.matrix.count == 9
    menu.deleteLater()


def test_others_by_chance_are_one_step(page: TransferPage, styled_lab: Lab) -> None:
    page.bar.chance.click()
    sources = styled_lab.session.state.style.sources
    assert len(sources) == 3
    assert all(text.startswith("data:") for text in sources)
    styled_lab.session.undo()
    assert styled_lab.session.state.style.sources == ("label:1", "label:2", "z:150,7")


def test_a_row_that_cannot_be_had_says_so_in_its_place(open_style: Open, styled_lab: Lab) -> None:
    page = open_style("label:1", "label:9").page
    heads = page.pane.rows.heads
    assert heads[1].label == "not there"
    assert "Is no label" not in heads[1].problem
    assert "label" in heads[1].tip
    assert page.pane.matrix.picture_at(0) is not None
    assert page.pane.matrix.picture_at(3) is None
    page.pane.rows.chosen.emit(1)
    assert page.panel.slot.problem
