"""Draw a digit with mouse or keys, and see it as the model will: centred as MNIST does it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSlider,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from latentlab.core.errors import LatentlabError
from latentlab.core.ink import Ink
from latentlab.gui.stylesheet import set_look
from latentlab.gui.theme import theme
from latentlab.gui.widgets.image_view import ImageView
from latentlab.gui.widgets.pad_canvas import THICK, PadCanvas

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

PREVIEW_PX = 112  # four screen pixels for one of MNIST's
_PEN_UP = "Draw with the mouse, or move the pen with the arrows; Space puts it down."
_PEN_DOWN = "The pen is down: arrows draw, Shift+arrows draw far, Space lifts it."
_TOOLS = {
    "undo": ("undo", "Take the last stroke back (Ctrl+Z)"),
    "erase": ("eraser", "Eraser: strokes take ink away (E, or the right button)"),
    "invert": ("invert-colors", "Swap ink and ground (I)"),
    "clear": ("delete-outline", "Clear the sheet (Delete)"),
}


class DrawPad(QWidget):
    """A sheet, its tools and a preview. `picture` is what the model gets."""

    changed = Signal()  # the picture

    def __init__(self, shape: tuple[int, int, int], parent: QWidget | None = None) -> None:
        """`shape`: channels, height and width of the model's pictures."""
        super().__init__(parent)
        self.shape = shape
        self.canvas = PadCanvas(Ink(shape[1:]))
        self.preview = ImageView(name="what the model gets")
        self.centred = QCheckBox("centre it as MNIST does")
        self.brush = QSlider(Qt.Orientation.Horizontal)
        self.buttons = {name: QToolButton() for name in _TOOLS}
        self.advice = QLabel(_PEN_UP)
        self._build()
        self._connect()
        theme().changed.connect(self._restyle)
        self._restyle()
        self._show_preview()

    @property
    def is_blank(self) -> bool:
        """Whether nothing is drawn."""
        return self.canvas.ink.is_blank

    def picture(self) -> NDArray[np.uint8]:
        """The drawing as uint8 (C, H, W) of the model's shape; raises ConfigError when blank."""
        ink = self.canvas.ink
        return ink.picture(self.shape[0], centred=self.centred.isChecked())

    def load(self, picture: NDArray[np.uint8]) -> None:
        """Go on with a picture (C, h, w)."""
        self.canvas.ink.load(picture)
        self._show_preview()

    def _build(self) -> None:
        self.setFocusProxy(self.canvas)
        set_look(self.advice, "small")
        self.advice.setWordWrap(True)
        self.brush.setRange(10, 80)  # tenths of a pixel of the field
        self.brush.setValue(round(THICK * 10))
        self.brush.setAccessibleName("Brush size")
        self.brush.setToolTip("Brush size in pixels of the model's picture ([ and ])")
        self.centred.setChecked(self.shape[0] == 1)
        self.centred.setToolTip(
            "Fit into 20 x 20 of 28 x 28 pixels, centre of mass in the middle, as the training "
            "digits were; what the model has seen is what it understands (LeCun et al. 1998)"
        )
        tools = QHBoxLayout()
        for name, button in self.buttons.items():
            button.setToolTip(_TOOLS[name][1])
            button.setAccessibleName(_TOOLS[name][1].split(" (")[0])
            tools.addWidget(button)
        self.buttons["erase"].setCheckable(True)
        tools.addStretch(1)
        side = QVBoxLayout()
        side.addWidget(_dim("the model gets"))
        side.addWidget(self.preview)
        side.addWidget(self.centred)
        side.addSpacing(theme().px(8))
        side.addWidget(_dim("brush"))
        side.addWidget(self.brush)
        side.addLayout(tools)
        side.addStretch(1)
        row = QHBoxLayout()
        row.setSpacing(theme().px(12))
        row.addWidget(self.canvas, 1)
        row.addLayout(side)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(row, 1)
        column.addWidget(self.advice)

    def _connect(self) -> None:
        canvas = self.canvas
        canvas.changed.connect(self._show_preview)
        canvas.pen_moved.connect(self._show_advice)
        self.centred.toggled.connect(self._show_preview)
        self.brush.valueChanged.connect(self._on_brush_changed)
        self.buttons["erase"].toggled.connect(lambda on: setattr(canvas, "erases", on))
        for name, act in {
            "undo": canvas.undo,
            "invert": canvas.invert,
            "clear": canvas.clear,
        }.items():
            self.buttons[name].clicked.connect(lambda _=False, do=act: do())
        for keys, act in {
            "E": self.buttons["erase"].toggle,
            "I": canvas.invert,
            "[": lambda: self.brush.setValue(self.brush.value() - 4),
            "]": lambda: self.brush.setValue(self.brush.value() + 4),
        }.items():
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(act)

    def _on_brush_changed(self, tenths: int) -> None:
        self.canvas.width_px = tenths / 10
        self.canvas.update()

    def _show_preview(self) -> None:
        ink = self.canvas.ink
        self.preview.show_picture(None if ink.is_blank else self.picture())
        self.buttons["undo"].setEnabled(ink.can_undo)
        self.buttons["clear"].setEnabled(not ink.is_blank)
        self.changed.emit()

    def _show_advice(self) -> None:
        self.advice.setText(_PEN_DOWN if self.canvas.is_down else _PEN_UP)

    def _restyle(self) -> None:
        side, icon = theme().px(PREVIEW_PX), theme().px(16)
        self.preview.setFixedSize(side, side)
        for name, button in self.buttons.items():
            button.setIcon(theme().icon(f"mdi6.{_TOOLS[name][0]}"))
            button.setIconSize(QSize(icon, icon))


class DrawDialog(QDialog):
    """The pad in a window of its own; tells the picture when it is taken."""

    drawn = Signal(object)  # uint8 (C, H, W)

    def __init__(
        self,
        shape: tuple[int, int, int],
        parent: QWidget | None = None,
        *,
        start: NDArray[np.uint8] | None = None,
    ) -> None:
        """`start`: a picture to go on with."""
        super().__init__(parent)
        self.setWindowTitle("Draw")
        self.pad = DrawPad(shape)
        self.use = QPushButton("Use this picture")
        self.use.setToolTip("Take what the model gets (Ctrl+Enter)")
        cancel = QPushButton("Cancel")
        set_look(self.use, "primary")
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(cancel)
        row.addWidget(self.use)
        column = QVBoxLayout(self)
        column.addWidget(self.pad, 1)
        column.addLayout(row)
        if start is not None:
            self.pad.load(start)
        for button in (self.use, cancel):
            button.setAutoDefault(False)  # Enter in the pad must not close it
        self.use.clicked.connect(self._use)
        cancel.clicked.connect(self.reject)
        self.pad.changed.connect(self._allow)
        QShortcut(QKeySequence("Ctrl+Return"), self, self.use.click)
        self._allow()
        self.pad.setFocus()

    def _allow(self) -> None:
        self.use.setEnabled(not self.pad.is_blank)

    def _use(self) -> None:
        try:
            picture = self.pad.picture()
        except LatentlabError as error:
            self.pad.advice.setText(str(error))
            return
        self.drawn.emit(picture)
        self.accept()


def _dim(text: str) -> QLabel:
    label = QLabel(text)
    set_look(label, "dim")
    return label
