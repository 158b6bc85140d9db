"""Two pages of help: every shortcut, and what this program is."""

from __future__ import annotations

import platform
from importlib.metadata import version
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, qVersion
from PySide6.QtGui import QIcon, QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from latentlab.app.actions import MENUS
from latentlab.core import paths
from latentlab.gui.theme import theme

if TYPE_CHECKING:
    from pathlib import Path

    from latentlab.app.actions import Actions

ELSEWHERE = (  # keys of widgets, which are no actions
    ("Map", "Arrows", "Move the cursor; with Shift far, with Ctrl the view"),
    ("Map", "Enter", "Pin the cursor"),
    ("Map", "+", "Zoom in; - zooms out, 0 shows all"),
    ("Map", "E", "Explore; L takes the lasso, B the box"),
    ("Map", "Space", "With lasso or box: set a corner; Enter selects, Esc gives up"),
    ("Map", "G", "Draw a path for the Homotopy tab: Space sets a corner, Enter ends it"),
    ("Map", "Ctrl+A", "Select all points shown; Esc selects none"),
    ("Pictures", "P", "Keep the focused picture's place in the Tray"),
    ("Pictures", "Arrows", "Choose a picture of a sheet"),
    ("Endpoints", "Enter", "Choose: a pin, an image, a sample, a mean, a drawing, a file"),
    ("Endpoints", "C", "The cursor; R a random sample, T a test image, N one by its number"),
    ("Endpoints", "D", "Draw; O opens a picture file, Ctrl+V pastes a picture"),
    ("Endpoints", "L", "Lock or unlock; Del clears"),
    ("Homotopy", "Space", "On the slider of t: play from A to B and back, or pause"),
    ("Homotopy", "PgUp", "On the slider: the next step; Page Down the one before, Home A, End B"),
    ("Homotopy", "Right", "On the curves: further along t; Left back"),
    ("Drawing", "Space", "Put the pen down, or lift it; arrows move it, with Shift far"),
    ("Drawing", "E", "Eraser; I swaps ink and ground, [ and ] change the brush"),
    ("Tray", "Enter", "Go to the chosen pin"),
    ("Tray", "F2", "Rename it"),
    ("Tray", "Alt+Left", "Move it; Alt+Right the other way"),
    ("Tray", "Del", "Delete it"),
    ("Models", "Enter", "Choose the model"),
    ("Values", "Esc", "Give the old value back"),
)


def show_shortcuts(actions: Actions, parent: QWidget) -> QDialog:
    """A table of keys and what they do."""
    rows = [
        (menu, action.shortcut, action.help or action.title)
        for menu in MENUS
        for action in actions.of_menu(menu)
        if action.shortcut
    ]
    dialog, column = _dialog("Keyboard shortcuts", parent)
    page = QWidget()
    page.setProperty("look", "bare")
    grid = QGridLayout(page)
    grid.setColumnStretch(2, 1)
    last = ""
    for row, (group, keys, text) in enumerate((*rows, *ELSEWHERE)):
        native = QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText) or keys
        words = (group if group != last else "", native, text)
        for place, word in enumerate(words):
            label = QLabel(word)
            label.setProperty("look", ("title", "dim", "body")[place])
            label.setWordWrap(place == 2)
            grid.addWidget(label, row, place)
        last = group
    scroll = QScrollArea()
    scroll.setWidget(page)
    scroll.setWidgetResizable(True)
    scroll.setAccessibleName("Keyboard shortcuts")
    column.insertWidget(0, scroll)
    dialog.resize(theme().px(520), theme().px(560))
    dialog.open()
    return dialog


def show_about(library: Path, parent: QWidget) -> QDialog:
    """Version, places, licence."""
    dialog, column = _dialog("About latentlab", parent)
    icon = QLabel()
    size = QSize(theme().px(72), theme().px(72))
    icon.setPixmap(QIcon(str(paths.resources() / "latentlab.svg")).pixmap(size))
    title = QLabel(f"latentlab {version('latentlab')}")
    title.setProperty("look", "large")
    text = QLabel(
        "A laboratory for generative models: train, explore the latent space, click to decode.\n\n"
        f"Python {platform.python_version()}, Qt {qVersion()}\n"
        f"Library: {library}\n"
        "MIT licence"
    )
    text.setWordWrap(True)
    text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    for place, widget in enumerate((icon, title, text)):
        column.insertWidget(place, widget)
    dialog.setMinimumWidth(theme().px(380))
    dialog.open()
    return dialog


def _dialog(title: str, parent: QWidget) -> tuple[QDialog, QVBoxLayout]:
    dialog = QDialog(parent)
    dialog.setWindowTitle(title)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    column = QVBoxLayout(dialog)
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
    buttons.rejected.connect(dialog.reject)
    column.addWidget(buttons)
    return dialog, column
