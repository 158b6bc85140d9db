"""Plots as files: SVG and PDF of real lines and letters, PNG at a chosen scale.

Lines, axes and numbers are vectors, text stays text. Points are vectors up to
`MOST_VECTOR_POINTS` and one picture inside the file above, decoded pictures always are.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QImage, QPageLayout, QPageSize, QPaintEngine, QPainter, QPdfWriter
from PySide6.QtSvg import QSvgGenerator

from latentlab.gui.theme import theme
from latentlab.gui.tokens import LIGHT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from latentlab.app.data_calls import DataCall
    from latentlab.app.exports import Exports
    from latentlab.gui.plot_call import PlotCall

MOST_VECTOR_POINTS = 5000
RASTER_SCALE = 3  # pixels per logical pixel of what is a picture inside a vector file
COPY_SCALE = 2  # pixels per logical pixel of a copied plot
VERBS = ("export", "data", "copy", "command", "python")
_DPI = 96  # a logical pixel is 1/96 inch
_POINTS_PER_INCH = 72


class Figure(Protocol):
    """A widget that can be drawn anywhere."""

    def figure_size(self) -> QSize:
        """In logical pixels."""

    def paint_figure(self, painter: QPainter) -> None:
        """All of it, from (0, 0), in the theme's present colours."""

    def restyle_figure(self) -> None:
        """Take the theme's colours anew."""


@dataclass(frozen=True)
class PlotProposal:
    """A plot that can leave, and the numbers in it."""

    name: str  # for the file, without ending
    figure: Figure
    arrays: Callable[[], dict[str, NDArray[Any]]] | None = None
    suffix: str = ""  # the format to begin with
    numbers: DataCall | None = None  # what makes `arrays` again, without the plot
    call: PlotCall | None = None  # what makes the plot again


class PlotOutlet:
    """Where a plot goes; its owner says what it is, None: there is nothing to see yet."""

    def __init__(self, exports: Exports, propose: Callable[[], PlotProposal | None]) -> None:
        self._exports = exports
        self._propose = propose

    def proposal(self) -> PlotProposal | None:
        """What would leave now."""
        return self._propose()

    def act(self, what: str) -> bool:
        """Do one of `VERBS`; whether there was a plot."""
        proposal = self._propose()
        if proposal is None or what not in VERBS:
            return False
        if what == "copy":
            self._exports.copy_png(png_of(proposal.figure, COPY_SCALE), "Plot")
        elif what in ("command", "python"):
            if proposal.call is None:
                return False
            say = proposal.call.command if what == "command" else proposal.call.python
            text = say(f"{proposal.name}.svg", self._exports.unusual_library)
            self._exports.copy_text(text, "Command" if what == "command" else "Python")
        else:
            suffix = ".csv" if what == "data" else proposal.suffix
            self._exports.wanted.emit(replace(proposal, suffix=suffix))
        return True


def svg_of(figure: Figure, *, light: bool = False) -> bytes:
    """An SVG file."""
    size, buffer, svg = (
        figure.figure_size(),
        QBuffer(),
        QSvgGenerator(QSvgGenerator.SvgVersion.Svg11),
    )
    svg.setOutputDevice(buffer)
    svg.setSize(size)
    svg.setViewBox(QRectF(0, 0, size.width(), size.height()))
    svg.setResolution(_DPI)
    svg.setTitle("latentlab")
    _paint(figure, svg, light=light)
    return buffer.data().data()


def pdf_of(figure: Figure, *, light: bool = False) -> bytes:
    """A PDF file of one page as large as the plot."""
    size, buffer = figure.figure_size(), QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    pdf = QPdfWriter(buffer)
    pdf.setResolution(_DPI)
    pdf.setCreator("latentlab")
    points = QSizeF(size.width(), size.height()) * (_POINTS_PER_INCH / _DPI)
    page = QPageSize(points, QPageSize.Unit.Point, "", QPageSize.SizeMatchPolicy.ExactMatch)
    pdf.setPageLayout(QPageLayout(page, QPageLayout.Orientation.Portrait, QMarginsF()))
    _paint(figure, pdf, light=light)
    return buffer.data().data()


def image_of(figure: Figure, scale: float, *, light: bool = False) -> QImage:
    """The plot with `scale` pixels for each of the screen at 100 %."""
    image = QImage(figure.figure_size() * scale, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(scale)
    _paint(figure, image, light=light)
    return image


def png_of(figure: Figure, scale: float, *, light: bool = False) -> bytes:
    """A PNG file, as `image_of`."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image_of(figure, scale, light=light).save(buffer, "PNG")
    return buffer.data().data()


def bytes_of(figure: Figure, suffix: str, scale: float, *, light: bool = False) -> bytes:
    """A file of the kind that an ending names."""
    if suffix == ".svg":
        return svg_of(figure, light=light)
    if suffix == ".pdf":
        return pdf_of(figure, light=light)
    return png_of(figure, scale, light=light)


def is_vector(painter: QPainter) -> bool:
    """Whether lines that are painted now stay lines."""
    kinds = QPaintEngine.Type
    return painter.paintEngine().type() in (kinds.SVG, kinds.Pdf)


def is_for_file(painter: QPainter) -> bool:
    """Whether what is painted now is not for the screen: nothing may be left for later."""
    return is_vector(painter) or isinstance(painter.device(), QImage)


def _paint(figure: Figure, device: QSvgGenerator | QPdfWriter | QImage, *, light: bool) -> None:
    with _colours(figure, light=light):
        painter = QPainter(device)
        ground = QRectF(0, 0, figure.figure_size().width(), figure.figure_size().height())
        painter.fillRect(ground, theme().color("surface"))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        figure.paint_figure(painter)
        painter.end()


@contextmanager
def _colours(figure: Figure, *, light: bool) -> Iterator[None]:
    """Dark ink on white while the block runs, for print; the window does not notice."""
    if not light or not theme().dark:
        yield
        return
    with theme().lent(LIGHT):
        figure.restyle_figure()
        yield
    figure.restyle_figure()
