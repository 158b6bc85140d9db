"""The dataset picker alone: it emits wishes and says what it was told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog

from latentlab.app.dataset_preview import Choice, Preview
from latentlab.gui.theme import theme
from latentlab.gui.widgets.dataset_picker import DatasetPicker
from tests.helpers import digits_like

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

CHOICES = [
    Choice("digits", "UCI digits", "Small real digits.", here=True, downloadable=False),
    Choice("kmnist", "KMNIST", "Old Japanese letters.", here=False, downloadable=True),
]


@pytest.fixture
def picker(qtbot: QtBot) -> DatasetPicker:
    made = DatasetPicker()
    qtbot.addWidget(made)
    made.show()
    made.show_choices(CHOICES)
    return made


def texts(picker: DatasetPicker) -> list[str]:
    return [picker.combo.itemText(row) for row in range(picker.combo.count())]


def activate(picker: DatasetPicker, text: str) -> None:
    """Choose an entry as a hand does."""
    row = picker.combo.findText(text)
    picker.combo.setCurrentIndex(row)
    picker.combo.activated.emit(row)


def ready(picker: DatasetPicker, spec: str = "digits") -> None:
    picker.choose(spec)
    picker.show_preview(Preview(spec, "60 images", "CC0", digits_like(16)[0]))


def test_before_anything_is_known(qtbot: QtBot) -> None:
    empty = DatasetPicker()
    qtbot.addWidget(empty)
    assert not empty.ready
    assert "looked for" in empty.problem


def test_the_list_says_what_is_here(picker: DatasetPicker) -> None:
    assert texts(picker) == ["digits", "kmnist", "", "folder…", "npz file…"]
    tips = [picker.combo.itemData(row, Qt.ItemDataRole.ToolTipRole) for row in range(2)]
    assert tips[0].endswith("on this machine")
    assert tips[1].endswith("can be fetched")
    assert picker.combo.currentIndex() == -1


def test_choosing_asks_for_a_preview(qtbot: QtBot, picker: DatasetPicker) -> None:
    with qtbot.waitSignal(picker.chosen) as heard:
        activate(picker, "digits")
    assert heard.args == ["digits"]
    assert not picker.ready
    assert "being opened" in picker.problem
    picker.show_preview(Preview("digits", "60 images", "CC0", digits_like(16)[0]))
    assert picker.ready
    assert picker.words.text() == "60 images"
    assert picker.words.toolTip() == "CC0"
    assert picker.sheet.count == 16
    assert picker.sheet.isVisible()
    assert not picker.fetch.isVisible()


def test_a_folder_with_a_strange_name(
    qtbot: QtBot, picker: DatasetPicker, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = "/pictures/my Bilder 図"
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: place)
    with qtbot.waitSignal(picker.chosen) as heard:
        activate(picker, "folder…")
    assert heard.args == [f"folder:{place}"]
    assert picker.combo.currentText() == "my Bilder 図"
    assert "my Bilder 図" in texts(picker)


def test_a_file_and_a_change_of_mind(
    qtbot: QtBot, picker: DatasetPicker, monkeypatch: pytest.MonkeyPatch
) -> None:
    ready(picker)
    answers = iter([("", ""), ("/a/b.npz", "")])
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: next(answers))
    with qtbot.assertNotEmitted(picker.chosen):
        activate(picker, "npz file…")
    assert (picker.spec, picker.combo.currentText()) == ("digits", "digits")
    assert picker.ready
    activate(picker, "npz file…")
    assert (picker.spec, picker.combo.currentText()) == ("npz:/a/b.npz", "b.npz")


def test_progress_in_words_and_bar(picker: DatasetPicker) -> None:
    picker.choose("digits")
    picker.show_progress("decoding: 5 of 20 images", 0.25)
    assert picker.words.text() == "decoding: 5 of 20 images"
    assert (picker.bar.value(), picker.bar.maximum()) == (250, 1000)
    picker.show_progress("connecting…", None)
    assert picker.bar.maximum() == 0
    assert not picker.ready
    picker.show_preview(Preview("digits", "60 images", "CC0", digits_like(16)[0]))
    assert not picker.bar.isVisible()


def test_fetching_and_cancelling_are_wishes(qtbot: QtBot, picker: DatasetPicker) -> None:
    picker.choose("kmnist")
    picker.show_preview(Preview("kmnist", "Not on this machine.", downloadable=True))
    assert not picker.ready
    assert not picker.sheet.isVisible()
    with qtbot.waitSignal(picker.fetch_requested) as heard:
        picker.fetch.click()
    assert heard.args == ["kmnist"]
    picker.show_fetching(fetching=True)
    with qtbot.waitSignal(picker.cancel_requested):
        picker.fetch.click()


def test_a_problem_is_told_where_one_looks(picker: DatasetPicker) -> None:
    ready(picker)
    picker.choose("kmnist")
    picker.show_problem("The download broke off; try again.")
    assert picker.problem == picker.words.text() == "The download broke off; try again."
    assert picker.words.property("look") == "error"
    assert picker.fetch.isVisible()
    ready(picker)
    assert picker.words.property("look") == "small"


def test_a_new_list_and_a_new_look_keep_the_choice(picker: DatasetPicker) -> None:
    ready(picker, "npz:/a/own.npz")
    picker.show_choices(CHOICES[:1])
    theme().configure("dark", 1.5)
    assert picker.combo.currentText() == "own.npz"
    assert picker.ready
    assert picker.combo.height() == theme().px(26)
