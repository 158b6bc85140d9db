"""One press of the mouse on a map, until it is released: a click, a pan, or something drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QPointF, Qt

if TYPE_CHECKING:
    from PySide6.QtGui import QMouseEvent

Tool = Literal["explore", "lasso", "box", "path"]
Meaning = Literal["pan", "lasso", "box", "path"]
_DRAG_PX = 4  # a press that moves less is a click
_LASSO_PX = 3  # corners of a lasso or a path are at least this far apart


def meaning_of(event: QMouseEvent, tool: Tool) -> Meaning:
    """What a drag that begins with this press does: keys overrule the tool."""
    if event.button() != Qt.MouseButton.LeftButton:
        return "pan"
    if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
        return "lasso"
    if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
        return "box"
    return "pan" if tool == "explore" else tool


class Drag:
    """Positions in pixels from the press on."""

    def __init__(self, start: QPointF, meaning: Meaning) -> None:
        self.meaning = meaning
        self.start = start
        self.begun = False  # it has left the place of the press
        self._corners = [start]

    def move_to(self, here: QPointF) -> QPointF:
        """Follow the mouse; how far it went since the last time, nothing before it has begun."""
        if not self.begun and (here - self.start).manhattanLength() < _DRAG_PX:
            return QPointF()
        self.begun = True
        step = here - self._corners[-1]
        if self.meaning == "pan":
            self._corners = [here]
        elif step.manhattanLength() >= _LASSO_PX:
            self._corners.append(here)
        return step

    def outline(self, here: QPointF) -> list[QPointF]:
        """Corners of the region or the path drawn so far."""
        if self.meaning in ("lasso", "path"):
            return [*self._corners, here]
        across, down = QPointF(here.x(), self.start.y()), QPointF(self.start.x(), here.y())
        return [self.start, across, here, down]
