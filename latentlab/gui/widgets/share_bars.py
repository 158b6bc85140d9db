"""Counts per class as bars."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from latentlab.gui.theme import theme

if TYPE_CHECKING:
    from latentlab.gui.explore.summary import Share

_MOST = 12  # bars; the rest is said in words


class ShareBars(QWidget):
    """One line per class: name, bar, count."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shares: tuple[Share, ...] = ()
        self._colours: list[QColor] = []
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Classes in the selection")

    def show_shares(self, shares: tuple[Share, ...], colours: list[QColor]) -> None:
        """Classes, largest first; colours by label."""
        self._shares, self._colours = shares, colours
        words = ", ".join(f"{share.name}: {share.count:,}" for share in shares)
        self.setAccessibleDescription(words)
        self.setToolTip(words)
        self.setVisible(bool(shares))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """A line per class."""
        lines = min(len(self._shares), _MOST) + (len(self._shares) > _MOST)
        return QSize(theme().px(160), theme().px(16) * max(1, lines))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt's signature
        """Bars relative to the largest class."""
        if not self._shares:
            return
        painter = QPainter(self)
        painter.setFont(theme().font("small"))
        for line, share in enumerate(self._shares[:_MOST]):
            self._paint_line(painter, line, share)
        more = len(self._shares) - _MOST
        if more > 0:
            painter.setPen(theme().color("dim"))
            spot = QRectF(0, _MOST * theme().px(16), self.width(), theme().px(16))
            painter.drawText(spot, Qt.AlignmentFlag.AlignVCenter, f"and {more} more classes")

    def _paint_line(self, painter: QPainter, line: int, share: Share) -> None:
        px, height = theme().px, theme().px(16)
        metrics = QFontMetrics(painter.font())
        names = max(metrics.horizontalAdvance(each.name) for each in self._shares)
        name_px = min(names, px(64))
        count_px = metrics.horizontalAdvance(f"{self._shares[0].count:,}")
        room = self.width() - name_px - count_px - px(14)
        y = line * height
        painter.setPen(theme().color("text"))
        name = metrics.elidedText(share.name, Qt.TextElideMode.ElideMiddle, name_px)
        painter.drawText(QRectF(0, y, name_px, height), Qt.AlignmentFlag.AlignVCenter, name)
        length = max(1.0, room * share.count / self._shares[0].count)
        bar = QRectF(name_px + px(7), y + px(4), length, height - px(8))
        painter.fillRect(bar, self._colours[share.label % len(self._colours)])
        painter.setPen(theme().color("dim"))
        spot = QRectF(self.width() - count_px, y, count_px, height)
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(spot, right, f"{share.count:,}")
