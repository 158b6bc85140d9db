"""What tests of the rows begin with: the tab, open on two stops."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from latentlab.gui.tabs.homotopy import HomotopyTab
from tests.gui.homotopy.hand import A, B

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytestqt.qtbot import QtBot

    from latentlab.app.lab import Lab
    from latentlab.gui.homotopy.rows_mode import RowsMode
    from tests.gui.conftest import Show


@pytest.fixture
def open_tab(lab: Lab, show: Show, qtbot: QtBot) -> Callable[..., HomotopyTab]:
    """Opens the tab on a document and waits until it is drawn."""

    def open_it(width: int = 790, **fields: object) -> HomotopyTab:
        if fields:
            lab.session.set_homotopy(record=False, **fields)
        tab = show(HomotopyTab(lab), width)
        qtbot.waitUntil(lambda: tab.is_settled() and bool(lab.homotopy.stops), timeout=15_000)
        return tab

    return open_it


@pytest.fixture
def rows_pane(open_tab: Callable[..., HomotopyTab]) -> RowsMode:
    """The rows between A and B."""
    return open_tab(stops=(A, B)).page
