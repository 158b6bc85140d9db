"""The toolbar: what concerns every tab, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QComboBox, QLabel, QMenu, QSizePolicy, QToolBar, QToolButton, QWidget

from latentlab.gui.theme import theme
from latentlab.gui.widgets.elided import ElidedLabel

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from PySide6.QtGui import QAction


class Toolbar(QToolBar):
    """Name, model picker, actions, device, menu."""

    model_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Toolbar", parent)
        self.setObjectName("toolbar")
        self.setMovable(False)
        self.setFloatable(False)
        name = QLabel("latentlab")
        name.setProperty("look", "title")
        self.picker = QComboBox()
        self.picker.setAccessibleName("Model")
        self.picker.setToolTip("The current model (Ctrl+M goes to the list)")
        self.picker.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.picker.activated.connect(lambda row: self.model_chosen.emit(self.picker.itemText(row)))
        room = QWidget()
        room.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.device = ElidedLabel()
        self.device.setProperty("look", "dim")
        self.device.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.menu_button = QToolButton()
        self.menu_button.setAccessibleName("Menu")
        self.menu_button.setToolTip("All commands (F10)")
        self.menu_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._gap = QLabel()
        self.addWidget(name)
        self.addWidget(self._gap)
        self.addWidget(self.picker)
        self.addWidget(room)
        self._before_device = self.addWidget(self.device)
        self.addWidget(self.menu_button)
        theme().changed.connect(self._restyle)
        self._restyle()

    def show_actions(self, actions: Iterable[QAction]) -> None:
        """Buttons left of the device."""
        for action in actions:
            self.insertAction(self._before_device, action)
            self.widgetForAction(action).setAccessibleName(action.text())

    def show_menu(self, menu: QMenu) -> None:
        """The menu with everything."""
        self.menu_button.setMenu(menu)

    def show_models(self, models: Sequence[str], current: str) -> None:
        """The picker's list and its choice."""
        if [self.picker.itemText(row) for row in range(self.picker.count())] != list(models):
            self.picker.clear()
            self.picker.addItems(list(models))
        self.picker.setCurrentIndex(self.picker.findText(current))

    def show_device(self, title: str, decode_ms: float | None) -> None:
        """CPU, 1 thread · decode 1.4 ms; where room is short, CPU · 1.4 ms."""
        speed = "" if decode_ms is None else f"{decode_ms:.1f} ms"
        text = " · ".join(filter(None, (title, speed and f"decode {speed}")))
        if text != self.device.full_text:
            short = " · ".join(filter(None, (title.partition(",")[0], speed)))
            self.device.set_full_text(text, short=short)

    def _restyle(self) -> None:
        px = theme().px
        self.setIconSize(QSize(px(18), px(18)))
        self.menu_button.setIcon(theme().icon("mdi6.menu"))
        self.menu_button.setIconSize(QSize(px(18), px(18)))
        self._gap.setFixedWidth(px(10))
        self.picker.setMinimumWidth(px(150))
