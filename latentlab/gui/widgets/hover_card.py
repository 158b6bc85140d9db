"""What lies under the mouse: a point's original and its reconstruction, its label and index."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QWidget

from latentlab.gui.stylesheet import set_look
from latentlab.gui.theme import theme
from latentlab.gui.widgets.image_view import ImageView

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_SIDE = 84  # three pixels for one of MNIST's
_GAP = 18  # between the point and the card


class HoverCard(QFrame):
    """Floats over its parent, beside a point; lets the mouse through."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        set_look(self, "card")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAccessibleName("Image under the mouse")
        self._title = QLabel()
        self._original = ImageView(name="original")
        self._decoded = ImageView(name="reconstruction")
        self._names = [QLabel("original"), QLabel("reconstruction")]
        grid = QGridLayout(self)
        grid.addWidget(self._title, 0, 0, 1, 2)
        for column, view in enumerate((self._original, self._decoded)):
            set_look(self._names[column], "small")
            view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            grid.addWidget(view, 1, column)
            grid.addWidget(self._names[column], 2, column)
        set_look(self._title, "title")
        theme().changed.connect(self._restyle)
        self._restyle()
        self.hide()

    def show_point(
        self, title: str, original: NDArray[np.uint8] | None, *, decodes: bool = True
    ) -> None:
        """Another point; its reconstruction comes later, if the model decodes."""
        self._title.setText(title)
        self._original.show_picture(original)
        self._original.setVisible(original is not None)
        self._names[0].setVisible(original is not None)
        self._decoded.show_picture(None)
        self._decoded.setVisible(decodes)
        self._names[1].setVisible(decodes)

    def show_reconstruction(self, picture: NDArray[np.uint8]) -> None:
        """What the model makes of it, (C, H, W)."""
        self._decoded.show_picture(picture)

    @property
    def title(self) -> str:
        """The words on it."""
        return self._title.text()

    @property
    def original(self) -> NDArray[np.uint8] | None:
        """The original shown."""
        return self._original.picture

    @property
    def reconstruction(self) -> NDArray[np.uint8] | None:
        """The reconstruction shown, None until it has come."""
        return self._decoded.picture

    def appear_beside(self, point: QPoint, area: QRect) -> None:
        """Right below the point, or on another side where that leaves `area`."""
        self.adjustSize()
        gap, size = theme().px(_GAP), self.size()
        x, y = point.x() + gap, point.y() + gap
        if x + size.width() > area.right():
            x = point.x() - gap - size.width()
        if y + size.height() > area.bottom():
            y = point.y() - gap - size.height()
        self.move(max(area.left(), x), max(area.top(), y))
        self.show()
        self.raise_()

    def _restyle(self) -> None:
        side = theme().px(_SIDE)
        for view in (self._original, self._decoded):
            view.setFixedSize(side, side)
