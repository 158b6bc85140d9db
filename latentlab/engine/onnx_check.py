"""Whether an ONNX file computes what torch computes: measured on noise and on pictures."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor, nn

from latentlab.core.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from latentlab.core.manifest import Manifest
    from latentlab.models.family import LatentModel

MOST_DIFFERENCE = 1e-4  # of the largest value that torch gives

_BATCHES = (1, 7, 64)  # that the check runs, of each kind of input
_WIDE = 3.0  # standard deviations of the random latents: some lie where no picture is


class Network(nn.Module):
    """A part of a model as ONNX wants it: one input, outputs by name."""

    inputs: tuple[str, ...]

    def __init__(self, model: LatentModel) -> None:
        super().__init__()
        self.model = model


@torch.inference_mode()
def inputs(model: LatentModel, manifest: Manifest) -> dict[str, list[Tensor]]:
    """Noise, and what the model itself makes: pictures of its prior and their codes.

    Batches by part, "encoder" and "decoder"; the last one is large.
    """
    generator = torch.Generator().manual_seed(0)
    images: list[Tensor] = []
    latents: list[Tensor] = []
    for batch in _BATCHES:
        images.append(torch.rand(batch, *manifest.data.shape, generator=generator))
        latents.append(torch.randn(batch, manifest.latent_size, generator=generator) * _WIDE)
        if {"encode", "decode", "sample"} <= set(manifest.capabilities):
            drawn = model.decode(model.sample_prior(batch, generator)).clamp(0, 1)
            images.append(drawn)
            latents.append(model.encode(drawn).mu)
    return {"encoder": images, "decoder": latents}


def compared(network: Network, data: bytes, batches: list[Tensor], part: str) -> dict[str, float]:
    """Largest absolute difference to torch per output; raises ModelError when it is too large."""
    differences: dict[str, list[float]] = {}
    scales: dict[str, list[float]] = {}
    for expected, answers in _answers(network, data, batches):
        for name, tensor in expected.items():
            difference = _difference(tensor.numpy(), answers[name])
            differences.setdefault(name, []).append(difference)
            scales.setdefault(name, []).append(float(tensor.abs().max()))
    return {name: _agreed(part, name, differences[name], scales[name]) for name in differences}


def _agreed(part: str, name: str, differences: list[float], scales: list[float]) -> float:
    """The largest difference, if it may be; NaN, which is larger than nothing, may not."""
    difference, most = float(np.max(differences)), MOST_DIFFERENCE * max(scales)
    if not difference <= most:
        raise ModelError(
            f"The {part}'s {name} as ONNX differs from torch by {difference:.1e}, more than "
            f"{most:.1e}; nothing was written, report this model."
        )
    return difference


def _answers(
    network: Network, data: bytes, batches: list[Tensor]
) -> Iterator[tuple[dict[str, Tensor], dict[str, NDArray[Any]]]]:
    """What torch and ONNX Runtime give for the same inputs, output by output."""
    import onnxruntime  # type: ignore[import-untyped]

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = torch.get_num_threads()
    session = onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
    for batch in batches:
        with torch.inference_mode():
            expected = network(batch)
        fed = dict(zip(network.inputs, [batch.numpy()], strict=True))
        yield expected, dict(zip(expected, session.run(list(expected), fed), strict=True))


def _difference(expected: NDArray[Any], answer: NDArray[Any]) -> float:
    return float(np.abs(expected - answer).max()) if expected.shape == answer.shape else inf
