"""A game whose pictures are points: the discriminator's map, both kinds of points, their pull."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QToolTip, QWidget

from latentlab.core import game_losses
from latentlab.gui.theme import theme
from latentlab.gui.train.game_plots import side_colors
from latentlab.gui.widgets.painted_plot import Chart, PaintedPlot, line_height, paint_words

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from latentlab.app.game_moment import GameMoment

    Floats = NDArray[np.float64]

LAYERS = ("real", "fake", "field", "pull")
_POINT_PX = 3.4
_TINT = 0.6  # share of a side's colour where the discriminator is sure
_ARROW_PX = 17  # from one arrow to the next, at least
_LONG = 95  # percentile of the lengths that fills a cell
_HEAD = 0.3  # of an arrow


class GamePlane(PaintedPlot):
    """Obeys `show_game` and `show_layers`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("the plane of the game", (320, 320), parent)
        self._game: GameMoment | None = None
        self.hidden: frozenset[str] = frozenset()
        self.setMouseTracking(True)

    @property
    def is_empty(self) -> bool:
        """Whether no points are shown."""
        return self._game is None

    def show_game(self, game: GameMoment | None) -> None:
        """A moment with points; None for nothing."""
        self._game = game if game is not None and game.points_real is not None else None
        self.update()

    def hide_layers(self, hidden: frozenset[str]) -> None:
        """Leave out some of `LAYERS`."""
        self.hidden = hidden
        self.update()

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Places and logits of both kinds, and the map and the pull where they are known."""
        game = self._game
        assert game is not None
        found = {"real": game.points_real, "fake": game.points_fake, "field": game.field,
                 "pull": game.pull, "logit_real": game.scores_real,
                 "logit_fake": game.scores_fake}  # fmt: skip
        return {name: array for name, array in found.items() if array is not None}

    def paint_figure(self, painter: QPainter) -> None:
        """Words, then map, arrows and points in a square."""
        game = self._game
        if game is None:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        real, fake = side_colors()
        told: list[tuple[str, QColor | None]] = [("● real", real), ("● fake", fake)]
        if game.pull is not None and "pull" not in self.hidden:
            told.append(("→ pull", None))
        if span := game.field_range():
            what = "score" if game.rule.is_score else "D"
            told.append((f"{what} {span[0]:.3g} to {span[1]:.3g}", None))
        chart = self._chart()
        words = QRectF(chart.area.left(), 0, self.width() - chart.area.left(), line_height())
        paint_words(painter, words, told)
        painter.fillRect(chart.area, theme().color("plot"))
        surface = game.surface()
        if surface is not None and "field" not in self.hidden:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(chart.area, _tinted(surface))
        painter.setClipRect(chart.area)
        if game.pull is not None and "pull" not in self.hidden:
            _paint_arrows(painter, chart, game.pull)
        for name, points, color in (
            ("real", game.points_real, real), ("fake", game.points_fake, fake),
        ):  # fmt: skip
            if points is not None and name not in self.hidden:
                _paint_points(painter, chart, points, color)
        painter.setClipping(False)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(theme().color("line"))
        painter.drawRect(chart.area)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """What the discriminator thinks there."""
        super().mouseMoveEvent(event)
        words = self.words_at(event.position())
        if words:
            QToolTip.showText(event.globalPosition().toPoint(), words, self)
        else:
            QToolTip.hideText()

    def words_at(self, place: QPointF) -> str:
        """The point under the mouse, and the verdict there; empty outside."""
        area = self._chart().area
        if self._game is None or not area.contains(place):
            return ""
        x = (place.x() - area.left()) / area.width()
        y = (place.y() - area.top()) / area.height()
        where = f"({2 * x - 1:.2f}, {1 - 2 * y:.2f})"
        field = self._game.field
        if field is None:
            return where
        rows, columns = field.shape
        logit = field[min(int(y * rows), rows - 1), min(int(x * columns), columns - 1)]
        if self._game.rule.is_score:
            return f"{where}: score {logit:.3g}"
        if self._game.loss == "least-squares":
            return f"{where}: D = {logit + 0.5:.3g}"
        return f"{where}: D = {float(game_losses.sigmoid(logit)):.3g}"

    def _chart(self) -> Chart:
        top = line_height() + theme().px(3)
        side = max(1.0, min(self.width() - 2.0, self.height() - top - 2))
        left = (self.width() - side) / 2
        return Chart(QRectF(left, top, side, side), (-1, 1), (-1, 1))


def _tinted(surface: Floats) -> QImage:
    """From -1 to 1 as the colours of made and real points on the ground of a plot."""
    ground = _rgb(theme().color("plot"))
    real, fake = map(_rgb, side_colors())
    share = np.abs(surface)[..., None] * _TINT
    pixels = ground + share * (np.where(surface[..., None] > 0, real, fake) - ground)
    rgb = np.ascontiguousarray(pixels.round().astype(np.uint8))
    height, width, _ = rgb.shape
    return QImage(rgb.data, width, height, 3 * width, QImage.Format.Format_RGB888).copy()


def _rgb(color: QColor) -> Floats:
    return np.array([color.red(), color.green(), color.blue()], float)


def _paint_points(painter: QPainter, chart: Chart, points: Floats, color: QColor) -> None:
    pen = QPen(color, _POINT_PX * theme().scale)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    painter.setPen(pen)
    painter.drawPoints(chart.line(points[:, 0], points[:, 1]))


def _paint_arrows(painter: QPainter, chart: Chart, pull: Floats) -> None:
    """One from every cell that there is room for, as long as the pull is strong."""
    side = len(pull)
    every = max(1, ceil(theme().px(_ARROW_PX) * side / chart.area.width()))
    chosen = pull[every // 2 :: every, every // 2 :: every]
    lengths = np.linalg.norm(chosen, axis=-1)
    longest = float(np.percentile(lengths, _LONG))
    if longest <= 0:
        return
    cell = 2 / side * every
    shown = (
        chosen
        / np.maximum(lengths, 1e-12)[..., None]
        * (np.minimum(lengths / longest, 1)[..., None] * cell * 0.85)
    )
    middles = (np.arange(side)[every // 2 :: every] + 0.5) / side * 2 - 1
    x, y = np.meshgrid(middles, -middles)
    starts = np.stack([x, y], axis=-1).reshape(-1, 2)
    moves = shown.reshape(-1, 2)
    turned = np.stack([-moves[:, 1], moves[:, 0]], axis=1) * 0.6
    tips = starts + moves
    barbs = [tips + _HEAD * (-moves + sign * turned) for sign in (1, -1)]
    strokes = [*_lines(chart, starts, tips), *_lines(chart, tips, barbs[0])]
    painter.setPen(QPen(theme().color("text", 0.55), theme().px(1)))
    painter.drawLines([*strokes, *_lines(chart, tips, barbs[1])])


def _lines(chart: Chart, starts: Floats, ends: Floats) -> list[QLineF]:
    pairs = zip(chart.line(*starts.T), chart.line(*ends.T), strict=True)
    return [QLineF(start, end) for start, end in pairs]
