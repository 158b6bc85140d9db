"""What one does with a whole style sheet: add rows, others by chance, strength, blend."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QLabel,
    QSlider,
    QToolButton,
    QWidget,
)

from latentlab.gui.stylesheet import set_look
from latentlab.gui.theme import theme
from latentlab.gui.widgets.combo_box import ComboBox
from latentlab.gui.widgets.flow import Flow
from latentlab.gui.widgets.spin_box import DecimalBox

if TYPE_CHECKING:
    from collections.abc import Sequence

    from latentlab.app.state import Style

_STRENGTH, _SHARE = 100, 100  # slider steps for 1


class TransferBar(Flow):
    """Emits intents; obeys `show_document` and `show_names`."""

    add_wanted = Signal()
    chance_wanted = Signal()
    strength_moved = Signal(float)
    blend_chosen = Signal(object)  # two labels, or None
    share_moved = Signal(float)
    panel_toggled = Signal(bool)
    released = Signal()  # a slider was let go

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, gap=8, more="More")
        self.add_row = _button("Add", "mdi6.plus", "Add rows: images, samples, a drawing, a file…")
        self.chance = _button("Randomise", "mdi6.dice-5-outline", "Other images of the same labels")
        self.strength, self.exact = QSlider(Qt.Orientation.Horizontal), DecimalBox()
        self.blend = QCheckBox("blend")
        self.first = ComboBox(name="First label of the blend")
        self.second = ComboBox(name="Second label of the blend")
        self.share = QSlider(Qt.Orientation.Horizontal)
        self.panel = _button("z sliders", "mdi6.tune-variant", "Sliders for z of the chosen row")
        self._names: tuple[str, ...] = ()
        self._build()
        self._connect()
        theme().changed.connect(self._restyle)
        self._restyle()

    def show_names(self, names: Sequence[str]) -> None:
        """Labels to blend; fewer than two: nothing to blend."""
        if tuple(names) == self._names:
            return
        self._names = tuple(names)
        for box in (self.first, self.second):
            with QSignalBlocker(box):
                box.clear()
                box.addItems(list(names))
        self.blend.setVisible(len(names) > 1)

    def show_document(self, document: Style) -> None:
        """Strength and blend of the session."""
        widgets = (self.strength, self.exact, self.blend, self.first, self.second, self.share)
        blockers = [QSignalBlocker(widget) for widget in widgets]
        self.strength.setValue(round(document.strength * _STRENGTH))
        self.exact.setValue(document.strength)
        on = document.blend is not None
        shown = self._mix.isVisibleTo(self)
        self.blend.setChecked(on)
        if document.blend is not None:
            self.first.setCurrentIndex(document.blend[0])
            self.second.setCurrentIndex(document.blend[1])
        self.share.setValue(round(document.share * _SHARE))
        self.share.setToolTip(f"{document.share:.0%} of the second label")
        for blocker in blockers:
            blocker.unblock()
        if shown != on:
            self._mix.setVisible(on)
            self.arrange()

    def show_panel(self, shown: bool) -> None:
        """Whether the sliders of z stand beside the sheet."""
        with QSignalBlocker(self.panel):
            self.panel.setChecked(shown)

    def _build(self) -> None:
        self.strength.setRange(0, 3 * _STRENGTH)
        self.strength.setPageStep(_STRENGTH // 4)
        self.strength.setAccessibleName("Strength of style")
        self.strength.setToolTip("How much of each style: 0 is the usual one, 1 as it was read")
        self.exact.setRange(0, 3)
        self.exact.setSingleStep(0.1)
        self.exact.setDecimals(2)
        self.exact.setAccessibleName("Strength of style, exactly")
        self.exact.setToolTip(self.strength.toolTip())
        self.blend.setToolTip("A column more that mixes two labels")
        self.first.setToolTip("Label that the blend begins with")
        self.second.setToolTip("Label that the blend ends with")
        self.share.setRange(0, _SHARE)
        self.share.setPageStep(_SHARE // 10)
        self.share.setAccessibleName("Share of the second label")
        self.panel.setCheckable(True)
        self._mix = _row(self.first, self.share, self.second)
        self._mix.hide()
        title = QLabel("strength")
        set_look(title, "dim")
        self.add(self.add_row)
        self.add(self.chance, foldable=True)
        self.add(_row(title, self.strength, self.exact))
        self.add(_row(self.blend, self._mix))
        self.add(self.panel, foldable=True)

    def _connect(self) -> None:
        self.add_row.clicked.connect(self.add_wanted)
        self.chance.clicked.connect(self.chance_wanted)
        self.strength.valueChanged.connect(lambda at: self.strength_moved.emit(at / _STRENGTH))
        self.exact.valueChanged.connect(self.strength_moved)
        self.blend.toggled.connect(self._tell_blend)
        for box in (self.first, self.second):
            box.activated.connect(self._tell_blend)
        self.share.valueChanged.connect(lambda at: self.share_moved.emit(at / _SHARE))
        self.panel.toggled.connect(self.panel_toggled)
        for slider in (self.strength, self.share):
            slider.sliderReleased.connect(self.released)

    def _tell_blend(self, *_: object) -> None:
        last = len(self._names) - 1
        first, second = max(0, self.first.currentIndex()), max(0, self.second.currentIndex())
        if first == second == 0:  # nobody has chosen yet: two digits that look unlike
            first, second = min(1, last), min(7, last)
        self.blend_chosen.emit((first, second) if self.blend.isChecked() else None)

    def _restyle(self) -> None:
        px = theme().px
        for slider in (self.strength, self.share):
            slider.setFixedWidth(px(80))
        self.exact.setFixedWidth(px(62))
        for box in (self.first, self.second):
            box.setMinimumContentsLength(2)
            box.setMaximumWidth(px(96))
        for button in (self.add_row, self.chance, self.panel):
            button.setIcon(theme().icon(button.property("icon-name"), "dim"))
            button.setIconSize(QSize(px(15), px(15)))


def _button(text: str, icon: str, tip: str) -> QToolButton:
    button = QToolButton()
    button.setText(text)
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    button.setProperty("icon-name", icon)
    button.setToolTip(tip)
    button.setAccessibleName(tip)
    return button


def _row(*parts: QWidget) -> QWidget:
    """Parts that stay together."""
    whole = QWidget()
    row = QHBoxLayout(whole)
    row.setContentsMargins(0, 0, 0, 0)
    for part in parts:
        row.addWidget(part)
    return whole
