"""Plots as files, read back by other eyes: an XML parser, the bytes of a PDF, Pillow."""

from __future__ import annotations

import io
import re
import zlib
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QPainter, QPen

from latentlab.app.run_history import RunHistory
from latentlab.gui import plot_files
from latentlab.gui.explore.map_figure import MapFigure
from latentlab.gui.theme import theme
from latentlab.gui.tokens import LIGHT
from latentlab.gui.train.curve_figure import CurveFigure
from latentlab.gui.train.latent_cloud import LatentCloud
from latentlab.gui.widgets.loss_plot import LossPlot
from latentlab.gui.widgets.map_panel import MapPanel
from tests.app.test_run_history import started, step

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

SVG = "{http://www.w3.org/2000/svg}"


class Drawing:
    """A figure of one line, one word and the theme's ground."""

    def __init__(self) -> None:
        self.restyled: list[str] = []

    def figure_size(self) -> QSize:
        return QSize(200, 100)

    def paint_figure(self, painter: QPainter) -> None:
        painter.setPen(QPen(theme().color("text"), 2))
        painter.drawLine(10, 10, 190, 90)
        painter.drawText(50, 50, "word")

    def restyle_figure(self) -> None:
        self.restyled.append(theme().tokens.name)


def texts(svg: bytes) -> list[str]:
    return [
        "".join(node.itertext()).strip() for node in ElementTree.fromstring(svg).iter(f"{SVG}text")
    ]


def pages(pdf: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf))


def picture(data: bytes) -> np.ndarray:
    with Image.open(io.BytesIO(data)) as image:
        return np.asarray(image.convert("RGB"))


def places(points: int) -> np.ndarray:
    return np.random.default_rng(3).normal(size=(points, 2))


def map_panel(qtbot: QtBot, points: int) -> MapPanel:
    panel = MapPanel()
    qtbot.addWidget(panel)
    panel.resize(500, 420)
    panel.show()
    xy = places(points)
    panel.scatter.show_points(
        xy, np.arange(points) % 2, np.array([[200, 0, 0], [0, 0, 200]], np.uint8)
    )
    panel.plot.set_titles("first", "second")
    qtbot.waitUntil(lambda: panel.scatter.complete)
    return panel


# -- any figure ---------------------------------------------------------------------------------


def test_svg_is_lines_and_letters(qtbot: QtBot) -> None:
    root = ElementTree.fromstring(plot_files.svg_of(Drawing()))
    assert root.get("viewBox") == "0 0 200 100"
    assert texts(plot_files.svg_of(Drawing())) == ["word"]
    lines = [*root.iter(f"{SVG}polyline"), *root.iter(f"{SVG}line"), *root.iter(f"{SVG}path")]
    assert lines
    assert not list(root.iter(f"{SVG}image"))


def test_pdf_is_one_page_as_large_as_the_plot(qtbot: QtBot) -> None:
    pdf = plot_files.pdf_of(Drawing())
    assert pdf.startswith(b"%PDF-1.")
    assert pdf.rstrip().endswith(b"%%EOF")
    assert pages(pdf) == 1
    box = re.search(rb"/MediaBox \[([^\]]*)\]", pdf)
    assert box is not None
    assert [float(number) for number in box[1].split()] == pytest.approx([0, 0, 150, 75], abs=0.5)
    assert b"/Subtype /Image" not in pdf
    assert b"/Font" in pdf, "letters are letters"


@pytest.mark.parametrize("scale", [1, 2, 4])
def test_png_has_the_chosen_scale(qtbot: QtBot, scale: int) -> None:
    shown = picture(plot_files.png_of(Drawing(), scale))
    assert shown.shape == (100 * scale, 200 * scale, 3)
    assert len(np.unique(shown.reshape(-1, 3), axis=0)) > 2


def test_print_colours_are_lent_for_the_file_only(qtbot: QtBot) -> None:
    theme().configure("dark", 1.0)
    figure, changes = Drawing(), []
    theme().changed.connect(lambda: changes.append(1))
    dark = picture(plot_files.png_of(figure, 1))
    light = picture(plot_files.png_of(figure, 1, light=True))
    assert dark[0, 0].max() < 60
    assert light[0, 0].tolist() == list(QColor(LIGHT.surface).getRgb()[:3])
    assert figure.restyled == ["light", "dark"]
    assert theme().dark
    assert changes == [], "the window does not notice"


def test_copying_and_exporting_are_asked_of_the_outlet(qtbot: QtBot) -> None:
    from types import SimpleNamespace

    copied, wanted = [], []
    exports = SimpleNamespace(
        copy_png=lambda png, _: copied.append(png), wanted=SimpleNamespace(emit=wanted.append)
    )
    proposal = plot_files.PlotProposal("line", Drawing())
    outlet = plot_files.PlotOutlet(exports, lambda: proposal)
    assert all(outlet.act(what) for what in ("export", "data", "copy"))
    assert not outlet.act("command"), "nobody has said what makes this plot"
    assert not outlet.act("pin")
    assert picture(copied[0]).shape == (200, 400, 3)
    assert [each.suffix for each in wanted] == ["", ".csv"]
    assert not plot_files.PlotOutlet(exports, lambda: None).act("copy")


# -- the map ------------------------------------------------------------------------------------


