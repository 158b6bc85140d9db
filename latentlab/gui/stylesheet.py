"""Tokens to a Qt stylesheet.

Widgets choose a look by the dynamic property `look`: "primary", "quiet", "card", "panel",
"chosen", "title", "dim", "accent", "small", "error"; set it with `set_look`.
"""

from __future__ import annotations

from string import Template
from typing import TYPE_CHECKING

from latentlab.gui.tokens import RADIUS, TYPE_SCALE, Tokens

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget


def set_look(widget: QWidget, look: str) -> None:
    """Gives a widget one of the looks above, at any time."""
    widget.setProperty("look", look)
    widget.style().unpolish(widget)
    widget.style().polish(widget)


def stylesheet(tokens: Tokens, scale: float) -> str:
    """The whole sheet at a UI scale; lengths grow with it, outlines stay one pixel."""
    lengths = {f"p{n}": f"{max(1, round(n * scale))}px" for n in range(1, 33)}
    fonts = {size: f"{round(pixels * scale)}px" for size, pixels in TYPE_SCALE.items()}
    colors = {name: getattr(tokens, name) for name in tokens.__dataclass_fields__}
    radius = f"{round(RADIUS * scale)}px"
    # Of the lesser side of a slider's handle: half a pixel more, and Qt draws a square.
    knob = f"{min(round(12 * scale), 3 * max(1, round(4 * scale))) // 2}px"
    return Template(_SHEET).substitute(colors, **lengths, **fonts, radius=radius, round=knob)


