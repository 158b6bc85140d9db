"""A dock that looks like a card: title, float and hide buttons, content."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QBoxLayout,
    QDockWidget,
    QFrame,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from latentlab.gui.theme import theme


class TitleBar(QFrame):
    """Drawn as the upper, or the left, part of the card; dragging it moves the dock."""

    def __init__(self, dock: PanelDock, *, upright: bool) -> None:
        super().__init__(dock)
        self._dock = dock
        self.setObjectName("panelTitleLeft" if upright else "panelTitle")
        row: QBoxLayout = QVBoxLayout(self) if upright else QHBoxLayout(self)
        self._row = row
        label = QLabel(dock.windowTitle())
        label.setProperty("look", "title")
        if upright:
            row.addStretch(1)
        row.addWidget(label)
        if not upright:
            row.addStretch(1)
        self._float = self._button("Float or dock", dock.toggle_floating)
        self._hide = self._button("Hide", dock.hide)
        buttons = QHBoxLayout()
        buttons.setSpacing(0)
        buttons.addWidget(self._float)
        buttons.addWidget(self._hide)
        row.addLayout(buttons)
        if upright:
            row.addStretch(1)
        self.restyle()

    def fold(self, folded: bool) -> None:
        """The name beside its buttons instead of above them."""
        directions = QBoxLayout.Direction
        self._row.setDirection(directions.LeftToRight if folded else directions.TopToBottom)

    def restyle(self) -> None:
        """Icons and margins of the theme and scale."""
        px = theme().px
        for button, icon in ((self._float, "mdi6.dock-window"), (self._hide, "mdi6.close")):
            button.setIcon(theme().icon(icon, "faint"))
            button.setIconSize(QSize(px(14), px(14)))
        self._row.setContentsMargins(px(10), px(4), px(4), px(2))

    def _button(self, what: str, act: object) -> QToolButton:
        button = QToolButton()
        button.setProperty("look", "quiet")
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the keyboard has F6 to F8 and the palette
        button.setAccessibleName(f"{what}: {self._dock.windowTitle()}")
        button.setToolTip(f"{what} this panel; View in the menu brings it back")
        button.clicked.connect(lambda: act())
        return button


class PanelDock(QDockWidget):
    """A dock with a card's look around `content`."""

    def __init__(
        self, name: str, title: str, content: QWidget, parent: QWidget, *, upright: bool = False
    ) -> None:
        super().__init__(title, parent)
        self.setObjectName(name)
        self.setAccessibleName(title)
        if upright:
            features = self.features() | QDockWidget.DockWidgetFeature.DockWidgetVerticalTitleBar
            self.setFeatures(features)
        self._bar = TitleBar(self, upright=upright)
        self.setTitleBarWidget(self._bar)
        self.content = content
        frame = QFrame()
        frame.setObjectName("panelBodyRight" if upright else "panelBody")
        column = QVBoxLayout(frame)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(content)
        self.setWidget(frame)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._upright = upright
        self.is_folded = False
        theme().changed.connect(self._bar.restyle)

    def fold(self, folded: bool) -> None:
        """One thin line, or as high as the user likes; for contents that have `fold` too."""
        self.is_folded = folded
        self._bar.fold(folded or not self._upright)
        self.content.fold(folded)
        vertical = QSizePolicy.Policy.Fixed if folded else QSizePolicy.Policy.Preferred
        self.widget().setSizePolicy(QSizePolicy.Policy.Preferred, vertical)

    def toggle_floating(self) -> None:
        """Out of the window, or back."""
        self.setFloating(not self.isFloating())
