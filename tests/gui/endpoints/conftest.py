"""A slot over a real Lab."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from latentlab.app.sources import Sources
from latentlab.gui.widgets.endpoint_slot import EndpointSlot

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from latentlab.app.lab import Lab
from tests.gui.endpoints.hand import Told


@pytest.fixture
def ready(lab: Lab, qtbot: QtBot) -> Lab:
    qtbot.waitUntil(lambda: lab.latents is not None)
    return lab


@pytest.fixture
def slot(ready: Lab, qtbot: QtBot) -> EndpointSlot:
    made = EndpointSlot("A", Sources(ready, seed=1))
    qtbot.addWidget(made)
    with qtbot.waitExposed(made):
        made.show()
    return made


@pytest.fixture
def told(slot: EndpointSlot) -> Told:
    return Told(slot)
