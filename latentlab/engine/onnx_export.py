"""A model as ONNX files, encoder and decoder, measured against torch before they are written.

Inputs and outputs are float32 with any batch: `image` (batch, C, H, W) in [0, 1], `mu`, `logvar`
and `z` (batch, latent). Needs the extra `onnx`.
"""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from latentlab.core.errors import LatentlabError, ModelError
from latentlab.engine import checkpoint, files, onnx_check
from latentlab.engine.codec import locate

if TYPE_CHECKING:
    from pathlib import Path

    from latentlab.core.manifest import Manifest

_EXTRA = ("onnx", "onnxruntime", "onnxscript")


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
    `onnx_check.MOST_DIFFERENCE`.
    """
    _require_extra()
    model, manifest = checkpoint.load_model(*_opened(folder))
    paths = {part: _path(target, part) for part in _parts(manifest)}
    for path in paths.values():
        if path.exists() and not overwrite:
            raise ModelError(f"{path} exists already; choose another name.")
    inputs = onnx_check.inputs(model, manifest)
    written: dict[str, bytes] = {}
    differences: dict[str, float] = {}
    for part, path in paths.items():
        network = _NETWORKS[part](model).eval()
        written[path.name] = _converted(network, inputs[part][-1], manifest, folder)
        differences |= onnx_check.compared(network, written[path.name], inputs[part], part)
    try:
        files.write_together(target.parent, written)
    except OSError as error:
        raise LatentlabError(files.explain(error, f"{target} cannot be saved")) from error
    rows = sum(len(batch) for part in paths for batch in inputs[part])
    return OnnxReport(tuple(paths.values()), differences, rows)


# -- inside ------------------------------------------------------------------------------------


class _Encoder(onnx_check.Network):
    inputs = ("image",)

    def forward(self, image: Tensor) -> dict[str, Tensor]:
        posterior = self.model.encode(image)
        named = {"mu": posterior.mu, "logvar": posterior.logvar}
        return {name: tensor for name, tensor in named.items() if tensor is not None}


class _Decoder(onnx_check.Network):
    inputs = ("z",)

    def forward(self, z: Tensor) -> dict[str, Tensor]:
        return {"image": self.model.decode(z)}


_NETWORKS: dict[str, type[onnx_check.Network]] = {"encoder": _Encoder, "decoder": _Decoder}


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


def _converted(
    network: onnx_check.Network, example: Tensor, manifest: Manifest, folder: Path
) -> bytes:
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
