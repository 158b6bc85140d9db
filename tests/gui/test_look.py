"""Theme, palettes, stylesheet: readable colours, distinguishable classes, nothing forgotten."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtGui import QColor

from latentlab.core import paths
from latentlab.gui import palettes
from latentlab.gui.stylesheet import set_look, stylesheet
from latentlab.gui.theme import theme
from latentlab.gui.tokens import DARK, LIGHT, Tokens

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


def luminance(color: str) -> float:
    c = QColor(color)
    linear = [
        v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4
        for v in (c.redF(), c.greenF(), c.blueF())
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """WCAG 2.1 contrast ratio."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("tokens", [DARK, LIGHT], ids=["dark", "light"])
def test_text_can_be_read_on_every_ground(tokens: Tokens) -> None:
    for ground in (tokens.ground, tokens.surface, tokens.raised, tokens.hover):
        assert contrast(tokens.text, ground) >= 7
        assert contrast(tokens.dim, ground) >= 4.5
        assert contrast(tokens.bad, ground) >= 4.5
    assert contrast(tokens.on_accent, tokens.accent) >= 4.5
    assert contrast(tokens.accent, tokens.surface) >= 3, "focus is visible"


def test_ten_classes_are_paul_tols() -> None:
    assert palettes.class_colors(10)[:3] == ("#4477aa", "#ee6677", "#228833")
    assert len(set(palettes.class_colors(10))) == 10


@pytest.mark.parametrize("n", [0, 1, 10, 11, 26, 62, 100])
def test_any_number_of_classes_has_colours(n: int) -> None:
    colors = palettes.class_colors(n)
    assert len(colors) == n
    assert palettes.class_rgb(n).shape == (n, 3)
    assert len(set(colors)) == min(n, 62)
    assert all(re.fullmatch("#[0-9a-f]{6}", color) for color in colors)


def test_sixty_two_classes_can_be_told_apart() -> None:
    lab = palettes.oklab(palettes.class_rgb(62))
    gaps = [np.linalg.norm(a - b) for a, b in itertools.combinations(lab, 2)]
    assert min(gaps) > 0.05


def test_oklab_knows_black_white_and_grey() -> None:
    lab = palettes.oklab(np.array([[0, 0, 0], [255, 255, 255], [128, 128, 128]], np.uint8))
    assert lab[:, 0] == pytest.approx([0, 1, 0.5998], abs=1e-3)
    assert np.abs(lab[:, 1:]).max() < 1e-3


@pytest.mark.parametrize("scale", [1.0, 1.3, 2.0])
def test_the_sheet_is_complete_and_its_icons_exist(scale: float) -> None:
    for tokens in (DARK, LIGHT):
        sheet = stylesheet(tokens, scale)
        assert "$" not in sheet
        names = re.findall(r"url\(latentlab:([^)]+)\)", sheet)
        assert names
        assert all((paths.resources() / name).is_file() for name in names)
        assert sheet.count("{") == sheet.count("}")


def test_changed_is_told_once_per_change(qtbot: QtBot) -> None:
    with qtbot.waitSignals([theme().changed], order="strict"):
        theme().configure("dark", 1.5)
    assert theme().dark
    assert theme().px(10) == 15
    assert theme().font("title").pixelSize() == 22
    theme().set_scale(9)
    assert theme().scale == 2.0
    theme().set_scale(0.1)
    assert theme().scale == 1.0


def test_system_is_one_of_the_two(qtbot: QtBot) -> None:
    theme().set_choice("system")
    assert theme().tokens in (DARK, LIGHT)
    assert theme().choice == "system"


def test_a_look_can_change_later(qtbot: QtBot) -> None:
    from PySide6.QtWidgets import QPushButton

    button = QPushButton("Start")
    qtbot.addWidget(button)
    theme().configure("dark", 1.0)
    button.resize(80, 30)
    plain = button.grab().toImage().pixelColor(6, 15)
    set_look(button, "primary")
    assert button.grab().toImage().pixelColor(6, 15) != plain
    assert button.grab().toImage().pixelColor(6, 15).name() == DARK.accent


def test_icons_are_drawn_in_the_themes_colour(qtbot: QtBot) -> None:
    theme().configure("dark", 1.0)
    image = theme().icon("mdi6.undo", "accent").pixmap(32, 32).toImage()
    shown = {
        image.pixelColor(x, y).name()
        for x in range(32)
        for y in range(32)
        if image.pixelColor(x, y).alpha() == 255
    }
    assert DARK.accent in shown


def test_a_plot_is_restyled(qtbot: QtBot) -> None:
    import pyqtgraph as pg

    plot = pg.PlotWidget()
    qtbot.addWidget(plot)
    for choice, tokens in (("dark", DARK), ("light", LIGHT)):
        theme().configure(choice, 1.0)
        theme().style_plot(plot.getPlotItem())
        assert plot.backgroundBrush().color().name() == tokens.surface
        assert plot.getAxis("left").textPen().color().name() == tokens.dim
    plot.close()
