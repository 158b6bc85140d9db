"""Tools of the map as a strip of buttons over its corner."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QToolButton, QWidget

from latentlab.gui.theme import theme

_BY_KEYS = "By keys: Space sets a corner, arrows move, Enter selects."
_TOOLS = {
    "explore": ("mdi6.cursor-default", "Explore: move to decode, click to pin, drag to pan (E)"),
    "lasso": (
        "mdi6.lasso",
        f"Lasso: draw around points to select them (L, or Shift-drag)\n{_BY_KEYS}",
    ),
    "box": (
        "mdi6.select",
        f"Box: drag a rectangle to select points (B, or Ctrl-drag)\n{_BY_KEYS}",
    ),
    "path": (
        "mdi6.vector-polyline",
        "Path: draw a way through latent space for the Homotopy tab (G)\n"
        "By keys: Space sets a corner, arrows move, Enter ends it.",
    ),
}
_ACTS = {
    "in": ("mdi6.magnify-plus-outline", "Zoom in (+, or the wheel)"),
    "out": ("mdi6.magnify-minus-outline", "Zoom out (-, or the wheel)"),
    "reset": ("mdi6.fit-to-page-outline", "Show the whole map (0)"),
}


class MapTools(QFrame):
    """Four tools of which one is chosen, and three acts."""

    tool_chosen = Signal(str)  # "explore", "lasso", "box", "path"
    zoomed_in = Signal()
    zoomed_out = Signal()
    reset = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.buttons: dict[str, QToolButton] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        group = QButtonGroup(self)
        for name, (_, tip) in {**_TOOLS, **_ACTS}.items():
            button = self._button(name, tip)
            row.addWidget(button)
            if name in _TOOLS:
                button.setCheckable(True)
                group.addButton(button)
                button.clicked.connect(lambda _=False, chosen=name: self.tool_chosen.emit(chosen))
        self.buttons["in"].clicked.connect(self.zoomed_in)
        self.buttons["out"].clicked.connect(self.zoomed_out)
        self.buttons["reset"].clicked.connect(self.reset)
        self.show_tool("explore")
        theme().changed.connect(self.restyle)
        self.restyle()

    def show_tool(self, tool: str) -> None:
        """The tool in use."""
        self.buttons[tool].setChecked(True)

    def restyle(self) -> None:
        """Icons in the colours and at the scale of the theme."""
        for name, (icon, _) in {**_TOOLS, **_ACTS}.items():
            self.buttons[name].setIcon(theme().icon(icon, "dim"))
            side = theme().px(16)
            self.buttons[name].setIconSize(QSize(side, side))

    def _button(self, name: str, tip: str) -> QToolButton:
        button = QToolButton(self)
        button.setToolTip(tip)
        button.setAccessibleName(tip.split(" (")[0])
        self.buttons[name] = button
        return button
