"""A run made small enough to ship: what stays, what goes, and half weights read back exactly."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch
from safetensors.numpy import load_file, save_file

from latentlab.core.errors import ModelError
from latentlab.core.manifest import Metric
from latentlab.engine import checkpoint, runs
from latentlab.engine.codec import Codec
from latentlab.engine.slim import STEPS, slim
from tests.helpers import edit_manifest, sha256, write_model

if TYPE_CHECKING:
    from pathlib import Path


def test_a_slim_copy_is_a_model_without_what_its_training_needs(
    trained: Path, tmp_path: Path
) -> None:
    manifest = slim(trained, tmp_path / "ship" / "small")
    copy = tmp_path / "ship" / "small"
    runs.verify(copy)
    assert runs.read_manifest(copy) == manifest
    assert (manifest.id, manifest.stored) == ("small", "float32")
    before = runs.read_manifest(trained).files
    assert runs.STATE in before
    kept = {runs.WEIGHTS, runs.LATENTS, max(name for name in before if "samples/" in name)}
    assert manifest.files == {name: before[name] for name in kept}
    found = {path.relative_to(copy).as_posix() for path in copy.rglob("*") if path.is_file()}
    assert found == {*kept, runs.MANIFEST, runs.EVENTS, runs.PREVIEW}
    seen, _ = runs.tail(copy / runs.EVENTS)
    assert [event.path for event in seen if event.kind in ("samples", "snapshot")] == [  # type: ignore[union-attr]
        name for name in kept if "samples/" in name
    ]
    assert seen[-1].kind == "run_ended"


def test_of_many_steps_few_stay_the_first_and_the_last_among_them(
    trained: Path, tmp_path: Path
) -> None:
    told, _ = runs.tail(trained / runs.EVENTS)
    step = next(event for event in told if event.kind == "step")
    steps = [step.model_copy(update={"images_seen": seen}) for seen in range(1_000)]
    whole = [told[0], *steps, *[event for event in told[1:] if event.kind != "step"]]
    (trained / runs.EVENTS).write_text("".join(f"{e.model_dump_json()}\n" for e in whole))
    slim(trained, tmp_path / "small")
    kept, _ = runs.tail(tmp_path / "small" / runs.EVENTS)
    seen = [event.images_seen for event in kept if event.kind == "step"]
    assert len(seen) <= STEPS + 1
    assert (seen[0], seen[1], seen[-1]) == (0, 7, 999)
    assert [event.kind for event in kept if event.kind == "evaluated"] == [
        event.kind for event in told if event.kind == "evaluated"
    ]


def test_half_weights_are_read_back_as_exactly_what_is_stored(
    trained: Path, tmp_path: Path
) -> None:
    manifest = slim(trained, tmp_path / "half", half=True)
    assert manifest.stored == "float16"
    full, halves = load_file(trained / runs.WEIGHTS), load_file(tmp_path / "half" / runs.WEIGHTS)
    model, _ = checkpoint.load_model(tmp_path / "half")
    for name, tensor in model.state_dict().items():
        expected = full[name].astype(np.float16)
        assert halves[name].dtype == np.float16
        assert tensor.dtype == torch.float32
        assert np.array_equal(tensor.numpy(), expected.astype(np.float32))
    numbers = sum(tensor.size for tensor in full.values())
    smaller = [(folder / runs.WEIGHTS).stat().st_size for folder in (trained, tmp_path / "half")]
    assert smaller[0] - smaller[1] == pytest.approx(2 * numbers, abs=64), "two bytes for each"
    z = np.linspace(-2, 2, 10, dtype=np.float32).reshape(5, 2)
    a, b = (Codec.open(folder, "cpu").decode(z) for folder in (trained, tmp_path / "half"))
    assert np.abs(a.astype(int) - b.astype(int)).max() <= 1


def test_counters_keep_their_kind(tmp_path: Path) -> None:
    folder = write_model(tmp_path, "counting")
    save_file(
        {"weight": np.ones(3, np.float32), "seen": np.array(70_000, np.int64)},
        folder / runs.WEIGHTS,
    )
    edit_manifest(folder, files={runs.WEIGHTS: sha256(folder / runs.WEIGHTS)})
    slim(folder, tmp_path / "half", half=True)
    found = load_file(tmp_path / "half" / runs.WEIGHTS)
    assert found["seen"].shape == ()
    assert found["seen"] == 70_000
    assert found["seen"].dtype == np.int64
    assert found["weight"].dtype == np.float16


@pytest.mark.parametrize("value", [65_600.0, -1e9, float("inf"), float("nan")])
def test_weights_that_do_not_fit_are_refused(value: float, tmp_path: Path) -> None:
    folder = write_model(tmp_path, "large")
    save_file({"decoder.weight": np.array([1, value], np.float32)}, folder / runs.WEIGHTS)
    edit_manifest(folder, files={runs.WEIGHTS: sha256(folder / runs.WEIGHTS)})
    with pytest.raises(ModelError, match=r"decoder\.weight holds a number beyond ±65,504"):
        slim(folder, tmp_path / "half", half=True)
    assert [path.name for path in tmp_path.iterdir()] == ["large"], "nothing is left"


def test_figures_are_measured_again_under_the_new_name(tmp_path: Path) -> None:
    command = "latentlab evaluate run-7 --split test"
    metric = Metric(value=1.0, unit="nats", n=1, title="-ELBO", command=command)
    folder = write_model(tmp_path, "run-7", metrics={"elbo": metric}, title="run-7")
    manifest = slim(folder, tmp_path / "digits-2")
    assert manifest.title == "digits-2"
    assert manifest.metrics["elbo"].command == "latentlab evaluate digits-2 --split test"
    named = write_model(tmp_path, "run-8", title="My digits")
    assert slim(named, tmp_path / "digits-3").title == "My digits"


def test_what_cannot_be_slimmed_is_said(tmp_path: Path) -> None:
    folder = write_model(tmp_path, "running", state="running")
    with pytest.raises(ModelError, match="running is interrupted; only a finished or stopped run"):
        slim(folder, tmp_path / "a")
    done = write_model(tmp_path, "done")
    with pytest.raises(ModelError, match="exists already"):
        slim(done, folder)
    with pytest.raises(ModelError, match="cannot be the id of a model"):
        slim(done, tmp_path / "My Digits")
    with pytest.raises(ModelError, match="cannot be written"):
        slim(done, done / runs.WEIGHTS / "c")
    save_file({"decoder.weight": np.ones(2, np.float32)}, done / runs.WEIGHTS)
    with pytest.raises(ModelError, match="sha256 differs"):
        slim(done, tmp_path / "b")
