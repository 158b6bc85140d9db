"""The window's way to a model: questions to the codec process.

Torch-free. Call it from the thread that owns the session; every answer comes back there by `post`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from latentlab.app import codec_routes
from latentlab.app.codec_samples import CodecSamples

if TYPE_CHECKING:
    from pathlib import Path

    from latentlab.core.label import Label, Told
    from latentlab.core.route import Route

Pictures = NDArray[np.uint8]
Latents = NDArray[np.float32]
PathKind = Literal["graph", "geodesic"]  # those that the codec process looks for
Failed = Callable[[str], None]
Part = Callable[[int, Pictures], None]


class CodecClient(CodecSamples):
    """Decodes, encodes, samples, judges and searches with the models of folders.

    `failed` gets one sentence, or the signal `failed` where none was given.
    """

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
        self.submit(
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
        self.submit(
            lane,
            {"op": "encode", "folder": str(folder), "alone": alone, **_one(label)},
            {"images": np.array(images), **_each(label)},
            lambda _, answer: done(answer["mu"], answer.get("logvar")),
            failed,
        )

    def place(
        self,
        folder: Path,
        images: NDArray[Any],
        *,
        lane: str,
        done: Callable[[Latents, Latents | None], None],
        part: Callable[[float], None] | None = None,
        failed: Failed | None = None,
        label: Told = None,
    ) -> None:
        """Where pictures (n, C, H, W) lie, with an encoder or without: `done(z, errors)`.

        Encoded each alone, `errors` None; else searched for, which takes a second or more each:
        `part(share)` tells how much of that is done, 0 to 1, and `errors` (n,) the squared
        errors of what was found. With `part` a newer question of the lane ends the search.
        """
        self.submit(
            lane,
            {"op": "place", "folder": str(folder), **_one(label)},
            {"images": np.array(images), **_each(label)},
            lambda _, answer: done(answer["z"], answer.get("errors")),
            failed,
            None if part is None else lambda head, _: part(head.get("share", 1.0)),
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
        self.submit(
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
        self.submit(
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
        self.submit(
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
        self.submit(lane, header, {}, lambda _, answer: done(answer["z"]), failed)

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
        self.submit(
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
        self.submit("describe", header, {}, lambda head, _: done(head["families"]), failed)


def _one(label: Told) -> dict[str, Any]:
    """A label for all rows, as part of a header."""
    return {} if label is None or isinstance(label, np.ndarray) else {"label": label}


def _each(label: Told) -> dict[str, NDArray[Any]]:
    """Labels of each row, as an array of a request."""
    return {"told": label} if isinstance(label, np.ndarray) else {}
