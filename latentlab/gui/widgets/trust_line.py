"""How far a decoded place is from encoded data: a dot and plain words."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from latentlab.gui.theme import theme
from latentlab.gui.widgets.elided import ElidedLabel

EDGE, OUTSIDE = 95.0, 99.5  # percentiles of the data's own distances


def judge(percentile: float) -> tuple[str, str]:
    """Colour token and words for a percentile (0 to 100) of the distance to encoded data."""
    if percentile <= EDGE:
        return "good", "in support"
    if percentile <= OUTSIDE:
        return "warn", "at the edge of the data"
    return "bad", "far from all data: do not trust this picture"


def ordinal(number: int) -> str:
    """62 as 62nd."""
    endings = {1: "st", 2: "nd", 3: "rd"}
    teen = 10 <= number % 100 <= 20
    return f"{number}{'th' if teen else endings.get(number % 10, 'th')}"


class TrustLine(QWidget):
    """Obeys `show_percentile`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        self._token = "faint"
        self._dot = QLabel("●")
        self._words = ElidedLabel()
        row.addWidget(self._dot)
        row.addWidget(self._words, 1)
        self.setToolTip(
            "How far this place is from the encoded data: the share of the data whose own "
            "distance to its neighbours is smaller"
        )
        self.show_percentile(None)
        self._restyle()
        theme().changed.connect(self._restyle)

    @property
    def words(self) -> str:
        """What it says."""
        return self._words.full_text

    @property
    def token(self) -> str:
        """The colour of the dot: good, warn, bad or faint."""
        return self._token

    def show_percentile(self, percentile: float | None) -> None:
        """Of z's distance to the encoded data, 0 to 100; None when there is no data."""
        before = self._token
        if percentile is None:
            self._token, text = "faint", "no encoded data to compare with"
        else:
            self._token, judged = judge(percentile)
            near = percentile < 0.5
            place = "on encoded data" if near else f"{ordinal(round(percentile))} percentile"
            text = f"{judged} · {place}" if self._token != "bad" else judged
        self._words.set_full_text(text)
        self.setAccessibleName(text)
        if self._token != before:
            self._restyle()

    def _restyle(self) -> None:
        self._dot.setStyleSheet(f"color: {theme().color(self._token).name()};")
        self._dot.setAlignment(Qt.AlignmentFlag.AlignCenter)
