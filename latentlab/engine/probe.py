"""What is looked at all along a run: fixed noise, fixed pictures, fixed points of the map."""

from __future__ import annotations

import io
from contextlib import contextmanager
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from latentlab import data
from latentlab.core import quadrants
from latentlab.core.points import is_points, together
from latentlab.engine import manifolds
from latentlab.engine.conditions import Conditions, batches
from latentlab.engine.game_probe import GameProbe
from latentlab.engine.resident import to_unit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from latentlab.data.dataset import Dataset
    from latentlab.engine.files import Arrays
    from latentlab.models.family import Capability, LatentModel, Reads

    Told = tuple[Tensor, Tensor | None]  # uint8 images, and what is told of them

SAMPLES = 32  # pictures drawn from the prior; fewer where each label shall have as many
ORIGINALS = 16  # held-out pictures shown beside their reconstructions
PLANE = 512  # points, drawn and held out, which share one picture
POINTS = 2_000  # moving points of the live map ...
NUMBERS = 60_000  # ... and numbers in all of them, fewer points when wide
MAP_POINTS = 10_000  # points that a finished model keeps ...
MAP_NUMBERS = 400_000  # ... and numbers in all of them: 0.8 MB as float16
VALIDATION_IMAGES = 2_000  # of the validation split, seen after every epoch
_BATCH = 1_000
_HALF_LIMIT = 6e4  # float16 ends at 65504


@contextmanager
def looking_at(model: LatentModel) -> Iterator[None]:
    """In eval mode and without gradients, then as before."""
    training = model.training
    model.eval()
    try:
        with torch.inference_mode():
            yield
    finally:
        model.train(training)


def to_uint8(pictures: Tensor) -> NDArray[np.uint8]:
    """Pictures in [0, 1], (n, C, H, W), rounded to bytes on the CPU; NaN becomes 0."""
    scaled = pictures.float().nan_to_num(0.0).mul(255).round_().clamp_(0, 255)
    array: NDArray[np.uint8] = scaled.to(torch.uint8).cpu().numpy()
    return array


