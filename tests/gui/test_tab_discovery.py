"""Tabs found by looking: one that is broken is told and takes no other with it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from latentlab.gui import tabs

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from latentlab.app.lab import Lab

BROKEN = {
    "import no_such_library": "ModuleNotFoundError: No module named 'no_such_library'",
    "TAB =": "SyntaxError: invalid syntax",
    "raise ValueError": "(ValueError)",
    "TABS = []": "has no attribute 'TAB'",
}
WHOLE = """\
from PySide6.QtWidgets import QLabel
from latentlab.gui.tabs import TabSpec

TAB = TabSpec("{0}", "{0}", "mdi6.circle", {1}, frozenset(), lambda _: QLabel("{0}"))
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Two good tabs in a folder that stands for the package's own."""
    place = tmp_path / "found"
    place.mkdir()
    (place / "zeroth.py").write_text(WHOLE.format("zeroth", 0))
    (place / "first.py").write_text(WHOLE.format("first", 1))
    monkeypatch.setattr(tabs, "__path__", [str(place)])
    yield place
    for file in place.glob("*.py"):
        sys.modules.pop(f"{tabs.__name__}.{file.stem}", None)


@pytest.mark.parametrize(("source", "reason"), BROKEN.items())
def test_a_broken_tab_is_told_and_the_others_are_there(
    folder: Path, source: str, reason: str, caplog: pytest.LogCaptureFixture
) -> None:
    (folder / "hopeless.py").write_text(source)
    told: list[str] = []
    found = tabs.discover(told.append)
    assert [tab.name for tab in found] == ["zeroth", "first"]
    [sentence] = told
    assert sentence.startswith("The tab in hopeless.py cannot be loaded")
    assert reason in sentence
    assert "Traceback" not in sentence
    assert "Traceback" in caplog.text, "the log has the rest"


def test_nothing_is_told_of_tabs_that_are_well(folder: Path) -> None:
    told: list[str] = []
    assert len(tabs.discover(told.append)) == 2
    assert told == []


def test_the_window_opens_with_the_tabs_there_are(folder: Path, lab: Lab, qtbot: QtBot) -> None:
    from latentlab.gui.tab_area import TabArea

    (folder / "hopeless.py").write_text("import no_such_library")
    lab.session.choose_tab("hopeless")
    heard: list[tuple[str, str]] = []
    lab.message.connect(lambda text, severity: heard.append((text, severity)))
    area = TabArea(lab)
    qtbot.addWidget(area)
    area.fill()
    assert [area.tabText(index) for index in range(area.count())] == ["zeroth", "first"]
    assert lab.session.state.tab == "zeroth"
    [(sentence, severity)] = heard
    assert sentence.startswith("The tab in hopeless.py cannot be loaded")
    assert severity == "error"


def test_the_tabs_of_latentlab_are_all_well() -> None:
    told: list[str] = []
    names = [tab.name for tab in tabs.discover(told.append)]
    assert {"train", "explore", "homotopy"} <= set(names)
    assert told == []
