"""Answers requests for pictures and latents, one slice of a few milliseconds at a time.

Large requests are computed in slices, streamed as they come, and the more urgent lanes are looked
at in between: the cursor never waits behind a manifold.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Generator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from latentlab import models
from latentlab.core.errors import ConfigError, LatentlabError
from latentlab.engine import pathways, project
from latentlab.engine.fresh_samples import FreshSamples
from latentlab.engine.graph_cache import GraphCache
from latentlab.engine.lanes import Inbox, Request, rank

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike, NDArray

    from latentlab.core.route import Route
    from latentlab.engine import wire
    from latentlab.engine.codec import Codec
    from latentlab.engine.codec_cache import CodecCache

Slices = Generator[None, None, None]

_SLICE_S = 0.005  # how long a slice may keep an urgent lane waiting
_FIRST_ROWS = 16
_MOST_ROWS = 512
_GROWTH = 4
_TELL_EVERY = 10  # steps of a search

log = logging.getLogger(__name__)


class Pace:
    """How many rows of one model and operation fit into a slice; learned from the clock."""

    def __init__(self) -> None:
        self.rows = _FIRST_ROWS

    def learn(self, rows: int, seconds: float) -> None:
        """Note that `rows` took `seconds`."""
        fitting = int(rows * _SLICE_S / max(seconds, 1e-6))
        if rows >= self.rows or seconds > _SLICE_S:
            self.rows = max(1, min(fitting, self.rows * _GROWTH, _MOST_ROWS))


class CodecWorker:
    """Turns requests into replies, one slice at a time."""

    def __init__(self, codecs: CodecCache, send: Callable[..., None]) -> None:
        self._codecs = codecs
        self._send = send
        self._running: dict[str, tuple[Request, Slices]] = {}
        self._graphs = GraphCache()
        self._paces: dict[tuple[int, str], Pace] = {}
        self._operations: dict[str, Callable[[Request], Slices]] = {
            "decode": self._decode,
            "encode": self._encode,
            "place": self._place,
            "reconstruct": self._reconstruct,
            "judge": self._judge,
            "complete": self._complete,
            "sample": self._sample,
            "route": self._route,
            "describe": self._describe,
            **FreshSamples(codecs, self._reply).operations,
        }

    def serve(self, inbox: Inbox) -> None:
        """Answer for ever; the reader thread ends the process."""
        while True:
            requests, abandoned = inbox.take(self._running, wait=not self.is_busy)
            for request in requests:
                self.accept(request)
            self.abandon(abandoned)
            if self.is_busy:
                self.step()

    @property
    def is_busy(self) -> bool:
        """Whether a request is under way."""
        return bool(self._running)

    def accept(self, request: Request) -> None:
        """Begin with a request; its lane must be free."""
        self._running[request.lane] = request, self._answer(request)

    def abandon(self, numbers: set[int]) -> None:
        """Give up what is under way of these requests, and answer that it was."""
        for lane, (request, slices) in list(self._running.items()):
            if request.header["id"] in numbers:
                slices.close()
                del self._running[lane]
                self._send({"kind": "abandoned", "id": request.header["id"]})

    def step(self) -> None:
        """One slice of the most urgent lane; equally urgent lanes take turns."""
        lane = min(self._running, key=rank)
        request, slices = self._running.pop(lane)
        try:
            next(slices)
        except StopIteration:
            return
        except LatentlabError as error:
            self._fail(request, str(error))
            return
        except Exception as error:  # a bug in one request must not end the others
            log.exception("%s of %s failed", request.header.get("op"), request.header.get("folder"))
            self._fail(
                request, f"Decoding met a bug ({type(error).__name__}: {error}); see the log."
            )
            return
        self._running[lane] = request, slices  # at the end: the others of its rank go first

    def _answer(self, request: Request) -> Slices:
        yield from self._operations[request.header["op"]](request)

    def _fail(self, request: Request, message: str) -> None:
        self._send({"kind": "error", "id": request.header["id"], "message": message})

    def _codec(self, request: Request) -> Codec:
        return self._codecs.get(Path(request.header["folder"]))

    def _decode(self, request: Request) -> Slices:
        codec, alone = self._codec(request), request.header.get("alone", False)
        yield from self._sliced(
            request, "z", lambda z, told: {"images": codec.decode(z, told, alone=alone)}
        )

    def _encode(self, request: Request) -> Slices:
        codec, alone = self._codec(request), request.header.get("alone", False)

        def work(images: NDArray[Any], told: ArrayLike | None) -> wire.Arrays:
            mu, logvar = codec.encode(images, told, alone=alone)
            return {"mu": mu} if logvar is None else {"mu": mu, "logvar": logvar}

        yield from self._sliced(request, "images", work)

    def _place(self, request: Request) -> Slices:
        """Encode each picture alone; where there is no encoder, search, telling how far it is."""
        codec, images = self._codec(request), request.arrays["images"]
        if "encode" in codec.manifest.capabilities:
            yield from self._sliced(request, "images", lambda x, y: {"z": codec.place(x, y)[0]})
            return
        told = request.arrays.get("told", request.header.get("label"))
        for at, steps in enumerate(project.searches(codec, images, told)):
            for found in steps:
                is_end = found.step == found.steps
                if is_end or found.step % _TELL_EVERY == 0:
                    known = {"share": (at + found.share) / len(images)}
                    last = is_end and at + 1 == len(images)
                    answer = {"z": found.z[None], "errors": np.array([found.error], np.float32)}
                    self._reply(request, answer, at, len(images), last=last, **known)
                if not (is_end and at + 1 == len(images)):
                    yield

    def _reconstruct(self, request: Request) -> Slices:
        codec = self._codec(request)
        yield from self._sliced(
            request, "images", lambda rows, told: {"images": codec.reconstruct(rows, told)}
        )

    def _judge(self, request: Request) -> Slices:
        codec = self._codec(request)

        def work(images: NDArray[Any], _told: ArrayLike | None) -> wire.Arrays:
            probabilities, features = codec.judge(images)
            return {"probabilities": probabilities, "features": features}

        yield from self._sliced(request, "images", work)

    def _complete(self, request: Request) -> Slices:
        codec, header = self._codec(request), request.header

        def work(images: NDArray[Any], _told: ArrayLike | None) -> wire.Arrays:
            answers, mean = codec.complete(
                images, header["seen"], header["answers"], header["seed"]
            )
            return {"images": answers, "mean": mean}

        yield from self._sliced(request, "images", work)

    def _sample(self, request: Request) -> Slices:
        header = request.header
        z = self._codec(request).sample(header["n"], header["seed"])
        self._reply(request, {"z": z}, 0, len(z), last=True)
        yield from ()

    def _route(self, request: Request) -> Slices:
        """Paths as they become better, with all energies so far; the last part is the result."""
        kind = request.header["path"]
        codec = self._codec(request).telling(request.header.get("label"))
        graph = self._graphs.get(Path(request.header["folder"]), needed=kind == "graph")
        energies: list[float] = []
        steps = pathways.search(kind, codec, request.arrays["knots"], graph)
        while True:
            try:
                found = next(steps)
            except StopIteration as end:
                self._send_route(request, end.value, energies, last=True)
                return
            if found is not None:
                energies.append(found.energy)
                self._send_route(request, found.route, energies, last=False)
            yield

    def _send_route(
        self, request: Request, route: Route, energies: list[float], *, last: bool
    ) -> None:
        knots = np.asarray(route.knots, np.float32)
        times = np.asarray(route.times, np.float64)
        known = {"energies": energies, "last": last}
        self._reply(request, {"knots": knots, "times": times}, 0, len(knots), **known)

    def _describe(self, request: Request) -> Slices:
        described = [models.describe(family) for family in models.families().values()]
        self._reply(request, {}, 0, 0, last=True, families=described)
        yield from ()

    def _sliced(
        self,
        request: Request,
        name: str,
        work: Callable[[NDArray[Any], ArrayLike | None], wire.Arrays],
    ) -> Slices:
        """Answer in slices of about `_SLICE_S`, giving way after each.

        Labels that the request has for each row are sliced along, one for all stays whole.
        """
        rows, told = request.arrays[name], request.arrays.get("told")
        if told is not None and len(told) != len(rows):
            raise ConfigError(f"{len(told)} labels came with {len(rows)} rows; send one for each.")
        one = request.header.get("label")
        pace = self._paces.setdefault((rows[:1].size, self._key(request)), Pace())
        start, total = 0, len(rows)
        while True:
            began = time.perf_counter()
            these = slice(start, start + pace.rows)
            answer = work(rows[these], one if told is None else told[these])
            done = min(pace.rows, total - start)
            pace.learn(done, time.perf_counter() - began)
            self._reply(request, answer, start, total, last=start + done >= total)
            start += done
            if start >= total:
                return
            yield

    @staticmethod
    def _key(request: Request) -> str:
        header = request.header
        return f"{header['op']} {header.get('alone', False)} {header['folder']}"

    def _reply(
        self, request: Request, arrays: wire.Arrays, start: int, total: int, **more: object
    ) -> None:
        known = {"kind": "part", "id": request.header["id"], "op": request.header["op"]}
        self._send({**known, "start": start, "total": total, **more}, arrays)
