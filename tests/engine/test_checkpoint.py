from __future__ import annotations

import pickle
from typing import TYPE_CHECKING, Any

import pytest
import safetensors.torch
import torch
from hypothesis import given
from hypothesis import strategies as st

from latentlab.core.errors import ConfigError, ModelError
from latentlab.engine import checkpoint, runs
from tests.helpers import edit_manifest, sha256

if TYPE_CHECKING:
    from pathlib import Path

SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
TREES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.tuples(inner, inner)
        | st.dictionaries(st.text() | st.integers(), inner, max_size=3)
    ),
    max_leaves=8,
)


def rewrite_weights(folder: Path, tensors: dict[str, torch.Tensor]) -> None:
    """Put other weights into a model, with a hash that fits."""
    path = folder / runs.WEIGHTS
    safetensors.torch.save_file(tensors, path)
    listed = runs.read_manifest(folder).files
    edit_manifest(folder, files={**listed, runs.WEIGHTS: sha256(path)})


def save_state(folder: Path, state: dict[str, Any]) -> None:
    path = folder / runs.STATE
    path.write_bytes(checkpoint.pack_state(state))
    edit_manifest(folder, files={runs.STATE: sha256(path)})


@given(TREES)
def test_any_tree_survives(tree: Any) -> None:
    tensors: dict[str, torch.Tensor] = {}
    packed = checkpoint._without_tensors(tree, tensors)
    assert checkpoint._with_tensors(packed, tensors) == tree


def test_state_comes_back_with_types_and_tensors(tiny_model: Path) -> None:
    weight = torch.nn.Parameter(torch.randn(3, 2))
    optimizer = torch.optim.AdamW([weight], lr=0.1, betas=(0.8, 0.9))
    weight.sum().backward()
    optimizer.step()
    noise = torch.Generator().manual_seed(3)
    state = {"optimizer": optimizer.state_dict(), "noise": noise.get_state(), "shared": weight.T}
    save_state(tiny_model, state)
    found = checkpoint.load_state(tiny_model)
    assert found["optimizer"]["param_groups"] == state["optimizer"]["param_groups"]
    moments = found["optimizer"]["state"][0]
    torch.testing.assert_close(moments["exp_avg"], optimizer.state[weight]["exp_avg"])
    assert torch.equal(found["noise"], noise.get_state())
    assert torch.equal(found["shared"], weight.detach().T)


def test_state_that_is_no_tree_of_values_is_a_bug() -> None:
    with pytest.raises(TypeError, match="cannot hold a Generator"):
        checkpoint.pack_state({"noise": torch.Generator()})


def test_damaged_states_are_one_sentence(tiny_model: Path) -> None:
    path = tiny_model / runs.STATE
    safetensors.torch.save_file({"a": torch.zeros(1)}, path)  # no tree in its header
    edit_manifest(tiny_model, files={runs.STATE: sha256(path)})
    with pytest.raises(ModelError, match="cannot be resumed"):
        checkpoint.load_state(tiny_model)


def test_model_comes_back_ready_to_use(trained: Path) -> None:
    model, manifest = checkpoint.load_model(trained)
    assert not model.training
    assert not any(parameter.requires_grad for parameter in model.parameters())
    assert manifest.state == "finished"
    saved = safetensors.torch.load_file(trained / runs.WEIGHTS)
    assert saved.keys() == model.state_dict().keys()
    assert all(torch.equal(value, saved[name]) for name, value in model.state_dict().items())


def test_loading_leaves_the_global_random_numbers_alone(trained: Path) -> None:
    torch.manual_seed(1)
    before = torch.get_rng_state()
    checkpoint.load_model(trained)
    assert torch.equal(torch.get_rng_state(), before)


def test_weights_of_another_shape_are_named(trained: Path) -> None:
    tensors = safetensors.torch.load_file(trained / runs.WEIGHTS)
    first, second = sorted(tensors)[:2]
    tensors[first] = torch.zeros(7, 9)
    del tensors[second]
    tensors["zz.stranger"] = torch.zeros(3)
    rewrite_weights(trained, tensors)
    with pytest.raises(ModelError) as caught:
        checkpoint.load_model(trained)
    text = str(caught.value)
    assert f"{first}: expected" in text
    assert "found 7x9" in text
    assert f"{second}: expected" in text
    assert "found nothing" in text
    assert "zz.stranger: expected nothing, found 3" in text


def test_many_differences_are_counted(trained: Path) -> None:
    rewrite_weights(trained, {f"x{i}": torch.zeros(1) for i in range(9)})
    with pytest.raises(ModelError, match=r"and \d+ more"):
        checkpoint.load_model(trained)


def test_pickled_weights_are_never_opened(trained: Path) -> None:
    path = trained / runs.WEIGHTS
    path.write_bytes(pickle.dumps({"a": 1}))
    edit_manifest(trained, files={runs.WEIGHTS: sha256(path)})
    with pytest.raises(ModelError, match="is a pickle"):
        checkpoint.load_model(trained)


def test_truncated_weights_with_a_fitting_hash_are_damaged(trained: Path) -> None:
    path = trained / runs.WEIGHTS
    path.write_bytes(path.read_bytes()[:-5])
    edit_manifest(trained, files={runs.WEIGHTS: sha256(path)})
    with pytest.raises(ModelError, match="is damaged"):
        checkpoint.load_model(trained)


def test_unknown_family_in_a_manifest_is_one_sentence(trained: Path) -> None:
    edit_manifest(trained, family="from-the-future")
    with pytest.raises((ModelError, ConfigError), match="from-the-future"):
        checkpoint.load_model(trained)


def test_weights_are_kept_as_float32(trained: Path) -> None:
    model, _ = checkpoint.load_model(trained)
    model.half()
    (trained / "half").write_bytes(checkpoint.pack_weights(model))
    found = safetensors.torch.load_file(trained / "half")
    assert {value.dtype for value in found.values()} == {torch.float32}
