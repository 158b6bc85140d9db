"""The label in the Inspector: a box of classes, or a slider for each attribute."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from latentlab.gui.widgets.label_control import LabelControl
from tests.helpers import manifest_of, write_model

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from latentlab.gui.window import Window

ABLE = ("encode", "decode", "label")
LETTERS = tuple("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")


@pytest.fixture
def control(qtbot: QtBot) -> LabelControl:
    made = LabelControl()
    qtbot.addWidget(made)
    made.resize(240, 200)
    made.show()
    return made


def test_sixty_two_classes_are_chosen_by_key(control: LabelControl, qtbot: QtBot) -> None:
    control.show_names(LETTERS)
    control.show_label(3)
    box = control.classes
    assert (box.count(), box.currentText()) == (62, "label 3")
    assert box.accessibleName() == "Label to decode with"
    with qtbot.waitSignal(control.chosen) as told:
        QTest.keyClick(box, Qt.Key.Key_Down)
    assert told.args == [4]
    assert control.minimumSizeHint().width() <= 200


def test_a_mixture_of_classes_is_told_in_words(control: LabelControl) -> None:
    control.show_names(("a", "b", "c"))
    control.show_label((0.25, 0.75, 0.0))
    assert control.classes.currentIndex() == -1
    assert control.classes.placeholderText() == "label b 75%, a 25%"
    control.show_label(2)
    assert control.classes.currentText() == "label c"


def test_attributes_have_a_check_and_a_slider_each(control: LabelControl, qtbot: QtBot) -> None:
    control.show_names(("big", "red"), by_attributes=True, reach=([0.5, 0.0], [1.0, 2.0]))
    control.show_label((0.5, 0.0))
    assert not control.classes.isVisible()
    with qtbot.waitSignal(control.chosen) as told:
        control.checks[1].click()
    assert told.args == [(0.5, 2.0)]
    control.show_label((0.5, 2.0))
    with qtbot.waitSignal(control.moved) as told:
        QTest.keyClick(control.sliders[0], Qt.Key.Key_PageUp)
    assert told.args == [(0.625, 2.0)]
    assert [slider.accessibleName() for slider in control.sliders] == ["big slider", "red slider"]


def test_showing_a_label_emits_nothing(control: LabelControl, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(control.chosen), qtbot.assertNotEmitted(control.moved):
        control.show_names(("big", "red"), by_attributes=True)
        control.show_label((1.0, 0.3))
        control.show_names(("a", "b"))
        control.show_label(1)
    control.show_names(())
    assert control.isHidden()


# -- in the window -----------------------------------------------------------------------------


@pytest.fixture
def told_window(open_window: Callable[[], Window], shipped: Path, qtbot: QtBot) -> Window:
    """On a conditional model; beside it one of attributes, and one that only reads."""
    window = open_window()
    write_model(shipped, "told", capabilities=ABLE)
    record = manifest_of().data.model_copy(update={"attribute_names": ("big", "red")})
    config = {"condition": "attributes"}
    write_model(shipped, "attributes", capabilities=ABLE, data=record, config=config)
    write_model(shipped, "reader", capabilities=("encode", "classify"))
    window.lab.registry.rescan()
    go_to(window, "told", qtbot)
    return window


def go_to(window: Window, model: str, qtbot: QtBot) -> None:
    window.lab.choose_model(model)
    qtbot.waitUntil(lambda: window.model_id == model and window.is_settled())


def shown(window: Window) -> int:
    """What the picture of the Inspector says it was told."""
    picture = window.inspector.panel.image.picture
    assert picture is not None
    return int(np.asarray(picture)[0, -1, -1])


def messages(window: Window) -> list[str]:
    said: list[str] = []
    window.lab.message.connect(lambda text, _: said.append(text))
    return said


def test_a_chosen_label_is_decoded_and_undone(told_window: Window, qtbot: QtBot) -> None:
    window, box = told_window, told_window.inspector.panel.label.classes
    assert [box.itemText(row) for row in range(box.count())] == ["label 0", "label 1", "label 2"]
    assert shown(window) == 100
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_Down)
    QTest.keyClick(box, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: shown(window) == 102)
    session = window.lab.session
    session.undo()
    assert session.state.label == 1, "each choice is a step"
    qtbot.waitUntil(lambda: shown(window) == 101)
    assert box.currentText() == "label 1"


def test_a_drag_of_an_attribute_is_one_step(told_window: Window, qtbot: QtBot) -> None:
    window, said = told_window, messages(told_window)
    go_to(window, "attributes", qtbot)
    session, control = window.lab.session, window.inspector.panel.label
    assert session.state.label == (0.0, 0.0)
    for value in (5, 12, 20):
        control.sliders[0].setValue(value)
    assert session.state.label == (1.0, 0.0)
    qtbot.waitUntil(lambda: shown(window) == 110)
    session.undo()
    assert session.state.label == (0.0, 0.0)
    assert said == []


def test_going_from_model_to_model_raises_no_complaint(told_window: Window, qtbot: QtBot) -> None:
    window, said = told_window, messages(told_window)
    control = window.inspector.panel.label
    window.lab.session.choose_label(2)
    for model, label in (("mnist-vae-2", None), ("attributes", (0.0, 0.0)), ("told", 2)):
        go_to(window, model, qtbot)
        assert window.lab.session.state.label == label
        assert control.isHidden() == (label is None)
    assert said == []


def test_a_neighbour_brings_its_own_label(told_window: Window, qtbot: QtBot) -> None:
    window = told_window
    row = window.inspector._rows[1]
    window.inspector._on_neighbours_clicked(1)
    assert window.lab.session.state.label == row % 3
    window.inspector._on_neighbours_pin_requested(0)
    (pin,) = window.lab.session.state.pins
    assert pin.label == window.inspector._rows[0] % 3
    qtbot.waitUntil(lambda: len(window.tray._pictures) == 1)
    (picture,) = window.tray._pictures.values()
    assert picture[0, -1, -1] == 100 + pin.label


def test_a_model_that_only_reads_says_so_and_is_quiet(told_window: Window, qtbot: QtBot) -> None:
    window, said = told_window, messages(told_window)
    go_to(window, "reader", qtbot)
    panel: Any = window.inspector.panel
    assert panel.image.picture is None
    assert "only reads pictures" in panel.image.accessibleDescription() or panel.image._hint
    window.lab.session.move_cursor((0.1, 0.2))
    window.inspector.pin()
    panel.save.click()
    qtbot.waitUntil(window.is_settled)
    assert panel.trust.isVisible()
    assert said == []
