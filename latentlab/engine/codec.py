"""Encode, decode and sample with a trained model: numpy in, numpy out."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import torch
from torch import Tensor

from latentlab.core import quadrants
from latentlab.core.errors import ConfigError, DeviceError, ModelError
from latentlab.engine import activations, checkpoint, conditions, device, project, runs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from numpy.typing import ArrayLike, NDArray

    from latentlab.core.manifest import Manifest
    from latentlab.models.family import Capability, LatentModel

_BATCH = 512
_MOST_SAMPLES = 1_000_000
_MOST_ANSWERS = 256
_COMPLETED = 16  # pictures at once: each is decoded many times


class Codec:
    """One model on one device. Not thread-safe: a codec belongs to one thread."""

    def __init__(self, model: LatentModel, manifest: Manifest, on: torch.device) -> None:
        """Take over `model`, which nobody else may change from here on."""
        self._model = model.to(on).eval().requires_grad_(False)
        self.manifest = manifest
        self.device = on
        self.batch = _BATCH  # rows computed at once; halved when memory runs out
        self._usual: ArrayLike | None = None  # told wherever no label is given

    @classmethod
    def open(cls, folder: Path, device_wish: str = "auto") -> Self:
        """Load a model folder, or one of its `snapshots/<images seen>`.

        Raises ModelError for a folder that is no intact model, DeviceError for its device.
        """
        on = device.choose(device_wish)
        home, weights = locate(folder)
        try:
            model, manifest = checkpoint.load_model(home, on, weights)
        except Exception as error:
            if device.is_out_of_memory(error):
                raise DeviceError(_too_large(home.name, on)) from error
            raise
        return cls(model, manifest, on)

    def telling(self, label: ArrayLike | None) -> Self:
        """The same model, told this label wherever none is given."""
        twin = copy.copy(self)
        twin._usual = label
        return twin

    @property
    def device_title(self) -> str:
        """The device for people."""
        return device.title(self.device, torch.get_num_threads())

    def encode(
        self, images: NDArray[Any], label: ArrayLike | None = None, *, alone: bool = False
    ) -> tuple[NDArray[np.float32], NDArray[np.float32] | None]:
        """Pictures (n, C, H, W), uint8 or float in [0, 1], to mu and logvar (n, latent).

        `label`: what a conditional model is told of them, see `conditions.told_rows`. logvar is
        None where the family's codes are points. `alone`: as of `decode`, the same numbers whatever
        is encoded beside it. Raises ConfigError for pictures of another shape,
        ModelError when the model cannot encode.
        """
        self._require("encode")

        rows = self.checked_images(images)

        def work(rows: Tensor, y: Tensor | None) -> tuple[Tensor, ...]:
            posterior = self._model.encode(_to_unit(rows), y)
            return tuple(t for t in (posterior.mu, posterior.logvar) if t is not None)

        told = self.told(label, len(rows))
        if alone:
            with device.using_threads(1):
                mu, *logvar = self._in_batches(rows, told, work, most=1)
        else:
            mu, *logvar = self._in_batches(rows, told, work)
        return mu, logvar[0] if logvar else None

    def decode(
        self, z: ArrayLike, label: ArrayLike | None = None, *, alone: bool = False
    ) -> NDArray[np.uint8]:
        """Latents (n, latent) or (latent,) to pictures (n, C, H, W).

        With `alone` every latent is a batch of its own, on one CPU thread: slower, but the same
        bytes whatever is decoded beside it. Other batches and threads add in another order, which
        moves a grey value that lies between two bytes. Raises ConfigError for latents of another
        width or for a label that the model does not take, ModelError when the model cannot decode
        or gives numbers that are no picture.
        """
        self._require("decode")
        rows = self._checked_latents(z)
        told = self.told(label, len(rows))

        def work(rows: Tensor, y: Tensor | None) -> tuple[Tensor, ...]:
            return (self._to_bytes(self._model.decode(rows, y)),)

        if not alone:
            return self._in_batches(rows, told, work)[0]
        with device.using_threads(1):
            return self._in_batches(rows, told, work, most=1)[0]

    def means(self, z: ArrayLike, label: ArrayLike | None = None) -> NDArray[np.float32]:
        """Latents (n, latent) to mean pictures (n, C, H, W) in 0..1, before they become bytes."""
        self._require("decode")
        rows = self._checked_latents(z)
        (images,) = self._in_batches(
            rows,
            self.told(label, len(rows)),
            lambda rows, y: (self._finite(self._model.decode(rows, y)),),
        )
        return np.asarray(images, np.float32)

    def derivatives(
        self, z: ArrayLike, label: ArrayLike | None = None
    ) -> Iterator[NDArray[np.float32]]:
        """How mean pictures change with each number of z (n, latent): `latent` times (n, pixels).

        The columns of the decoder's Jacobian, by differentiating u -> J^T u once more: that asks
        no more of a network than two backward passes.
        """
        self._require("decode")
        points = torch.tensor(self._checked_latents(z), device=self.device, requires_grad=True)
        told = self.told(label, len(points))
        y = None if told is None else torch.tensor(told, device=self.device)
        try:
            pictures = self._model.decode(points, y).flatten(1)
            u = torch.zeros_like(pictures, requires_grad=True)
            weighted = (pictures * u).sum()  # a scalar: given u itself, autograd imports sympy, 2 s
            (pulled,) = torch.autograd.grad(weighted, points, create_graph=True)
            for column in pulled.unbind(1):
                (change,) = torch.autograd.grad(column.sum(), u, retain_graph=True)
                yield self._finite(change).float().cpu().numpy()
        except RuntimeError as error:
            if device.is_out_of_memory(error):
                raise DeviceError(_too_large(self.manifest.title, self.device)) from error
            raise

    def activations(self, z: ArrayLike, label: ArrayLike | None = None) -> NDArray[np.float32]:
        """What the decoder's first hidden layer makes of latents z (n, latent): (n, units)."""
        self._require("decode")
        rows = self._checked_latents(z)

        def work(rows: Tensor, y: Tensor | None) -> tuple[Tensor, ...]:
            return (activations.first_hidden(self._model, rows, y),)

        (found,) = self._in_batches(rows, self.told(label, len(rows)), work)
        return np.asarray(found, np.float32)

    def place(
        self, images: NDArray[Any], label: ArrayLike | None = None
    ) -> tuple[NDArray[np.float32], NDArray[np.float32] | None]:
        """Where pictures (n, C, H, W) lie, whatever the model: z (n, latent) and what is missed.

        Encoded each alone, the same numbers in any company; without an encoder searched for, a
        second or more each, and the squared errors of what was found, (n,), are given beside.
        Raises ConfigError for pictures of another shape, ModelError when there is no way.
        """
        if "encode" in self.manifest.capabilities:
            return self.encode(images, label, alone=True)[0], None
        found = [list(steps)[-1] for steps in project.searches(self, images, label)]
        z = np.stack([each.z for each in found])
        return z, np.array([each.error for each in found], np.float32)

    def errors(
        self, z: ArrayLike, image: NDArray[Any], label: ArrayLike | None = None
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """How far pictures of latents z (n, latent) are from one (C, H, W), and where that rises.

        Squared error per image, (n,), of pixels in 0..1, and its slope in z, (n, latent).
        """
        self._require("decode")
        target = _to_unit(torch.tensor(self.checked_images(image[None]), device=self.device))
        points = torch.tensor(self._checked_latents(z), device=self.device, requires_grad=True)
        told = self.told(label, len(points))
        y = None if told is None else torch.tensor(told, device=self.device)
        apart = (self._finite(self._model.decode(points, y)) - target).square().flatten(1).sum(1)
        (slopes,) = torch.autograd.grad(apart.sum(), points)
        return apart.detach().float().cpu().numpy(), slopes.float().cpu().numpy()

    def reconstruct(
        self, images: NDArray[Any], label: ArrayLike | None = None
    ) -> NDArray[np.uint8]:
        """Pictures (n, C, H, W) to the pictures that their mu decodes to."""
        self._require("encode")
        self._require("decode")

        rows = self.checked_images(images)

        def work(rows: Tensor, y: Tensor | None) -> tuple[Tensor, ...]:
            z = self._model.encode(_to_unit(rows), y).mu
            return (self._to_bytes(self._model.decode(z, y)),)

        (made,) = self._in_batches(rows, self.told(label, len(rows)), work)
        return made

    def judge(self, images: NDArray[Any]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """What a classifier sees in pictures (n, C, H, W): probabilities (n, k), features (n, d).

        Raises ConfigError for pictures of another shape, ModelError when the model is no
        classifier.
        """
        self._require("classify")

        def work(rows: Tensor, _y: Tensor | None) -> tuple[Tensor, ...]:
            return self._model.judge(_to_unit(rows))  # type: ignore[operator, no-any-return]

        probabilities, features = self._in_batches(self.checked_images(images), None, work)
        return probabilities, features

    def complete(
        self, images: NDArray[Any], seen: Sequence[int], answers: int = 8, seed: int = 0
    ) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
        """Pictures (n, C, H, W) of which only the quadrants `seen`, 0 to 3, are looked at.

        Gives several ways to complete each, (n, answers, C, H, W), and the mean of many such,
        (n, C, H, W); what is seen stays as it is. The same seed gives the same answers. Raises
        ConfigError for pictures of another shape and for quadrants that leave nothing to do,
        ModelError when the model does something else.
        """
        self._require("complete")
        flags = quadrants.flags(seen)
        if not 1 <= answers <= _MOST_ANSWERS:
            raise ConfigError(f"{answers} answers are asked for; choose 1 to {_MOST_ANSWERS}.")
        noise = torch.Generator(self.device)

        def work(rows: Tensor, _y: Tensor | None) -> tuple[Tensor, ...]:
            x = _to_unit(rows)
            mask = torch.tensor(flags, device=self.device).expand(len(x), -1)
            made = self._model.complete(x, mask, answers, noise.manual_seed(seed))  # type: ignore[operator]
            return tuple(map(self._to_bytes, made))

        answered, mean = self._in_batches(self.checked_images(images), None, work, most=_COMPLETED)
        return answered, mean

    def sample(self, n: int, seed: int = 0) -> NDArray[np.float32]:
        """Draw n latents, (n, latent), from the prior or what stands in for it; seeded."""
        self._require("sample")
        if not 1 <= n <= _MOST_SAMPLES:
            raise ConfigError(f"{n} samples are asked for; choose 1 to {_MOST_SAMPLES:,}")
        generator = torch.Generator(self.device).manual_seed(seed)
        with torch.inference_mode():
            return self._model.sample_prior(n, generator).float().cpu().numpy()

    def told(self, label: ArrayLike | None, n: int) -> NDArray[np.float32] | None:
        """What n rows are told, (n, k), None of models that are told nothing; or ConfigError."""
        return conditions.told_rows(self.manifest, self._usual if label is None else label, n)

    def _require(self, capability: Capability) -> None:
        if capability in self.manifest.capabilities:
            return
        if "complete" in self.manifest.capabilities:
            raise ModelError(
                f"{self.manifest.title} completes pictures of which it sees a part, and does "
                "nothing else; choose another model."
            )
        reason = {
            "encode": "has no encoder, so pictures cannot be placed in its latent space",
            "decode": "has no decoder, so latents cannot be shown as pictures",
            "sample": "has no prior to sample from",
            "classify": "is no classifier, so it cannot tell what pictures show",
            "complete": "was not trained to complete pictures of which it sees a part",
        }.get(capability, f"cannot {capability}")
        raise ModelError(f"{self.manifest.title} {reason}; choose another model.")

    def _checked_latents(self, z: ArrayLike) -> NDArray[np.float32]:
        rows = np.array(z, dtype=np.float32, ndmin=2)
        size = self.manifest.latent_size
        if rows.ndim != 2 or rows.shape[1] != size:
            raise ConfigError(
                f"{self.manifest.title} has latents of {size} numbers, "
                f"but an array of shape {_shape(rows)} was given; give (n, {size})."
            )
        if not np.isfinite(rows).all():
            raise ConfigError("A latent holds a number that is not finite; give finite numbers.")
        return rows

    def checked_images(self, images: NDArray[Any]) -> NDArray[Any]:
        """Pictures (n, C, H, W) of the model's shape, uint8 or floats in 0..1, or ConfigError."""
        shape = self.manifest.data.shape
        if images.ndim != 4 or images.shape[1:] != shape:
            raise ConfigError(
                f"{self.manifest.title} takes pictures of shape {_shape(np.empty(shape))} "
                f"(channels, height, width), but {_shape(images)} was given; resize them first."
            )
        if images.dtype == np.uint8:
            return images
        rows = images.astype(np.float32)
        if not (np.isfinite(rows).all() and np.all((rows >= 0) & (rows <= 1))):
            raise ConfigError("Pictures as floats must lie in 0 to 1; divide by 255 or give uint8.")
        return rows

    def _to_bytes(self, x: Tensor) -> Tensor:
        return self._finite(x).mul(255).round_().clamp_(0, 255).to(torch.uint8)

    def _finite(self, x: Tensor) -> Tensor:
        if not torch.isfinite(x).all():
            raise ModelError(
                f"{self.manifest.title} decodes to numbers that are not finite; "
                "its training diverged, train it again with a smaller learning rate."
            )
        return x

    @torch.inference_mode()
    def _in_batches(
        self,
        rows: NDArray[Any],
        told: NDArray[np.float32] | None,
        work: Callable[[Tensor, Tensor | None], tuple[Tensor, ...]],
        most: int = _MOST_SAMPLES,
    ) -> list[NDArray[Any]]:
        """`work` on slices of `most` rows, outputs joined; half of it where memory runs out."""
        slices = list(self._slices(rows, told, work, most))
        if len(slices) == 1:
            return [part.cpu().numpy() for part in slices[0]]
        return [torch.cat(parts).numpy() for parts in zip(*slices, strict=True)]

    def _slices(
        self,
        rows: NDArray[Any],
        told: NDArray[np.float32] | None,
        work: Callable[[Tensor, Tensor | None], tuple[Tensor, ...]],
        most: int,
    ) -> Iterator[tuple[Tensor, ...]]:
        start = 0
        while start < max(1, len(rows)):
            these = slice(start, start + min(most, self.batch))
            piece = rows[these]
            try:
                x = torch.tensor(piece, device=self.device)
                y = None if told is None else torch.tensor(told[these], device=self.device)
                answer = tuple(t.cpu() for t in work(x, y))
            except RuntimeError as error:
                if not device.is_out_of_memory(error):
                    raise
                answer = None
            if answer is None:  # outside the handler: its traceback holds the tensors to be freed
                self._halve()
                continue
            yield answer
            start += len(piece) or 1

    def _halve(self) -> None:
        device.free_memory(self.device)
        if self.batch == 1:
            raise DeviceError(_too_large(self.manifest.title, self.device))
        self.batch //= 2


def locate(folder: Path) -> tuple[Path, str]:
    """The model folder and its weights file that `folder` or `folder/snapshots/<n>` means."""
    if folder.parent.name == "snapshots" and not runs.is_model(folder):
        return folder.parents[1], f"snapshots/{folder.name}/{runs.WEIGHTS}"
    return folder, runs.WEIGHTS


def _to_unit(rows: Tensor) -> Tensor:
    return rows.float() / 255 if rows.dtype == torch.uint8 else rows


def _shape(array: NDArray[Any]) -> str:
    return " x ".join(map(str, array.shape)) or "()"


def _too_large(title: str, on: torch.device) -> str:
    return (
        f"{title} does not fit into the free memory of {device.title(on)}, not even with one "
        "picture at a time; close other programs or choose the CPU."
    )
