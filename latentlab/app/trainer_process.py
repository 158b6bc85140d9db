"""One trainer process and the thread that reads it. Knows nothing of queues."""

from __future__ import annotations

import json
import logging
import subprocess
import tempfile
import threading
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any, Literal

from pydantic import ValidationError

from latentlab.app import children
from latentlab.core import events

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Wish = Literal["pause", "resume", "stop", "snapshot", "step_critic", "step_generator"]
_TERMINATED_S = 2.0  # a terminated process is killed after this
_TAIL_BYTES = 4096

log = logging.getLogger(__name__)


def command() -> list[str]:
    """How a trainer process is started."""
    return children.python("latentlab.engine.trainer")


@dataclass(frozen=True)
class Listener:
    """Who hears of a run; both are called on the reader thread."""

    received: Callable[[events.Event | Refused], None]
    ended: Callable[[int, str], None]  # exit status, last line on standard error


@dataclass(frozen=True)
class Refused:
    """The trainer will not start this run, in one sentence."""

    message: str


class TrainerProcess:
    """A child that waits for one job, or does it. Reading never blocks the owner's thread."""

    def __init__(self, argv: list[str] | None = None) -> None:
        """Start at once; raises OSError when the system cannot."""
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the process
        try:
            self._process = _start(argv or command(), self._errors)
        except OSError:
            self._errors.close()
            raise
        self._lock = threading.Lock()
        self._listener: Listener | None = None
        self._result: tuple[int, str] | None = None
        self.ready = threading.Event()  # set when a job would begin at once
        self._thread = threading.Thread(target=self._read, name="trainer-reader", daemon=True)
        self._thread.start()

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        """Whether it can still take a job or a wish."""
        return self._process.poll() is None

    def assign(self, job: Mapping[str, Any], listener: Listener) -> None:
        """Give it its one job. An end that came before is told to the listener."""
        with self._lock:
            self._listener, result = listener, self._result
        if result is not None:
            listener.ended(*result)
        else:
            self._send(json.dumps(job))

    def tell(self, wish: Wish) -> None:
        """Pass a wish on; ignored by a process that has ended."""
        self._send(wish)

    def slow_down(self, steps_per_s: float) -> None:
        """At most so many steps per second from now on; 0: as fast as it goes."""
        self._send(f"slow {steps_per_s:g}")

    def close_input(self) -> None:
        """The end of its input: it stops, saves and ends."""
        _ignoring_broken_pipe(_pipe(self._process.stdin).close)

    def kill(self) -> None:
        """End it at once; a run in it is interrupted."""
        self._process.kill()

    def join(self, timeout_s: float) -> bool:
        """Wait for its end and that of the thread; terminates, then kills when it takes longer.

        Whether it ended by itself.
        """
        try:
            self._process.wait(max(timeout_s, 0.0))
        except subprocess.TimeoutExpired:
            self._end_by_force()
            return False
        finally:
            self._thread.join(_TERMINATED_S)
        return True

    def _end_by_force(self) -> None:
        log.warning("trainer process %d did not end by itself and is terminated", self.pid)
        self._process.terminate()
        try:
            self._process.wait(_TERMINATED_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _send(self, line: str) -> None:
        stdin = _pipe(self._process.stdin)

        def write() -> None:
            if not stdin.closed:
                stdin.write(f"{line}\n".encode())
                stdin.flush()

        _ignoring_broken_pipe(write)

    def _read(self) -> None:
        with _pipe(self._process.stdout) as stdout:
            for line in stdout:
                self._on_line(line)
        status = self._process.wait()
        with self._lock:
            self._result = (status, self._last_error())
            listener = self._listener
        self.close_input()
        if listener is not None:
            listener.ended(*self._result)

    def _on_line(self, line: bytes) -> None:
        message = _parse(line)
        if message is None:
            log.warning("trainer %d said what is no event: %.200r", self.pid, line)
        elif message == "ready":
            self.ready.set()
        elif self._listener is not None:
            self._listener.received(message)

    def _last_error(self) -> str:
        with self._errors as file:
            file.seek(max(0, file.seek(0, 2) - _TAIL_BYTES))
            lines = file.read().decode(errors="replace").strip().splitlines()
        for line in lines:
            log.warning("trainer %d: %s", self.pid, line)
        return lines[-1].strip() if lines else ""


def _start(argv: list[str], errors: IO[bytes]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        argv,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=errors,
        env=children.environment(PYTHONUNBUFFERED="1"),
        start_new_session=True,  # Ctrl+C in the terminal ends the window, which then saves
    )


def _parse(line: bytes) -> events.Event | Refused | Literal["ready"] | None:
    """An event, a refusal, ready for a job, or None: nothing that we know."""
    try:
        content = json.loads(line)
        if content["kind"] == "ready":
            return "ready"
        if content["kind"] == "refused":
            return Refused(str(content["message"]))
        return events.parse(line)
    except (ValueError, KeyError, TypeError, ValidationError):
        return None


def _pipe(stream: IO[bytes] | None) -> IO[bytes]:
    assert stream is not None
    return stream


def _ignoring_broken_pipe(write: Callable[[], None]) -> None:
    """The reader sees the end of the process and tells it; the writer need not."""
    try:
        write()
    except OSError:
        log.debug("the trainer process no longer reads")
