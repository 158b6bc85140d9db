"""What tests of the rows begin with: the tab, open on two stops."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QApplication

from latentlab.gui.tabs.homotopy import TAB
from tests.gui.homotopy.hand import A, B

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pytestqt.qtbot import QtBot

    from latentlab.app.lab import Lab
    from latentlab.gui.homotopy.rows_mode import RowsMode
    from latentlab.gui.tabs.homotopy import HomotopyTab


@pytest.fixture
def open_tab(lab: Lab, qtbot: QtBot) -> Iterator[Callable[..., HomotopyTab]]:
    """Opens the tab on a document and waits until it is drawn."""
    opened: list[HomotopyTab] = []

    def open_it(width: int = 790, **fields: object) -> HomotopyTab:
        if fields:
            lab.session.set_homotopy(record=False, **fields)
        tab = TAB.build(lab)
        opened.append(tab)
        tab.resize(width, 620)
        tab.show()
        qtbot.waitUntil(lambda: tab.is_settled() and bool(lab.homotopy.stops), timeout=15_000)
        return tab

    yield open_it
    for tab in opened:
        tab.close()
        tab.deleteLater()
    QApplication.processEvents()


@pytest.fixture
def rows_pane(open_tab: Callable[..., HomotopyTab]) -> RowsMode:
    """The rows between A and B."""
    return open_tab(stops=(A, B)).page
