"""A classifier looks at rows, and once at the real images that they are compared with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import numpy as np

from latentlab.app import feature_store
from latentlab.app.nearest import Nearest
from latentlab.app.yardstick import Yardstick, yardstick_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from latentlab.app.lab import Lab
    from latentlab.app.realism import Realism
    from latentlab.core.images import Pixels

    Floats = NDArray[np.float32]

LANE = "homotopy-judge"
_REAL = "homotopy-features"
_AT_ONCE = 500  # real images between two words of progress


@dataclass(frozen=True, eq=False)
class Judged:
    """What a classifier sees in n pictures."""

    probabilities: Floats  # (n, k)
    features: Floats  # (n, d)

    def rows(self, start: int, count: int) -> Judged:
        """Some of the pictures."""
        these = slice(start, start + count)
        return Judged(self.probabilities[these], self.features[these])


@dataclass(frozen=True)
class JudgeFact:
    """How the classifier stands."""

    yardstick: Yardstick | None = None
    note: str = ""  # "1,500 of 10,000 …" while it looks at the real images
    problem: str = ""  # why it does not serve


class _Gathering:
    """Features of real images that are under way."""

    def __init__(self, yardstick: Yardstick, realism: Realism, real: str) -> None:
        self.yardstick, self.realism = yardstick, realism
        self.key = f"{yardstick.weights} {real} {len(realism)}"
        self.lasts = real.startswith("data")  # the same in the next session, too
        self.parts: list[Floats] = []

    @property
    def seen(self) -> int:
        return sum(map(len, self.parts))

    @property
    def is_done(self) -> bool:
        return self.seen >= len(self.realism)

    @property
    def note(self) -> str:
        """Progress for people."""
        seen, total = self.seen, len(self.realism)
        return f"The classifier looks at the real images, once: {seen:,} of {total:,} …"


class Judging:
    """Belongs to the thread of the lab; `told` is called when the fact or the features are new."""

    def __init__(self, lab: Lab, told: Callable[[], None]) -> None:
        self._lab = lab
        self._told = told
        self._refused: dict[str, str] = {}  # weights of a classifier that failed -> the sentence
        self._known: WeakKeyDictionary[Realism, tuple[str, Nearest]] = WeakKeyDictionary()
        self._gathering: _Gathering | None = None

    @property
    def yardstick(self) -> Yardstick | None:
        """The classifier that serves; None without one, or while it fails."""
        return self.fact.yardstick

    @property
    def fact(self) -> JudgeFact:
        """How the best classifier stands."""
        model = self._lab.model
        if model is None or model.manifest is None:
            return JudgeFact()
        best = yardstick_of(self._lab.registry, model.manifest)
        if best is not None and best.weights in self._refused:
            return JudgeFact(problem=self._refused[best.weights])
        return JudgeFact(best, self._gathering.note if self._gathering else "")

    @property
    def is_gathering(self) -> bool:
        """Whether features of real images are under way."""
        return self._gathering is not None

    def forgive(self) -> None:
        """Ask once more whom asking has failed."""
        self._refused.clear()

    def judge(self, pictures: Pixels, done: Callable[[Judged | None], None]) -> None:
        """Pictures (n, C, H, W) to what the classifier sees; None where there is none."""
        yardstick = self.yardstick
        if yardstick is None or not len(pictures):
            done(None)
            return

        def fail(text: str) -> None:
            self._refuse(yardstick, text)
            done(None)

        self._lab.codec.judge(
            yardstick.folder,
            pictures,
            lane=LANE,
            done=lambda probabilities, features: done(Judged(probabilities, features)),
            failed=fail,
        )

    def known(self, realism: Realism) -> Nearest | None:
        """Features of real images, where they are there."""
        yardstick = self.yardstick
        weights, features = self._known.get(realism, ("", None))
        return features if yardstick is not None and yardstick.weights == weights else None

    def gather(self, realism: Realism, real: str) -> None:
        """Make the features of real images, called `real`, known; tells of progress and end."""
        yardstick = self.yardstick
        if yardstick is None or self.known(realism) is not None:
            self._gathering = None
            return
        now = self._gathering
        if now is not None and (now.yardstick, now.realism) == (yardstick, realism):
            return
        task = self._gathering = _Gathering(yardstick, realism, real)
        if task.lasts:
            self._open(task)
        else:
            self._look(task)

    # -- real images ---------------------------------------------------------------------------

    def _open(self, task: _Gathering) -> None:
        """From disk where they were kept."""

        def go_on(found: Floats | None) -> None:
            if found is None:
                self._look(task)
            else:
                self._take(task, found)

        self._lab.background.run(
            _REAL,
            lambda _: feature_store.load(task.key, len(task.realism)),
            go_on,
            lambda text: self._give_up(task, text),
            cancel_running=True,
        )

    def _look(self, task: _Gathering) -> None:
        """The next of the real images; rows and their curves are judged in between."""
        if task is not self._gathering:
            return  # others are wanted by now
        self._lab.codec.judge(
            task.yardstick.folder,
            task.realism.images[task.seen : task.seen + _AT_ONCE],
            lane=_REAL,
            done=lambda _, features: self._collect(task, features),
            failed=lambda text: self._give_up(task, text),
        )

    def _collect(self, task: _Gathering, features: Floats) -> None:
        task.parts.append(features)
        if not task.is_done:
            self._look(task)
            self._told()
            return
        whole = np.concatenate(task.parts)
        if task.lasts:
            self._lab.background.run(
                _REAL,
                lambda _: feature_store.save(task.key, whole),
                lambda _: None,
            )
        self._take(task, whole)

    def _take(self, task: _Gathering, features: Floats) -> None:
        self._known[task.realism] = task.yardstick.weights, Nearest(features)
        if task is self._gathering:
            self._gathering = None
            self._told()

    def _give_up(self, task: _Gathering, text: str) -> None:
        if task is self._gathering:
            self._refuse(task.yardstick, text)
            self._told()

    def _refuse(self, yardstick: Yardstick, text: str) -> None:
        self._refused[yardstick.weights] = f"The classifier {yardstick.id} does not serve: {text}"
        self._gathering = None
