"""Readings, rows, samples and sliders of the Arithmetic tab: each obeys and tells."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from latentlab.app.arithmetic_first import example
from latentlab.core import expression
from latentlab.gui.arithmetic.amount import Amount
from latentlab.gui.arithmetic.facts import Stacks
from latentlab.gui.arithmetic.name_dialog import NONE, NameDialog
from latentlab.gui.arithmetic.readings import Reading, Readings
from latentlab.gui.arithmetic.reference_sheet import ReferenceSheet
from latentlab.gui.arithmetic.row_pair import RowPair, written
from latentlab.gui.arithmetic.sizes import whole
from latentlab.gui.widgets.concept_sliders import Concept, ConceptSliders

if TYPE_CHECKING:
    from tests.gui.conftest import Show

LEFT = Qt.MouseButton.LeftButton
PICTURES = np.arange(9 * 64, dtype=np.uint8).reshape(9, 1, 8, 8)


@pytest.mark.parametrize(
    ("start", "result", "changed"),
    [(0.1, 0.9, True), (0.4, 0.6, True), (0.6, 0.9, True), (0.1, 0.2, False), (0.9, 0.9, False)],
)
def test_a_reading_is_changed_when_it_flips_or_moves_far(
    start: float, result: float, changed: bool
) -> None:
    assert Reading("smile", start, result).is_changed is changed


def test_readings_are_told_in_words_too(show: Show) -> None:
    view = show(Readings(), 300, 70)
    view.show_readings([Reading("smile", 0.02, 0.97, 0.1), Reading("hat", 0.5, 0.5)])
    assert view.accessibleDescription() == (
        "smile: 2% at the start, 97% in the result, 10% in the control; "
        "hat: 50% at the start, 50% in the result"
    )
    view.show_readings((), hint="nobody looks")
    assert view.accessibleDescription() == "nobody looks"


def test_bars_are_as_high_as_the_values(show: Show) -> None:
    view = show(Readings(), 300, 70)
    view.show_readings([Reading("smile", 0.0, 1.0)])
    before = view.grab().toImage()
    view.show_readings([Reading("smile", 0.0, 0.2)])
    assert view.grab().toImage() != before


def test_rows_show_strengths_and_tell_steps(show: Show) -> None:
    rows = show(RowPair(), 600, 160)
    rows.show_rows([PICTURES, None], np.linspace(-2, 2, 9).tolist(), (8, 8))
    assert rows.scale.accessibleDescription() == "−2, −1.5, −1, −0.5, 0, +0.5, +1, +1.5, +2"
    told: list[tuple[int, int]] = []
    rows.clicked.connect(lambda row, step: told.append((row, step)))
    QTest.mouseClick(rows.strips[0], LEFT, pos=rows.strips[0].cell(6).center())
    assert told == [(0, 6)]


def test_the_control_can_be_put_away(show: Show) -> None:
    rows = show(RowPair(), 600, 160)
    told: list[bool] = []
    rows.control_toggled.connect(told.append)
    rows.show_control(on=True)
    assert told == []
    QTest.mouseClick(rows.control, LEFT, pos=rows.control.rect().center())
    rows.control.toggle()
    rows.show_control(on=False)
    assert told
    assert not rows.strips[1].isVisible()
    assert rows.control.isVisible()


@pytest.mark.parametrize(("number", "text"), [(0, "0"), (0.5, "+0.5"), (-2, "−2"), (10, "+10")])
def test_strengths_are_written_with_a_real_minus(number: float, text: str) -> None:
    assert written(number) == text


def test_samples_are_named_marked_and_opened(show: Show) -> None:
    sheet = show(ReferenceSheet("samples", cell=32), 200, 200)
    sheet.show_samples(PICTURES[:3], ("seed:1", "seed:2", "seed:3"))
    told: list[object] = []
    sheet.clicked.connect(told.append)
    sheet.opened.connect(lambda at: told.append(("large", at)))
    QTest.mouseDClick(sheet, LEFT, pos=sheet.cell(1).center())
    assert ("large", 1) in told
    before = sheet.grab().toImage()
    sheet.show_marked(("seed:2",))
    assert sheet.grab().toImage() != before
    assert sheet.name_at(2) == "seed:3"
    assert sheet.name_at(7) == ""


def test_an_amount_is_slid_and_typed_beyond(show: Show) -> None:
    amount = show(Amount("strength", (-2, 2), typed=(-10, 10)), 200, 40)
    told: list[float] = []
    amount.moved.connect(told.append)
    amount.show_value(1.5)
    assert told == []
    assert (amount.slider.value(), amount.box.value()) == (150, 1.5)
    amount.slider.setValue(-50)
    amount.box.setValue(7)
    assert told == [-0.5, 7.0]
    amount.show_value(7)
    assert amount.slider.value() == 200
    assert amount.box.value() == 7


def test_sides_are_whole_zooms_where_they_can_be(qapp: object) -> None:
    assert whole(28, 84) == 84
    assert whole(32, 84) == 96
    assert whole(64, 84) == 64
    assert whole(28, 84, 2.0) == 84
    assert whole(256, 84) == 84


def test_stacks_stay_the_same_while_their_pictures_do() -> None:
    stacks = Stacks()
    first = stacks.of("a", [PICTURES[0], None])
    assert first is not None
    assert not first[1].any()
    kept = [PICTURES[0].copy(), PICTURES[1].copy()]
    one = stacks.of("a", kept)
    assert stacks.of("a", kept) is one
    assert stacks.of("b", [None, None]) is None


def test_concepts_move_by_slider_number_and_double_click(show: Show) -> None:
    sliders = show(ConceptSliders(), 240, 80)
    sliders.show_concepts([Concept("smile", "smile"), Concept("pc:0", "PC 1", is_named=False)])
    sliders.show_values({"pc:0": 1.5})
    assert sliders.values == {"smile": 0.0, "pc:0": 1.5}
    told: list[tuple[str, float]] = []
    sliders.moved.connect(lambda key, sigma: told.append((key, sigma)))
    row = sliders._rows[0]
    row.slider.setValue(1000)
    row.value.setText("-4,5")
    row.value.setModified(True)
    row.value.editingFinished.emit()
    QTest.mouseDClick(row.title, LEFT)
    assert told == [("smile", 3.0), ("smile", -4.5), ("smile", 0.0)]


def test_nonsense_typed_for_a_concept_is_taken_back(show: Show) -> None:
    sliders = show(ConceptSliders(), 240, 80)
    sliders.show_concepts([Concept("smile", "smile")])
    row = sliders._rows[0]
    row.value.setText("much")
    row.value.setModified(True)
    row.value.editingFinished.emit()
    assert row.value.text() == "+0.00"


def test_a_difference_needs_a_name(show: Show) -> None:
    dialog = show(NameDialog(["A − B", "C − B"]), 320, 200)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, on=False)
    told: list[tuple[str, int]] = []
    dialog.named.connect(lambda name, at: told.append((name, at)))
    assert not dialog.keep.isEnabled()
    QTest.keyClicks(dialog.name, "smile")
    dialog.which.setCurrentIndex(1)
    assert dialog.keep.isEnabled()
    QTest.mouseClick(dialog.keep, LEFT)
    assert told == [("smile", 1)]


def test_without_a_difference_the_dialog_says_so(show: Show) -> None:
    dialog = show(NameDialog([]), 320, 200)
    QTest.keyClicks(dialog.name, "smile")
    assert dialog.words.text() == NONE
    assert not dialog.keep.isEnabled()


@pytest.mark.parametrize(
    ("names", "by_attributes", "terms"),
    [
        (("smile", "glasses", "beard", "long_hair"), True, 3),
        (("a",), True, 2),
        (("round", "large size"), True, 3),
        (tuple("0123456789"), False, 3),
        (("cat", "fire truck"), False, 2),
        ((), False, 3),
    ],
)
def test_examples_can_be_read(names: tuple[str, ...], by_attributes: bool, terms: int) -> None:
    found = expression.parse(example(names, by_attributes=by_attributes))
    assert len(found) == terms
    assert [term.weight for term in found] == [1.0, -1.0, 1.0][:terms]
