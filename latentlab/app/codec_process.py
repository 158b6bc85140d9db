"""One codec process and the two threads that speak with it. Knows nothing of lanes."""

from __future__ import annotations

import logging
import queue
import subprocess
import threading
from typing import IO, TYPE_CHECKING, Any

from latentlab.app import children
from latentlab.engine import wire

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

_END_S = 2.0  # a closed process ends in milliseconds; after this it is killed

log = logging.getLogger(__name__)


def command(device: str) -> list[str]:
    """How the codec process is started."""
    return children.python("latentlab.engine.server", "--device", device)


class CodecProcess:
    """A child that is starting or serving; `send` never blocks, replies come on its own thread."""

    def __init__(
        self,
        argv: list[str],
        received: Callable[[wire.Header, wire.Arrays], None],
        ended: Callable[[int], None],
    ) -> None:
        """Start at once. `received` and `ended(exit status)` are called on the reader thread."""
        self._received = received
        self._ended = ended
        self._outbox: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._process = subprocess.Popen(
            argv,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=children.environment(OMP_NUM_THREADS="1"),
        )
        self._threads = [
            threading.Thread(target=target, name=f"codec-{target.__name__}", daemon=True)
            for target in (self._write, self._read)
        ]
        for thread in self._threads:
            thread.start()

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    def send(self, header: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> None:
        """Queue one message; it is packed here, so that the arrays may change afterwards."""
        self._outbox.put(wire.pack(header, arrays))

    def close(self) -> None:
        """End the process and both threads; kill it when it does not go by itself."""
        self._outbox.put(None)
        try:
            self._process.wait(_END_S)
        except subprocess.TimeoutExpired:
            log.warning("the codec process did not end by itself and is killed")
            self._process.kill()
            self._process.wait()
        for thread in self._threads:
            if thread is not threading.current_thread():
                thread.join(_END_S)

    def _write(self) -> None:
        stdin = self._pipe(self._process.stdin)
        try:
            while (message := self._outbox.get()) is not None:
                wire.write(stdin, message)
        except OSError:  # the reader sees the end of the process and tells it
            log.debug("the codec process no longer reads")
        finally:
            _close_quietly(stdin)

    def _read(self) -> None:
        stdout = self._pipe(self._process.stdout)
        with stdout:
            while (message := wire.read(stdout)) is not None:
                self._received(*message)
        self._outbox.put(None)
        self._ended(self._process.wait())

    @staticmethod
    def _pipe(stream: IO[bytes] | None) -> IO[bytes]:
        assert stream is not None
        return stream


def _close_quietly(stream: IO[bytes]) -> None:
    """Closing flushes, which fails once more where writing failed."""
    try:
        stream.close()
    except OSError:
        log.debug("the pipe was broken already")
