"""Spin boxes whose first letter keeps clear of their border, which no style sheet can ask for."""

from __future__ import annotations

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QAbstractSpinBox, QDoubleSpinBox, QSpinBox

from latentlab.gui.theme import theme

_INSET = 5  # pixels at 100 %
_RESTYLED = (QEvent.Type.Polish, QEvent.Type.StyleChange)


class SpinBox(QSpinBox):
    """A whole number."""

    def event(self, event: QEvent) -> bool:
        """Another scale has another inset."""
        done = super().event(event)
        if event.type() in _RESTYLED:
            _set_inset(self)
        return done


class DecimalBox(QDoubleSpinBox):
    """A number with decimals."""

    def event(self, event: QEvent) -> bool:
        """Another scale has another inset."""
        done = super().event(event)
        if event.type() in _RESTYLED:
            _set_inset(self)
        return done


def _set_inset(box: QAbstractSpinBox) -> None:
    """Its minimal width knows nothing of it: a whole text stays whole in a wider one."""
    inset = theme().px(_INSET)
    box.lineEdit().setTextMargins(inset, 0, 0, 0)