def test_points_of_a_map_are_vectors(qtbot: QtBot) -> None:
    panel = map_panel(qtbot, 300)
    svg = plot_files.svg_of(MapFigure(panel))
    root = ElementTree.fromstring(svg)
    discs = [*root.iter(f"{SVG}circle"), *root.iter(f"{SVG}ellipse")]
    seen = panel.plot.box.viewRect()
    inside = sum(seen.contains(x, y) for x, y in places(300))
    assert abs(len(discs) - inside) <= 1
    assert {"first", "second"} <= set(texts(svg))
    assert not list(root.iter(f"{SVG}image"))
    assert pages(plot_files.pdf_of(MapFigure(panel))) == 1


def test_very_many_points_are_one_picture_inside_the_file(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("latentlab.gui.widgets.scatter.MOST_VECTOR_POINTS", 100)
    panel = map_panel(qtbot, 3000)
    root = ElementTree.fromstring(plot_files.svg_of(MapFigure(panel)))
    assert len(list(root.iter(f"{SVG}image"))) == 1
    assert not list(root.iter(f"{SVG}circle"))
    assert b"/Subtype /Image" in plot_files.pdf_of(MapFigure(panel))


def test_a_png_of_the_map_looks_as_the_screen_does(qtbot: QtBot) -> None:
    panel = map_panel(qtbot, 300)
    panel.plot.clearFocus()
    screen = panel.plot.viewport().grab().toImage()
    shown = picture(plot_files.png_of(MapFigure(panel), 1))
    assert shown.shape[:2] == (screen.height(), screen.width())
    ink = [
        (np.abs(shown.astype(int) - colour).sum(axis=2) < 150).sum()
        for colour in ([200, 0, 0], [0, 0, 200])
    ]
    assert min(ink) > 200, "both colours are there"
    large = picture(plot_files.png_of(MapFigure(panel), 3))
    reds = (np.abs(large.astype(int) - [200, 0, 0]).sum(axis=2) < 150).sum()
    assert reds > 6 * ink[0], "dots grow with the scale"


# -- curves and clouds --------------------------------------------------------------------------


@pytest.fixture
def curves(qtbot: QtBot) -> LossPlot:
    history = RunHistory("run")
    history.extend([started(), *(step(100 * epoch, 100.0 - epoch) for epoch in range(1, 20))])
    plot = LossPlot()
    qtbot.addWidget(plot)
    plot.resize(640, 320)
    plot.show()
    plot.show_history(history)
    return plot


def test_curves_are_paths_with_their_numbers_as_text(curves: LossPlot) -> None:
    svg = plot_files.svg_of(CurveFigure(curves))
    words = " ".join(texts(svg))
    assert "epoch" in words
    assert re.search(r"\d", words)
    longest = max(
        len(path.get("d", "").split()) for path in ElementTree.fromstring(svg).iter(f"{SVG}path")
    )
    lines = [
        len(line.get("points", "").split())
        for line in ElementTree.fromstring(svg).iter(f"{SVG}polyline")
    ]
    assert max([longest, *lines]) > 15, "a curve has as many corners as points"
    assert pages(plot_files.pdf_of(CurveFigure(curves))) == 1


def test_the_cursor_of_curves_stays_out_and_comes_back(curves: LossPlot) -> None:
    before = plot_files.png_of(CurveFigure(curves), 1)
    curves.show_cursor(1.0)
    assert plot_files.png_of(CurveFigure(curves), 1) == before
    assert curves.plots[0]._cursor.isVisible()


def test_curves_in_print_colours(curves: LossPlot) -> None:
    theme().configure("dark", 1.0)
    pens = [line.opts["pen"].color().name() for line in curves.plots[0]._lines]
    light = picture(plot_files.png_of(CurveFigure(curves), 1, light=True))
    assert light[-1, -1].tolist() == list(QColor(LIGHT.surface).getRgb()[:3])
    assert pens == [line.opts["pen"].color().name() for line in curves.plots[0]._lines]


def test_a_cloud_of_latents(qtbot: QtBot) -> None:
    cloud = LatentCloud()
    qtbot.addWidget(cloud)
    cloud.resize(200, 200)
    points = np.random.default_rng(1).normal(size=(50, 2))
    cloud.show_points(points, np.arange(50) % 3)
    found = cloud.arrays()
    assert found["label"].tolist() == sorted(np.arange(50) % 3)
    assert np.array_equal(np.sort(found["xy"], axis=0), np.sort(points, axis=0))
    assert ElementTree.fromstring(plot_files.svg_of(cloud)).tag == f"{SVG}svg"
    pdf = plot_files.pdf_of(cloud)
    streams = re.findall(rb"stream\r?\n(.*?)endstream", pdf, re.DOTALL)
    assert any(len(zlib.decompress(each)) > 500 for each in streams if each[:1] == b"x")


def test_lines_grow_with_the_scale(curves: LossPlot) -> None:
    """A cosmetic pen counts the pixels of the device."""

    def share(scale: int) -> float:
        shown = picture(plot_files.png_of(CurveFigure(curves), scale)).astype(int)
        colour = np.array(curves.plots[0]._lines[0].opts["pen"].color().getRgb()[:3])
        return float((np.abs(shown - colour).sum(axis=2) < 40).mean())

    assert share(3) > 0.8 * share(1)
