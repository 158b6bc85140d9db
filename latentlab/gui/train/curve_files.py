"""Curves out of the window: to the clipboard, as a picture, as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QIODevice, QPoint
from PySide6.QtGui import QGuiApplication, QImage, QPainter

from latentlab.app.curve_table import curves_csv
from latentlab.core.errors import LatentlabError
from latentlab.engine import files
from latentlab.gui import picture_files
from latentlab.gui.theme import theme

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from latentlab.app.run_history import RunHistory
    from latentlab.gui.widgets.loss_plot import LossPlot

_ZOOM = 2  # pixels per pixel of the screen, for slides and papers


def copy_curves(plot: LossPlot, say: Callable[[str], object]) -> None:
    """To the clipboard, as a picture."""
    QGuiApplication.clipboard().setImage(draw_curves(plot))
    say("Curves copied")


def save_curves(plot: LossPlot, name: str, say: Callable[[str], object]) -> None:
    """Ask where and write a PNG; raises LatentlabError."""
    path = picture_files.ask_path(plot, "Save curves", f"{name}-curves.png", "PNG picture (*.png)")
    if path is not None:
        buffer = QBuffer()
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        draw_curves(plot).save(buffer, "PNG")
        _write(path, buffer.data().data(), say)


def save_table(
    plot: LossPlot, history: RunHistory, name: str, say: Callable[[str], object]
) -> None:
    """Ask where and write CSV; raises LatentlabError."""
    path = picture_files.ask_path(plot, "Save curves", f"{name}-curves.csv", "Table (*.csv)")
    if path is not None:
        _write(path, curves_csv(history).encode(), say)


def draw_curves(plot: LossPlot) -> QImage:
    """The plots as they are shown, larger."""
    image = QImage(plot.size() * _ZOOM, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(_ZOOM)
    image.fill(theme().color("surface"))
    painter = QPainter(image)
    plot.render(painter, QPoint())
    painter.end()
    return image


def _write(path: Path, content: bytes, say: Callable[[str], object]) -> None:
    try:
        files.write_whole(path, content)
    except OSError as error:
        raise LatentlabError(files.explain(error, f"{path} cannot be written")) from error
    say(f"Saved {path}")
