"""Requests of the codec process by lane: the newest of each waits, the cursor goes first."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Container

    from latentlab.engine.wire import Arrays, Header

_FIRST = {"cursor": 0, "inspector": 1, "homotopy-t": 1, "style": 1, "complete": 1, "arithmetic": 1}


class Request(NamedTuple):
    """One message of the window; its header names id, lane, op and folder."""

    header: Header
    arrays: Arrays

    @property
    def lane(self) -> str:
        """Requests of one lane replace each other."""
        return str(self.header["lane"])


def rank(lane: str) -> int:
    """Lower is served first."""
    return _FIRST.get(lane, len(_FIRST))


class Inbox:
    """Filled by the reader thread, emptied by the worker."""

    def __init__(self) -> None:
        self._waiting: dict[str, Request] = {}
        self._abandoned: set[int] = set()
        self._filled = threading.Condition()

    def put(self, request: Request) -> None:
        """Let a request wait in the place of an older one of its lane."""
        with self._filled:
            self._waiting[request.lane] = request
            self._filled.notify()

    def abandon(self, number: int) -> None:
        """Note that nobody waits for the rest of that request any more."""
        with self._filled:
            self._abandoned.add(number)

    def take(self, busy: Container[str], *, wait: bool) -> tuple[list[Request], set[int]]:
        """All requests whose lane is not busy, and the ids of those that were abandoned.

        With `wait`, blocks until there is a request.
        """
        with self._filled:
            if wait:
                self._filled.wait_for(lambda: bool(self._waiting))
            free = [lane for lane in self._waiting if lane not in busy]
            abandoned, self._abandoned = self._abandoned, set()
            return [self._waiting.pop(lane) for lane in free], abandoned
