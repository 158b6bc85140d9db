"""Requests to the codec process and its answers: the newest of each lane wins.

Torch-free. Call it from the thread that owns the session; every answer comes back there by `post`.
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any, Literal

from psygnal import Signal

from latentlab.app.codec_process import CodecProcess, command
from latentlab.app.codec_request import CodecRequest
from latentlab.engine.jobs import LatestSlot

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from latentlab.app.post import Post
    from latentlab.engine import wire

ClientState = Literal["starting", "ready", "dead"]


class CodecLanes:
    """Asks another process, which it starts, mends and ends.

    Each lane ("cursor", "inspector", "map" ...) serves one purpose and has one request running
    and one waiting; a newer one replaces the waiting one, whose `done` is then never called.
    """

    state_changed = Signal(str)  # starting, ready, dead
    failed = Signal(str)  # one sentence for the user

    def __init__(self, post: Post, device: str = "auto", argv: list[str] | None = None) -> None:
        """Start the process at once; `argv` replaces its command line."""
        self._post = post
        self._argv = argv or command(device)
        self._lock = threading.RLock()
        self._lanes: dict[str, LatestSlot[CodecRequest]] = {}
        self._newest: dict[str, CodecRequest] = {}  # by lane: the last one asked for
        self._shown: dict[str, int] = {}  # by lane: the last one whose answer has arrived
        self._requests: dict[int, CodecRequest] = {}  # with the process
        self._count = 0
        self._may_restart = True
        self._fatal = ""  # why no process can serve on this machine
        self._closed = False
        self.state: ClientState = "starting"
        self.device_title = ""
        self.last_decode_ms: float | None = None  # from sending to answer, of one latent
        self._process = self._start()

    @property
    def pid(self) -> int:
        """Process id of the codec process."""
        return self._process.pid

    def submit(
        self,
        lane: str,
        header: Mapping[str, Any],
        arrays: dict[str, NDArray[Any]],
        done: Callable[[wire.Header, wire.Arrays], None],
        failed: Callable[[str], None] | None,
        part: Callable[[wire.Header, wire.Arrays], None] | None = None,
    ) -> None:
        """Ask `header` with `arrays`; `done(header, answer)` gets the whole answer.

        `part(header, arrays)` gets the pieces of a long one, which is abandoned where a newer
        question of its lane comes. `failed` gets one sentence, or the signal of that name.
        """
        with self._lock:
            if self._closed:
                return
            self._count += 1
            head = {**header, "id": self._count, "lane": lane}
            request = CodecRequest(
                self._count, lane, head, arrays, done, failed or self.failed.emit, part
            )
            self._newest[lane] = request
            if self.state == "dead":
                self._tell(request, self._fatal)
                return
            slot = self._lanes.setdefault(lane, LatestSlot())
            if slot.offer(request):
                self._send(request)
            elif slot.running is not None and slot.running.part is not None:
                self._abandon(slot.running)

    def cancel(self, lane: str) -> None:
        """Forget what waits in a lane, and drop the answer of what runs there."""
        with self._lock:
            slot = self._lanes.get(lane, LatestSlot())
            slot.waiting = None
            self._newest.pop(lane, None)
            self._abandon(slot.running)

    def close(self) -> None:
        """End the process and its threads; no answer comes after this."""
        with self._lock:
            self._closed = True
            self._requests.clear()
        self._process.close()

    # -- owner's thread ------------------------------------------------------------------------

    def _abandon(self, request: CodecRequest | None) -> None:
        """Tell the process that nobody waits for the rest of a request."""
        if request is not None and not request.is_abandoned:
            request.is_abandoned = True
            self._process.send({"op": "abandon", "id": request.number, "lane": request.lane}, {})

    def _deliver(self, request: CodecRequest, act: Callable[[], None]) -> None:
        """Post an answer; when its turn comes it is dropped if a newer one has made it stale."""

        def show() -> None:
            newest = self._newest.get(request.lane)
            stale = newest is None or newest.subject != request.subject
            if not self._closed and not stale and self._shown[request.lane] == request.number:
                act()

        self._shown[request.lane] = request.number
        self._post(show)

    def _tell(self, request: CodecRequest, message: str) -> None:
        self._deliver(request, lambda: request.failed(message))

    def _set_state(self, state: ClientState) -> None:
        self.state = state
        self._post(lambda: None if self._closed else self.state_changed.emit(state))

    # -- reader thread -------------------------------------------------------------------------

    def _start(self) -> CodecProcess:
        return CodecProcess(self._argv, self._on_received, self._on_ended)

    def _send(self, request: CodecRequest) -> None:
        self._requests[request.number] = request
        request.sent = time.perf_counter()
        self._process.send(request.header, request.arrays)

    def _on_received(self, header: wire.Header, arrays: wire.Arrays) -> None:
        with self._lock:
            if self._closed:
                return
            kind = header["kind"]
            if kind == "ready":
                self.device_title = header["device_title"]
                for early in self._requests.values():
                    early.sent = time.perf_counter()  # the start is no part of a decode
                self._set_state("ready")
            elif kind == "fatal":
                self._fatal = header["message"]
            elif (request := self._requests.get(header["id"])) is not None:
                self._on_reply(request, header, arrays)

    def _on_reply(self, request: CodecRequest, header: wire.Header, arrays: wire.Arrays) -> None:
        self._may_restart = True  # it works: should it end, it deserves another start
        if header["kind"] == "error":
            self._tell(request, header["message"])
        elif header["kind"] == "part":
            self._on_part(request, header, arrays)
            if not header["last"]:
                return
        del self._requests[request.number]
        self._next(request.lane)

    def _on_part(self, request: CodecRequest, header: wire.Header, arrays: wire.Arrays) -> None:
        request.collect(header, arrays)
        if (part := request.part) is not None:
            self._deliver(request, lambda: part(header, arrays))
        if header["last"]:
            if header["op"] == "decode" and header["total"] == 1:
                self.last_decode_ms = (time.perf_counter() - request.sent) * 1e3
            self._deliver(request, lambda: request.done(header, request.answer))

    def _next(self, lane: str) -> None:
        waiting = self._lanes[lane].finish()
        if waiting is not None:
            self._send(waiting)

    def _on_ended(self, status: int) -> None:
        """The process died: what ran has failed, what waits goes to a new one, once."""
        with self._lock:
            if self._closed:
                return
            lost, self._requests = list(self._requests.values()), {}
            cause = f"The decoding process ended unexpectedly ({_describe(status)})"
            if self._fatal or not self._may_restart:
                self._die(lost, self._fatal or f"{cause} twice; start latentlab again.")
                return
            self._may_restart = False
            self._say(f"{cause}; it was started again.")
            self._set_state("starting")
            self._process = self._start()
            for request in lost:
                self._tell(request, f"{cause}; ask again.")
                self._next(request.lane)

    def _die(self, lost: list[CodecRequest], message: str) -> None:
        self._set_state("dead")
        self._fatal = message
        self._say(message)
        waiting = [slot.waiting for slot in self._lanes.values() if slot.waiting is not None]
        self._lanes.clear()
        for request in [*lost, *waiting]:
            self._tell(request, message)

    def _say(self, message: str) -> None:
        self._post(lambda: None if self._closed else self.failed.emit(message))


def _describe(status: int) -> str:
    return f"signal {-status}" if status < 0 else f"exit status {status}"