class Probe:
    """The same questions to the model at every moment, so that answers can be compared."""

    def __init__(
        self,
        dataset: Dataset,
        device: torch.device,
        seed: int,
        reads: Reads = "",
        able: frozenset[Capability] = frozenset({"encode", "decode", "sample"}),
    ) -> None:
        """A model of capabilities `able` will be asked what it can answer."""
        self.dataset = dataset
        self.device = device
        self.seed = seed
        self.able = able
        self._told = Conditions(dataset, reads, device)
        plays = "score" in able
        self.game = GameProbe(dataset, device, seed, self._told) if plays else None
        points = data.probe(dataset, POINTS)
        self._points = self._upload(points)
        self._labels = None if dataset.labels is None else dataset.labels[points]
        held_out = dataset.splits["validation"]
        shown = held_out if len(held_out) else points
        plane = is_points(dataset.shape)
        self._samples = PLANE if plane else SAMPLES
        self._originals = self._upload(_spread(shown, PLANE if plane else ORIGINALS))
        self._held_out = self._upload(_spread(held_out, VALIDATION_IMAGES))

    @property
    def held_out_images(self) -> int:
        """Validation pictures that are looked at."""
        return len(self._held_out[0])

    def held_out(self, size: int) -> Iterator[Told]:
        """Validation pictures, uint8, and what is told of them, `size` at a time."""
        return batches(*self._held_out, size)

    def look(self, model: LatentModel) -> Arrays:
        """The arrays of a `Samples` event."""
        generator = torch.Generator(self.device).manual_seed(self.seed)
        originals, y = self._originals
        labels = self._labels
        found: Arrays = {"originals": originals.cpu().numpy()}
        with looking_at(model):
            if self.able >= {"sample", "decode"}:
                count = self._told.whole_turns(self._samples)
                noise = model.sample_prior(count, generator)
                found["samples"] = to_uint8(model.decode(noise, self._told.in_turn(count)))
                found |= self._manifolds(model)
            if self.able >= {"encode", "decode"}:
                again = model.decode(model.encode(to_unit(originals), y).mu, y)
                found["reconstructions"] = to_uint8(again)
            if "complete" in self.able:
                found["reconstructions"] = to_uint8(
                    _completed(model, to_unit(originals), self.seed)
                )
            if "encode" in self.able:
                mu = _encode(model, *self._points)[0].float().cpu().numpy()
                every = -(-mu.size // NUMBERS)
                found["latents"], labels = mu[::every], _thinned(labels, every)
        return found if labels is None else {**found, "labels": labels}

    def _manifolds(self, model: LatentModel) -> Arrays:
        """Sheets over the plane of a 2-D latent, (labels, n, n, C, H, W); else nothing."""
        asked = manifolds.ask(model, self.dataset)
        if asked is None:
            return {}
        y = None if asked.y is None else asked.y.to(self.device)
        pictures = to_uint8(model.decode(asked.z.to(self.device), y))
        sheets = pictures.reshape(asked.labels, asked.side, asked.side, *pictures.shape[1:])
        return {"manifolds": sheets}

    def map(self, model: LatentModel) -> Arrays:
        """mu, logvar, labels and indices of test images: `latents.safetensors`.

        Up to 10,000 of them, fewer where latents are wide, as the features of a classifier are.

        Empty for a model without an encoder.
        """
        if "encode" not in self.able:
            return {}
        points = min(MAP_POINTS, max(1, MAP_NUMBERS // prod(model.latent_shape)))
        indices = data.probe(self.dataset, points)
        with looking_at(model):
            mu, logvar = _encode(model, *self._upload(indices))
        found: Arrays = {"mu": _compact(mu), "indices": indices}
        if logvar is not None:
            found["logvar"] = _compact(logvar)
        return (
            found
            if self.dataset.labels is None
            else {**found, "labels": self.dataset.labels[indices]}
        )

    def _upload(self, indices: NDArray[np.int64]) -> Told:
        images = torch.from_numpy(np.array(self.dataset.images[indices])).to(self.device)
        return images, self._told.of(indices)


def sheet_png(pictures: NDArray[np.uint8], columns: int = 4) -> bytes:
    """The first columns x columns pictures, edge to edge, as a PNG; of points all, in one."""
    if is_points(pictures.shape):
        pictures, columns = together(pictures), 1
    count = columns * columns
    cells = pictures[np.arange(count) % len(pictures)]
    _, channels, height, width = cells.shape
    grid = cells.reshape(columns, columns, channels, height, width).transpose(0, 3, 1, 4, 2)
    pixels = grid.reshape(columns * height, columns * width, channels)
    file = io.BytesIO()
    Image.fromarray(pixels[..., 0] if channels == 1 else pixels).save(file, "PNG")
    return file.getvalue()


def _encode(
    model: LatentModel, images: Tensor, told: Tensor | None
) -> tuple[Tensor, Tensor | None]:
    """Both halves of q(z|x), mu and logvar, (n, latent), in batches that fit anywhere."""
    posteriors = [model.encode(to_unit(x), y) for x, y in batches(images, told, _BATCH)]
    mu = torch.cat([posterior.mu for posterior in posteriors])
    logvars = [posterior.logvar for posterior in posteriors if posterior.logvar is not None]
    return mu, torch.cat(logvars) if logvars else None


def _completed(model: Any, x: Tensor, seed: int) -> Tensor:
    """One way to complete each picture, of which the usual quadrants are seen."""
    seen = torch.tensor(quadrants.flags(quadrants.USUAL), device=x.device).expand(len(x), -1)
    answers, _ = model.complete(x, seen, 1, torch.Generator(x.device).manual_seed(seed))
    completed: Tensor = answers[:, 0]
    return completed


def _thinned(labels: NDArray[np.int64] | None, every: int) -> NDArray[np.int64] | None:
    return None if labels is None else labels[::every]


def _compact(latents: Tensor) -> NDArray[np.generic]:
    """float16 where that serves a map: more than two dimensions, values in its range."""
    array: NDArray[np.float32] = latents.float().cpu().numpy()
    fits = array.shape[1] > 2 and bool(np.all(np.abs(array) < _HALF_LIMIT))
    return array.astype(np.float16) if fits else array


def _spread(indices: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    """`count` of the indices at even distances."""
    places = np.linspace(0, len(indices) - 1, min(count, len(indices))).round().astype(int)
    chosen: NDArray[np.int64] = indices[places]
    return chosen
