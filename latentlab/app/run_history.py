"""What a run has told so far, folded into what a window shows: curves, state and words."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Literal

from latentlab.app.curves import Curve
from latentlab.core import events

if TYPE_CHECKING:
    from collections.abc import Iterable

Split = Literal["train", "validation"]
State = Literal["queued", "starting", "running", "paused", "finished", "stopped", "failed",
                "interrupted"]  # fmt: skip
ENDED: frozenset[State] = frozenset({"finished", "stopped", "failed", "interrupted"})
TOTAL = "loss"
_PLACEHOLDER_IMAGES = 1


class RunHistory:
    """Running summary of one run's events; 10,000 epochs take no more room than 1,000."""

    def __init__(self, name: str = "") -> None:
        self.name = name
        self.state: State = "starting"
        self.message = ""
        self.started: events.RunStarted | None = None
        self.step: events.Step | None = None
        self.evaluated: events.Evaluated | None = None
        self.samples: events.Samples | None = None
        self.ended: events.RunEnded | None = None
        self.alarms: list[events.Alarm] = []
        self.version = 0  # grows with every event, so that views know when to draw
        self._curves: dict[tuple[str, Split], Curve] = {}
        self._epoch_means: dict[str, Curve] = {}

    def extend(self, many: Iterable[events.Event]) -> RunHistory:
        """Fold events in their order; returns itself."""
        for event in many:
            self.add(event)
        return self

    def again(self, state: State) -> RunHistory:
        """A copy for the same run going on, which has told nothing of it yet."""
        copied = deepcopy(self)
        copied.state, copied.message, copied.ended = state, "", None
        copied.alarms.clear()
        return copied

    def add(self, event: events.Event) -> None:
        """Fold one event."""
        self.version += 1
        match event:
            case events.RunStarted():
                self._on_started(event)
            case events.Step():
                self._on_step(event)
            case events.Evaluated():
                self._on_evaluated(event)
            case events.Samples():
                self.samples = event
            case events.Alarm():
                self.alarms.append(event)
            case events.StateChanged():
                self.state, self.message = event.state, event.message
            case events.RunEnded():
                self.ended, self.state, self.message = event, event.state, event.message

    def curve(self, term: str, split: Split) -> Curve | None:
        """Points with x in epochs, y in the run's loss unit; None when nothing was told of it."""
        steps = self._curves.get((term, split))
        return steps if steps or split == "validation" else self._epoch_means.get(term)

    @property
    def terms(self) -> tuple[str, ...]:
        """Names of the loss terms, the total first."""
        names = dict.fromkeys([*(term for term, _ in self._curves), *self._epoch_means])
        return tuple(sorted(names, key=lambda name: name != TOTAL))

    def epoch_of(self, event: events.Alarm) -> float:
        """Where in epochs something happened, as on the curves."""
        return self._epochs_at(event.images_seen, event.epoch)

    @property
    def epochs(self) -> int:
        """Epochs the run was asked for, 0 when unknown."""
        return self.started.epochs if self.started else 0

    @property
    def progress(self) -> float:
        """Share of the run that is done, 0 to 1."""
        if self.started is None:
            return 0.0
        whole = self.started.epochs * max(self.started.images_per_epoch, _PLACEHOLDER_IMAGES)
        return min(self.images_seen / whole, 1.0)

    @property
    def images_seen(self) -> int:
        """Training images so far, repeats counted."""
        told = (self.step, self.evaluated, self.ended)
        return max((event.images_seen for event in told if event is not None), default=0)

    @property
    def is_over(self) -> bool:
        """Whether nothing more will come."""
        return self.state in ENDED

    def _on_started(self, event: events.RunStarted) -> None:
        self.started, self.state, self.ended, self.message = event, "running", None, ""
        self.name = self.name or event.run

    def _on_step(self, event: events.Step) -> None:
        self.step = event
        x = self._epochs_at(event.images_seen, event.epoch)
        for term, value in event.losses.items():
            self._append((term, "train"), x, value)

    def _on_evaluated(self, event: events.Evaluated) -> None:
        self.evaluated = event
        for term, value in event.train.items():
            self._epoch_means.setdefault(term, Curve()).append(event.epoch, value)
        for term, value in event.validation.items():
            self._append((term, "validation"), event.epoch, value)

    def _epochs_at(self, images_seen: int, epoch: int) -> float:
        return images_seen / self.started.images_per_epoch if self.started else epoch

    def _append(self, key: tuple[str, Split], x: float, y: float) -> None:
        self._curves.setdefault(key, Curve()).append(x, y)


def describe(history: RunHistory) -> str:
    """Words before the bar: "epoch 41 of 60 · 15.8k images/s · 0:32 left · healthy"."""
    if history.state == "queued":
        return "waiting for its turn"
    if history.ended is not None:
        return " · ".join(_words_of_the_end(history, history.ended))
    if history.started is None or history.state == "starting":
        return history.state
    epoch = min((history.step.epoch if history.step else 0) + 1, history.epochs)
    words = [f"epoch {epoch} of {history.epochs}"]
    if history.is_over:  # without a goodbye
        return " · ".join([history.state, *words])
    if history.state == "paused":
        return " · ".join(["paused", *words, _health(history)])
    if history.step:
        words += [_speed(history.step.images_per_s), f"{duration(history.step.eta_s)} left"]
    return " · ".join([*words, _health(history)])


def _words_of_the_end(history: RunHistory, ended: events.RunEnded) -> list[str]:
    done = f"{ended.epoch} of {history.epochs} epochs in {duration(ended.t)}"
    if ended.state in ("failed", "interrupted"):
        return [ended.state, done]
    return [ended.state, done, _speed(ended.images_per_s), _health(history)]


def _health(history: RunHistory) -> str:
    return "needs attention" if history.alarms else "healthy"


def _speed(images_per_s: float) -> str:
    return f"{count(images_per_s)} images/s"


def count(number: float) -> str:
    """Three telling figures: 842, 15.8k, 1.2M."""
    for size, unit in ((1e6, "M"), (1e3, "k")):
        if number >= size:
            value = number / size
            return f"{value:.0f}{unit}" if value >= 100 else f"{value:.1f}{unit}"
    return f"{number:.0f}" if number >= 10 else f"{number:.2g}"


def duration(seconds: float) -> str:
    """Minutes and seconds, 0:32, with hours when there are any, 1:02:03."""
    whole = max(round(seconds), 0)
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
