"""The form: fields to editors, nonsense told beside the field, no value lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication

from latentlab.app.form_fields import fields_of
from latentlab.core.spec import Recipe
from latentlab.gui.theme import theme
from latentlab.gui.widgets.form import Form
from tests.app.test_form_fields import Config

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


@pytest.fixture
def form(qtbot: QtBot) -> Form:
    made = Form()
    qtbot.addWidget(made)
    fields = fields_of(Config.model_json_schema(), Config().model_dump(mode="json"))
    made.show_fields(fields)
    made.show()
    return made


def type_into(qtbot: QtBot, form: Form, name: str, text: str) -> None:
    editor = form.rows[name].editor
    editor.setFocus()
    editor.selectAll()
    qtbot.keyClicks(editor, text)


def test_values_start_as_the_defaults(form: Form) -> None:
    assert form.values() == Config().model_dump(mode="json")
    assert form.changes() == {}
    assert form.problem() == ""


def test_every_editor_has_a_name_and_a_tooltip(form: Form) -> None:
    for row in form.rows.values():
        assert row.editor.accessibleName() == row.field.label
        assert row.editor.toolTip() == row.field.tooltip
    assert "Numbers in one latent." in form.rows["latent"].editor.toolTip()


def test_typing_is_told_and_kept(qtbot: QtBot, form: Form) -> None:
    with qtbot.waitSignal(form.changed):
        type_into(qtbot, form, "latent", "20")
    type_into(qtbot, form, "hidden", "64, 32")
    form.rows["network"].editor.setCurrentText("conv")
    form.rows["learn"].editor.setChecked(True)
    expected = {"latent": 20, "hidden": [64, 32], "network": "conv", "learn": True}
    assert form.changes() == expected


@pytest.mark.parametrize("text", ["abc", "0", "9999", "-", "2.5"])
def test_nonsense_keeps_the_old_value(qtbot: QtBot, form: Form, text: str) -> None:
    type_into(qtbot, form, "latent", "20")
    qtbot.keyClick(form.rows["latent"].editor, Qt.Key.Key_Return)
    type_into(qtbot, form, "latent", text)
    row = form.rows["latent"]
    assert form.values()["latent"] == 20
    assert row.complaint.isVisible()
    assert row.complaint.text().startswith("Needs a whole number from 1 to 512")
    assert form.problem().startswith("latent size: ")
    qtbot.keyClick(row.editor, Qt.Key.Key_Escape)
    assert row.editor.text() == "20"
    assert form.problem() == ""
    assert not row.complaint.isVisible()


def test_arrows_step_to_round_numbers(qtbot: QtBot, form: Form) -> None:
    form.show_fields(fields_of(Recipe.model_json_schema(), {}))
    for name, key, value in (
        ("batch_size", Qt.Key.Key_Up, 256),
        ("learning_rate", Qt.Key.Key_Down, 0.0005),
    ):
        qtbot.keyClick(form.rows[name].editor, key)
        assert form.values()[name] == value


def test_the_wheel_scrolls_and_does_not_change(qtbot: QtBot, form: Form) -> None:
    editor = form.rows["latent"].editor
    form.rows["note"].editor.setFocus()
    wheel = QWheelEvent(
        QPointF(5, 5), editor.mapToGlobal(QPointF(5, 5)), QPoint(0, 0), QPoint(0, 120),
        Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase,
        False,
    )  # fmt: skip
    QApplication.sendEvent(editor, wheel)
    assert form.values()["latent"] == 2


def test_presets_and_their_mistakes(form: Form) -> None:
    assert form.set_values({"latent": 20, "beta": 0}) == []
    assert form.set_values({"latent": 0, "unknown": 1, "network": "rnn"}) == [
        "latent", "unknown", "network",
    ]  # fmt: skip
    assert form.changes() == {"latent": 20, "beta": 0.0}
    form.reset()
    assert form.changes() == {}


def test_fields_of_the_same_name_keep_what_was_set(form: Form) -> None:
    form.set_values({"latent": 20})
    schema = Config.model_json_schema()
    schema["properties"].pop("network")
    form.show_fields(fields_of(schema, Config().model_dump(mode="json")))
    assert "network" not in form.rows
    assert form.changes() == {"latent": 20}


def test_editors_grow_with_the_scale(form: Form) -> None:
    before = form.rows["latent"].editor.height()
    theme().set_scale(2.0)
    try:
        assert form.rows["latent"].editor.height() >= 2 * before - 1
    finally:
        theme().set_scale(1.0)
