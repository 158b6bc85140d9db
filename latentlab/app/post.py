"""The one way from a worker thread to the thread that owns the session."""

from __future__ import annotations

from collections.abc import Callable

Post = Callable[[Callable[[], None]], None]
"""Runs a function later, in order, on the owner's thread. The window gives Qt's queued hop."""


def immediately(work: Callable[[], None]) -> None:
    """A Post for single-threaded callers: runs the work here and now."""
    work()
