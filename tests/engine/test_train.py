from __future__ import annotations

import itertools
import threading
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch
from PIL import Image

from latentlab import data
from latentlab.core.errors import ConfigError, DataError, DeviceError, LatentlabError, ModelError
from latentlab.core.events import Evaluated, RunEnded, RunStarted, Samples, Step
from latentlab.engine import checkpoint, files, runs
from latentlab.engine.control import Control
from latentlab.engine.train import resume, train
from tests.engine.conftest import run_name
from tests.helpers import sha256, write_npz

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from latentlab.core import events
    from latentlab.core.spec import TrainSpec

    MakeSpec = Callable[..., TrainSpec]


def end_of(seen: list[events.Event]) -> RunEnded:
    last = seen[-1]
    assert isinstance(last, RunEnded)
    return last


def only(seen: list[events.Event], kind: type[Any]) -> list[Any]:
    return [event for event in seen if isinstance(event, kind)]


@pytest.mark.parametrize("family", ["vae", "ae", "pca"])
def test_run_tells_its_story_and_leaves_a_model(spec: MakeSpec, library: Path, family: str) -> None:
    seen = list(train(spec(family), library))
    first, end = seen[0], end_of(seen)
    assert isinstance(first, RunStarted)
    assert (first.images_per_epoch, first.epochs, first.device) == (48, 2, "CPU, 1 thread")
    assert (end.state, end.epoch, end.images_seen) == ("finished", 2, 96)
    assert end.images_per_s > 0
    assert [event.epoch for event in only(seen, Evaluated)] == [1, 2]
    assert only(seen, Step)
    assert [event.images_seen for event in only(seen, Samples)][:1] == [0]
    assert only(seen, Samples)[-1].images_seen == 96
    assert all(a.t <= b.t for a, b in itertools.pairwise(seen))
    folder = library / first.run
    runs.verify(folder)
    assert runs.tail(folder / runs.EVENTS)[0] == seen
    model, manifest = checkpoint.load_model(folder)
    assert manifest.files[runs.WEIGHTS] == end.weights_sha256 == sha256(folder / runs.WEIGHTS)
    assert manifest.latent_shape == model.latent_shape == (2,)
    assert (manifest.state, manifest.epoch, manifest.family) == ("finished", 2, family)
    assert manifest.headline == runs.PROVISIONAL
    assert manifest.metrics[runs.PROVISIONAL].n == 6


