"""The wall of samples and the concepts, beside the sheet; concepts in the Inspector."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from latentlab.gui.arithmetic.name_dialog import NameDialog
from latentlab.gui.docks.inspector import Inspector
from tests.gui.arithmetic.hand import LEFT, ask, settle, shown_z, trigger

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytestqt.qtbot import QtBot

    from latentlab.app.lab import Lab
    from latentlab.gui.arithmetic.wall import SampleWall
    from latentlab.gui.tabs.arithmetic import ArithmeticTab
    from tests.gui.conftest import Show

    Open = Callable[..., ArithmeticTab]


@pytest.fixture
def wall(tab: ArithmeticTab) -> SampleWall:
    return tab.page.shelf.wall


def basket(lab: Lab, place: int = 0) -> tuple[str, ...]:
    return lab.session.state.arithmetic.terms[place].basket


def click(wall: SampleWall, at: int) -> None:
    QTest.mouseClick(wall.sheet, LEFT, pos=wall.sheet.cell(at).center())


def open_menu(tab: ArithmeticTab, at: int) -> QMenu:
    tab.page.shelf.wall.sheet.menu_wanted.emit(at, QPoint(5, 5))
    return next(menu for menu in tab.findChildren(QMenu) if menu.isVisible())


def test_the_wall_shows_samples_of_the_model(wall: SampleWall, sum_lab: Lab) -> None:
    assert wall.sheet.count == 24
    assert wall.sheet.references == sum_lab.arithmetic.wall
    assert wall.words.text() == "24 samples, page 1"


def test_a_click_puts_a_sample_into_the_chosen_basket_and_out_again(
    wall: SampleWall, sum_lab: Lab
) -> None:
    text = wall.sheet.reference_at(2)
    click(wall, 2)
    assert basket(sum_lab)[-1] == text
    assert wall.sheet.marked >= {text}
    click(wall, 2)
    assert text not in basket(sum_lab)
    assert text not in wall.sheet.marked


def test_a_double_click_shows_a_sample_large_and_changes_no_basket(
    wall: SampleWall, sum_lab: Lab
) -> None:
    before = basket(sum_lab)
    sheet = wall.sheet
    QTest.mouseDClick(sheet, LEFT, pos=sheet.cell(3).center())
    assert basket(sum_lab) == before
    z = sum_lab.arithmetic.z_of_wall(3)
    assert z is not None
    assert sum_lab.session.state.z == tuple(z.tolist())


def test_marks_follow_the_chosen_term(wall: SampleWall, sum_lab: Lab) -> None:
    click(wall, 0)
    sum_lab.session.set_arithmetic(chosen=1)
    assert wall.sheet.reference_at(0) not in wall.sheet.marked


def test_other_samples_are_a_step_of_undo(
    tab: ArithmeticTab, wall: SampleWall, sum_lab: Lab, qtbot: QtBot
) -> None:
    before = wall.sheet.references
    QTest.mouseClick(wall.fresh, LEFT)
    settle(tab, qtbot)
    assert set(wall.sheet.references).isdisjoint(before)
    assert wall.words.text() == "24 samples, page 2"
    sum_lab.session.undo()
    settle(tab, qtbot)
    assert wall.sheet.references == before


def test_the_wall_is_filtered_by_a_query(
    tab: ArithmeticTab, wall: SampleWall, sum_lab: Lab, qtbot: QtBot
) -> None:
    ask(wall.query, "7")
    assert "at character 1" in wall.query.problem
    assert sum_lab.session.state.arithmetic.wall_query == ""
    ask(wall.query, "2")
    settle(tab, qtbot)
    assert sum_lab.session.state.arithmetic.wall_query == "2"
    seeds = [int(text.removeprefix("seed:")) for text in wall.sheet.references]
    assert len(seeds) == 24
    assert {seed % 3 for seed in seeds} == {2}  # as the fake classifier sees them


def test_the_menu_of_a_sample(tab: ArithmeticTab, wall: SampleWall, sum_lab: Lab) -> None:
    text = wall.sheet.reference_at(5)
    trigger(open_menu(tab, 5), "Into basket B")
    assert basket(sum_lab, 1)[-1] == text
    trigger(open_menu(tab, 5), "A new term")
    assert basket(sum_lab, 3) == (text,)
    wall.sheet._current = 5
    assert wall.sheet.ask("pin")
    assert sum_lab.session.state.pins[0].source == text


def test_samples_leave_with_their_names(wall: SampleWall, sum_lab: Lab) -> None:
    wanted: list[str] = []
    sum_lab.exports.wanted.connect(lambda proposal: wanted.append(proposal.name))
    assert wall.sheet.ask("sheet")
    assert wall.sheet.ask("export")
    assert wanted == ["plain-samples", "plain-sample-1"]
    assert wall.sheet.name_at(1) == sum_lab.arithmetic.wall[1]


def test_a_model_without_an_encoder_is_asked_by_its_classifier(
    open_sheet: Open, sum_lab: Lab, qtbot: QtBot
) -> None:
    sum_lab.choose_model("gan")
    tab = open_sheet(("seed:1",))
    ask(tab.page.equation.cards[0].query, "1")
    settle(tab, qtbot)
    assert basket(sum_lab)
    assert all(text.startswith("seed:") for text in basket(sum_lab))


# -- concepts ----------------------------------------------------------------------------------


def name_difference(tab: ArithmeticTab, name: str) -> None:
    tab.page.bar.name.click()
    dialog = tab.findChild(NameDialog)
    assert dialog is not None
    assert dialog.which.itemText(0) == "A − B"
    QTest.keyClicks(dialog.name, name)
    QTest.mouseClick(dialog.keep, LEFT)


def test_a_named_difference_is_a_slider_that_moves_the_result(
    tab: ArithmeticTab, sum_lab: Lab, qtbot: QtBot
) -> None:
    name_difference(tab, "large")
    pane = tab.page.shelf.concepts
    assert tab.page.shelf.page == "concepts"
    assert [each.title for each in pane.sliders.concepts] == ["large"]
    before = shown_z(tab.page.result.picture.picture)
    pane.sliders.moved.emit("large", 2.0)
    settle(tab, qtbot)
    after = shown_z(tab.page.result.picture.picture)
    assert after[0] != before[0]
    assert after[1] == before[1]
    assert sum_lab.session.state.arithmetic.concepts == (("large", 2.0),)
    assert pane.sliders.values == {"large": 2.0}
    QTest.mouseClick(pane.reset, LEFT)
    settle(tab, qtbot)
    assert shown_z(tab.page.result.picture.picture) == before


def test_directions_that_nobody_named_can_be_used_and_named(
    tab: ArithmeticTab, sum_lab: Lab
) -> None:
    pane = tab.page.shelf.concepts
    assert "No direction of this model has a name yet" in pane.words.text()
    pane.source_chosen.emit("pca")
    titles = [each.title for each in pane.sliders.concepts]
    assert titles == ["PC 1", "PC 2"]
    assert not any(each.is_named for each in pane.sliders.concepts)
    sum_lab.concepts.keep("PC 1", "slant")
    pane.source_chosen.emit("named")
    assert [each.title for each in pane.sliders.concepts] == ["slant"]


def test_early_activations_are_looked_for_when_asked(tab: ArithmeticTab, qtbot: QtBot) -> None:
    pane = tab.page.shelf.concepts
    pane.source_chosen.emit("activations")
    qtbot.waitUntil(lambda: bool(pane.sliders.concepts))
    assert pane.sliders.concepts[0].title == "activation 1"


def test_named_ones_move_the_cursor_in_the_inspector(
    tab: ArithmeticTab, sum_lab: Lab, show: Show
) -> None:
    inspector = Inspector(sum_lab)
    panel = show(inspector.panel, 260)
    assert not panel.concepts_group.isVisible()
    name_difference(tab, "large")
    assert panel.concepts_group.isVisible()
    sum_lab.session.move_cursor([0.0, 3.0])
    at = panel.concepts.values["large"]
    panel.concepts.moved.emit("large", at + 1)
    z = sum_lab.session.state.z
    assert z[0] > 0
    assert z[1] == pytest.approx(3.0, abs=1e-4)
    assert panel.concepts.values["large"] == pytest.approx(at + 1, abs=1e-3)


def test_the_group_folds_by_key(tab: ArithmeticTab, sum_lab: Lab, show: Show) -> None:
    inspector = Inspector(sum_lab)
    panel = show(inspector.panel, 260)
    name_difference(tab, "large")
    title = panel.concepts_group.title
    QTest.keyClick(title, Qt.Key.Key_Left)
    assert not panel.concepts.isVisible()
    QTest.keyClick(title, Qt.Key.Key_Right)
    QApplication.processEvents()
    assert panel.concepts.isVisible()
