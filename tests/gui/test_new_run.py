"""The form of a new run alone: what it asks for, and when it does not ask."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt

from latentlab.app.dataset_preview import Choice, Preview
from latentlab.core.spec import TrainSpec
from latentlab.gui.train.new_run import NewRun
from tests.gui.fake_families import families
from tests.helpers import digits_like

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


@pytest.fixture
def form(qtbot: QtBot) -> NewRun:
    made = NewRun()
    qtbot.addWidget(made)
    made.resize(246, 700)
    made.show()
    made.picker.show_choices([Choice("digits", "Digits", "Real.", here=True, downloadable=False)])
    made.picker.choose("digits")
    made.picker.show_preview(Preview("digits", "60 images", "", digits_like(16)[0]))
    return made


@pytest.fixture
def full(form: NewRun) -> NewRun:
    form.show_families(families())
    return form


def test_until_the_families_are_known(qtbot: QtBot, form: NewRun) -> None:
    form.refresh()
    assert form.why.text() == "The model families are being loaded…"
    assert not form.start.isEnabled()
    form.show_problem("The decoding process ended unexpectedly.")
    assert form.start.toolTip() == "The decoding process ended unexpectedly."
    form.show_families([])
    assert form.problem() == "There are no model families."


def test_the_default_is_a_vae_of_the_chosen_data(full: NewRun) -> None:
    assert full.problem() == ""
    assert full.spec() == TrainSpec(family="vae", data="digits")
    assert not full.why.isVisible()


def test_start_asks_with_what_was_typed(qtbot: QtBot, full: NewRun) -> None:
    full.config.set_values({"latent": 3})
    full.recipe.set_values({"epochs": 4, "seed": 5})
    full.device.setCurrentIndex(full.device.findData("cpu"))
    full.name.setText("  mine ")
    with qtbot.waitSignal(full.start_requested) as heard:
        full.start.click()
    assert heard.args[0] == TrainSpec(
        family="vae", config={"latent": 3}, recipe={"epochs": 4, "seed": 5}, data="digits",
        device="cpu", name="mine",
    )  # fmt: skip


def test_a_double_click_is_one_run(qtbot: QtBot, full: NewRun) -> None:
    asked: list[TrainSpec] = []
    full.start_requested.connect(asked.append)
    qtbot.mouseDClick(full.start, Qt.MouseButton.LeftButton)
    full.start.click()
    assert len(asked) == 1
    full.name.setText("another")
    full.start.click()
    assert [spec.name for spec in asked] == [None, "another"]


def test_start_has_a_shortcut_that_survives_its_other_word(qtbot: QtBot, full: NewRun) -> None:
    full.show_busy(busy=True)
    assert full.start.text() == "Add to the queue"
    full.show_busy(busy=False)
    assert full.start.shortcut().toString() == "Ctrl+Return"


def test_data_that_is_not_ready_comes_before_other_complaints(full: NewRun) -> None:
    full.picker.show_problem("digits is damaged.")
    full.config.rows["latent"].editor.edited.emit("x")
    assert full.problem() == "digits is damaged."
    full.refresh()
    assert not full.start.isEnabled()


def test_another_family_keeps_what_was_set(full: NewRun) -> None:
    full.config.set_values({"latent": 9})
    full.family.setCurrentIndex(full.family.findData("ae"))
    full.family.activated.emit(full.family.currentIndex())
    assert full.spec().family == "ae"
    assert full.spec().config == {"latent": 9}
    assert not full.preset.isEnabled()


def test_the_settings_of_another_run(qtbot: QtBot, full: NewRun) -> None:
    full.config.set_values({"latent": 9, "refuse": "x"})
    other = TrainSpec(family="ae", config={"latent": 4}, recipe={"seed": 2}, data="npz:/a.npz")
    with qtbot.waitSignal(full.picker.chosen) as heard:
        full.fill(other)
    assert heard.args == ["npz:/a.npz"]
    assert full.spec() == other


def test_a_family_that_is_not_here_changes_nothing(full: NewRun) -> None:
    before = full.spec()
    full.fill(TrainSpec(family="flow", config={"latent": 4}))
    assert full.spec() == before


def test_where_auto_leads(full: NewRun) -> None:
    full.show_device("NVIDIA H200")
    assert full.device.itemText(0) == "auto (NVIDIA H200)"
    assert full.spec().device == "auto"
    full.show_device("")
    assert full.device.itemText(0) == "auto"


def test_nothing_is_cut_at_the_width_of_the_column(full: NewRun) -> None:
    inside = full.picker.parentWidget()
    assert inside.minimumSizeHint().width() <= inside.parentWidget().width()
    for row in (*full.config.rows.values(), *full.recipe.rows.values()):
        right = row.editor.mapTo(inside, row.editor.rect().topRight()).x()
        assert right <= inside.width(), row.field.name


def test_enter_in_a_field_starts_nothing(qtbot: QtBot, full: NewRun) -> None:
    with qtbot.assertNotEmitted(full.start_requested):
        qtbot.keyClick(full.config.rows["latent"].editor, Qt.Key.Key_Return)
