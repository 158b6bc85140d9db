"""A model as ONNX files, encoder and decoder, measured against torch before they are written.

Inputs and outputs are float32 with any batch: `image` (batch, C, H, W) in [0, 1], `mu`, `logvar`
and `z` (batch, latent). Needs the extra `onnx`.
"""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor, nn

from latentlab.core.errors import LatentlabError, ModelError
from latentlab.engine import checkpoint, files
from latentlab.engine.codec import locate

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from latentlab.core.manifest import Manifest
    from latentlab.models.family import LatentModel

MOST_DIFFERENCE = 1e-4  # of the largest value that torch gives

_EXTRA = ("onnx", "onnxruntime", "onnxscript")
_BATCHES = (1, 7, 64)  # that the check runs, of each kind of input
_WIDE = 3.0  # standard deviations of the random latents: some lie where no picture is


@dataclass(frozen=True)
class OnnxReport:
    """What was written, and how far it is from torch."""

    files: tuple[Path, ...]
    differences: dict[str, float]  # output -> largest absolute difference to torch
    rows: int  # pictures and latents that were compared

    def __str__(self) -> str:
        """One line for people."""
        told = ", ".join(f"{name} {value:.1e}" for name, value in self.differences.items())
        names = " and ".join(str(path) for path in self.files)
        return f"{names} written; largest differences to torch on {self.rows} inputs: {told}"


def export_onnx(folder: Path, target: Path, *, overwrite: bool = False) -> OnnxReport:
    """Write `NAME-encoder.onnx` and `NAME-decoder.onnx` beside each other, where the model can.

    `target` is NAME with or without ".onnx"; `folder` may be a snapshot's. Both files or none are
    written. Raises ModelError, also when ONNX Runtime's numbers differ from torch's by more than
    `MOST_DIFFERENCE`.
    """
    _require_extra()
    model, manifest = checkpoint.load_model(*_opened(folder))
    paths = {part: _path(target, part) for part in _parts(manifest)}
    for path in paths.values():
        if path.exists() and not overwrite:
            raise ModelError(f"{path} exists already; choose another name.")
    inputs = _inputs(model, manifest)
    written: dict[str, bytes] = {}
    differences: dict[str, float] = {}
    for part, path in paths.items():
        network = _NETWORKS[part](model).eval()
        written[path.name] = _converted(network, inputs[part][-1], manifest, folder)
        differences |= _compared(network, written[path.name], inputs[part], part)
    try:
        files.write_together(target.parent, written)
    except OSError as error:
        raise LatentlabError(files.explain(error, f"{target} cannot be saved")) from error
    rows = sum(len(batch) for part in paths for batch in inputs[part])
    return OnnxReport(tuple(paths.values()), differences, rows)


# -- inside ------------------------------------------------------------------------------------


class _Encoder(nn.Module):
    inputs = ("image",)

    def __init__(self, model: LatentModel) -> None:
        super().__init__()
        self.model = model

    def forward(self, image: Tensor) -> dict[str, Tensor]:
        posterior = self.model.encode(image)
        named = {"mu": posterior.mu, "logvar": posterior.logvar}
        return {name: tensor for name, tensor in named.items() if tensor is not None}


class _Decoder(nn.Module):
    inputs = ("z",)

    def __init__(self, model: LatentModel) -> None:
        super().__init__()
        self.model = model

    def forward(self, z: Tensor) -> dict[str, Tensor]:
        return {"image": self.model.decode(z)}


_Network = _Encoder | _Decoder
_NETWORKS: dict[str, type[_Encoder] | type[_Decoder]] = {"encoder": _Encoder, "decoder": _Decoder}


def _require_extra() -> None:
    missing = [name for name in _EXTRA if importlib.util.find_spec(name) is None]
    if missing:
        raise ModelError(
            f"Writing ONNX needs {' and '.join(missing)}, which this installation lacks; install "
            "latentlab with its extra: pip install 'latentlab[onnx]'."
        )


def _opened(folder: Path) -> tuple[Path, str, str]:
    home, weights = locate(folder)
    return home, "cpu", weights


def _parts(manifest: Manifest) -> list[str]:
    capable = {"encoder": "encode", "decoder": "decode"}
    parts = [part for part, capability in capable.items() if capability in manifest.capabilities]
    if not parts:
        raise ModelError(f"{manifest.title} neither encodes nor decodes, so ONNX has no use.")
    return parts


def _path(target: Path, part: str) -> Path:
    stem = target.stem if target.suffix.lower() == ".onnx" else target.name
    return target.with_name(f"{stem}-{part}.onnx")


@torch.inference_mode()
def _inputs(model: LatentModel, manifest: Manifest) -> dict[str, list[Tensor]]:
    """Noise, and what the model itself makes: pictures of its prior and their codes."""
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


def _converted(network: _Network, example: Tensor, manifest: Manifest, folder: Path) -> bytes:
    """The network as the bytes of an ONNX file that says what it is, and nothing of this disk."""
    import onnx

    example = torch.from_numpy(example.numpy().copy())  # tensors of inference mode are not traced
    batch = {name: {0: torch.export.Dim("batch")} for name in network.inputs}
    try:
        program = torch.onnx.export(
            network, (example,), dynamo=True, dynamic_shapes=batch, verbose=False,
            input_names=list(network.inputs), output_names=list(network(example)),
        )  # fmt: skip
    except (RuntimeError, ValueError, TypeError) as error:
        reason = str(error).strip().splitlines()[0]
        raise ModelError(f"{manifest.title} cannot be written as ONNX: {reason}.") from error
    assert program is not None  # it is None only for the old exporter
    proto = program.model_proto
    _forget(proto)
    proto.producer_name = "latentlab"
    _, _, weights = _opened(folder)
    onnx.helper.set_model_props(
        proto,
        {
            "latentlab.model": manifest.id,
            "latentlab.family": manifest.family,
            "latentlab.weights": manifest.files.get(weights, ""),
            "latentlab.data": manifest.data.title,
            "latentlab.licence": manifest.data.licence,
        },
    )
    onnx.checker.check_model(proto)
    data: bytes = proto.SerializeToString(deterministic=True)
    return data


def _forget(proto: Any) -> None:
    """The exporter notes the source line of every node, with this machine's paths: drop that."""
    graph = proto.graph
    values = (*graph.input, *graph.output, *graph.value_info, *graph.initializer)
    functions = [node for function in proto.functions for node in (function, *function.node)]
    for item in (proto, graph, *graph.node, *values, *functions):
        del item.metadata_props[:]
        item.doc_string = ""


def _compared(network: _Network, data: bytes, batches: list[Tensor], part: str) -> dict[str, float]:
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
    network: _Network, data: bytes, batches: list[Tensor]
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
