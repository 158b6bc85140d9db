"""What the Inspector looks like: the picture large, z to move and to type, trust, neighbours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from latentlab.gui.theme import theme
from latentlab.gui.widgets.concept_sliders import ConceptSliders
from latentlab.gui.widgets.elided import ElidedLabel
from latentlab.gui.widgets.fold_group import FoldGroup
from latentlab.gui.widgets.heat_map import HeatMap
from latentlab.gui.widgets.image_view import ImageView
from latentlab.gui.widgets.label_control import LabelControl
from latentlab.gui.widgets.latent_sliders import LatentSliders
from latentlab.gui.widgets.sheet_view import SheetView
from latentlab.gui.widgets.trust_line import TrustLine

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QResizeEvent


class PageScroll(QScrollArea):
    """Its content in full height; scrolls where there is too little room."""

    def __init__(self, content: QWidget) -> None:
        super().__init__()
        content.setProperty("look", "bare")
        self.setWidget(content)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)


class FittingScroll(PageScroll):
    """As high as its content where there is room, else it scrolls."""

    def __init__(self, content: QWidget) -> None:
        super().__init__(content)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The content's wish has changed, so has ours; Qt's scroll area would not tell."""
        if event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().eventFilter(watched, event)

    def sizeHint(self) -> QSize:
        """The content's."""
        return self.widget().sizeHint()

    def minimumSizeHint(self) -> QSize:
        """Two rows."""
        return QSize(theme().px(80), min(theme().px(48), self.sizeHint().height()))


class InspectorPanel(QWidget):
    """Emits intents, obeys `show_*` of its parts."""

    smooth_toggled = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.image = ImageView(name="decoded picture", pinnable=True)
        self.size_note = QLabel()
        self.size_note.setProperty("look", "small")
        self.smooth = QCheckBox("smooth")
        self.smooth.setAccessibleName("Smooth pictures")
        self.smooth.setToolTip("Interpolate between pixels; off shows them as they are")
        self.smooth.toggled.connect(self.smooth_toggled)
        self.label = LabelControl()
        self._labels = FittingScroll(self.label)
        self._labels.hide()
        self.sliders = LatentSliders()
        self.heat = HeatMap()
        self.concepts = ConceptSliders()
        self.concepts_group = FoldGroup("Concepts", self.concepts, is_open=True)
        self.concepts_group.hide()
        self.direction_note = QLabel()
        self.direction_note.setProperty("look", "small")
        self.direction_note.setWordWrap(True)
        self.trust = TrustLine()
        self.nearest_title = ElidedLabel("nearest encoded")
        self.nearest_title.setProperty("look", "dim")
        self.neighbours = SheetView(
            name="nearest encoded pictures", columns=3, gap=6, pinnable=True
        )
        policy = self.neighbours.sizePolicy()
        policy.setHeightForWidth(False)  # always one row; else the page would not shrink
        self.neighbours.setSizePolicy(policy)
        self.save = _button("Export", "Export the picture (Ctrl+S)")
        self.copy = _button("Copy", "Copy the picture (Ctrl+C)")
        self.pin = _button("Pin", "Keep this place in the Tray (P)")
        self._lay_out()
        theme().changed.connect(self._restyle)
        self._restyle()

    def show_label_names(self, names: Sequence[str], **kind: Any) -> None:
        """What a conditional model can be told, see `LabelControl.show_names`."""
        self._labels.setVisible(bool(names))
        self.label.show_names(names, **kind)

    def show_neighbours_place(self, *, visible: bool) -> None:
        """The row of neighbours, for models with encoded data only."""
        self.nearest_title.setVisible(visible)
        self.neighbours.setVisible(visible)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The picture is square at most."""
        super().resizeEvent(event)
        self._limit()

    def _lay_out(self) -> None:
        note = QHBoxLayout()
        note.addWidget(self.size_note, 1)
        note.addWidget(self.smooth)
        sliding = QWidget()
        inner = QVBoxLayout(sliding)
        inner.setContentsMargins(0, 0, 0, 0)
        for part in (self.concepts_group, self.direction_note, self.sliders, self.heat):
            inner.addWidget(part)
        inner.addStretch(1)
        page = QWidget()
        self._page = QVBoxLayout(page)
        self._page.addWidget(self.image, 20)
        self._page.addLayout(note)
        self._page.addWidget(self._labels, 5)
        self._page.addWidget(FittingScroll(sliding), 10)
        for widget in (self.trust, self.nearest_title, self.neighbours):
            self._page.addWidget(widget)
        self._page.addStretch(1)
        self._buttons = QHBoxLayout()
        for button in (self.save, self.copy, self.pin):
            self._buttons.addWidget(button, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(PageScroll(page), 1)
        column.addLayout(self._buttons)

    def _restyle(self) -> None:
        px = theme().px
        self._page.setContentsMargins(px(10), px(2), px(10), 0)
        self._page.setSpacing(px(6))
        self._buttons.setContentsMargins(px(10), px(6), px(10), px(10))
        self.image.setMinimumHeight(px(112))
        self.neighbours.setFixedSize(px(3 * 62), px(58 + 16))
        self.setMinimumWidth(px(200))
        self._limit()

    def _limit(self) -> None:
        side = max(self.width() - 2 * theme().px(10), theme().px(112))
        self.image.setMaximumHeight(min(side, theme().px(480)))


def _button(text: str, tooltip: str) -> QPushButton:
    button = QPushButton(text)
    button.setAccessibleName(text)
    button.setToolTip(tooltip)
    return button
