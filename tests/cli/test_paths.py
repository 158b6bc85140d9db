"""`latentlab paths` on a real 2-D VAE of the digits."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from latentlab import data
from latentlab.app.realism import Realism
from latentlab.cli.group import main
from latentlab.cli.path_figures import KINDS, Pairs, Study
from latentlab.core.errors import DataError
from latentlab.core.manifest import Metric
from latentlab.engine import runs
from latentlab.engine.codec import Codec
from latentlab.engine.latents import load_latents
from tests.codec_helpers import write_classifier
from tests.helpers import edit_manifest

if TYPE_CHECKING:
    from pathlib import Path

    from latentlab.data.dataset import Dataset


@pytest.fixture(autouse=True)
def _no_shipped_classifier(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if request.node.get_closest_marker("realdata") is None:
        monkeypatch.setattr("latentlab.core.paths.trained", lambda: tmp_path / "nothing-shipped")


@pytest.fixture
def dataset() -> Dataset:
    return data.load("digits")


def study_of(folder: Path, dataset: Dataset, steps: int = 6) -> Study:
    codec, latents = Codec.open(folder, "cpu"), load_latents(folder)
    return Study(codec, dataset, Realism.of(dataset), latents, steps, iterations=3)


def test_all_kinds_are_measured_and_told(
    trained_model: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wish = ["paths", trained_model.name, "--pairs", "6", "--seed", "3", "--iterations", "2"]
    assert main([*wish, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert list(told["paths"]) == ["pixel", "faded", "latent", "slerp", "graph", "geodesic"]
    assert (told["pairs"], told["steps"], told["iterations"]) == (6, 10, 2)
    assert told["real_images"] == len(data.load("digits").splits["train"])
    assert "--pairs 6 --seed 3 --steps 10 --iterations 2" in told["command"]
    for row in told["paths"].values():
        assert row["distance"] > 0
        assert 1 / 9 - 1e-9 <= row["largest_share"] <= 1
        assert row["label_changes"] >= 0
    assert told["paths"]["pixel"]["largest_share"] < 0.13  # all steps of a cross-fade are equal
    assert main([*wish, "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == told
    assert main(wish) == 0
    table = " ".join(capsys.readouterr().out.split())
    assert all(kind in table for kind in KINDS)
    assert f"{told['paths']['graph']['distance']:.2f}" in table


def test_the_figures_are_those_of_the_pictures(trained_model: Path, dataset: Dataset) -> None:
    pairs = Pairs.draw(dataset, 3, seed=0)
    done: list[int] = []
    found = study_of(trained_model, dataset).measure(pairs, "pixel", done.append)
    assert sum(done) == 3
    train = dataset.images[dataset.splits["train"]].reshape(-1, 64) / 255
    for i, (a, b) in enumerate(zip(pairs.a, pairs.b, strict=True)):
        t = np.linspace(0, 1, 6)[:, None]
        start, end = (dataset.images[place].ravel().astype(float) for place in (a, b))
        row = np.rint((1 - t) * start + t * end) / 255
        steps = np.linalg.norm(np.diff(row, axis=0), axis=1)
        assert found["largest_step"][i] == pytest.approx(steps.max(), rel=1e-5)
        assert found["largest_share"][i] == pytest.approx(steps.max() / steps.sum(), rel=1e-5)
        far = np.linalg.norm(row[:, None] - train[None], axis=2).min(axis=1)
        assert found["distance"][i] == pytest.approx(far[1:-1].mean(), rel=1e-4)
        assert found["distance_middle"][i] == pytest.approx(far[2:4].mean(), rel=1e-4)
        assert found["distance_ends"][i] == pytest.approx(far[[0, -1]].mean(), rel=1e-4)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_starts_and_ends_at_the_pair(
    trained_model: Path, dataset: Dataset, kind
) -> None:
    pairs = Pairs.draw(dataset, 2, seed=1)
    rows = list(study_of(trained_model, dataset)._walk(pairs.a, pairs.b, kind))
    codec = Codec.open(trained_model, "cpu")
    for row, a, b in zip(rows, pairs.a, pairs.b, strict=True):
        assert row.shape == (6, 1, 8, 8)
        ends = dataset.images[[a, b]]
        wanted = ends if kind == "pixel" else codec.reconstruct(ends)
        assert np.abs(row[[0, -1]].astype(int) - wanted).max() <= 1


def test_pairs_are_test_images_and_never_one_twice(dataset: Dataset) -> None:
    pairs = Pairs.draw(dataset, 5000, seed=2)
    assert (pairs.a != pairs.b).all()
    assert np.isin([pairs.a, pairs.b], dataset.splits["test"]).all()
    assert len(np.unique(pairs.a)) == len(dataset.splits["test"])
    np.testing.assert_array_equal(pairs.b, Pairs.draw(dataset, 5000, seed=2).b)


def test_one_test_image_makes_no_pair(tmp_path: Path) -> None:
    np.savez(tmp_path / "few.npz", images=np.zeros((10, 8, 8), np.uint8))
    with pytest.raises(DataError, match="fewer than two test images"):
        Pairs.draw(data.load(f"npz:{tmp_path / 'few.npz'}"), 1, 0)


def test_with_a_classifier_distances_are_measured_in_its_features(
    trained_model: Path, dataset: Dataset, capsys: pytest.CaptureFixture[str]
) -> None:
    data_record = runs.read_manifest(trained_model).data
    accuracy = Metric(value=97.25, unit="%", n=10, title="Accuracy")
    reader = write_classifier(
        trained_model.parent, data=data_record, metrics={"accuracy": accuracy}, headline=""
    )
    wish = ["paths", trained_model.name, "--pairs", "3", "--iterations", "1", "--device", "cpu"]
    assert main([*wish, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["classifier"] == "reader"
    assert told["classifier_accuracy"] == 97.25
    assert told["classifier_weights"] == runs.read_manifest(reader).files["weights.safetensors"]
    eye, codec = Codec.open(reader, "cpu"), Codec.open(trained_model, "cpu")
    real = eye.judge(np.asarray(dataset.images[dataset.splits["train"]]))[1].astype(float)
    pairs = Pairs.draw(dataset, 3, 0)
    ends = [eye.judge(codec.reconstruct(dataset.images[rows]))[1] for rows in (pairs.a, pairs.b)]
    far = np.linalg.norm(np.concatenate(ends)[:, None] - real[None], axis=2).min(axis=1)
    assert told["paths"]["latent"]["features_ends"] == pytest.approx(far.mean(), rel=2e-3)
    for row in told["paths"].values():
        assert {"features", "features_middle", "features_error"} <= set(row)
    assert main(wish) == 0
    table = " ".join(capsys.readouterr().out.split())
    assert "features of reader, right on 97.25 % of test images" in table
    assert f"{told['paths']['slerp']['features']:.2f}" in table


def test_without_a_classifier_nothing_is_said_of_features(
    trained_model: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wish = ["paths", trained_model.name, "--pairs", "1", "--iterations", "1", "--device", "cpu"]
    assert main([*wish, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["classifier"] is None
    assert not any("features" in name for row in told["paths"].values() for name in row)
    assert main(wish) == 0
    assert "features" not in capsys.readouterr().out


def test_labels_are_left_out_where_there_are_none(trained_model: Path, dataset: Dataset) -> None:
    codec, latents = Codec.open(trained_model, "cpu"), load_latents(trained_model)
    real = Realism(np.asarray(dataset.images[:200]))
    found = Study(codec, dataset, real, latents, 4, 1).measure(
        Pairs.draw(dataset, 2, 0), "latent", lambda _: None
    )
    assert "label_changes" not in found
    assert len(found["distance"]) == 2


@pytest.mark.parametrize(
    ("wish", "sentence"),
    [
        (["nothing"], "There is no model"),
        (["small-digits", "--steps", "2"], "3<=x<=64"),
        (["small-digits", "--pairs", "0"], "1<=x<=100000"),
        (["small-digits", "--device", "abacus"], "is no device"),
    ],
)
def test_a_mistake_is_one_sentence(
    trained_model: Path, capsys: pytest.CaptureFixture[str], wish: list[str], sentence: str
) -> None:
    assert main(["paths", *wish]) in (1, 2)
    told: Any = capsys.readouterr().err
    assert sentence in told
    assert "Traceback" not in told


def test_other_data_than_the_models_is_refused(
    trained_model: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    record = json.loads((trained_model / "manifest.json").read_text())["data"]
    edit_manifest(trained_model, data={**record, "content_hash": "0" * 64})
    assert main(["paths", trained_model.name]) == 1
    assert "not what the model was trained on" in capsys.readouterr().err


@pytest.mark.realdata
def test_on_mnist_the_latent_row_stays_nearer_to_the_data(
    real_data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wish = ["paths", "mnist-vae-20", "--pairs", "8", "--iterations", "1", "--device", "cpu"]
    assert main([*wish, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    distance = {kind: row["distance_middle"] for kind, row in told["paths"].items()}
    assert distance["graph"] < distance["latent"] < distance["faded"]
    ends = {kind: row["distance_ends"] for kind, row in told["paths"].items()}
    assert ends["latent"] == pytest.approx(ends["faded"], rel=1e-3)
    assert ends["faded"] < ends["pixel"]
    assert told["real_images"] == 10_000
