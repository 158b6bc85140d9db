"""A picture, or a film that plays, as large as there is room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QSizePolicy, QWidget

from latentlab.gui import pictures
from latentlab.gui.theme import theme

if TYPE_CHECKING:
    from PySide6.QtGui import QHideEvent, QImage, QPaintEvent, QShowEvent

_FASTEST_MS = 33


class FilmView(QWidget):
    """Shows images of one size, one after the other."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._frames: list[QImage] = []
        self._at = 0
        self._words = ""
        self._loop = True
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._on_tick)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Preview")

    @property
    def frames(self) -> list[QImage]:
        """What is shown."""
        return self._frames

    @property
    def is_playing(self) -> bool:
        """Whether it moves."""
        return self._timer.isActive()

    def show_frames(self, frames: list[QImage], fps: float = 10, *, loop: bool = True) -> None:
        """One image stands, several play."""
        self._frames, self._words, self._loop = frames, "", loop
        self._at = min(self._at, len(frames) - 1) if loop else 0
        self._timer.setInterval(max(_FASTEST_MS, round(1000 / fps)))
        self._play()
        self.update()

    def show_words(self, text: str) -> None:
        """Nothing to see, and why."""
        self._frames, self._words, self._at = [], text, 0
        self._play()
        self.update()

    def sizeHint(self) -> QSize:
        """A comfortable square."""
        return QSize(theme().px(320), theme().px(320))

    def minimumSizeHint(self) -> QSize:
        """Small enough for any screen."""
        return QSize(theme().px(120), theme().px(120))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt's signature
        """The image of now on the window's ground, with a thin frame."""
        painter = QPainter(self)
        area = QRectF(self.rect())
        if self._frames:
            image = self._frames[self._at]
            place = pictures.draw(painter, self, area.adjusted(1, 1, -1, -1), image)
            painter.setPen(theme().color("line"))
            painter.drawRect(place.adjusted(-0.5, -0.5, 0.5, 0.5))
        elif self._words:
            painter.setPen(theme().color("dim"))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(area, flags, self._words)

    def showEvent(self, event: QShowEvent) -> None:
        """Plays while it can be seen."""
        super().showEvent(event)
        self._play()

    def hideEvent(self, event: QHideEvent) -> None:
        """Rests while it cannot."""
        super().hideEvent(event)
        self._timer.stop()

    def _play(self) -> None:
        if len(self._frames) > 1 and self.isVisible():
            self._timer.start()
        else:
            self._timer.stop()

    def _on_tick(self) -> None:
        last = len(self._frames) - 1
        self._at = self._at + 1 if self._at < last else 0 if self._loop else last
        self.update()
