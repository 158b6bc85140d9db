"""What tests of the Transfer page begin with: the tab, open on a conditional model."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QApplication

from latentlab.app.history import History
from latentlab.gui.tabs.style import StyleTab
from tests.app.style_bench import write_models

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from latentlab.app.lab import Lab
    from latentlab.gui.style.transfer_page import TransferPage
    from tests.gui.conftest import Show


@pytest.fixture
def styled_lab(shipped: Path, lab: Lab, qtbot: QtBot) -> Lab:
    """The lab, with a conditional model chosen and its latents read."""
    write_models(shipped)
    lab.registry.rescan()
    lab.choose_model("told")
    qtbot.waitUntil(lambda: lab.latents is not None and lab.plane is not None)
    return lab


@pytest.fixture
def open_style(styled_lab: Lab, show: Show, qtbot: QtBot) -> Callable[..., StyleTab]:
    """Opens the tab on rows and waits until everything is drawn and judged."""

    def open_it(*sources: str, width: int = 790, **fields: object) -> StyleTab:
        if sources:
            styled_lab.session.set_sources(sources)
        styled_lab.session.set_style(record=False, **fields)
        styled_lab.session.history = History()
        tab = show(StyleTab(styled_lab), width)
        qtbot.waitUntil(tab.is_settled, timeout=15_000)
        QApplication.processEvents()
        return tab

    return open_it


@pytest.fixture
def page(open_style: Callable[..., StyleTab]) -> TransferPage:
    """Three rows: two means, and a latent whose first number the classifier dislikes."""
    return open_style("label:1", "label:2", "z:150,7").page
