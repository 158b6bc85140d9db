"""Two plots of a game of two networks: its verdicts, and the generator's loss where it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from latentlab.core import game_losses
from latentlab.gui.theme import theme
from latentlab.gui.widgets.painted_plot import (
    Chart,
    PaintedPlot,
    line_height,
    paint_words,
    words_width,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtWidgets import QWidget

    from latentlab.app.game_moment import GameMoment

    Floats = NDArray[np.float64]

_NUMBERS_PX = 34  # pixels at 100 % left of an axis
_FILL = 0.35  # opacity of the columns of a histogram
_EDGE = 0.01  # losses are drawn for D from here to one minus this
_HEIGHTS = (-4.0, 4.0)  # of losses
_RUG_PX = 6
_MOST_RUG = 160  # ticks that are told apart


def side_colors() -> tuple[QColor, QColor]:
    """Of real and of made pictures, the same as those of their curves."""
    real, fake = theme().class_colors(2)
    return real, fake


class VerdictPlot(PaintedPlot):
    """Histograms of D over real and over made pictures."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("verdicts of the discriminator", (260, 150), parent)
        self._game: GameMoment | None = None
        self.logits = False
        self.setToolTip("How real the discriminator takes real and made pictures to be")

    @property
    def is_empty(self) -> bool:
        """Whether no game is shown."""
        return self._game is None

    def show_game(self, game: GameMoment | None) -> None:
        """A moment of a game; None for nothing."""
        self._game = game
        self.update()

    def show_logits(self, *, logits: bool) -> None:
        """Logits in the place of probabilities."""
        self.logits = logits
        self.update()

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Bins from, to, and the shares of real and of made pictures in them."""
        assert self._game is not None
        edges, real, fake = self._game.histogram(logits=self.logits)
        return {"from": edges[:-1], "to": edges[1:], "real": real, "fake": fake}

    def paint_figure(self, painter: QPainter) -> None:
        """Words, axes, two outlines with columns, and the means."""
        if self._game is None:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        edges, *shares = self._game.histogram(logits=self.logits)
        opinions = self._game.opinions(logits=self.logits)
        what = _what(self._game, logits=self.logits)
        colors = side_colors()
        told = [
            (f"{what}({name}) {mean.mean():.3g}", color)
            for name, mean, color in zip(("real", "fake"), opinions, colors, strict=True)
        ]
        top = line_height()
        paint_words(painter, QRectF(0, 0, self.width(), top), told)
        side = theme().px(8)
        area = QRectF(side, top + 4, self.width() - 2 * side, self.height() - 2 * top - 8)
        chart = Chart(area, (edges[0], edges[-1]), (0, max(map(np.max, shares)) * 1.05))
        chart.paint_axes(painter, numbers_up=False)
        for share, color, found in zip(shares, colors, opinions, strict=True):
            _paint_columns(painter, chart, edges, share, color)
            pen = QPen(color, theme().px(1.4), Qt.PenStyle.DashLine)
            painter.setPen(pen)
            x = float(found.mean())
            painter.drawLine(chart.at(x, 0), chart.at(x, chart.up[1]))


class LossShapePlot(PaintedPlot):
    """The generator's loss and its slope against D(G(z)), and where the run stands on them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("loss of the generator against D(G(z))", (260, 170), parent)
        self._game: GameMoment | None = None
        self.setToolTip(
            "Left what the generator minimises, right the slope that reaches it through the "
            "discriminator's logit; ticks are the made pictures of this moment, the dot their mean"
        )

    @property
    def is_empty(self) -> bool:
        """Whether no game is shown."""
        return self._game is None

    def show_game(self, game: GameMoment | None) -> None:
        """A moment of a game; None for nothing."""
        self._game = game
        self.update()

    def arrays(self) -> dict[str, NDArray[Any]]:
        """D(G(z)), and every loss and slope there."""
        assert self._game is not None
        x, found = self._across(self._game), {}
        for name in game_losses.drawn(self._game.loss):
            loss, key = game_losses.LOSSES[name], name.replace("-", "_")
            found |= {f"{key}_loss": loss.value(x), f"{key}_slope": loss.slope(x)}
        return {"d": x, **found}

    def paint_figure(self, painter: QPainter) -> None:
        """Words, then the loss at the left and its slope at the right."""
        game = self._game
        if game is None:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        top = line_height()
        drawn = game_losses.drawn(game.loss)
        own_first = sorted(drawn, key=lambda name: name != game.loss)
        inks = [_ink(name, game) for name in own_first]
        for words_of in _WORDINGS:
            texts = [f"{_mark(name, game)} {words_of(name)}" for name in own_first]
            if words_width(texts) <= self.width():
                break
        words = list(zip(texts, inks, strict=True))
        paint_words(painter, QRectF(0, 0, self.width(), top), words)
        gap, numbers = theme().px(8), theme().px(_NUMBERS_PX)
        wide = (self.width() - gap) / 2
        x = self._across(game)
        for number, up in enumerate((self._heights(game, x), (-1.05, 0.05))):
            left = number * (wide + gap)
            place = QRectF(left, top, wide, top)
            score = game.rule.is_score
            of = "score" if score else "D(G(z))"
            short = ("loss", "slope")[number]
            head = f"{short} against {of}"
            fits = words_width([head]) <= wide
            paint_words(painter, place, [(head if fits else short, None)])
            area = QRectF(left + numbers, 2 * top + 3, wide - numbers - gap, 0)
            area.setBottom(self.height() - top - 6)
            across = (float(x[0]), float(x[-1])) if score else (0.0, 1.0)
            chart = Chart(area, across, up)
            chart.paint_axes(painter)
            self._paint_curves(painter, chart, game, x, slope=bool(number))

    def _paint_curves(
        self, painter: QPainter, chart: Chart, game: GameMoment, x: Floats, *, slope: bool
    ) -> None:
        painter.save()
        painter.setClipRect(chart.area.adjusted(-1, -1, 1, 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        drawn = game_losses.drawn(game.loss)
        for name in sorted(drawn, key=lambda name: name == game.loss):  # its own on top
            loss = game_losses.LOSSES[name]
            own = name == game.loss
            style = Qt.PenStyle.SolidLine if own else _STYLES[name]
            painter.setPen(
                QPen(_ink(name, game), theme().px(2.4) if own else 1.4 * theme().scale, style)
            )
            painter.drawPolyline(chart.line(x, loss.slope(x) if slope else loss.value(x)))
        self._paint_place(painter, chart, game, slope=slope)
        painter.restore()

    def _paint_place(
        self, painter: QPainter, chart: Chart, game: GameMoment, *, slope: bool
    ) -> None:
        """A rug of the verdicts on made pictures, and their mean on the run's own curve."""
        loss, fake = game.rule, side_colors()[1]
        low, high = (_EDGE, 1 - _EDGE) if not loss.is_score else chart.across
        verdicts = game.verdicts.clip(low, high)
        chosen = verdicts[:: max(1, len(verdicts) // _MOST_RUG)]
        foot = chart.area.bottom()
        faint = QColor(fake)
        faint.setAlphaF(0.5)
        painter.setPen(QPen(faint, 1))
        for point in chart.line(chosen, np.full(len(chosen), chart.up[0])):
            painter.drawLine(point, QPointF(point.x(), foot - theme().px(_RUG_PX)))
        mean = np.array([verdicts.mean()])
        height = (loss.slope(mean) if slope else loss.value(mean)).clip(*chart.up)
        painter.setPen(QPen(theme().color("surface"), theme().px(1.5)))
        painter.setBrush(fake)
        painter.drawEllipse(chart.at(float(mean[0]), float(height[0])), *[theme().px(4.5)] * 2)

    def _across(self, game: GameMoment) -> Floats:
        if not game.rule.is_score:
            return np.linspace(_EDGE, 1 - _EDGE, 197)
        low, high = float(game.verdicts.min()), float(game.verdicts.max())
        margin = max(0.2 * (high - low), 0.5)
        return np.linspace(low - margin, high + margin, 197)

    def _heights(self, game: GameMoment, x: Floats) -> tuple[float, float]:
        if not game.rule.is_score:
            return _HEIGHTS
        values = game.rule.value(x)
        return float(values.min()), float(values.max())


_STYLES = {
    "minimax": Qt.PenStyle.DashLine,
    "non-saturating": Qt.PenStyle.DashDotLine,
    "least-squares": Qt.PenStyle.DotLine,
}


_MARKS = {"minimax": "╌", "non-saturating": "–·", "least-squares": "···"}


_SHORT = {"non-saturating": "non-sat.", "least-squares": "LS", "relativistic": "relative"}
_WORDINGS = (  # ever shorter
    lambda name: f"{game_losses.LOSSES[name].title} {game_losses.LOSSES[name].formula}",
    lambda name: game_losses.LOSSES[name].title,
    lambda name: _SHORT.get(name, game_losses.LOSSES[name].title),
)


def _mark(name: str, game: GameMoment) -> str:
    """The stroke of a loss."""
    return "━" if name == game.loss else _MARKS[name]


def _ink(name: str, game: GameMoment) -> QColor:
    """The accent for the run's own loss; others step back, told apart by their strokes."""
    return theme().color("accent" if name == game.loss else "dim")


def _what(game: GameMoment, *, logits: bool) -> str:
    if game.rule.is_score:
        return "score"
    return "logit" if logits else "D"


def _paint_columns(
    painter: QPainter, chart: Chart, edges: Floats, share: Floats, color: QColor
) -> None:
    x, y = edges.repeat(2), np.concatenate([[0], share.repeat(2), [0]])
    outline = chart.line(x, y)
    fill = QColor(color)
    fill.setAlphaF(_FILL)
    painter.setPen(QPen(color, theme().px(1.2)))
    painter.setBrush(fill)
    painter.drawPolygon(outline)
