"""Which colour is which class; hides, shows and singles out classes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QAbstractButton, QWidget

from latentlab.gui.theme import theme
from latentlab.gui.widgets.flow import Flow

if TYPE_CHECKING:
    from latentlab.gui.explore.scene import LegendEntry

_NAME_PX = 120  # longer class names are elided


class _Chip(QAbstractButton):
    """One class: a dot and its name."""

    soloed = Signal()

    def __init__(self, entry: LegendEntry, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.show_entry(entry)

    def show_entry(self, entry: LegendEntry) -> None:
        """The class and whether it is shown."""
        self._entry = entry
        state = "alone" if entry.solo else "shown" if entry.shown else "hidden"
        self.setText(entry.name)
        self.setAccessibleName(f"class {entry.name}, {entry.count:,} images, {state}")
        self.setToolTip(
            f"{entry.name}: {entry.count:,} images, {state}\n"
            "Click or Space hides and shows; double-click or S shows this one alone"
        )
        self.update()

    def sizeHint(self) -> QSize:
        """Dot, gap, name."""
        metrics = QFontMetrics(theme().font())
        width = min(metrics.horizontalAdvance(self.text()), theme().px(_NAME_PX))
        return QSize(width + theme().px(26), metrics.height() + theme().px(4))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """The second click of two means this class alone."""
        event.accept()
        self.soloed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """S singles out; Space and Enter are clicks."""
        if event.key() == Qt.Key.Key_S and not event.modifiers():
            self.soloed.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt's signature
        """A filled dot when shown, a hollow one when hidden."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        px, height = theme().px, self.height()
        colour = QColor(*self._entry.colour)
        painter.setPen(QPen(colour, 1.5))
        painter.setBrush(colour if self._entry.shown else Qt.BrushStyle.NoBrush)
        painter.drawEllipse(QPointF(px(10), height / 2), px(4), px(4))
        painter.setPen(theme().color("text" if self._entry.shown else "faint"))
        metrics = QFontMetrics(self.font())
        room = self.width() - px(22)
        text = metrics.elidedText(self.text(), Qt.TextElideMode.ElideMiddle, room)
        spot = QRectF(px(19), 0, room, height)
        painter.drawText(spot, Qt.AlignmentFlag.AlignVCenter, text)
        if self.hasFocus() or self.underMouse():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme().color("accent" if self.hasFocus() else "line"), 1))
            frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
            painter.drawRoundedRect(frame, px(5), px(5))


class Legend(Flow):
    """Chips of all classes, wrapped into centred lines. Emits intents, obeys `show_entries`."""

    toggled = Signal(int)  # hide or show this label
    soloed = Signal(int)  # this label alone, or again all

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, centred=True, gap=0)
        self._chips: list[_Chip] = []
        self.entries: tuple[LegendEntry, ...] = ()
        self.setAccessibleName("Legend")

    def show_entries(self, entries: tuple[LegendEntry, ...]) -> None:
        """As many chips as classes; existing ones are kept, so focus stays."""
        self.entries = entries
        while len(self._chips) > len(entries):
            chip = self._chips.pop()
            self.take(chip)
            chip.deleteLater()
        for chip, entry in zip(self._chips, entries, strict=False):
            chip.show_entry(entry)
        for entry in entries[len(self._chips) :]:
            self._add(entry)
        self.setVisible(bool(entries))
        self.arrange()

    def chip(self, label: int) -> QAbstractButton:
        """The button of a label."""
        return self._chips[label]

    def _add(self, entry: LegendEntry) -> None:
        chip = _Chip(entry, self)
        label = entry.label
        chip.clicked.connect(lambda: self.toggled.emit(label))
        chip.soloed.connect(lambda: self.soloed.emit(label))
        self._chips.append(chip)
        self.add(chip)
