"""Runs of before, drawing, look and access."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication

from latentlab.app.blocking_decode import no_decode
from latentlab.app.export import render
from latentlab.engine import runs
from latentlab.gui.theme import theme
from tests.app.test_run_history import ended, started, step
from tests.gui.train.steps import OpenTab, record, start
from tests.helpers import edit_manifest

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from latentlab.gui.tabs.train import TrainTab


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


def test_curves_and_pictures_leave_the_window(
    open_tab: OpenTab, qtbot: QtBot, library: Path
) -> None:
    record(library)
    tab = open_tab()
    exports, curves, row = tab._lab.exports, tab.view.curves, tab.view.pictures
    wanted: list[Any] = []
    exports.wanted.connect(wanted.append)
    copied: list[bytes] = []
    exports.picture_copied.connect(copied.append)
    qtbot.keyClick(curves, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert copied[0].startswith(b"\x89PNG")
    qtbot.keyClick(curves, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    assert curves.ask("data")
    plot, table = wanted
    assert plot.name.endswith("-curves")
    assert (plot.suffix, table.suffix) == ("", ".csv")
    arrays = table.arrays()
    assert set(arrays) == {"term", "split", "epoch", "value"}
    assert len({len(array) for array in arrays.values()}) == 1
    assert arrays["term"][0] == "loss"
    qtbot.waitUntil(lambda: row.samples.count > 0)
    assert row.samples.ask("sheet")
    sheet = wanted[-1].recipe
    assert sheet.model == ""
    assert len(sheet.rows[0].pictures) == row.samples.count
    made = render.pictures_of(sheet.rows[0], no_decode)
    assert np.array_equal(made, row.samples.pictures), "as they were shown"
    assert row.cloud.outlet.act("export")
    assert len(wanted[-1].arrays()["xy"]) == row.cloud.count


def test_missing_pictures_are_no_accident(open_tab: OpenTab, qtbot: QtBot, library: Path) -> None:
    (record(library) / "samples/1.safetensors").unlink()
    tab = open_tab()
    assert tab.view.pictures.samples.count == 0
    assert "samples" in tab.view.pictures.toolTip()


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
    tab.resize(1500, 900)
    theme().configure("dark", 2.0)
    assert tab._left.width() == 2 * width
    assert not tab.grab().isNull()


def seen(tab: TrainTab) -> list[str]:
    view = tab.view
    parts = {"form": tab.form, "runs": tab.runs, "curves": view.curves, "pictures": view.pictures}
    return [name for name, part in parts.items() if part.isVisible()]


def test_little_room_makes_pages(open_tab: OpenTab, qtbot: QtBot, library: Path) -> None:
    record(library)
    tab = open_tab()
    assert seen(tab) == ["form", "runs", "curves", "pictures"]
    tab.resize(560, 600)
    assert (tab.pages.page, seen(tab)) == ("new", ["form"])
    qtbot.waitUntil(lambda: tab.form.width() == tab.width())
    tab.pages.turn_to("watch")
    assert seen(tab) == ["curves", "pictures"]
    tab.resize(560, 300)
    assert seen(tab) == ["curves"]
    tab.pages.turn_to("pictures")
    assert seen(tab) == ["pictures"]
    assert tab.view.header.isVisible()
    tab.pages.turn_to("runs")
    assert seen(tab) == ["runs"]
    tab.resize(918, 700)
    assert seen(tab) == ["form", "runs", "curves", "pictures"]


def test_start_and_curves_are_seen_at_200_percent(tab: TrainTab) -> None:
    """On a projector of 1280 x 800 the tab has about this room."""
    theme().configure("light", 2.0)
    tab.resize(728, 556)
    assert tab.rect().contains(tab.form.start.geometry().translated(tab.form.mapTo(tab, QPoint())))
    tab.pages.turn_to("watch")
    QApplication.processEvents()
    assert tab.view.curves.height() > 120
    assert tab.minimumSizeHint().width() <= 728
    assert tab.minimumSizeHint().height() <= 556


def test_a_started_run_and_reused_settings_turn_the_page(tab: TrainTab) -> None:
    tab.resize(560, 600)
    run = start(tab)
    assert tab.pages.page == "watch"
    tab._on_list_reused(f"run:{run.number}")
    assert tab.pages.page == "new"


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
    assert tab.view.pictures.manifold.sheet.count == 64
    assert "loss" in run.history.terms
    assert tab.view.header.explore.isEnabled()
    assert "finished · 2 of 2 epochs" in tab.view.header.words.full_text
    tab.view.header.explore.click()
    assert tab._lab.session.state.model == run.folder.name
    qtbot.waitUntil(lambda: tab._lab.latents is not None)
