"""The one hop from worker threads to the GUI thread."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal, Slot

if TYPE_CHECKING:
    from collections.abc import Callable


class Bridge(QObject):
    """Its `post` is the application's Post: work runs later, in order, in this object's thread."""

    _posted = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._open = True
        self._posted.connect(self._run, Qt.ConnectionType.QueuedConnection)

    def post(self, work: Callable[[], None]) -> None:
        """Callable from any thread; after `close` the work is dropped."""
        if self._open:
            self._posted.emit(work)

    def close(self) -> None:
        """The window is gone: nothing may run any more, not even what is already queued."""
        self._open = False

    @Slot(object)
    def _run(self, work: Callable[[], None]) -> None:
        if self._open:
            work()
