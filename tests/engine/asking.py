"""How tests ask a worker of the codec process: one request after the other, in this process."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from latentlab.engine import wire
from latentlab.engine.lanes import Request

if TYPE_CHECKING:
    from pathlib import Path

    from latentlab.engine.codec_worker import CodecWorker


class Sent:
    """What a worker sends, kept."""

    def __init__(self) -> None:
        self.messages: list[tuple[wire.Header, wire.Arrays]] = []

    def __call__(self, header: wire.Header, arrays: wire.Arrays | None = None) -> None:
        self.messages.append(wire.unpack(wire.pack(header, arrays)[8:]))

    @property
    def ids(self) -> list[int]:
        return [header["id"] for header, _ in self.messages]


def request(number: int, lane: str, op: str, folder: Path, **more: Any) -> Request:
    arrays = {k: v for k, v in more.items() if isinstance(v, np.ndarray)}
    header = {k: v for k, v in more.items() if k not in arrays}
    return Request({"id": number, "lane": lane, "op": op, "folder": str(folder), **header}, arrays)


def latents(n: int) -> Any:
    return np.random.default_rng(0).normal(size=(n, 2)).astype(np.float32)


def run(worker: CodecWorker, *requests: Request) -> None:
    """Work until all is answered."""
    for item in requests:
        worker.accept(item)
    while worker.is_busy:
        worker.step()


def joined(sent: Sent, name: str = "images") -> Any:
    return np.concatenate([arrays[name] for _, arrays in sent.messages])
