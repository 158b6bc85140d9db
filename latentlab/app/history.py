"""Undo and redo by swapping immutable documents."""

from __future__ import annotations

import time
from collections import deque
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

T = TypeVar("T")


class History(Generic[T]):
    """What was before, and what was undone. Changes of one kind in quick succession are one step.

    A drag sends many changes of the same kind with less than `debounce_s` between them.
    """

    def __init__(
        self,
        limit: int = 100,
        debounce_s: float = 0.5,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._undone: list[T] = []
        self._done: deque[T] = deque(maxlen=limit)
        self._debounce_s = debounce_s
        self._clock = clock
        self._last: tuple[Hashable, float] | None = None  # kind and time of the last change

    @property
    def can_undo(self) -> bool:
        """Whether there is a step to take back."""
        return bool(self._done)

    @property
    def can_redo(self) -> bool:
        """Whether there is an undone step."""
        return bool(self._undone)

    def record(self, before: T, kind: Hashable) -> None:
        """A change happened; `before` is the document it replaced, `kind` what it touched."""
        now, last = self._clock(), self._last
        self._last = (kind, now)
        self._undone.clear()
        if last is None or last[0] != kind or now - last[1] >= self._debounce_s:
            self._done.append(before)

    def seal(self) -> None:
        """The gesture ended: the next change is a new step, however soon it comes."""
        self._last = None

    def undo(self, current: T) -> T | None:
        """The document before the last step, or None; `current` can be had again by `redo`."""
        return self._swap(self._done, self._undone, current)

    def redo(self, current: T) -> T | None:
        """The document that the last `undo` left, or None."""
        return self._swap(self._undone, self._done, current)

    def _swap(self, source: deque[T] | list[T], target: deque[T] | list[T], now: T) -> T | None:
        self.seal()
        if not source:
            return None
        target.append(now)
        return source.pop()
