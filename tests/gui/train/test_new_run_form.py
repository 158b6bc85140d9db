"""The form of a new run and its dataset."""

from __future__ import annotations

import sys
import threading
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from latentlab.gui.tabs import discover
from tests.gui.train.steps import TESTS, OpenTab

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pytest
    from pytestqt.qtbot import QtBot

    from latentlab.gui.tabs.train import TrainTab


def test_it_is_found_as_the_first_tab() -> None:
    assert discover()[0].name == "train"
    assert discover()[0].needs == frozenset()


def test_the_form_comes_from_the_families(qtbot: QtBot, tab: TrainTab) -> None:
    form = tab.form
    assert form.family.currentText() == "Fake VAE"
    assert "None, 2026" in form.family.toolTip()
    assert list(form.config.rows) == ["latent", "steps", "refuse"]
    assert "epochs" in form.recipe.rows
    assert form.start.isEnabled()
    qtbot.waitUntil(lambda: form.device.itemText(0) == "auto (Fake, 1 thread)")


def test_the_command_line_follows_and_is_copied(tab: TrainTab) -> None:
    tab.form.config.set_values({"latent": 20})
    tab.form.recipe.set_values({"epochs": 5})
    tab.form.name.setText("mine")
    line = "latentlab train vae --data digits -s latent=20 --epochs 5 --name mine"
    assert tab.form.command.text == line
    tab.form.command.copy.click()
    assert QGuiApplication.clipboard().text() == line


def test_a_preset_fills_both_forms_and_defaults_undo_it(tab: TrainTab) -> None:
    form = tab.form
    form.preset.setCurrentText("Large")
    form.preset.activated.emit(form.preset.currentIndex())
    assert (form.config.changes(), form.recipe.changes()) == ({"latent": 20}, {"epochs": 60})
    form.config.set_values({"latent": 21})
    assert form.preset.currentIndex() == -1
    form.config.set_values({"latent": 20})
    assert form.preset.currentText() == "Large"
    form.preset.setCurrentIndex(0)
    form.preset.activated.emit(0)
    assert (form.config.changes(), form.recipe.changes()) == ({}, {})


def test_nonsense_disables_start_and_says_why(qtbot: QtBot, tab: TrainTab) -> None:
    editor = tab.form.config.rows["latent"].editor
    editor.setFocus()
    editor.selectAll()
    qtbot.keyClicks(editor, "many")
    assert not tab.form.start.isEnabled()
    assert "Needs a whole number from 1 to 64" in tab.form.start.toolTip()
    assert tab.form.why.isVisible()
    qtbot.keyClick(editor, Qt.Key.Key_Escape)
    assert tab.form.start.isEnabled()
    assert tab.form.spec().config == {}


def test_the_keyboard_goes_down_the_form(qtbot: QtBot, tab: TrainTab) -> None:
    form = tab.form
    form.picker.combo.setFocus()
    seen = []
    for _ in range(20):
        qtbot.keyClick(QGuiApplication.focusObject(), Qt.Key.Key_Tab)
        seen.append(QGuiApplication.focusObject().accessibleName())
    expected = ["family", "preset", "latent size", "steps", "refuse", "epochs", "batch size"]
    assert seen[1:8] == expected
    assert seen.index("name") < seen.index("start the run")


def test_without_families_start_says_why(open_tab: OpenTab, qtbot: QtBot) -> None:
    tab = open_tab(codec=[sys.executable, str(TESTS / "app" / "fake_codec.py"), "refuse"])
    assert not tab.form.start.isEnabled()
    assert tab.form.why.text() == "No such model."


def test_the_dataset_is_shown_before_training(tab: TrainTab) -> None:
    picker = tab.form.picker
    assert picker.spec == "digits"
    assert picker.words.text().startswith("1,797 images · 8×8 grey · 10 labels")
    assert picker.sheet.count == 16
    specs = [picker.combo.itemData(row) for row in range(picker.combo.count())]
    assert specs[0] == "digits"
    assert "mnist" in specs


def test_a_file_of_ones_own(qtbot: QtBot, tab: TrainTab, tiny_data: str) -> None:
    tab.form.picker.choose(tiny_data)
    assert not tab.form.start.isEnabled()
    qtbot.waitUntil(tab.is_settled)
    assert tab.form.picker.words.text() == "60 images · 8×8 grey · 3 labels"
    assert tab.form.spec().data == tiny_data
    assert tab.form.start.isEnabled()


def test_a_broken_file_is_told_and_another_choice_helps(
    qtbot: QtBot, tab: TrainTab, tmp_path: Path
) -> None:
    (tmp_path / "bad.npz").write_bytes(b"not a zip file")
    tab.form.picker.choose(f"npz:{tmp_path / 'bad.npz'}")
    qtbot.waitUntil(tab.is_settled)
    assert "bad.npz" in tab.form.why.text()
    assert not tab.form.start.isEnabled()
    tab.form.picker.choose("digits")
    qtbot.waitUntil(lambda: tab.form.start.isEnabled())


def test_a_dataset_that_is_not_here_offers_to_fetch(qtbot: QtBot, tab: TrainTab) -> None:
    tab.form.picker.choose("kmnist")
    qtbot.waitUntil(tab.is_settled)
    assert tab.form.picker.fetch.isVisible()
    assert "Not on this machine" in tab.form.why.text()
    assert not tab.form.start.isEnabled()


def test_fetching_can_be_cancelled(
    qtbot: QtBot, tab: TrainTab, monkeypatch: pytest.MonkeyPatch
) -> None:
    from latentlab.data import Progress

    pace = threading.Event()

    def endless(spec: str, report: Callable[[Progress], None], cancelled: Any) -> Any:
        while not cancelled():
            report(Progress("downloading KMNIST", 5_000_000, 20_000_000, "bytes"))
            pace.wait(0.01)
        raise AssertionError("nobody waits for this")

    monkeypatch.setattr("latentlab.app.dataset_preview.fetch", endless)
    picker = tab.form.picker
    picker.choose("kmnist")
    qtbot.waitUntil(tab.is_settled)
    picker.fetch.click()
    qtbot.waitUntil(lambda: picker.words.text() == "downloading KMNIST: 5 of 20 MB")
    assert picker.bar.value() == 250
    assert picker.fetch.text() == "Cancel"
    picker.fetch.click()
    qtbot.waitUntil(lambda: "Not on this machine" in picker.words.text())
