"""Questions to the codec process about fresh samples: by seed, by what they show, in general."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from latentlab.app.codec_lanes import CodecLanes

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from latentlab.core.label import Label

    Failed = Callable[[str], None]
    Numbers = NDArray[np.float32]
    Seeds = NDArray[np.int64]


class CodecSamples(CodecLanes):
    """Draws, gathers, and finds directions of early activations."""

    def draw(
        self,
        folder: Path,
        seeds: Sequence[int],
        *,
        lane: str,
        done: Callable[[Numbers], None],
        failed: Failed | None = None,
    ) -> None:
        """The latents (n, latent) of samples by their seeds, each drawn on its own."""
        header = {"op": "draw", "folder": str(folder), "seeds": [int(each) for each in seeds]}
        self.submit(lane, header, {}, lambda _, answer: done(answer["z"]), failed)

    def gather(
        self,
        folder: Path,
        judge: Path,
        query: str,
        names: Sequence[str],
        n: int,
        *,
        lane: str,
        first: int = 0,
        done: Callable[[Seeds, Numbers], None],
        part: Callable[[int, Seeds, Numbers], None] | None = None,
        failed: Failed | None = None,
        label: Label = None,
    ) -> None:
        """Seeds from `first` on whose pictures satisfy a query, by the classifier in `judge`.

        `names`: what the classifier tells, in its order. `done(seeds (n,), readings (n, k))` comes
        when there are n; `part(looked, seeds, readings)` after every few samples; `failed` when it
        is given up. Another search in the same lane ends this one.
        """
        about = f"{query} {n} {first} {label}"
        header: dict[str, Any] = {
            "op": "gather", "folder": str(folder), "judge": str(judge), "query": query,
            "names": list(names), "n": n, "first": first, "about": about,
        }  # fmt: skip
        if label is not None:
            header["label"] = label
        self.submit(
            lane,
            header,
            {},
            lambda _, answer: done(answer["seeds"], answer["readings"]),
            failed,
            lambda head, answer: (
                None if part is None else part(head["looked"], answer["seeds"], answer["readings"])
            ),
        )

    def activations(
        self,
        folder: Path,
        k: int,
        *,
        lane: str,
        done: Callable[[Numbers, Numbers], None],
        failed: Failed | None = None,
        seed: int = 0,
        label: Label = None,
    ) -> None:
        """Directions that move the first hidden layer most: `done(vectors (k, latent), shares)`."""
        header: dict[str, Any] = {"op": "activations", "folder": str(folder), "k": k, "seed": seed}
        if label is not None:
            header["label"] = label
        self.submit(
            lane, header, {}, lambda _, answer: done(answer["vectors"], answer["shares"]), failed
        )
