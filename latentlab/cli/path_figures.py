"""What happens along paths between test images, measured over many pairs of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np

from latentlab.app.export import render
from latentlab.app.own_labels import own_labels
from latentlab.core import images, recipe
from latentlab.core import label as labels
from latentlab.core.errors import DataError
from latentlab.core.route import steps, through
from latentlab.engine import pathways
from latentlab.engine.neighbourhood import NeighbourGraph

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from latentlab.app.nearest import Nearest
    from latentlab.app.realism import Realism
    from latentlab.core.label import Label, Told
    from latentlab.data.dataset import Dataset
    from latentlab.engine.codec import Codec
    from latentlab.engine.latents import Latents

Kind = Literal["pixel", "faded", "latent", "slerp", "graph", "geodesic"]
KINDS: tuple[Kind, ...] = get_args(Kind)
VOTERS = 5
_AT_ONCE = 20  # pairs compared with the real images together

Measures = dict[str, "NDArray[np.float64]"]  # name -> (pairs,)


@dataclass(frozen=True)
class Pairs:
    """Both ends of every path, drawn from the test split, no image with itself."""

    a: NDArray[np.int64]  # (pairs,) rows of the dataset's images
    b: NDArray[np.int64]

    @classmethod
    def draw(cls, dataset: Dataset, count: int, seed: int) -> Pairs:
        """Seeded; raises DataError when there are not two test images."""
        test = dataset.splits["test"]
        if len(test) < 2:
            raise DataError(f"{dataset.title} has fewer than two test images to join by a path.")
        rng = np.random.RandomState(seed)  # frozen (NEP 19): the same pairs for ever
        a = rng.randint(len(test), size=count)
        b = (a + rng.randint(1, len(test), size=count)) % len(test)
        return cls(test[a], test[b])


@dataclass(frozen=True, eq=False)
class Sight:
    """What a classifier sees in the real images, and what it sees with."""

    classifier: Codec
    real: Nearest

    def distances(self, pictures: NDArray[np.uint8]) -> NDArray[np.float64]:
        """Of pictures (n, C, H, W) to the nearest real image, in features: (n,)."""
        _, features = self.classifier.judge(pictures)
        return self.real.neighbours(features)[1][:, 0].astype(np.float64)


class Study:
    """Walks every kind of path between the ends of each pair, and measures the pictures."""

    def __init__(
        self,
        codec: Codec,
        dataset: Dataset,
        realism: Realism,
        latents: Latents,
        n: int,
        iterations: int,
        sight: Sight | None = None,
    ) -> None:
        """Rows have `n` pictures, ends included; geodesics descend for at most `iterations`."""
        self._codec = codec
        self._dataset = dataset
        self._realism = realism
        self._sight = sight
        self._graph = NeighbourGraph(latents.mu)
        self._t = steps(n)
        self._iterations = iterations

    def measure(self, pairs: Pairs, kind: Kind, tick: Callable[[int], None]) -> Measures:
        """Figures of each pair, (pairs,); `tick` is told how many more are done."""
        parts = []
        for start in range(0, len(pairs.a), _AT_ONCE):
            rows = slice(start, start + _AT_ONCE)
            pictures = []
            for picture in self._walk(pairs.a[rows], pairs.b[rows], kind):
                pictures.append(picture)
                tick(1)
            parts.append(self._figures(np.stack(pictures)))
        return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}

    def _walk(
        self, a: NDArray[np.int64], b: NDArray[np.int64], kind: Kind
    ) -> Iterator[NDArray[np.uint8]]:
        """The row of pictures (n, C, H, W) of each pair.

        "faded" is the cross-fade of what the model makes of the ends: as smooth as decoded rows.
        """
        codec = self._codec
        ends = [np.asarray(self._dataset.images[rows]) for rows in (a, b)]
        told = [own_labels(self._dataset, rows, codec.manifest) for rows in (a, b)]
        known = list(zip(ends, told, strict=True))
        if kind in ("pixel", "faded"):
            shown = [codec.reconstruct(*end) for end in known] if kind == "faded" else ends
            for pair in zip(*shown, strict=True):
                texts = tuple(images.png_text(picture) for picture in pair)
                yield render.blend(recipe.Blend(pictures=texts, t=tuple(self._t.tolist())))
            return
        codes = [codec.encode(*end)[0] for end in known]
        each = [labels.rows_of(of_end, len(a)) for of_end in told]
        for pair, both in zip(zip(*codes, strict=True), zip(*each, strict=True), strict=True):
            z = self._latents(np.stack(pair), kind, both[0])
            yield codec.decode(z, self._moving(both))

    def _moving(self, both: Sequence[Label]) -> Told:
        """The label on the way, as in the window: shares of that of one end and of the other."""
        count = len(self._codec.manifest.told_names)
        if not count:
            return None
        return labels.mixed([labels.numbers(label, count) for label in both], self._t)

    def _latents(self, knots: NDArray[np.float32], kind: Kind, label: Label) -> NDArray[np.float32]:
        match kind:
            case "graph" | "geodesic":
                found = pathways.find(
                    kind,
                    self._codec.telling(label),
                    knots,
                    self._graph,
                    iterations=self._iterations,
                )
            case _:
                found = through(knots, "arc" if kind == "slerp" else "line")
        return found.at(self._t)

    def _figures(self, rows: NDArray[np.uint8]) -> Measures:
        """Figures of rows of pictures (pairs, n, C, H, W)."""
        pairs, n = rows.shape[:2]
        unit = rows.reshape(pairs, n, -1).astype(np.float32) / 255
        change = np.linalg.norm(np.diff(unit, axis=1), axis=2).astype(np.float64)  # (pairs, n - 1)
        flat = rows.reshape(-1, *rows.shape[2:])
        near, far = self._realism.neighbours(flat, VOTERS)
        figures: dict[str, Any] = {
            "largest_step": change.max(axis=1),
            "largest_share": change.max(axis=1) / np.maximum(change.sum(axis=1), 1e-12),
            **_along("distance", far[:, 0].reshape(pairs, n).astype(np.float64)),
        }
        if self._sight is not None:
            figures |= _along("features", self._sight.distances(flat).reshape(pairs, n))
        if self._realism.labels is not None:
            voted = self._realism.vote(near).reshape(pairs, n)
            figures["label_changes"] = (voted[:, 1:] != voted[:, :-1]).sum(axis=1).astype(float)
        return figures


def _along(name: str, apart: NDArray[np.float64]) -> Measures:
    """Means over the inner pictures of rows (pairs, n), those in the middle, and both ends."""
    n = apart.shape[1]
    middle = apart[:, (n - 1) // 2 : n // 2 + 1]  # one picture, or two
    return {
        name: apart[:, 1:-1].mean(axis=1),
        f"{name}_middle": middle.mean(axis=1),
        f"{name}_ends": apart[:, [0, -1]].mean(axis=1),
    }
