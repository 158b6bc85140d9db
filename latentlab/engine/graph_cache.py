"""The last used neighbour graphs, each of one model's encoded images; made anew with them."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

from latentlab.core.errors import ModelError
from latentlab.engine import runs
from latentlab.engine.codec import locate
from latentlab.engine.latents import load_latents
from latentlab.engine.neighbourhood import NeighbourGraph

if TYPE_CHECKING:
    from pathlib import Path

_KEPT = 4


class GraphCache:
    """Graphs by model folder and encoded images, the least recently used one dropped.

    One that is still being built is kept too: the next who asks goes on where it was left.
    """

    def __init__(self, kept: int = _KEPT) -> None:
        self._kept = kept
        self._graphs: OrderedDict[tuple[Path, str], NeighbourGraph] = OrderedDict()

    def get(self, folder: Path, *, needed: bool = True) -> NeighbourGraph | None:
        """The graph of a model's encoded images; for a snapshot those of its model, as on the map.

        Without any: None, or ModelError in one sentence when it is needed.
        """
        home, _ = locate(folder)
        try:
            key = home, runs.read_manifest(home).files.get(runs.LATENTS, "")
            if key not in self._graphs:
                self._graphs[key] = NeighbourGraph(load_latents(home).mu)
        except ModelError:
            if needed:
                raise
            return None
        self._graphs.move_to_end(key)
        while len(self._graphs) > self._kept:
            self._graphs.popitem(last=False)
        return self._graphs[key]
