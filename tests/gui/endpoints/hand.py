"""What a hand does to an endpoint, and what it then tells."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication

from latentlab.app.endpoints import Endpoint

if TYPE_CHECKING:
    from latentlab.gui.widgets.endpoint_slot import EndpointSlot

PICTURE = np.random.default_rng(3).integers(0, 256, (1, 8, 8), np.uint8)
LEFT = Qt.MouseButton.LeftButton
COPY = Qt.DropAction.CopyAction


class Told:
    """References in the order in which the slot told them."""

    def __init__(self, slot: EndpointSlot) -> None:
        self.texts: list[str] = []
        slot.reference_chosen.connect(self.texts.append)

    @property
    def last(self) -> str:
        return self.texts[-1] if self.texts else ""


def endpoint(text: str = "seed:4", title: str = "sample 4", **fields: Any) -> Endpoint:
    z = np.zeros(2, np.float32)
    return Endpoint(**{"reference": text, "title": title, "z": z, "picture": PICTURE,
                       "is_given": False, **fields})  # fmt: skip


def drop(slot: EndpointSlot, data: QMimeData) -> QDropEvent:
    args = (COPY, data, LEFT, Qt.KeyboardModifier.NoModifier)
    entered = QDragEnterEvent(QPoint(20, 40), *args)
    QApplication.sendEvent(slot, entered)
    dropped = QDropEvent(QPointF(20, 40), *args)
    if entered.isAccepted():
        QApplication.sendEvent(slot, dropped)
    return dropped
