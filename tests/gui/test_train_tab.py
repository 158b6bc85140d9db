"""The Train tab: from the form to curves, with a fake trainer, and once with the real one."""

from __future__ import annotations

import sys
import threading
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from latentlab.app.lab import Lab
from latentlab.core import events
from latentlab.core.spec import TrainSpec
from latentlab.engine import files, runs
from latentlab.gui.bridge import Bridge
from latentlab.gui.tabs import discover
from latentlab.gui.tabs.train import TrainTab
from latentlab.gui.theme import theme
from tests.app.test_run_history import ended, evaluated, started, step
from tests.gui.fake_families import families
from tests.helpers import digits_like, edit_manifest, write_model

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pytestqt.qtbot import QtBot

TESTS = Path(__file__).parents[1]
CODEC = [sys.executable, str(TESTS / "gui" / "fake_codec.py")]
TRAINER = [sys.executable, "-S", str(TESTS / "app" / "fake_trainer.py")]
OpenTab = "Callable[..., TrainTab]"


@pytest.fixture
def qtbot(qtbot: QtBot) -> QtBot:
    """Patient: processes start slowly where other tests run beside these."""
    qtbot.waitUntil = partial(qtbot.waitUntil, timeout=100_000)
    return qtbot


@pytest.fixture
def open_tab(
    qtbot: QtBot, library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[OpenTab]:
    monkeypatch.setattr("latentlab.core.paths.trained", lambda: tmp_path / "nothing")
    opened: list[tuple[Bridge, Lab]] = []

    def make(codec: list[str] | None = CODEC, trainer: list[str] | None = TRAINER) -> TrainTab:
        bridge = Bridge()
        lab = Lab(bridge.post, codec_argv=codec, trainer_argv=trainer)
        opened.append((bridge, lab))
        if codec is CODEC:

            def describe(done: Callable[[Any], None], failed: object = None) -> None:
                bridge.post(lambda: done(families()))

            monkeypatch.setattr(lab.codec, "describe", describe)
        tab = TrainTab(lab)
        qtbot.addWidget(tab)
        tab.resize(918, 700)
        tab.show()
        qtbot.waitUntil(tab.is_settled)
        return tab

    yield make
    for bridge, lab in opened:
        lab.close(timeout_s=2.0)
        bridge.close()


@pytest.fixture
def tab(open_tab: OpenTab) -> TrainTab:
    return open_tab()


def start(tab: TrainTab, **config: Any) -> Any:
    """Fill the form, press Start, and give the run."""
    tab.form.config.reset()
    tab.form.config.set_values(config)
    tab.form.start.click()
    return tab._lab.runs.runs[-1]


def record(
    library: Path, name: str = "old", events_of: list[Any] | None = None, latent: int = 2
) -> Path:
    """A finished run with curves and one moment."""
    folder = write_model(library, name, latent=latent)
    images, labels = digits_like(16)
    latents = np.random.default_rng(0).normal(size=(16, latent)).astype(np.float32)
    arrays = {"samples": images, "originals": images, "reconstructions": images}
    moment = events.Samples(epoch=1, images_seen=1000, path="samples/1.safetensors", t=1)
    packed = files.pack_arrays({**arrays, "latents": latents, "labels": labels})
    files.write_whole(folder / "samples/1.safetensors", packed)
    told = events_of or [started(2), step(500), evaluated(1), moment, step(1500), ended()]
    lines = "".join(f"{event.model_dump_json()}\n" for event in told)
    (folder / runs.EVENTS).write_text(lines)
    return folder


# -- the form ------------------------------------------------------------------------------------


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


# -- runs ----------------------------------------------------------------------------------------


def test_start_trains_and_shows_it(qtbot: QtBot, tab: TrainTab) -> None:
    run = start(tab, steps=3)
    qtbot.waitUntil(lambda: run.state == "finished")
    qtbot.waitUntil(tab.is_settled)
    words = tab.view.header.words.full_text
    assert words == "fake  ·  finished · 0 of 2 epochs in 0:00 · 900 images/s · healthy"
    assert len(tab.view.curves.plots[0].shown["train"][0]) == 3
    assert tab.runs.list.row_of(0).state == "finished"
    assert run.spec == TrainSpec(family="vae", config={"steps": 3}, data="digits")


def test_pause_resume_stop(qtbot: QtBot, tab: TrainTab) -> None:
    run, header = start(tab), tab.view.header
    qtbot.waitUntil(lambda: run.state == "running" and header.pause.isEnabled())
    assert header.pause.text() == "Pause"
    header.pause.click()
    qtbot.waitUntil(lambda: header.pause.text() == "Resume")
    assert "paused" in header.words.full_text
    header.pause.click()
    qtbot.waitUntil(lambda: header.pause.text() == "Pause")
    header.stop.click()
    assert run.is_stopping
    qtbot.waitUntil(lambda: run.state == "stopped" and not header.stop.isVisible())
    assert header.words.full_text.split(" · ")[1].strip().endswith("stopped") or (
        "stopped" in header.words.full_text
    )


def test_a_second_run_waits_and_can_be_moved_and_cancelled(qtbot: QtBot, tab: TrainTab) -> None:
    first = start(tab)
    qtbot.waitUntil(lambda: first.state == "running")
    qtbot.waitUntil(lambda: tab.form.start.text() == "Add to the queue")
    second, third = start(tab, steps=1), start(tab, steps=2)
    assert tab._lab.runs.queued == (second, third)
    qtbot.waitUntil(lambda: tab.runs.list.count() == 3)
    assert tab.runs.list.row_of(1).words == "waiting for its turn"
    assert tab.shelf.shown.run is third
    qtbot.waitUntil(lambda: tab.runs.list.currentRow() == 2)
    qtbot.keyClick(tab.runs.list, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert tab._lab.runs.queued == (third, second)
    qtbot.keyClick(tab.runs.list, Qt.Key.Key_Delete)
    assert tab._lab.runs.queued == (second,)
    tab._lab.runs.stop(first)
    qtbot.waitUntil(lambda: second.state == "finished")


def test_choosing_a_row_shows_that_run(qtbot: QtBot, tab: TrainTab) -> None:
    first = start(tab, steps=1)
    qtbot.waitUntil(lambda: first.state == "finished")
    second = start(tab, steps=5)
    qtbot.waitUntil(lambda: second.state == "finished" and tab.is_settled())
    tab.runs.list.setCurrentRow(0)
    qtbot.waitUntil(lambda: len(tab.view.curves.plots[0].shown["train"][0]) == 1)
    assert tab.shelf.shown.run is first


def test_a_refusal_is_one_sentence(qtbot: QtBot, tab: TrainTab) -> None:
    run = start(tab, refuse="A latent of 64 does not fit into 8 x 8 pixels.")
    qtbot.waitUntil(lambda: run.state == "failed")
    qtbot.waitUntil(lambda: tab.view.header.trouble.isVisible())
    assert tab.view.header.trouble.text() == "A latent of 64 does not fit into 8 x 8 pixels."
    assert tab.form.config.values()["refuse"].startswith("A latent")


def test_a_killed_trainer_is_told_and_the_window_is_fine(qtbot: QtBot, tab: TrainTab) -> None:
    tab._start(TrainSpec(family="vae", config={"die": "kill"}))
    qtbot.waitUntil(lambda: tab.view.header.trouble.isVisible())
    assert "ended unexpectedly (signal 9)" in tab.view.header.trouble.text()
    assert tab.runs.list.row_of(0).state == "interrupted"
    assert tab.form.start.isEnabled()


def test_full_memory_offers_half_the_batch(qtbot: QtBot, tab: TrainTab) -> None:
    run = start(tab, refuse="NVIDIA H200 ran out of memory at a batch size of 128; try 64.")
    qtbot.waitUntil(lambda: run.state == "failed" and tab.view.header.smaller.isVisible())
    assert tab.view.header.smaller.text() == "Try batch 64"
    tab.view.header.smaller.click()
    again = tab._lab.runs.runs[-1]
    assert again.spec.recipe == {"batch_size": 64}
    assert tab.form.recipe.values()["batch_size"] == 64


def test_an_alarm_is_told_with_advice(qtbot: QtBot, tab: TrainTab) -> None:
    run = start(tab)
    qtbot.waitUntil(lambda: run.state == "running")
    alarm = events.Alarm(
        code="diverged", message="The loss is no number.", advice="Lower the learning rate.",
        epoch=0, images_seen=200, t=1,
    )  # fmt: skip
    tab._lab.runs._on_received(run, alarm)
    qtbot.waitUntil(lambda: tab.view.header.trouble.isVisible())
    sentence = "The loss is no number. Lower the learning rate."
    assert tab.view.header.trouble.text() == sentence
    assert tab.runs.list.row_of(0).alarmed
    assert tab.view.curves.plots[0]._alarms[0].isVisible()


# -- runs of before ------------------------------------------------------------------------------


@pytest.mark.parametrize("latent", [2, 5])
def test_a_recorded_run_is_reopened(
    open_tab: OpenTab, qtbot: QtBot, library: Path, latent: int
) -> None:
    record(library, latent=latent)
    tab = open_tab()
    assert tab._lab.model.id == "old"
    assert tab.shelf.shown.title == "old"
    assert "finished" in tab.view.header.words.full_text
    assert tab.view.pictures.samples.count == 16
    assert tab.view.pictures.pairs.count == 32
    assert tab.view.pictures.cloud.count == 16
    assert set(tab.view.curves.plots[0].shown) == {"train", "validation"}
    assert tab.view.header.explore.isEnabled()


def test_the_menu_opens_another_run(open_tab: OpenTab, qtbot: QtBot, library: Path) -> None:
    record(library, "one")
    record(library, "two")
    tab = open_tab()
    menu = tab.runs.opener.menu()
    menu.aboutToShow.emit()
    other = "two" if tab.shelf.shown.title == "one" else "one"
    next(action for action in menu.actions() if action.text().startswith(other)).trigger()
    qtbot.waitUntil(lambda: tab.shelf.shown.title == other and tab.is_settled())
    assert [tab.runs.list.row_of(row).title for row in range(2)].count(other) == 1


def test_a_run_of_another_process_is_followed(
    open_tab: OpenTab, qtbot: QtBot, library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("latentlab.gui.train.run_shelf.FOLLOW_MS", 20)
    monkeypatch.setattr("latentlab.engine.runs.effective_state", lambda *_: "running")
    folder = record(library, events_of=[started(2), step(500)])
    tab = open_tab()
    assert "epoch 1 of 2" in tab.view.header.words.full_text
    with (folder / runs.EVENTS).open("a") as file:
        file.write(f"{step(1500).model_dump_json()}\n")
    qtbot.waitUntil(lambda: "epoch 2 of 2" in tab.view.header.words.full_text)


def test_open_in_explore_makes_the_run_current(
    open_tab: OpenTab, qtbot: QtBot, library: Path
) -> None:
    record(library, "one")
    record(library, "two")
    tab = open_tab()
    other = "two" if tab._lab.session.state.model == "one" else "one"
    tab.shelf.open(library / other)
    qtbot.waitUntil(lambda: tab.shelf.shown.title == other and tab.is_settled())
    tab.view.header.explore.click()
    assert tab._lab.session.state.model == other
    assert tab._lab.session.state.tab == "explore"


def test_a_stopped_run_goes_on_along_its_curves(
    open_tab: OpenTab, qtbot: QtBot, library: Path
) -> None:
    folder = record(library, events_of=[started(2), step(50), ended("stopped")])
    (folder / runs.STATE).write_bytes(b"state")
    tab = open_tab()
    assert tab.view.header.pause.text() == "Go on"
    tab.view.header.pause.click()
    run = tab._lab.runs.runs[-1]
    assert run.resumes == folder
    qtbot.waitUntil(lambda: run.state == "running" and run.history.step.images_seen == 200)
    qtbot.waitUntil(lambda: len(tab.view.curves.plots[0].shown["train"][0]) == 3)
    assert tab.runs.list.count() == 1


def test_the_settings_of_a_run_come_back_into_the_form(
    open_tab: OpenTab, qtbot: QtBot, library: Path
) -> None:
    recorded = {"config": {"latent": 7}, "recipe": {"epochs": 11}, "family": "ae"}
    edit_manifest(record(library), **recorded)
    tab = open_tab()
    qtbot.keyClick(tab.runs.list, Qt.Key.Key_Return)
    assert tab.form.spec().model_dump(include=set(recorded)) == recorded
    assert tab.form.family.currentText() == "Fake AE"


def test_curves_leave_the_window(
    open_tab: OpenTab, qtbot: QtBot, library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    record(library)
    tab = open_tab()
    curves = tab.view.curves
    wanted = iter([tmp_path / "a.png", tmp_path / "a.csv", tmp_path / "none" / "b.csv", None])
    monkeypatch.setattr("latentlab.gui.picture_files.ask_path", lambda *_: next(wanted))
    heard: list[tuple[str, str]] = []
    tab._lab.message.connect(lambda text, severity: heard.append((text, severity)))
    qtbot.keyClick(curves, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    copied = QGuiApplication.clipboard().image()
    assert copied.width() == 2 * curves.width()
    qtbot.keyClick(curves, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    assert (tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")
    for _ in range(3):
        curves.table_requested.emit()
    assert (tmp_path / "a.csv").read_text().startswith("term,split,epoch,value\nloss,train,0.5,")
    assert [severity for _, severity in heard] == ["info", "info", "info", "info"]


def test_missing_pictures_are_no_accident(open_tab: OpenTab, qtbot: QtBot, library: Path) -> None:
    (record(library) / "samples/1.safetensors").unlink()
    tab = open_tab()
    assert tab.view.pictures.samples.count == 0
    assert "samples" in tab.view.pictures.toolTip()


# -- drawing -------------------------------------------------------------------------------------


def test_events_are_drawn_together_and_only_when_seen(
    qtbot: QtBot, tab: TrainTab, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = start(tab)
    qtbot.waitUntil(lambda: run.state == "running" and not tab._timer.isActive())
    drawn: list[int] = []
    monkeypatch.setattr(tab.view, "show_run", lambda shown: drawn.append(1))
    for number in range(3, 103):
        tab._lab.runs._on_received(run, step(number))
    qtbot.waitUntil(lambda: not tab._timer.isActive())
    assert len(drawn) == 1
    tab.hide()
    tab._lab.runs._on_received(run, step(200))
    assert not tab._timer.isActive()
    tab.show()
    assert len(drawn) == 2


def test_live_restyle_and_scale(open_tab: OpenTab, qtbot: QtBot, library: Path) -> None:
    record(library)
    tab = open_tab()
    width = tab._left.width()
    try:
        theme().configure("dark", 2.0)
        assert tab._left.width() == 2 * width
        assert not tab.grab().isNull()
    finally:
        theme().configure("light", 1.0)


def test_everything_has_a_name_and_a_tooltip(tab: TrainTab) -> None:
    from PySide6.QtWidgets import QAbstractButton, QAbstractSpinBox, QComboBox, QLineEdit, QSlider

    for kind in (QAbstractButton, QComboBox, QAbstractSpinBox, QSlider, QLineEdit):
        for widget in tab.findChildren(kind):
            inner = widget.parent().metaObject().className() in ("NumberBox", "QComboBox")
            if not inner and widget.window() is tab and not widget.objectName().startswith("qt_"):
                assert widget.accessibleName() or widget.text(), widget
                assert widget.toolTip(), widget


def test_the_real_trainer_on_real_digits(open_tab: OpenTab, qtbot: QtBot) -> None:
    """Two epochs through every process: families, trainer, pictures, latents."""
    tab = open_tab(codec=None, trainer=None)
    tab.form.recipe.set_values({"epochs": 2})
    tab.form.config.set_values({"width": 16, "depth": 1})
    tab.form.start.click()
    run = tab._lab.runs.runs[-1]
    qtbot.waitUntil(lambda: run.is_over)
    assert run.state == "finished", run.message
    qtbot.waitUntil(tab.is_settled)
    assert tab.view.pictures.samples.count == 32
    assert tab.view.pictures.cloud.count > 100
    assert "loss" in run.history.terms
    assert tab.view.header.explore.isEnabled()
    assert "finished · 2 of 2 epochs" in tab.view.header.words.full_text
    tab.view.header.explore.click()
    assert tab._lab.session.state.model == run.folder.name
    qtbot.waitUntil(lambda: tab._lab.latents is not None)
