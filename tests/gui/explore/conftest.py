"""What all tests of this folder begin with."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication

from latentlab.data.dataset import Dataset
from latentlab.gui.tabs.explore import TAB, ExploreTab
from tests.helpers import digits_like

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pytestqt.qtbot import QtBot

    from latentlab.app.lab import Lab


@pytest.fixture
def open_tab(lab: Lab, qtbot: QtBot) -> Iterator[Callable[..., ExploreTab]]:
    opened: list[ExploreTab] = []

    def open_it(model: str = "mnist-vae-2", *, settle: bool = True) -> ExploreTab:
        lab.choose_model(model)
        tab = TAB.build(lab)
        opened.append(tab)
        tab.resize(760, 620)
        tab.show()
        if settle:
            qtbot.waitUntil(lambda: tab.points.ready and tab.is_settled(), timeout=15_000)
        return tab

    yield open_it
    for tab in opened:
        tab.close()
        tab.deleteLater()
    QApplication.processEvents()


@pytest.fixture
def tab(open_tab: Callable[..., ExploreTab]) -> ExploreTab:
    return open_tab()


@pytest.fixture
def with_originals(lab: Lab) -> Dataset:
    """The dataset of the model, with two attributes, as if it were on this machine."""
    images, labels = digits_like(60)
    attributes = np.stack([np.arange(60), np.ones(60)], axis=1).astype(np.float32)
    splits = {"train": np.arange(0), "validation": np.arange(0), "test": np.arange(60)}
    names = ("0", "1", "2")
    return Dataset(
        "digits", "Digits", images, labels, names, attributes, ("slant", "width"), splits, "0" * 64,
        "none",
    )  # fmt: skip
