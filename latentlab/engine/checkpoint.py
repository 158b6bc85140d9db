"""Weights and resume state as safetensors and JSON: nothing is pickled, nothing unpickled."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import safetensors
import safetensors.torch
import torch
from safetensors import SafetensorError
from torch import Tensor, nn

from latentlab import models
from latentlab.core.errors import ModelError
from latentlab.engine import files, runs
from latentlab.models.family import DataShape, LatentModel

if TYPE_CHECKING:
    from pathlib import Path

    from latentlab.core.manifest import DataRecord, Manifest

_TREE = "tree"  # key in the safetensors header of the JSON that tensors were taken out of
_NAMED = 3  # differing tensors that an error message names


def pack_weights(model: nn.Module) -> bytes:
    """All parameters and buffers as safetensors, floating ones as float32."""
    return safetensors.torch.save(
        {name: _plain(tensor, torch.float32) for name, tensor in model.state_dict().items()}
    )


def load_model(
    folder: Path, device: torch.device | str = "cpu", weights: str = runs.WEIGHTS
) -> tuple[LatentModel, Manifest]:
    """The model of a folder, ready to use: verified, in eval mode, without gradients.

    `weights` may name a snapshot's file. Raises ModelError in one sentence.
    """
    manifest = runs.read_manifest(folder)
    path = runs.check_file(folder, manifest, weights)
    model = build(manifest)
    load_weights(model, _read(path), path)
    return model.to(device).eval().requires_grad_(False), manifest


def build(manifest: Manifest) -> LatentModel:
    """The network that a manifest describes, with weights of no meaning."""
    family = models.get(manifest.family)
    config = models.parse_config(family, manifest.config)
    with torch.random.fork_rng(devices=[]):
        model: LatentModel = family.build(config, data_shape(manifest.data))
    return model


def data_shape(data: DataRecord) -> DataShape:
    """What a network must know of a dataset."""
    return DataShape(*data.shape, len(data.label_names), len(data.attribute_names))


def load_weights(model: nn.Module, found: Mapping[str, Tensor], path: Path) -> None:
    """Copy tensors into a model; raises ModelError naming the first ones that do not fit."""
    expected = model.state_dict()
    wrong = [
        f"{name}: expected {_shape(expected.get(name))}, found {_shape(found.get(name))}"
        for name in sorted(expected.keys() | found.keys())
        if _shape(expected.get(name)) != _shape(found.get(name))
    ]
    if wrong:
        more = f" and {len(wrong) - _NAMED} more" if len(wrong) > _NAMED else ""
        raise ModelError(
            f"{path} does not fit the network of its manifest ({'; '.join(wrong[:_NAMED])}{more});"
            " the model was made by another version or changed, get it again or train it again"
        )
    model.load_state_dict(dict(found))


def pack_state(state: Mapping[str, Any]) -> bytes:
    """A tree of dicts, lists, tuples, numbers, strings and tensors as one safetensors file."""
    tensors: dict[str, Tensor] = {}
    tree = json.dumps(_without_tensors(state, tensors))
    return safetensors.torch.save(tensors, metadata={_TREE: tree})


def load_state(folder: Path, device: torch.device | str = "cpu") -> dict[str, Any]:
    """What `pack_state` wrote to a run's resume state; raises ModelError."""
    path = runs.check_file(folder, runs.read_manifest(folder), runs.STATE)
    try:
        with safetensors.safe_open(path, framework="pt", device=str(device)) as file:
            tree = json.loads(file.metadata()[_TREE])
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        state: dict[str, Any] = _with_tensors(tree, tensors)
    except (SafetensorError, ValueError, KeyError, TypeError, OSError) as error:
        raise ModelError(f"{path} is damaged ({error}); the run cannot be resumed") from error
    return state


def _read(path: Path) -> dict[str, Tensor]:
    files.refuse_disguise(path)
    try:
        return safetensors.torch.load_file(path)
    except (SafetensorError, OSError) as error:
        raise ModelError(f"{path} is damaged ({error}); get the model again") from error


def _shape(tensor: Tensor | None) -> str:
    return "nothing" if tensor is None else "x".join(map(str, tensor.shape)) or "a number"


def _plain(tensor: Tensor, dtype: torch.dtype | None = None) -> Tensor:
    """A copy of its own on the CPU: safetensors refuses shared and strided memory."""
    wanted = dtype if tensor.is_floating_point() else None
    return tensor.detach().to("cpu", wanted, copy=True).contiguous()


def _without_tensors(value: Any, tensors: dict[str, Tensor]) -> Any:
    """JSON for `value`; tensors move to `tensors`, keys that JSON would change are kept."""
    if isinstance(value, Tensor):
        name = str(len(tensors))
        tensors[name] = _plain(value)
        return {"tensor": name}
    if isinstance(value, Mapping):
        return {"items": [[key, _without_tensors(item, tensors)] for key, item in value.items()]}
    if isinstance(value, list | tuple):
        kind = "tuple" if isinstance(value, tuple) else "list"
        return {kind: [_without_tensors(item, tensors) for item in value]}
    if value is None or isinstance(value, bool | int | float | str):
        return {"is": value}
    raise TypeError(f"a resume state cannot hold a {type(value).__name__}")


def _with_tensors(tree: Any, tensors: Mapping[str, Tensor]) -> Any:
    [(kind, value)] = tree.items()
    if kind == "tensor":
        return tensors[value]
    if kind == "items":
        return {key: _with_tensors(item, tensors) for key, item in value}
    if kind in ("list", "tuple"):
        content = [_with_tensors(item, tensors) for item in value]
        return content if kind == "list" else tuple(content)
    return value
