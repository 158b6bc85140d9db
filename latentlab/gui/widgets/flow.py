"""Widgets in a row that goes on in the next line, or folds into a button, where room is short."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QSize, Qt
from PySide6.QtWidgets import QFrame, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from latentlab.gui.stylesheet import set_look
from latentlab.gui.theme import theme

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent


class FoldButton(QToolButton):
    """Holds widgets in a small window below it: a click or Space opens it, Esc closes it."""

    def __init__(self, title: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setText(title)
        self.setAccessibleName(title)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setLayoutDirection(Qt.LayoutDirection.RightToLeft)  # the arrow after the word
        self.popup = QFrame(self, Qt.WindowType.Popup)
        self.popup.setAccessibleName(title)
        set_look(self.popup, "panel")
        self._column = QVBoxLayout(self.popup)
        self.clicked.connect(self.open)
        theme().changed.connect(self._restyle)
        self._restyle()

    def hold(self, widget: QWidget) -> None:
        """Take a widget in; its owner takes it out again by giving it another parent."""
        widget.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        hidden = widget.isHidden()
        self._column.addWidget(widget)
        widget.setHidden(hidden)

    def open(self) -> None:
        """The keyboard goes to the first widget that can be used."""
        self.popup.adjustSize()
        right = self.window().frameGeometry().right()
        place = self.mapToGlobal(QPoint(0, self.height()))
        place.setX(max(0, min(place.x(), right - self.popup.width())))
        self.popup.move(place)
        self.popup.show()
        self.popup.focusNextChild()

    def _restyle(self) -> None:
        side = theme().px(14)
        self.setIcon(theme().icon("mdi6.chevron-down", "dim"))
        self.setIconSize(QSize(side, side))


class Flow(QWidget):
    """Obeys its width; its height follows, fixed.

    With `more`, parts that may fold go behind a button rather than into a second line. What still
    does not fit, or may not fold, goes on in the next line.

    Not height-for-width: a scroll area around would then never let its neighbours shrink.
    """

    def __init__(
        self, parent: QWidget | None = None, *, more: str = "", centred: bool = False, gap: int = 6
    ) -> None:
        """`more`: title of the button that takes in what folds; `gap`: pixels at 100 %."""
        super().__init__(parent)
        self._centred, self._gap = centred, gap
        self._parts: list[QWidget] = []
        self._foldable: list[QWidget] = []
        self._greedy: set[QWidget] = set()
        self.more = FoldButton(more, self) if more else None
        if self.more is not None:
            self.more.hide()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme().changed.connect(self.arrange)

    @property
    def is_folded(self) -> bool:
        """Whether the parts that may fold are behind the button."""
        return self.more is not None and not self.more.isHidden()

    def add(self, part: QWidget, *, greedy: bool = False, foldable: bool = False) -> None:
        """At the end; a greedy part may be as small as its minimum and takes what a line leaves."""
        told = part.testAttribute(Qt.WidgetAttribute.WA_WState_ExplicitShowHide)
        hidden = told and part.isHidden()
        part.setParent(self)
        part.setHidden(hidden)
        self._parts.append(part)
        if greedy:
            self._greedy.add(part)
        if foldable:
            self._foldable.append(part)
            self._order_more()
            if self.more is not None and self.is_folded:  # it has folded already
                self.more.hold(part)
        self.arrange()

    def take(self, part: QWidget) -> None:
        """Lay it out no longer."""
        self._parts.remove(part)
        self._greedy.discard(part)
        self.arrange()

    # -- Qt ------------------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        """All in one line."""
        parts = self._whole()
        wide = sum(part.sizeHint().width() for part in parts)
        return QSize(wide + self._space() * max(len(parts) - 1, 0), self.height())

    def minimumSizeHint(self) -> QSize:
        """As wide as the widest part."""
        return QSize(max((self._need(part) for part in self._shown()), default=0), self.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Other lines."""
        super().resizeEvent(event)
        self.arrange()

    def event(self, event: QEvent) -> bool:
        """A part wants another size, or has come or gone."""
        if event.type() == QEvent.Type.LayoutRequest:
            self.arrange()
            self.updateGeometry()
        return super().event(event)

    # -- lines ---------------------------------------------------------------------------------

    def arrange(self) -> None:
        """Folds if it must, and places every part."""
        self._fold(self.more is not None and self._wide(self._whole()) > self.width())
        y = 0
        for line in self._lines():
            high = max(part.sizeHint().height() for part in line)
            self._place(line, y, high)
            y += high + theme().px(2)
        self.setFixedHeight(max(y - theme().px(2), 0))

    def _fold(self, folded: bool) -> None:
        if self.more is None or folded == self.is_folded:
            return
        self.more.setVisible(folded)
        for part in self._foldable:
            hidden = part.isHidden()
            if folded:
                self.more.hold(part)
            else:
                part.setParent(self)
            part.setHidden(hidden)
        self.more.popup.hide()

    def _place(self, line: list[QWidget], y: int, high: int) -> None:
        widths = [self._need(part) for part in line]
        spare = max(self.width() - self._wide(line), 0)
        greedy = [number for number, part in enumerate(line) if part in self._greedy]
        for number in greedy:
            widths[number] += spare // len(greedy)
        x = spare // 2 if self._centred and not greedy else 0
        for part, width in zip(line, widths, strict=True):
            height = min(part.sizeHint().height(), high)
            part.setGeometry(x, y + (high - height) // 2, min(width, self.width()), height)
            x += width + self._space()

    def _lines(self) -> list[list[QWidget]]:
        lines: list[list[QWidget]] = []
        room = 0
        for part in self._shown():
            needed = self._need(part) + self._space()
            if not lines or needed > room:
                lines.append([])
                room = self.width() + self._space()
            lines[-1].append(part)
            room -= needed
        return lines

    def _need(self, part: QWidget) -> int:
        """Bounds of the part count before its hints."""
        hint = part.minimumSizeHint() if part in self._greedy else part.sizeHint()
        return min(max(hint.width(), part.minimumWidth()), part.maximumWidth())

    def _wide(self, parts: list[QWidget]) -> int:
        return sum(map(self._need, parts)) + self._space() * max(len(parts) - 1, 0)

    def _whole(self) -> list[QWidget]:
        """What would stand in the row if nothing were folded."""
        return [part for part in self._parts if part is not self.more and not part.isHidden()]

    def _shown(self) -> list[QWidget]:
        """What stands in the row now."""
        return [part for part in self._parts if part.parent() is self and not part.isHidden()]

    def _space(self) -> int:
        return theme().px(self._gap) if self._gap else 0

    def _order_more(self) -> None:
        """The button stands where the first part that folds would stand."""
        if self.more is None:
            return
        if self.more in self._parts:
            self._parts.remove(self.more)
        self._parts.insert(self._parts.index(self._foldable[0]), self.more)
