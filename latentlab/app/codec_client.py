"""The window's way to a model: requests to the codec process, the newest of each lane wins.

Torch-free. Call it from the thread that owns the session; every answer comes back there by `post`.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from psygnal import Signal

from latentlab.app import codec_routes
from latentlab.app.codec_process import CodecProcess, command
from latentlab.app.codec_request import CodecRequest
from latentlab.engine.jobs import LatestSlot

if TYPE_CHECKING:
    from pathlib import Path

    from latentlab.app.post import Post
    from latentlab.core.label import Label, Told
    from latentlab.core.route import Route
    from latentlab.engine import wire

ClientState = Literal["starting", "ready", "dead"]
Pictures = NDArray[np.uint8]
Latents = NDArray[np.float32]
PathKind = Literal["graph", "geodesic"]  # those that the codec process looks for
Failed = Callable[[str], None]
Part = Callable[[int, Pictures], None]


class CodecClient:
    """Decodes, encodes and samples in another process, which it starts, mends and ends.

    Each lane ("cursor", "inspector", "map" ...) serves one purpose and has one request running
    and one waiting; a newer one replaces the waiting one, whose `done` is then never called.
    `failed` gets one sentence, or the signal `failed` where none was given.
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

    def decode(
        self,
        folder: Path,
        z: ArrayLike,
        *,
        lane: str,
        done: Callable[[Pictures], None],
        failed: Failed | None = None,
        label: Told = None,
        part: Part | None = None,
        alone: bool = False,
    ) -> None:
        """Latents z (n, latent) or (latent,) to uint8 pictures (n, channels, height, width).

        `part(start, pictures)` gets the slices of a large request as they come. Such a request
        has shown what it could when a newer one of its lane comes, and is abandoned then. `label`:
        what a conditional model is told, the same for all or an array with one for each. With
        `alone` the bytes do not depend on what is decoded together: for what goes into files.
        """
        rows = np.array(z, dtype=np.float32, ndmin=2)
        self._submit(
            lane,
            {"op": "decode", "folder": str(folder), "alone": alone, **_one(label)},
            {"z": rows, **_each(label)},
            lambda _, answer: done(answer["images"]),
            failed,
            None if part is None else lambda head, answer: part(head["start"], answer["images"]),
        )

    def encode(
        self,
        folder: Path,
        images: NDArray[Any],
        *,
        lane: str,
        done: Callable[[Latents, Latents | None], None],
        failed: Failed | None = None,
        label: Told = None,
        alone: bool = False,
    ) -> None:
        """Pictures (n, C, H, W), uint8 or 0..1, to `done(mu, logvar or None)`; `alone` as above."""
        self._submit(
            lane,
            {"op": "encode", "folder": str(folder), "alone": alone, **_one(label)},
            {"images": np.array(images), **_each(label)},
            lambda _, answer: done(answer["mu"], answer.get("logvar")),
            failed,
        )

    def reconstruct(
        self,
        folder: Path,
        images: NDArray[Any],
        *,
        lane: str,
        done: Callable[[Pictures], None],
        failed: Failed | None = None,
        label: Told = None,
    ) -> None:
        """Pictures (n, C, H, W) to what the model makes of them, uint8."""
        self._submit(
            lane,
            {"op": "reconstruct", "folder": str(folder), **_one(label)},
            {"images": np.array(images), **_each(label)},
            lambda _, answer: done(answer["images"]),
            failed,
        )

    def judge(
        self,
        folder: Path,
        images: NDArray[Any],
        *,
        lane: str,
        done: Callable[[Latents, Latents], None],
        failed: Failed | None = None,
    ) -> None:
        """Pictures (n, C, H, W) to `done(probabilities, features)` of the classifier in `folder`.

        Probabilities (n, k) of its classes, or of each attribute; features (n, d).
        """
        self._submit(
            lane,
            {"op": "judge", "folder": str(folder)},
            {"images": np.array(images)},
            lambda _, answer: done(answer["probabilities"], answer["features"]),
            failed,
        )

    def complete(
        self,
        folder: Path,
        images: NDArray[Any],
        *,
        lane: str,
        seen: Sequence[int],
        answers: int,
        done: Callable[[Pictures, Pictures], None],
        failed: Failed | None = None,
        seed: int = 0,
    ) -> None:
        """Pictures (n, C, H, W) of which quadrants are `seen`, to `done(completed, mean)`.

        Completed in several ways, (n, answers, C, H, W), the same for the same seed; and the mean
        of many such, (n, C, H, W).
        """
        wish = {"seen": [int(each) for each in seen], "answers": answers, "seed": seed}
        self._submit(
            lane,
            {"op": "complete", "folder": str(folder), **wish},
            {"images": np.array(images)},
            lambda _, answer: done(answer["images"], answer["mean"]),
            failed,
        )

    def sample(
        self,
        folder: Path,
        n: int,
        *,
        lane: str,
        done: Callable[[Latents], None],
        failed: Failed | None = None,
        seed: int = 0,
    ) -> None:
        """Draw n latents from the prior, the same for the same seed: `done(z)`, (n, latent)."""
        header = {"op": "sample", "folder": str(folder), "n": n, "seed": seed}
        self._submit(lane, header, {}, lambda _, answer: done(answer["z"]), failed)

    def route(
        self,
        folder: Path,
        kind: PathKind,
        knots: ArrayLike,
        *,
        lane: str,
        done: Callable[[Route, list[float]], None],
        part: Callable[[Route, float], None] | None = None,
        failed: Failed | None = None,
        label: Label = None,
    ) -> None:
        """Look for a "graph" or "geodesic" path through knots (m, latent), m >= 2.

        `part(route, energy)` gets each better geodesic, its energy never above the one before;
        `done(route, energies)` the last, with the energies of all. Other knots in the same lane
        make the search that is under way give up, and nothing of it comes any more.
        """
        points = np.array(knots, dtype=np.float32, ndmin=2)
        about = codec_routes.about(kind, points, label)
        self._submit(
            lane,
            {"op": "route", "folder": str(folder), "path": kind, "about": about, **_one(label)},
            {"knots": points},
            lambda head, answer: done(codec_routes.route_of(answer), head["energies"]),
            failed,
            lambda head, answer: codec_routes.tell_progress(part, head, answer),
        )

    def describe(
        self, done: Callable[[list[dict[str, Any]]], None], failed: Failed | None = None
    ) -> None:
        """Ask for the JSON descriptions of all model families, as the Train form needs them."""
        header = {"op": "describe"}
        self._submit("describe", header, {}, lambda head, _: done(head["families"]), failed)

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

    def _submit(
        self,
        lane: str,
        header: Mapping[str, Any],
        arrays: dict[str, NDArray[Any]],
        done: Callable[[wire.Header, wire.Arrays], None],
        failed: Failed | None,
        part: Callable[[wire.Header, wire.Arrays], None] | None = None,
    ) -> None:
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


def _one(label: Told) -> dict[str, Any]:
    """A label for all rows, as part of a header."""
    return {} if label is None or isinstance(label, np.ndarray) else {"label": label}


def _each(label: Told) -> dict[str, NDArray[Any]]:
    """Labels of each row, as an array of a request."""
    return {"told": label} if isinstance(label, np.ndarray) else {}


def _describe(status: int) -> str:
    return f"signal {-status}" if status < 0 else f"exit status {status}"
