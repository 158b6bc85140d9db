"""The one look of the window: theme, scale, fonts, icons, and how plots are restyled."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QDir, QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QGuiApplication, QIcon, QPalette
from PySide6.QtWidgets import QApplication

from latentlab.core import paths
from latentlab.gui import palettes
from latentlab.gui.stylesheet import stylesheet
from latentlab.gui.tokens import DARK, LIGHT, MAX_SCALE, MIN_SCALE, TYPE_SCALE, Size, Tokens

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyqtgraph as pg

Choice = Literal["system", "light", "dark"]


class Theme(QObject):
    """Tokens in use and their application to Qt; ask `theme()` for the only one."""

    changed = Signal()  # colours or scale are new: restyle what no stylesheet reaches

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._choice: Choice = "system"
        self._scale = 1.0
        self._has_icons = True
        self._tokens = self._resolve()
        QDir.setSearchPaths("latentlab", [str(paths.resources())])
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._on_system_changed)

    @property
    def tokens(self) -> Tokens:
        """Colours of the theme in use."""
        return self._tokens

    @property
    def choice(self) -> Choice:
        """What the user asked for."""
        return self._choice

    @property
    def scale(self) -> float:
        """UI scale, 1.0 to 2.0."""
        return self._scale

    @property
    def dark(self) -> bool:
        """Whether the theme in use is the dark one."""
        return self._tokens is DARK

    def set_choice(self, choice: Choice) -> None:
        """Light, dark, or what the system says."""
        self._choice = choice
        self.apply()

    def set_scale(self, scale: float) -> None:
        """Everything larger, for the projector; clipped to 1.0 .. 2.0."""
        self._scale = min(max(scale, MIN_SCALE), MAX_SCALE)
        self.apply()

    def configure(self, choice: Choice, scale: float) -> None:
        """Both at once, one repaint."""
        self._scale = min(max(scale, MIN_SCALE), MAX_SCALE)
        self.set_choice(choice)

    def apply(self) -> None:
        """Sets style, palette, font and stylesheet of the application."""
        self._tokens = self._resolve()
        app = QApplication.instance()
        if not isinstance(app, QApplication):
            return
        if app.style().name() != "fusion":
            app.setStyle("Fusion")
        app.setPalette(_palette(self._tokens))
        app.setFont(self.font())
        app.setStyleSheet(stylesheet(self._tokens, self._scale))
        self.changed.emit()

    @contextmanager
    def lent(self, tokens: Tokens) -> Iterator[None]:
        """Other colours for what asks while the block runs; nobody is told."""
        kept, self._tokens = self._tokens, tokens
        try:
            yield
        finally:
            self._tokens = kept

    def px(self, length: float) -> int:
        """A length at 100 % to pixels at the scale in use, at least 1."""
        return max(1, round(length * self._scale))

    def font(self, size: Size = "body", *, bold: bool = False) -> QFont:
        """One family, three sizes, tabular figures."""
        font = QFont(QGuiApplication.font())
        font.setPixelSize(self.px(TYPE_SCALE[size]))
        font.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
        font.setFeature(QFont.Tag("tnum"), 1)
        return font

    def color(self, token: str, alpha: float = 1.0) -> QColor:
        """A token by name ("accent", "line"), alpha 0 to 1."""
        color = QColor(getattr(self._tokens, token))
        color.setAlphaF(alpha)
        return color

    def class_colors(self, n: int) -> list[QColor]:
        """Colours of n classes, the same in both themes."""
        return [QColor(color) for color in palettes.class_colors(n)]

    def defer_icons(self) -> None:
        """Icons stay empty until `load_icons`: their fonts must not delay the first sight."""
        self._has_icons = False

    def load_icons(self) -> None:
        """From now on there are icons; whoever has asked before asks again."""
        if not self._has_icons:
            self._has_icons = True
            self.changed.emit()

    def icon(self, name: str, token: str = "text") -> QIcon:
        """A qtawesome icon in the theme's colours; ask again after `changed`."""
        if not self._has_icons:
            return QIcon()
        import qtawesome

        disabled = self._tokens.faint
        icon: QIcon = qtawesome.icon(
            name, color=getattr(self._tokens, token), color_disabled=disabled
        )
        return icon

    def style_plot(self, plot: pg.PlotItem) -> None:
        """Axes, labels, title and ground of a pyqtgraph plot; call it again after `changed`."""
        text, line = self.color("dim"), self.color("line")
        for side in ("left", "bottom", "right", "top"):
            axis = plot.getAxis(side)
            axis.setPen(line)
            axis.setTextPen(text)
            axis.setTickFont(self.font("small"))
            axis.label.setFont(self.font("small"))
        view = plot.getViewWidget()
        if view is not None:
            view.setBackground(self.color("surface"))

    def _resolve(self) -> Tokens:
        if self._choice != "system":
            return DARK if self._choice == "dark" else LIGHT
        scheme = QGuiApplication.styleHints().colorScheme()
        return DARK if scheme == Qt.ColorScheme.Dark else LIGHT

    def _on_system_changed(self) -> None:
        if self._choice == "system":
            self.apply()


_theme: Theme | None = None


def theme() -> Theme:
    """The application's theme; a QApplication must exist."""
    global _theme
    if _theme is None:
        _theme = Theme()
    return _theme


def _palette(t: Tokens) -> QPalette:
    role = QPalette.ColorRole
    colors = {
        role.Window: t.ground,
        role.WindowText: t.text,
        role.Base: t.raised,
        role.AlternateBase: t.surface,
        role.Text: t.text,
        role.PlaceholderText: t.faint,
        role.Button: t.raised,
        role.ButtonText: t.text,
        role.BrightText: t.bad,
        role.Highlight: t.accent,
        role.HighlightedText: t.on_accent,
        role.ToolTipBase: t.raised,
        role.ToolTipText: t.text,
        role.Link: t.accent,
        role.LinkVisited: t.accent,
        role.Accent: t.accent,
        role.Mid: t.line,
        role.Midlight: t.line,
        role.Dark: t.line,
        role.Light: t.raised,
        role.Shadow: t.line,
    }
    palette = QPalette()
    for name, color in colors.items():
        palette.setColor(name, QColor(color))
    for name in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, name, QColor(t.faint))
    return palette
