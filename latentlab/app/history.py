"""Undo and redo by swapping immutable documents; all steps can be listed, kept and come back to."""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

T = TypeVar("T")
Kind = frozenset[str]  # names of what a step touched
LIMIT = 100


@dataclass(frozen=True)
class Trail(Generic[T]):
    """All documents from the oldest kept to the last undone, and where one stands.

    `kinds[i]` is what the step from `documents[i]` to `documents[i + 1]` touched.
    """

    documents: tuple[T, ...]
    kinds: tuple[Kind, ...] = ()
    place: int = 0

    def steps(self) -> Iterator[tuple[T, T, Kind]]:
        """Before, after and kind of each step, the oldest first."""
        return zip(self.documents[:-1], self.documents[1:], self.kinds, strict=True)


class History(Generic[T]):
    """What was before, and what was undone. Changes of one kind in quick succession are one step.

    A drag sends many changes of the same kind with less than `debounce_s` between them.
    """

    def __init__(
        self,
        limit: int = LIMIT,
        debounce_s: float = 0.5,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._undone: list[tuple[T, Kind]] = []  # after, kind; the next to redo is last
        self._done: deque[tuple[T, Kind]] = deque(maxlen=limit)  # before, kind
        self._debounce_s = debounce_s
        self._clock = clock
        self._last: tuple[Kind, float] | None = None  # kind and time of the last change

    @property
    def can_undo(self) -> bool:
        """Whether there is a step to take back."""
        return bool(self._done)

    @property
    def can_redo(self) -> bool:
        """Whether there is an undone step."""
        return bool(self._undone)

    def record(self, before: T, kind: Kind) -> None:
        """A change happened; `before` is the document it replaced, `kind` what it touched."""
        now, last = self._clock(), self._last
        self._last = (kind, now)
        self._undone.clear()
        if last is None or last[0] != kind or now - last[1] >= self._debounce_s:
            self._done.append((before, kind))

    def seal(self) -> None:
        """The gesture ended: the next change is a new step, however soon it comes."""
        self._last = None

    def undo(self, current: T) -> T | None:
        """The document before the last step, or None; `current` can be had again by `redo`."""
        return self._swap(self._done, self._undone, current)

    def redo(self, current: T) -> T | None:
        """The document that the last `undo` left, or None."""
        return self._swap(self._undone, self._done, current)

    # -- the list of steps ---------------------------------------------------------------------

    def trail(self, current: T) -> Trail[T]:
        """Every step there is; `current` is the document as it is now."""
        later = self._undone[::-1]
        documents = (*(each for each, _ in self._done), current, *(each for each, _ in later))
        kinds = (*(kind for _, kind in self._done), *(kind for _, kind in later))
        return Trail(documents, kinds, len(self._done))

    def go_to(self, current: T, place: int) -> T | None:
        """Undo or redo until `trail` stands at `place`; the document there, None when it does."""
        found = None
        while (at := len(self._done)) != place:
            step = self.undo(current) if place < at else self.redo(current)
            if step is None:
                break
            found = current = step
        return found

    def adopt(self, trail: Trail[T]) -> None:
        """Replace all steps by those of a trail whose document at its place is the current one."""
        self.seal()
        done = zip(trail.documents[: trail.place], trail.kinds[: trail.place], strict=True)
        later = zip(trail.documents[trail.place + 1 :], trail.kinds[trail.place :], strict=True)
        self._done.clear()
        self._done.extend(done)
        self._undone = list(later)[::-1][-LIMIT:]

    def _swap(
        self,
        source: deque[tuple[T, Kind]] | list[tuple[T, Kind]],
        target: deque[tuple[T, Kind]] | list[tuple[T, Kind]],
        now: T,
    ) -> T | None:
        self.seal()
        if not source:
            return None
        document, kind = source.pop()
        target.append((now, kind))
        return document
