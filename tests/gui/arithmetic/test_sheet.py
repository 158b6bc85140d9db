"""The sheet of terms shows the document and its sum; gestures change the document."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from latentlab.gui.arithmetic import term_menu
from latentlab.gui.arithmetic.page import WELCOME
from tests.gui.arithmetic.hand import LEFT, ask, drop, settle, shown_z, trigger

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytestqt.qtbot import QtBot

    from latentlab.app.lab import Lab
    from latentlab.app.state import Arithmetic
    from latentlab.gui.tabs.arithmetic import ArithmeticTab

    Open = Callable[..., ArithmeticTab]


def document(lab: Lab) -> Arithmetic:
    return lab.session.state.arithmetic


def baskets(lab: Lab) -> list[tuple[str, ...]]:
    return [term.basket for term in document(lab).terms]


def test_means_and_sum_are_decoded(tab: ArithmeticTab) -> None:
    cards = tab.page.equation.cards
    assert [shown_z(card.mean.picture) for card in cards] == [[15, 0], [5, 0], [7, 4]]
    assert cards[0].basket.count == 2
    assert shown_z(tab.page.result.picture.picture) == [17, 4]
    around = tab.page.result.around
    assert around.count == 9
    assert shown_z(around.picture_at(4)) == [17, 4]


def test_the_row_goes_through_the_start_and_the_result(tab: ArithmeticTab) -> None:
    row, control = tab.page.rows.strips
    assert shown_z(row.picture_at(4)) == [15, 0]
    assert shown_z(row.picture_at(6)) == [17, 4]
    assert shown_z(row.picture_at(8)) == [19, 8]
    assert shown_z(control.picture_at(4)) == [15, 0]
    assert shown_z(control.picture_at(6)) != [17, 4]


def test_what_the_classifier_sees_is_beside(tab: ArithmeticTab) -> None:
    readings = tab.page.readings.readings
    assert [reading.name for reading in readings] == ["0", "1", "2"]
    assert [reading.result for reading in readings] == [1.0, 0.0, 0.0]
    assert tab.page.result.words.full_text == "0 100 %"
    assert tab.page.equation.cards[0].words.full_text == "0 100 %"


def test_without_a_judge_the_readings_go(tab: ArithmeticTab, qtbot: QtBot) -> None:
    QTest.mouseClick(tab.page.bar.judged, LEFT)
    tab.page.bar.judged.setChecked(False)
    settle(tab, qtbot)
    assert tab.page.readings.readings == ()


def test_the_strength_moves_the_result_and_a_drag_is_one_step(
    tab: ArithmeticTab, sum_lab: Lab, qtbot: QtBot
) -> None:
    slider = tab.page.bar.strength.slider
    for value in (150, 180, 200):
        slider.setValue(value)
    settle(tab, qtbot)
    assert document(sum_lab).strength == 2.0
    assert shown_z(tab.page.result.picture.picture) == [19, 8]
    sum_lab.session.undo()
    assert document(sum_lab).strength == 1.0
    assert slider.value() == 100


def test_a_sign_turns_and_a_typed_minus_too(tab: ArithmeticTab, sum_lab: Lab, qtbot: QtBot) -> None:
    cards = tab.page.equation.cards
    assert [term.weight for term in document(sum_lab).terms] == [1.0, -1.0, 1.0]
    QTest.mouseClick(cards[1].sign, LEFT)
    settle(tab, qtbot)
    assert document(sum_lab).terms[1].weight == 1.0
    assert cards[1].sign.text() == "+"
    assert shown_z(tab.page.result.picture.picture) == [27, 4]
    cards[2].weight.box.setValue(-2)
    assert document(sum_lab).terms[2].weight == -2.0
    cards[2].weight.slider.setValue(50)
    assert document(sum_lab).terms[2].weight == -0.5


def test_samples_dropped_on_a_card_go_into_its_basket(
    tab: ArithmeticTab, sum_lab: Lab, qtbot: QtBot
) -> None:
    drop(tab.page.equation.cards[1], "z:9,2")
    assert baskets(sum_lab)[1] == ("z:5,0", "z:9,2")
    settle(tab, qtbot)
    assert shown_z(tab.page.equation.cards[1].mean.picture) == [7, 1]
    drop(tab.page, "z:1,1")
    assert baskets(sum_lab)[0][-1] == "z:1,1"
    sum_lab.session.undo()
    sum_lab.session.undo()
    assert baskets(sum_lab)[1] == ("z:5,0",)


def test_nonsense_that_is_dropped_is_told(tab: ArithmeticTab, sum_lab: Lab) -> None:
    told: list[str] = []
    sum_lab.message.connect(lambda text, _: told.append(text))
    drop(tab.page, "nonsense")
    assert "names no picture or latent" in told[0]
    assert len(baskets(sum_lab)[0]) == 2


def test_a_click_chooses_where_gifts_go_and_is_no_step(tab: ArithmeticTab, sum_lab: Lab) -> None:
    card = tab.page.equation.cards[2]
    QTest.mouseClick(card, LEFT, pos=card.words.geometry().center())
    assert document(sum_lab).chosen == 2
    assert card.title.property("look") == "accent"
    assert tab.page.equation.cards[0].title.property("look") == "dim"
    assert not sum_lab.session.history.can_undo


def test_terms_are_added_moved_and_removed(tab: ArithmeticTab, sum_lab: Lab) -> None:
    QTest.mouseClick(tab.page.equation.add, LEFT)
    assert len(baskets(sum_lab)) == 4
    assert document(sum_lab).chosen == 3
    cards = tab.page.equation.cards
    cards[2].moved.emit(-1)
    assert baskets(sum_lab)[1] == ("z:7,4",)
    cards[0].term_dropped.emit(2)
    assert baskets(sum_lab)[0] == ("z:5,0",)
    cards[3].remove_wanted.emit()
    assert len(baskets(sum_lab)) == 3
    assert len(cards) == 3


def test_delete_takes_a_sample_out(tab: ArithmeticTab, sum_lab: Lab) -> None:
    basket = tab.page.equation.cards[0].basket
    QTest.mouseClick(basket, LEFT, pos=basket.cell(0).center())
    QTest.keyClick(basket, Qt.Key.Key_Delete)
    assert baskets(sum_lab)[0] == ("z:20,0",)


def test_a_query_fills_a_basket(tab: ArithmeticTab, sum_lab: Lab, qtbot: QtBot) -> None:
    tab.page.bar.samples.setValue(5)
    ask(tab.page.equation.cards[1].query, "2")
    settle(tab, qtbot)
    assert len(baskets(sum_lab)[1]) == 5
    assert document(sum_lab).terms[1].query == "2"
    assert all(text.startswith("data:") for text in baskets(sum_lab)[1])


def test_a_wrong_query_changes_nothing_and_says_where(tab: ArithmeticTab, sum_lab: Lab) -> None:
    before = document(sum_lab)
    query = tab.page.equation.cards[1].query
    ask(query, "2 or 7")
    assert "at character 6" in query.problem
    assert query.edit.selectedText() == "7"
    assert document(sum_lab) == before


def test_a_newcomer_is_told_and_offered_an_example(
    open_sheet: Open, sum_lab: Lab, qtbot: QtBot
) -> None:
    tab = open_sheet()
    welcome = tab.page.welcome
    assert welcome.isVisible()
    assert welcome.words.text() == WELCOME
    QTest.mouseClick(welcome.example, LEFT)
    settle(tab, qtbot)
    assert not welcome.isVisible()
    assert [term.query for term in document(sum_lab).terms] == ["0", "1", "2"]
    assert [len(basket) for basket in baskets(sum_lab)] == [3, 3, 3]
    assert tab.page.result.picture.picture is not None
    assert tab.page.expression.edit.text() == "mean(0) - mean(1) + mean(2)"
    sum_lab.session.undo()
    assert welcome.isVisible()


def test_an_empty_term_is_the_other_way_to_begin(open_sheet: Open, sum_lab: Lab) -> None:
    tab = open_sheet()
    QTest.mouseClick(tab.page.welcome.term, LEFT)
    assert baskets(sum_lab) == [()]
    assert tab.page.equation.cards[0].hint.isVisible()
    assert tab.page.result.picture.picture is None


def test_the_sheet_is_read_from_a_line(tab: ArithmeticTab, sum_lab: Lab, qtbot: QtBot) -> None:
    line = tab.page.expression
    ask(line, "mean(z:1,1, z:3,3) + 2 * z:5,0")
    settle(tab, qtbot)
    assert baskets(sum_lab) == [("z:1,1", "z:3,3"), ("z:5,0",)]
    assert shown_z(tab.page.result.picture.picture) == [12, 2]
    ask(line, "mean(0) - maen(1)")
    assert "at character 11" in line.problem
    assert len(baskets(sum_lab)) == 2
    line.edit.clear()
    QTest.keyClick(line.edit, Qt.Key.Key_Return)
    assert baskets(sum_lab) == []
    assert tab.page.welcome.isVisible()


def test_control_and_noise_can_be_drawn_anew(
    tab: ArithmeticTab, sum_lab: Lab, qtbot: QtBot
) -> None:
    rows, result = tab.page.rows, tab.page.result
    before = shown_z(rows.strips[1].picture_at(8))
    QTest.mouseClick(rows.again, LEFT)
    settle(tab, qtbot)
    assert document(sum_lab).control_seed == 1
    assert shown_z(rows.strips[1].picture_at(8)) != before
    QTest.mouseClick(result.again, LEFT)
    assert document(sum_lab).noise_seed == 1
    rows.control.setChecked(False)
    settle(tab, qtbot)
    assert not document(sum_lab).control
    assert not rows.strips[1].isVisible()
    assert all(reading.control is None for reading in tab.page.readings.readings)


def test_noise_of_nothing_shows_nine_times_the_same(
    tab: ArithmeticTab, sum_lab: Lab, qtbot: QtBot
) -> None:
    tab.page.result.noise.slider.setValue(0)
    settle(tab, qtbot)
    assert document(sum_lab).noise == 0.0
    shown = [shown_z(tab.page.result.around.picture_at(at)) for at in range(9)]
    assert shown == [[17, 4]] * 9


def test_clicks_send_pictures_to_the_inspector(tab: ArithmeticTab, sum_lab: Lab) -> None:
    strip = tab.page.rows.strips[0]
    QTest.mouseClick(strip, LEFT, pos=strip.cell(8).center())
    assert sum_lab.session.state.z == (19.0, 8.0)
    picture = tab.page.result.picture
    QTest.mouseClick(picture, LEFT, pos=picture.rect().center())
    assert sum_lab.session.state.z == (17.0, 4.0)


def test_pictures_are_pinned_and_dragged_out_with_their_latent(
    tab: ArithmeticTab, sum_lab: Lab
) -> None:
    tab.page.result.picture.ask("pin")
    tab.page.equation.cards[0].mean.ask("pin")
    assert [pin.z for pin in sum_lab.session.state.pins] == [(17.0, 4.0), (15.0, 0.0)]
    assert tab.page.result.picture.name_at(0) == "z:17.0,4.0"
    assert tab.page.rows.strips[0].name_at(4) == "z:15.0,0.0"
    assert tab.page.equation.cards[2].mean.name_at(0) == "z:7.0,4.0"


@pytest.mark.parametrize(
    ("part", "what", "name"),
    [
        ("result", "export", "plain-sum"),
        ("around", "sheet", "plain-sum-around"),
        ("row", "sheet", "plain-strengths"),
        ("row", "export", "plain-row-1"),
        ("basket", "sheet", "plain-term-1"),
        ("mean", "export", "plain-mean-1"),
    ],
)
def test_every_picture_can_be_exported(
    tab: ArithmeticTab, sum_lab: Lab, part: str, what: str, name: str
) -> None:
    wanted: list[str] = []
    sum_lab.exports.wanted.connect(lambda proposal: wanted.append(proposal.name))
    page, card = tab.page, tab.page.equation.cards[0]
    views = {
        "result": page.result.picture, "around": page.result.around, "row": page.rows.strips[0],
        "basket": card.basket, "mean": card.mean,
    }  # fmt: skip
    assert views[part].ask(what)
    assert wanted == [name]


def test_export_takes_the_sheet_and_nothing_is_said_to_be_nothing(
    open_sheet: Open, sum_lab: Lab, qtbot: QtBot
) -> None:
    tab = open_sheet()
    wanted: list[str] = []
    told: list[str] = []
    sum_lab.exports.wanted.connect(lambda proposal: wanted.append(proposal.name))
    sum_lab.message.connect(lambda text, _: told.append(text))
    tab.page.bar.export.click()
    assert told == ["There is nothing to export yet: fill the baskets first."]
    sum_lab.session.add_term(("z:1,1",))
    settle(tab, qtbot)
    tab.page.bar.export.click()
    assert wanted == ["plain-arithmetic"]


def test_the_menu_of_a_term_does_what_it_says(
    tab: ArithmeticTab, sum_lab: Lab, qtbot: QtBot
) -> None:
    def menu(place: int) -> object:
        tab.intents._filled = place
        return term_menu.build(sum_lab, tab.intents, place)

    sum_lab.session.select((0, 3))
    trigger(menu(2), "Add the selection (2)")
    assert len(baskets(sum_lab)[2]) == 3
    trigger(menu(2), "Move to the left")
    assert len(baskets(sum_lab)[1]) == 3
    trigger(menu(1), "Copy to the end")
    assert baskets(sum_lab)[3] == baskets(sum_lab)[1]
    trigger(menu(3), "Empty the basket")
    assert baskets(sum_lab)[3] == ()
    trigger(menu(3), "Turn the sign")
    assert document(sum_lab).terms[3].weight == -1.0
    trigger(menu(3), "Remove this term")
    assert len(baskets(sum_lab)) == 3
    settle(tab, qtbot)


def test_work_stops_while_nobody_looks(tab: ArithmeticTab, sum_lab: Lab, qtbot: QtBot) -> None:
    tab.hide()
    before = sum_lab.arithmetic.result
    sum_lab.session.set_arithmetic(strength=2.0)
    assert sum_lab.arithmetic.result is before
    tab.show()
    settle(tab, qtbot)
    assert shown_z(tab.page.result.picture.picture) == [19, 8]


def test_another_model_takes_what_it_can(tab: ArithmeticTab, sum_lab: Lab, qtbot: QtBot) -> None:
    sum_lab.session.add_to_basket(0, ("label:1",))
    settle(tab, qtbot)
    sum_lab.choose_model("mnist-vae-5")
    qtbot.waitUntil(lambda: sum_lab.latents is not None)
    settle(tab, qtbot)
    assert baskets(sum_lab) == [("label:1",), (), ()]


def test_in_little_room_one_part_is_seen_at_a_time(open_sheet: Open) -> None:
    tab = open_sheet(("z:10,0",), ("z:5,0",), width=420)
    page = tab.page
    assert page.equation.isVisible()
    assert not page.result.isVisible()
    page.pages.turn_to("result")
    assert page.result.isVisible()
    assert not page.equation.isVisible()
    page.pages.turn_to("samples")
    assert page.shelf.isVisible()
    assert not page.stack.isVisible()
