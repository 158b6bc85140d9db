"""What tests of the Arithmetic tab begin with: the tab, open on a plain model that encodes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QApplication

from latentlab.app.history import History
from latentlab.gui.tabs.arithmetic import TAB
from tests.app.style_bench import write_models

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from latentlab.app.lab import Lab
    from latentlab.gui.tabs.arithmetic import ArithmeticTab
    from tests.gui.conftest import Show


@pytest.fixture
def sum_lab(shipped: Path, lab: Lab, qtbot: QtBot) -> Lab:
    """The lab, with a plain model chosen and its latents read; a classifier is there."""
    write_models(shipped)
    lab.registry.rescan()
    lab.choose_model("plain")
    qtbot.waitUntil(lambda: lab.latents is not None and lab.plane is not None)
    return lab


@pytest.fixture
def open_sheet(sum_lab: Lab, show: Show, qtbot: QtBot) -> Callable[..., ArithmeticTab]:
    """Opens the tab on baskets and waits until everything is drawn and judged."""

    def open_it(*baskets: tuple[str, ...], width: int = 790, **fields: object) -> ArithmeticTab:
        for basket in baskets:
            sum_lab.session.add_term(basket)
        sum_lab.session.set_arithmetic(record=False, chosen=0, **fields)
        sum_lab.session.history = History()
        tab = show(TAB.build(sum_lab), width)
        qtbot.waitUntil(tab.is_settled, timeout=15_000)
        QApplication.processEvents()
        return tab

    return open_it


@pytest.fixture
def tab(open_sheet: Callable[..., ArithmeticTab]) -> ArithmeticTab:
    """Two means of two latents each: 10 and 20 apart, and a third term."""
    return open_sheet(("z:10,0", "z:20,0"), ("z:5,0",), ("z:7,4",))
