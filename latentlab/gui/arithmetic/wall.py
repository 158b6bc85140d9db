"""A wall of fresh samples to take from: click, drag, filter by a query."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from latentlab.gui.arithmetic.query_field import QueryField
from latentlab.gui.arithmetic.reference_sheet import ReferenceSheet
from latentlab.gui.arithmetic.sizes import whole
from latentlab.gui.stylesheet import set_look
from latentlab.gui.theme import theme

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

_CELL = 56  # pixels at 100 %


class SampleWall(QWidget):
    """Emits intents, obeys `show_*`."""

    fresh_wanted = Signal()
    query_taken = Signal(str)
    cancel_wanted = Signal()
    near_end = Signal()  # scrolled nearly to the end of what there is

    def __init__(self) -> None:
        super().__init__()
        self.query = QueryField("Query of the samples", hint="all samples")
        self.fresh, self.cancel = QToolButton(), QToolButton()
        self.sheet = ReferenceSheet("samples")
        self.scroll, self.words, self.progress = QScrollArea(), QLabel(), QProgressBar()
        self._pixels = 28
        self._build()
        self.query.taken.connect(self.query_taken)
        self.fresh.clicked.connect(self.fresh_wanted)
        self.cancel.clicked.connect(self.cancel_wanted)
        self.scroll.verticalScrollBar().valueChanged.connect(self._on_scrolled)
        theme().changed.connect(self._restyle)
        self._restyle()

    def show_samples(
        self,
        pictures: NDArray[np.uint8] | None,
        references: Sequence[str],
        tips: Sequence[str] = (),
    ) -> None:
        """Pictures (n, C, H, W) and what they are; None: still awaited."""
        self.sheet.show_samples(pictures, references, tips)

    def show_words(self, words: str, *, is_problem: bool = False) -> None:
        """How many there are, or why none."""
        set_look(self.words, "error" if is_problem else "small")
        self.words.setText(words)
        self.words.setVisible(bool(words))

    def show_progress(self, share: float | None) -> None:
        """Of a search for samples; None: none is under way."""
        for part in (self.progress, self.cancel):
            part.setVisible(share is not None)
        if share is not None:
            self.progress.setValue(round(100 * share))

    def show_pixels(self, pixels: int) -> None:
        """The side of the model's pictures, in their own pixels."""
        if pixels != self._pixels:
            self._pixels = pixels
            self._restyle()

    # -- inside --------------------------------------------------------------------------------

    def _on_scrolled(self, place: int) -> None:
        if place >= self.scroll.verticalScrollBar().maximum() - self.scroll.height():
            self.near_end.emit()

    def _build(self) -> None:
        self.setAccessibleName("Sample wall")
        set_look(self.words, "small")
        self.words.setWordWrap(True)
        set_look(self.cancel, "quiet")
        self.sheet.setToolTip(
            "Click: into the chosen basket, or out of it. Drag: onto any. Double-click: large"
        )
        self.fresh.setAccessibleName("New samples")
        self.fresh.setToolTip("Other samples")
        self.cancel.setAccessibleName("Cancel the search")
        self.cancel.setToolTip("Look for no more samples")
        self.progress.setAccessibleName("Search for samples")
        set_look(self.sheet, "bare")
        self.scroll.setWidget(self.sheet)
        self.scroll.setWidgetResizable(True)
        self.scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        self.scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        head, foot = QHBoxLayout(), QHBoxLayout()
        head.addWidget(self.query, 1)
        head.addWidget(self.fresh, 0, Qt.AlignmentFlag.AlignTop)
        foot.addWidget(self.progress, 1)
        foot.addWidget(self.cancel)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addLayout(head)
        self._column.addWidget(self.words)
        self._column.addLayout(foot)
        self._column.addWidget(self.scroll, 1)
        self.setFocusProxy(self.sheet)
        self.show_progress(None)

    def _restyle(self) -> None:
        px = theme().px
        self._column.setSpacing(px(4))
        side = whole(self._pixels, _CELL, self.devicePixelRatioF())
        self.sheet.set_cell(round(side / theme().scale))
        self.cancel.setIcon(theme().icon("mdi6.close", "dim"))
        self.cancel.setIconSize(QSize(px(12), px(12)))
        self.cancel.setFixedSize(px(22), px(22))
        self.fresh.setIcon(theme().icon("mdi6.dice-5-outline", "dim"))
        self.fresh.setIconSize(QSize(px(15), px(15)))
        self.fresh.setFixedSize(px(26), px(26))
