"""What all tests of this folder begin with."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from latentlab.data.dataset import Dataset
from latentlab.gui.tabs.explore import ExploreTab
from tests.helpers import digits_like

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytestqt.qtbot import QtBot

    from latentlab.app.lab import Lab
    from tests.gui.conftest import Show


@pytest.fixture
def open_tab(lab: Lab, show: Show, qtbot: QtBot) -> Callable[..., ExploreTab]:
    def open_it(model: str = "mnist-vae-2", *, settle: bool = True) -> ExploreTab:
        lab.choose_model(model)
        tab = show(ExploreTab(lab), 760)
        if settle:
            qtbot.waitUntil(lambda: tab.points.ready and tab.is_settled(), timeout=15_000)
        return tab

    return open_it


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
