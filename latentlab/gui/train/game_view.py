"""A game of two networks as it stands, and the hand that moves one side of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QPushButton, QSlider, QToolButton, QWidget

from latentlab.gui.stylesheet import set_look
from latentlab.gui.theme import theme
from latentlab.gui.train.game_plane import LAYERS, GamePlane
from latentlab.gui.train.game_plots import LossShapePlot, VerdictPlot
from latentlab.gui.widgets.elided import ElidedLabel

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from latentlab.app.game_moment import GameMoment

SPEEDS = (0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 0.0)  # steps per second; the last: full speed
_BESIDE = 430  # pixels at 100 %: above, the plots stand beside the plane
_LAYERS = {
    "real": ("Real", "Real points"),
    "fake": ("Fake", "Points that the generator makes"),
    "field": ("D", "The discriminator's map: tinted as real or fake as it takes a point to be"),
    "pull": ("Pull", "Where the generator's loss pulls a point that it has made"),
}  # fmt: skip


class GameView(QWidget):
    """Obeys `show_game` and `show_steering`; emits wishes."""

    step_requested = Signal(str)  # "critic" or "generator"
    slow_requested = Signal(float)  # steps per second, 0 for full speed

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.plane, self.verdicts = GamePlane(self), VerdictPlot(self)
        self.shape_plot = LossShapePlot(self)
        self.step_critic = self._step("Step D", "critic", "discriminator", "D")
        self.step_generator = self._step("Step G", "generator", "generator", "G")
        self.speed = QSlider(Qt.Orientation.Horizontal, self)
        self._speed_words = ElidedLabel(parent=self)
        self.layers = {name: self._layer(name) for name in LAYERS}
        self.logits = self._toggle("Logits", "Logits instead of probabilities in the histogram")
        self._game: GameMoment | None = None
        self._build()
        self._restyle()
        theme().changed.connect(self._restyle)

    def show_game(self, game: GameMoment | None) -> None:
        """A moment; None while there is none."""
        self._game = game
        for plot in (self.plane, self.verdicts, self.shape_plot):
            plot.show_game(game)
        self._arrange()

    def show_steering(self, *, steerable: bool, slow: float) -> None:
        """Whether the run can be steered, and the pace it has."""
        self._hand.setVisible(steerable)
        with QSignalBlocker(self.speed):
            self.speed.setValue(SPEEDS.index(slow) if slow in SPEEDS else len(SPEEDS) - 1)
        self._say_speed()

    @property
    def is_plane(self) -> bool:
        """Whether pictures are points."""
        return self._game is not None and self._game.points_real is not None

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Beside each other, or one below the other."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        """The plane with its plots beside it; without a plane these two beside each other."""
        plane, game = self.is_plane, self._game
        beside = self.width() >= theme().px(_BESIDE)
        self.plane.setVisible(plane)
        across, down = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
        self._row.setDirection(across if beside else down)
        self._plots.setDirection(across if beside and not plane else down)
        for button in self.layers.values():
            button.setVisible(plane)
        can_pull = game is not None and game.pull is not None
        self.layers["pull"].setEnabled(can_pull)
        self.layers["field"].setEnabled(game is not None and game.field is not None)
        self.logits.setVisible(game is not None and not game.rule.is_score)

    def _on_speed(self) -> None:
        self._say_speed()
        self.slow_requested.emit(SPEEDS[self.speed.value()])

    def _say_speed(self) -> None:
        speed = SPEEDS[self.speed.value()]
        short = f"{speed:g}/s" if speed else "full"
        words = f"{speed:g} step{'' if speed == 1 else 's'}/s" if speed else "full speed"
        self._speed_words.set_full_text(words, short=short)

    def _on_layers(self) -> None:
        off = (name for name, button in self.layers.items() if not button.isChecked())
        self.plane.hide_layers(frozenset(off))

    # -- building ------------------------------------------------------------------------------

    def _build(self) -> None:
        last = len(SPEEDS) - 1
        self.speed.setRange(0, last)
        self.speed.setValue(last)
        self.speed.setPageStep(1)
        self.speed.setAccessibleName("slow motion")
        self.speed.setToolTip("Slow motion: at most so many steps per second, every one shown")
        self.speed.valueChanged.connect(self._on_speed)
        self.logits.toggled.connect(lambda on: self.verdicts.show_logits(logits=on))
        set_look(self._speed_words, "dim")
        self._hand = QWidget(self)
        hand = QHBoxLayout(self._hand)
        hand.setContentsMargins(0, 0, 0, 0)
        for widget in (self.step_critic, self.step_generator, self.speed, self._speed_words):
            hand.addWidget(widget)
        self._bar = QHBoxLayout()
        self._bar.addWidget(self._hand)
        self._bar.addStretch(1)
        for button in (*self.layers.values(), self.logits):
            self._bar.addWidget(button)
        self._plots = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self._plots.addWidget(self.verdicts, 4)
        self._plots.addWidget(self.shape_plot, 5)
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._row.addWidget(self.plane, 11)
        self._row.addLayout(self._plots, 10)
        column = QBoxLayout(QBoxLayout.Direction.TopToBottom, self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(self._bar)
        column.addLayout(self._row, 1)
        self.show_steering(steerable=False, slow=0.0)
        self.show_game(None)

    def _step(self, text: str, side: str, who: str, key: str) -> QPushButton:
        button = QPushButton(text, self)
        button.setShortcut(f"Ctrl+Alt+{key}")
        button.setToolTip(
            f"Hold the run, then one step of the {who} alone (Ctrl+Alt+{key}); Resume goes on"
        )
        button.setAccessibleName(f"one step of the {who}")
        button.clicked.connect(lambda: self.step_requested.emit(side))
        return button

    def _layer(self, name: str) -> QToolButton:
        text, tip = _LAYERS[name]
        button = self._toggle(text, f"{tip}: show or hide")
        button.setChecked(True)
        button.toggled.connect(self._on_layers)
        return button

    def _toggle(self, text: str, tip: str) -> QToolButton:
        button = QToolButton(self)
        button.setText(text)
        button.setCheckable(True)
        button.setToolTip(tip)
        button.setAccessibleName(text)
        return button

    def _restyle(self) -> None:
        px = theme().px
        self.speed.setMinimumWidth(px(60))
        self.speed.setMaximumWidth(px(110))
        self._speed_words.setFixedWidth(px(74))
        self._bar.setSpacing(px(4))
        self._hand.layout().setSpacing(px(6))
        self._row.setSpacing(px(10))
        self._plots.setSpacing(px(6))
        self.layout().setSpacing(px(4))
        self._arrange()
