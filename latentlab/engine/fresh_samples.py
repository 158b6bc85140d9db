"""What the codec process is asked about fresh samples: by seed, by a query, early activations.

Part of `engine.codec_worker`; long searches give way after every few samples.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from latentlab.core import query
from latentlab.engine import activations, gather

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from latentlab.engine.codec import Codec
    from latentlab.engine.codec_cache import CodecCache
    from latentlab.engine.lanes import Request

    Slices = Generator[None, None, None]


class FreshSamples:
    """Operations by name, answered through `reply(request, arrays, start, total, last=...)`."""

    def __init__(self, codecs: CodecCache, reply: Callable[..., None]) -> None:
        self._codecs, self._reply = codecs, reply

    @property
    def operations(self) -> dict[str, Callable[[Request], Slices]]:
        """What each request is answered by."""
        return {"draw": self._draw, "gather": self._gather, "activations": self._activations}

    def _codec(self, request: Request, name: str = "folder") -> Codec:
        return self._codecs.get(Path(request.header[name]))

    def _draw(self, request: Request) -> Slices:
        z = gather.draw(self._codec(request), request.header["seeds"])
        self._reply(request, {"z": z}, 0, len(z), last=True)
        yield from ()

    def _gather(self, request: Request) -> Slices:
        header = request.header
        wanted = query.parse(header["query"], header["names"])
        codec, judge = self._codec(request), self._codec(request, "judge")
        search = gather.gather(
            codec, judge, wanted, header["n"], first=header["first"], label=header.get("label")
        )
        for found in search:
            arrays = {"seeds": np.array(found.seeds, np.int64), "readings": found.readings}
            known = {"looked": found.looked, "last": found.is_done}
            self._reply(request, arrays, 0, len(found.seeds), **known)
            yield

    def _activations(self, request: Request) -> Slices:
        header, codec = request.header, self._codec(request)
        steps = activations.search(
            codec, header["k"], seed=header["seed"], label=header.get("label")
        )
        for found in steps:
            if found is not None:
                arrays = {"vectors": found.vectors, "shares": found.shares}
                self._reply(request, arrays, 0, len(found.shares), last=True)
            yield
