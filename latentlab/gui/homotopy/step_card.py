"""The step under the mouse, enlarged, with what it is in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from latentlab.gui.stylesheet import set_look
from latentlab.gui.theme import theme
from latentlab.gui.widgets.image_view import ImageView

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_SIDE = 140  # five pixels for one of MNIST's
_GAP = 8


class StepCard(QFrame):
    """Floats over its parent, below or above a picture; lets the mouse through."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        set_look(self, "card")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAccessibleName("Picture under the mouse")
        self._view, self._title = ImageView(name="enlarged"), QLabel()
        self._view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        set_look(self._title, "small")
        column = QVBoxLayout(self)
        column.addWidget(self._view)
        column.addWidget(self._title)
        theme().changed.connect(self._restyle)
        self._restyle()
        self.hide()

    @property
    def picture(self) -> NDArray[np.uint8] | None:
        """What is shown, (C, H, W)."""
        return self._view.picture

    @property
    def title(self) -> str:
        """The words below it."""
        return self._title.text()

    def show_step(self, picture: NDArray[np.uint8], title: str, cell: QRect) -> None:
        """A picture beside the cell (in the parent's pixels) that it enlarges."""
        self._view.show_picture(picture)
        self._title.setText(title)
        self.adjustSize()
        area, gap = self.parentWidget().rect(), theme().px(_GAP)
        x = cell.center().x() - self.width() // 2
        y = cell.bottom() + gap
        if y + self.height() > area.bottom():
            y = cell.top() - gap - self.height()
        self.move(QPoint(min(max(x, 0), area.right() - self.width()), max(y, 0)))
        self.show()
        self.raise_()

    def _restyle(self) -> None:
        side = theme().px(_SIDE)
        self._view.setFixedSize(side, side)
