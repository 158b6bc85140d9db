"""How a run is doing: words first, then the bar, then what can be done about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from latentlab.app.run_history import RunHistory, describe
from latentlab.gui.stylesheet import set_look
from latentlab.gui.theme import theme
from latentlab.gui.widgets.elided import ElidedLabel

if TYPE_CHECKING:
    from collections.abc import Callable

_PAUSE_KEYS = "Ctrl+Space"
_PAUSE_TIPS = {
    "Pause": "Hold before the next step",
    "Resume": "Go on after the pause",
    "Go on": "Train the rest of this run, from where it was saved",
}


_RETRIES = {  # setting of the recipe: its short name, and what trying it means
    "batch_size": ("batch", "Start the same run again with half the batch"),
    "learning_rate": (
        "learning rate",
        "Stop this run and start the same one again with a tenth of its learning rate",
    ),
}


@dataclass(frozen=True)
class Retry:
    """One setting of the recipe that is worth trying with another value."""

    field: str
    value: float

    @property
    def words(self) -> str:
        """On the button."""
        return f"Try {_RETRIES[self.field][0]} {self.value:g}"

    @property
    def tip(self) -> str:
        """What the button does."""
        return _RETRIES[self.field][1]


@dataclass(frozen=True)
class Offer:
    """What the header lets one do with the run it shows."""

    steerable: bool = False  # a run of this window that is not over
    stopping: bool = False
    explorable: bool = False  # its folder has weights
    continuable: bool = False  # it ended early and can go on
    retry: Retry | None = None  # after the memory was full, or the loss diverged


class RunHeader(QFrame):
    """Emits wishes about the shown run, obeys `show_run`."""

    pause_requested = Signal()
    resume_requested = Signal()
    go_on_requested = Signal()  # of a run that has ended early
    stop_requested = Signal()
    explore_requested = Signal()
    retry_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_look(self, "panel")
        self.words = ElidedLabel(parent=self)
        self.device = ElidedLabel(parent=self)
        self.bar = QProgressBar(self)
        self.pause = self._button(
            "Pause", f"{_PAUSE_TIPS['Pause']} ({_PAUSE_KEYS})", self._on_pause
        )
        self.stop = self._button(
            "Stop", "Save everything and end (Ctrl+.)", self.stop_requested.emit
        )
        self.explore = self._button(
            "Open in Explore",
            "Look into its latent space (Ctrl+Shift+E)",
            self.explore_requested.emit,
        )
        self.trouble = QLabel(self)
        self.retry = self._button("Try again", "With other settings", self.retry_requested.emit)
        self._build()
        self._restyle()
        theme().changed.connect(self._restyle)

    def show_run(self, title: str, history: RunHistory, offer: Offer) -> None:
        """The state of a run, and what may be done about it."""
        saving = " · saving" if offer.stopping and not history.is_over else ""
        state = f"{describe(history)}{saving}"
        self.words.set_full_text(f"{title}  ·  {state}", short=state)
        device = history.started.device if history.started else ""
        self.device.set_full_text(device, short=device.partition(",")[0])
        self.bar.setValue(round(1000 * (1.0 if history.state == "finished" else history.progress)))
        self.bar.setVisible(True)
        self._show_trouble(history, offer)
        self._show_buttons(history, offer)

    def show_nothing(self) -> None:
        """Nothing has been trained yet."""
        self.words.set_full_text("No run yet: choose a dataset and a family, then press Start.")
        self.device.set_full_text("")
        for widget in (self.bar, self.trouble, self.retry, self.pause, self.stop, self.explore):
            widget.hide()

    def _show_trouble(self, history: RunHistory, offer: Offer) -> None:
        text = ""
        if history.state in ("failed", "interrupted"):
            text = history.message
        elif history.alarms:
            text = _alarm_words(history)
        self.trouble.setText(text)
        self.trouble.setVisible(bool(text))
        self.retry.setVisible(offer.retry is not None)
        if offer.retry is not None:
            self.retry.setText(offer.retry.words)
            self.retry.setAccessibleName(offer.retry.words)
            self.retry.setToolTip(offer.retry.tip)

    def _show_buttons(self, history: RunHistory, offer: Offer) -> None:
        self._name_pause(_pause_word(history, offer))
        self.pause.setVisible(offer.steerable or offer.continuable)
        ready = history.state in ("running", "paused") and not offer.stopping
        self.pause.setEnabled(ready or offer.continuable)
        self.stop.setVisible(offer.steerable)
        self.stop.setEnabled(not offer.stopping)
        self.explore.setVisible(True)
        self.explore.setEnabled(offer.explorable)
        ready = "Look into its latent space (Ctrl+Shift+E)"
        self.explore.setToolTip(
            ready if offer.explorable else "Its first weights come with the first epoch"
        )

    def _name_pause(self, text: str) -> None:
        if self.pause.text() != text:
            self.pause.setText(text)
            self.pause.setAccessibleName(text)
            self.pause.setShortcut(_PAUSE_KEYS)  # a new text takes the old one away
            self.pause.setToolTip(f"{_PAUSE_TIPS[text]} ({_PAUSE_KEYS})")

    def _on_pause(self) -> None:
        wishes = {
            "Pause": self.pause_requested,
            "Resume": self.resume_requested,
            "Go on": self.go_on_requested,
        }
        wishes[self.pause.text()].emit()

    def _button(self, text: str, tip: str, act: Callable[[], object]) -> QPushButton:
        button = QPushButton(text, self)
        button.setToolTip(tip)
        button.setAccessibleName(text)
        button.clicked.connect(act)
        return button

    def _build(self) -> None:
        set_look(self.device, "dim")
        self.device.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        set_look(self.trouble, "error")
        self.trouble.setWordWrap(True)
        self.trouble.setAccessibleName("what is wrong with the run")
        self.bar.setRange(0, 1000)
        self.bar.setTextVisible(False)
        self.bar.setMinimumWidth(1)
        self.bar.setAccessibleName("progress of the run")
        for button, keys in (
            (self.pause, _PAUSE_KEYS),
            (self.stop, "Ctrl+."),
            (self.explore, "Ctrl+Shift+E"),
        ):
            button.setShortcut(keys)
        top = QHBoxLayout()
        top.addWidget(self.words)
        top.addWidget(self.device, 1)
        middle = QHBoxLayout()
        middle.addWidget(self.bar, 1)
        for button in (self.pause, self.stop, self.explore):
            middle.addWidget(button)
        below = QHBoxLayout()
        below.addWidget(self.trouble, 1)
        below.addWidget(self.retry, 0, Qt.AlignmentFlag.AlignBottom)
        self.show_nothing()
        layout = QVBoxLayout(self)
        for part in (top, middle, below):
            layout.addLayout(part)

    def _restyle(self) -> None:
        px = theme().px
        self.words.setMinimumWidth(px(60))
        self.layout().setContentsMargins(px(8), px(6), px(8), px(8))
        self.layout().setSpacing(px(5))


def _alarm_words(history: RunHistory) -> str:
    """The last alarm; once it is no news any more, what has become of the run."""
    alarm = history.alarms[-1]
    has_gone_on = history.step is not None and history.step.images_seen > alarm.images_seen
    if not history.is_over and not has_gone_on:
        return f"{alarm.message} {alarm.advice}".strip()
    what = alarm.message.partition(". ")[0].rstrip(".")
    since = "its last good weights are kept" if history.is_over else "it went on from good weights"
    return f"{what}; {since}."


def _pause_word(history: RunHistory, offer: Offer) -> str:
    if offer.continuable:
        return "Go on"
    return "Resume" if history.state == "paused" else "Pause"
