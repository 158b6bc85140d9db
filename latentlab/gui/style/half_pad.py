"""The sheet on which one draws a part of a picture, and ways to take one instead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QLineF, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPainter, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QToolButton, QVBoxLayout, QWidget

from latentlab.core.ink import Ink
from latentlab.gui.stylesheet import set_look
from latentlab.gui.theme import theme
from latentlab.gui.widgets.elided import ElidedLabel
from latentlab.gui.widgets.pad_canvas import PadCanvas

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PySide6.QtGui import QPaintEvent

SIDE, SMALL = 196, 112  # of the sheet, in pixels at 100 %: seven and four for one of MNIST's
_TOOLS = {
    "undo": ("undo", "Take the last stroke back (Ctrl+Z)"),
    "erase": ("eraser", "Eraser: strokes take ink away (or the right button)"),
    "clear": ("delete-outline", "Clear the sheet (Delete)"),
}
_IMAGE, _FILE = ("Test image", "image-outline"), ("File…", "folder-open-outline")


class CrossedCanvas(PadCanvas):
    """The pad's sheet, with the borders of the quadrants."""

    side = SIDE

    def sizeHint(self) -> QSize:
        """A square, or as the picture is."""
        height, width = self.ink.size
        side, longer = theme().px(self.side), max(height, width)
        return QSize(side * width // longer, side * height // longer)

    def minimumSizeHint(self) -> QSize:
        """Half of that."""
        return self.sizeHint() / 2

    def paintEvent(self, event: QPaintEvent) -> None:
        """The ink, then the cross."""
        super().paintEvent(event)
        painter, (height, width) = QPainter(self), self.ink.size
        painter.setPen(QPen(QColor(130, 135, 150, 160), 1, Qt.PenStyle.DotLine))
        fine = self.ink.fineness
        rows, columns = height * fine, width * fine
        middle = self.place_of((width // 2 * fine, height // 2 * fine))
        start, end = self.place_of((0, 0)), self.place_of((columns, rows))
        painter.drawLine(QLineF(middle.x(), start.y(), middle.x(), end.y()))
        painter.drawLine(QLineF(start.x(), middle.y(), end.x(), middle.y()))


class HalfPad(QWidget):
    """Emits `drawn` at every touch of the pen; obeys `show_picture` and `show_title`."""

    drawn = Signal(object)  # uint8 (C, H, W) of the model's shape; None: a clean sheet
    image_wanted = Signal()  # a test image
    file_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shape = (1, 28, 28)
        self._shown: NDArray[np.uint8] | None = None
        self._is_small = False
        self.canvas = CrossedCanvas(Ink(self._shape[1:]))
        self.title = ElidedLabel()
        self.buttons = {name: QToolButton() for name in _TOOLS}
        self.image, self.file = QPushButton(), QPushButton()
        self._build()
        self._connect()
        theme().changed.connect(self._restyle)
        self._restyle()
        self._show_tools()

    def show_shape(self, shape: tuple[int, int, int]) -> None:
        """Channels, height and width of the model's pictures; another one takes a clean sheet."""
        if shape != self._shape:
            self._shape, self._shown = shape, None
            self.canvas.ink = Ink(shape[1:])
            self.canvas.updateGeometry()
            self._restyle()

    def show_picture(self, picture: NDArray[np.uint8] | None) -> None:
        """Go on with a picture (C, H, W); what was drawn here comes back and changes nothing."""
        if picture is self._shown:
            return
        self._shown = picture
        with QSignalBlocker(self.canvas):
            if picture is None:
                self.canvas.clear()
            else:
                self.canvas.ink.load(picture)
        self.canvas.update()
        self._show_tools()

    def show_title(self, text: str) -> None:
        """Where the picture comes from."""
        self.title.set_full_text(text)

    def set_small(self, small: bool) -> None:
        """A smaller sheet, and pictures in place of words on its buttons."""
        self._is_small = small
        self._restyle()

    def _on_changed(self) -> None:
        ink = self.canvas.ink
        self._shown = None if ink.is_blank else ink.picture(self._shape[0], centred=False)
        self._show_tools()
        self.drawn.emit(self._shown)

    def _show_tools(self) -> None:
        ink = self.canvas.ink
        self.buttons["undo"].setEnabled(ink.can_undo)
        self.buttons["clear"].setEnabled(not ink.is_blank)

    def _build(self) -> None:
        self.setFocusProxy(self.canvas)
        self.canvas.setAccessibleName("Drawing to complete")
        heading = QLabel("draw a part")
        set_look(heading, "title")
        set_look(self.title, "small")
        tools = QHBoxLayout()
        tools.setSpacing(2)
        for name, button in self.buttons.items():
            set_look(button, "quiet")
            button.setToolTip(_TOOLS[name][1])
            button.setAccessibleName(_TOOLS[name][1].split(" (")[0])
            tools.addWidget(button)
        self.buttons["erase"].setCheckable(True)
        tools.addStretch(1)
        for button, tip in (
            (self.image, "Begin with a test image, of which the model sees a part"),
            (self.file, "Begin with a picture file; one can be dropped or pasted, too"),
        ):
            button.setToolTip(tip)
            tools.addWidget(button)
        self.image.setAccessibleName(_IMAGE[0])
        self.file.setAccessibleName(_FILE[0])
        head = QHBoxLayout()
        head.addWidget(heading)
        head.addWidget(self.title, 1)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addLayout(head)
        self._column.addWidget(self.canvas, 0, Qt.AlignmentFlag.AlignLeft)
        self._column.addLayout(tools)
        self._column.addStretch(1)

    def _connect(self) -> None:
        canvas = self.canvas
        canvas.changed.connect(self._on_changed)
        self.buttons["undo"].clicked.connect(lambda: canvas.undo())
        self.buttons["clear"].clicked.connect(lambda: canvas.clear())
        self.buttons["erase"].toggled.connect(lambda on: setattr(canvas, "erases", on))
        self.image.clicked.connect(self.image_wanted)
        self.file.clicked.connect(self.file_wanted)

    def _restyle(self) -> None:
        icon, small = theme().px(16), self._is_small
        self._column.setSpacing(theme().px(4))
        self.canvas.side = SMALL if small else SIDE
        for button, (words, picture) in {self.image: _IMAGE, self.file: _FILE}.items():
            button.setText("" if small else words)
            button.setIcon(theme().icon(f"mdi6.{picture}") if small else QIcon())
        self.canvas.setFixedSize(self.canvas.sizeHint())
        for name, button in self.buttons.items():
            button.setIcon(theme().icon(f"mdi6.{_TOOLS[name][0]}"))
            button.setIconSize(QSize(icon, icon))