_SHEET = """
QMainWindow, QDialog { background: $ground; }
QWidget { color: $text; }
QLabel { background: transparent; }
QToolTip { background: $raised; color: $text; border: 1px solid $line; padding: $p4; }

QWidget[look="panel"] { background: $surface; border: 1px solid $line; border-radius: $radius; }
QFrame[look="card"] { background: $raised; border: 1px solid $line; border-radius: $radius; }
QFrame[look="chosen"] { background: $raised; border: 1px solid $accent; border-radius: $radius; }
QFrame#panelTitle, QFrame#panelBody, QFrame#panelTitleLeft, QFrame#panelBodyRight {
  background: $surface; border: 1px solid $line;
}
QFrame#panelTitle {
  border-bottom: none; border-top-left-radius: $radius; border-top-right-radius: $radius;
}
QFrame#panelBody {
  border-top: none; border-bottom-left-radius: $radius; border-bottom-right-radius: $radius;
}
QFrame#panelTitleLeft {
  border-right: none; border-top-left-radius: $radius; border-bottom-left-radius: $radius;
}
QFrame#panelBodyRight {
  border-left: none; border-top-right-radius: $radius; border-bottom-right-radius: $radius;
}
QFrame[look="card"]:hover { background: $hover; }
QLabel[look="title"] { font-weight: 600; }
QLabel[look="large"] { font-size: $title; font-weight: 600; }
QLabel[look="dim"] { color: $dim; }
QLabel[look="accent"] { color: $accent; font-weight: 600; }
QLabel[look="small"] { color: $dim; font-size: $small; }
QLabel[look="error"] { color: $bad; font-size: $small; }

QPushButton, QToolButton {
  background: $raised; border: 1px solid $line; border-radius: $p5; padding: $p4 $p10;
}
QToolButton { padding: $p4; }
QPushButton { icon-size: $p16; }
QPushButton:hover, QToolButton:hover { background: $hover; }
QPushButton:pressed, QToolButton:pressed, QToolButton:checked { background: $pressed; }
QPushButton:disabled, QToolButton:disabled { color: $faint; background: $surface; }
QPushButton:focus, QToolButton:focus { border-color: $accent; }
QPushButton[look="primary"] {
  background: $accent; color: $on_accent; border-color: $accent; font-weight: 600;
}
QPushButton[look="primary"]:hover { background: $accent_hover; }
QPushButton[look="primary"]:focus { border: 2px solid $text; padding: $p3 $p9; }
QPushButton[look="primary"]:disabled { background: $line; color: $faint; border-color: $line; }
QPushButton[look="quiet"], QToolButton[look="quiet"] {
  background: transparent; border-color: transparent;
}
QPushButton[look="quiet"]:hover, QToolButton[look="quiet"]:hover { background: $hover; }
QPushButton[look="quiet"]:focus, QToolButton[look="quiet"]:focus { border-color: $accent; }
QToolButton::menu-indicator { image: none; }

QLineEdit, QComboBox, QAbstractSpinBox, QPlainTextEdit, QTextEdit {
  background: $raised; border: 1px solid $line; border-radius: $p5; padding: $p3 $p6;
  selection-background-color: $accent; selection-color: $on_accent;
}
QAbstractSpinBox QLineEdit { background: transparent; border: none; padding: 0 $p2 0 $p6; }
QLineEdit:focus, QComboBox:focus, QAbstractSpinBox:focus, QPlainTextEdit:focus, QTextEdit:focus {
  border-color: $accent;
}
QLineEdit:disabled, QComboBox:disabled, QAbstractSpinBox:disabled {
  color: $faint; background: $surface;
}
QLineEdit[invalid="true"], QComboBox[invalid="true"], QAbstractSpinBox[invalid="true"] {
  border-color: $bad;
}
QLineEdit[look="flat"] { background: transparent; border-color: transparent; padding: $p1 $p3; }
QLineEdit[look="flat"]:hover { background: $raised; border-color: $line; }
QLineEdit[look="flat"]:focus { background: $raised; border-color: $accent; }
QLineEdit[look="flat"][invalid="true"] { background: $raised; border-color: $bad; }
QComboBox { padding-right: $p20; }
QComboBox::drop-down { border: none; width: $p20; }
QComboBox::down-arrow {
  image: url(latentlab:icons/$name/down.svg); width: $p12; height: $p12;
}
QComboBox QAbstractItemView {
  background: $raised; border: 1px solid $line; padding: $p2; outline: none;
  selection-background-color: $accent; selection-color: $on_accent;
}
QAbstractSpinBox { padding-left: 0; }
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button {
  background: transparent; border: none; width: $p16;
}
QAbstractSpinBox::up-arrow { image: url(latentlab:icons/$name/up.svg); width: $p10; }
QAbstractSpinBox::down-arrow { image: url(latentlab:icons/$name/down.svg); width: $p10; }

QCheckBox, QRadioButton { background: transparent; spacing: $p6; padding: $p2; }
QCheckBox:focus, QRadioButton:focus { color: $accent; }
QCheckBox:disabled, QRadioButton:disabled { color: $faint; }
QCheckBox::indicator, QRadioButton::indicator {
  width: $p13; height: $p13; background: $raised; border: 1px solid $faint; border-radius: $p3;
}
QRadioButton::indicator { border-radius: $p7; }
QCheckBox::indicator:hover, QCheckBox::indicator:focus, QRadioButton::indicator:focus {
  border-color: $accent;
}
QCheckBox::indicator:checked {
  background: $accent; border-color: $accent; image: url(latentlab:icons/$name/check.svg);
}
QRadioButton::indicator:checked {
  border-color: $accent; image: url(latentlab:icons/$name/radio.svg);
}

QSlider { background: transparent; min-height: $p18; }
QSlider::groove:horizontal { height: $p4; background: $line; border-radius: $p2; }
QSlider::sub-page:horizontal { background: $accent; border-radius: $p2; }
QSlider::handle:horizontal {
  width: $p12; height: $p12; margin: -$p4 0; border-radius: $round; background: $knob;
}
QSlider::handle:horizontal:focus { border: 2px solid $accent; width: $p10; height: $p10; }
QSlider::handle:horizontal:hover { background: $accent_hover; }
QSlider::handle:horizontal:disabled, QSlider::sub-page:horizontal:disabled { background: $faint; }

QProgressBar {
  background: $line; border: none; border-radius: $p4; min-height: $p14; max-height: $p14;
}
QProgressBar::chunk { background: $accent; border-radius: $p4; }

QTabWidget::pane { border: none; }
QTabBar { background: transparent; }
QTabBar::tab {
  background: transparent; color: $dim; padding: $p6 $p10 $p5 $p10; border: none;
  border-bottom: 2px solid transparent;
}
QTabBar::tab:selected { color: $text; border-bottom-color: $accent; }
QTabBar::tab:hover { color: $text; }
QTabBar::tab:focus { color: $accent; }
QTabBar#segments::tab {
  background: $surface; border: 1px solid $line; border-radius: $p5; margin-right: $p4;
  padding: $p3 $p10;
}
QTabBar#segments::tab:selected { background: $pressed; border-color: $faint; }
QTabBar#segments::tab:hover { background: $hover; }
QTabBar#segments:focus::tab:selected { border-color: $accent; color: $text; }

QScrollArea, QScrollArea > QWidget > QWidget[look="bare"] { background: transparent; border: none; }
QScrollBar:vertical { background: transparent; width: $p10; margin: 0; }
QScrollBar:horizontal { background: transparent; height: $p10; margin: 0; }
QScrollBar::handle { background: $faint; border-radius: $p3; margin: $p2; }
QScrollBar::handle:vertical { min-height: $p24; }
QScrollBar::handle:horizontal { min-width: $p24; }
QScrollBar::handle:hover { background: $dim; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }

QMenu { background: $raised; border: 1px solid $line; padding: $p4; }
QMenu::item { padding: $p4 $p24 $p4 $p12; border-radius: $p4; }
QMenu::item:selected { background: $accent; color: $on_accent; }
QMenu::icon { padding-left: $p6; }
QMenu::icon:checked { background: $pressed; border: 1px solid $accent; border-radius: $p3; }
QMenu::item:disabled { color: $faint; }
QMenu::separator { height: 1px; background: $line; margin: $p4 $p6; }
QMenuBar { background: $ground; }
QMenuBar::item { padding: $p4 $p8; background: transparent; }
QMenuBar::item:selected { background: $hover; }

QAbstractItemView {
  background: $surface; border: 1px solid $line; border-radius: $p5; outline: none;
  alternate-background-color: $raised;
}
QAbstractItemView::item { padding: $p3; }
QAbstractItemView::item:hover { background: $hover; }
QAbstractItemView::item:selected { background: $accent; color: $on_accent; }
QAbstractItemView:focus { border-color: $accent; }
QHeaderView::section {
  background: $surface; color: $dim; border: none; border-bottom: 1px solid $line; padding: $p4;
}
QTableCornerButton::section { background: $surface; border: none; }

QToolBar { background: $ground; border: none; spacing: $p6; padding: $p6 $p8 $p2 $p8; }
QStatusBar { background: $ground; }
QStatusBar::item { border: none; }
QMainWindow::separator { background: transparent; width: $p8; height: $p8; }
QMainWindow::separator:hover { background: $line; }
QSplitter::handle { background: transparent; }
QSplitter::handle:hover { background: $line; }
QDockWidget { titlebar-close-icon: none; titlebar-normal-icon: none; }
QGroupBox { border: 1px solid $line; border-radius: $radius; margin-top: $p16; padding: $p8; }
QGroupBox::title { subcontrol-origin: margin; left: $p8; color: $dim; }
"""