def test_latents_of_the_test_images_stay_beside_the_weights(trained: Path) -> None:
    model, manifest = checkpoint.load_model(trained)
    dataset = data.load(manifest.data.name)
    found = files.read_arrays(trained, runs.LATENTS)
    np.testing.assert_array_equal(found["indices"], dataset.splits["test"])
    assert dataset.labels is not None
    np.testing.assert_array_equal(found["labels"], dataset.labels[found["indices"]])
    pictures = torch.from_numpy(dataset.images[found["indices"]]) / 255
    posterior = model.encode(pictures)
    assert posterior.logvar is not None
    np.testing.assert_allclose(found["mu"], posterior.mu, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(found["logvar"], posterior.logvar, rtol=1e-5, atol=1e-6)


def test_samples_hold_what_the_live_view_shows(spec: MakeSpec, library: Path) -> None:
    seen = list(train(spec(), library))
    first, last = only(seen, Samples)[0], only(seen, Samples)[-1]
    before, after = (files.read_arrays(library / run_name(seen), e.path) for e in (first, last))
    assert before["samples"].shape == after["samples"].shape == (32, 1, 8, 8)
    assert before["samples"].dtype == np.uint8
    assert before["originals"].shape == before["reconstructions"].shape == (6, 1, 8, 8)
    np.testing.assert_array_equal(before["originals"], after["originals"])
    assert before["latents"].shape == (6, 2)
    assert before["latents"].dtype == np.float32
    assert before["labels"].shape == (6,)
    assert not np.array_equal(before["latents"], after["latents"])


def test_preview_is_a_sheet_of_sixteen(trained: Path) -> None:
    with Image.open(trained / runs.PREVIEW) as picture:
        assert picture.size == (32, 32)


def test_pictures_in_colour_without_labels_train_too(
    spec: MakeSpec, library: Path, tmp_path: Path
) -> None:
    pictures = np.random.default_rng(0).integers(0, 256, (40, 8, 10, 3), np.uint8)
    np.savez(tmp_path / "plain.npz", images=pictures)
    asked = spec(epochs=1).model_copy(update={"data": f"npz:{tmp_path / 'plain.npz'}"})
    seen = list(train(asked, library))
    assert end_of(seen).state == "finished"
    folder = library / run_name(seen)
    assert "labels" not in files.read_arrays(folder, runs.LATENTS)
    with Image.open(folder / runs.PREVIEW) as picture:
        assert (picture.size, picture.mode) == ((40, 32), "RGB")


def test_same_seed_gives_the_same_weights_and_another_seed_others(
    spec: MakeSpec, library: Path
) -> None:
    torch.manual_seed(5)
    first = end_of(list(train(spec(seed=3), library))).weights_sha256
    torch.manual_seed(6)
    again = end_of(list(train(spec(seed=3), library))).weights_sha256
    other = end_of(list(train(spec(seed=4), library))).weights_sha256
    assert first == again != other


def test_names_are_made_or_asked_for(spec: MakeSpec, library: Path) -> None:
    names = [run_name(list(train(spec(epochs=1), library))) for _ in range(2)]
    assert names == ["tiny-vae-2", "tiny-vae-2-2"]
    asked = spec(epochs=1).model_copy(update={"name": "My Model"})
    name = run_name(list(train(asked, library)))
    assert name == "my-model"
    assert runs.read_manifest(library / name).title == "My Model"


def test_closing_the_generator_keeps_the_model(spec: MakeSpec, library: Path) -> None:
    stream = train(spec(epochs=1000), library)
    seen = [next(stream) for _ in range(8)]
    stream.close()
    folder = library / run_name(seen)
    runs.verify(folder)
    manifest = runs.read_manifest(folder)
    assert manifest.state == runs.effective_state(folder) == "stopped"
    assert {runs.WEIGHTS, runs.LATENTS, runs.STATE} <= manifest.files.keys()
    end = end_of(runs.tail(folder / runs.EVENTS)[0])
    assert (end.state, end.images_seen) == ("stopped", manifest.images_seen)
    checkpoint.load_model(folder)


def test_stop_is_told_and_keeps_the_model(spec: MakeSpec, library: Path) -> None:
    control = Control()
    seen: list[events.Event] = []
    for event in train(spec(epochs=1000), library, control):
        seen.append(event)
        if isinstance(event, Evaluated) and event.epoch == 2:
            control.stop()
    assert end_of(seen).state == "stopped"
    assert end_of(seen).epoch == 2
    runs.verify(library / run_name(seen))


def test_pause_saves_waits_and_goes_on(spec: MakeSpec, library: Path) -> None:
    control, paused = Control(), threading.Event()
    seen: list[events.Event] = []
    in_manifest: list[str] = []

    def consume() -> None:
        for event in train(spec(), library, control):
            seen.append(event)
            if event.kind == "state_changed":
                in_manifest.append(runs.read_manifest(library / run_name(seen)).state)
                if event.state == "paused":
                    paused.set()

    control.pause()
    consumer = threading.Thread(target=consume)
    consumer.start()
    assert paused.wait(30)
    control.snapshot()
    control.resume()
    consumer.join(30)
    kinds = [event.kind for event in seen]
    assert kinds.count("state_changed") == 2
    assert in_manifest == ["paused", "running"], "who is told finds it so"
    assert kinds.index("snapshot") > kinds.index("state_changed")
    assert end_of(seen).state == "finished"


def test_snapshots_are_models_of_their_moment(spec: MakeSpec, library: Path) -> None:
    control = Control()
    control.snapshot()
    seen = list(train(spec(), library, control))
    folder = library / run_name(seen)
    [snapshot] = [event for event in seen if event.kind == "snapshot"]
    early, _ = checkpoint.load_model(folder, weights=snapshot.path)
    late, _ = checkpoint.load_model(folder)
    name = next(iter(late.state_dict()))
    assert not torch.equal(early.state_dict()[name], late.state_dict()[name])


@pytest.mark.parametrize("family", ["vae", "ae", "pca"])
@pytest.mark.parametrize("ema", [0.0, 0.9])
def test_resumed_run_ends_as_the_uninterrupted_one(
    spec: MakeSpec, library: Path, family: str, ema: float
) -> None:
    whole = end_of(list(train(spec(family, epochs=3, ema=ema), library)))
    control = Control()
    stream = train(spec(family, epochs=3, ema=ema), library, control)
    seen = [next(stream)]
    for event in stream:
        seen.append(event)
        if isinstance(event, Step):  # in the middle of the first epoch
            control.stop()
    folder = library / run_name(seen)
    assert 0 < end_of(seen).images_seen < 48
    again = list(resume(folder, threads=1))
    end = end_of(again)
    assert (end.state, end.images_seen) == ("finished", 144)
    assert end.weights_sha256 == whole.weights_sha256
    assert end.t > end_of(seen).t
    whole_train = only(runs.tail(library / "tiny-vae-2" / runs.EVENTS)[0], Evaluated)
    if family == "vae":
        assert only(again, Evaluated)[0].train == pytest.approx(whole_train[0].train)
    assert runs.tail(folder / runs.EVENTS)[0] == seen + again
    runs.verify(folder)


def test_what_cannot_be_resumed_is_told(trained: Path, library: Path, spec: MakeSpec) -> None:
    with pytest.raises(LatentlabError, match="is finished"):
        next(resume(trained))
    stream = train(spec(), library)
    folder = library / run_name([next(stream)])
    stream.close()
    path = runs.read_manifest(folder).data.name.removeprefix("npz:")
    write_npz(type(folder)(path), n=61)
    with pytest.raises(LatentlabError, match="content hash differs"):
        next(resume(folder))
    with pytest.raises(ModelError, match="is no model"):
        next(resume(library))


@pytest.mark.parametrize(
    ("changes", "error", "words"),
    [
        ({"family": "vea"}, ConfigError, "vea"),
        ({"config": {"latent": 0}}, ConfigError, "latent"),
        ({"config": {"latnet": 2}}, ConfigError, "latnet"),
        ({"recipe": {"epochs": 0}}, ConfigError, "epochs"),
        ({"recipe": {"batch_size": 49}}, ConfigError, r"batch size \(49\).*48 training images"),
        ({"family": "pca", "config": {"latent": 65}}, ConfigError, "65"),
        ({"device": "abacus"}, DeviceError, "abacus"),
        ({"threads": 0}, ConfigError, "threads"),
        ({"data": "npz:/nowhere/x.npz"}, DataError, "nowhere"),
        ({"data": "no-such-data"}, DataError, "no-such-data"),
    ],
)
def test_impossible_wishes_leave_no_folder(
    spec: MakeSpec, library: Path, changes: dict[str, Any], error: type[Exception], words: str
) -> None:
    asked = spec()
    if "recipe" in changes:
        changes = {"recipe": {**asked.recipe, **changes["recipe"]}}
    with pytest.raises(error, match=words):
        next(train(asked.model_copy(update=changes), library))
    assert not list(library.iterdir())


def test_dataset_of_one_image_trains_in_batches_of_one(
    spec: MakeSpec, library: Path, tmp_path: Path
) -> None:
    one = write_npz(tmp_path / "one.npz", n=1, classes=1)
    with pytest.raises(ConfigError, match="1 training image of"):
        next(train(spec().model_copy(update={"data": one}), library))
    seen = list(train(spec(batch_size=1).model_copy(update={"data": one}), library))
    assert end_of(seen).state == "finished"
    assert only(seen, Evaluated)[0].validation == {}
    runs.verify(library / run_name(seen))


def test_dataset_without_training_images_is_refused(
    spec: MakeSpec, library: Path, tmp_path: Path
) -> None:
    pictures = np.zeros((20, 8, 8), np.uint8)
    nothing = pictures[:0]
    np.savez(tmp_path / "t.npz", train_images=nothing, test_images=pictures)
    with pytest.raises(DataError, match=r"training|train|no images|empty"):
        next(train(spec().model_copy(update={"data": f"npz:{tmp_path / 't.npz'}"}), library))
    assert not list(library.iterdir())
