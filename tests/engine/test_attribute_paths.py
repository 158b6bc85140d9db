"""Data of which attributes are known, not labels: drawn faces, and CelebA of those who have it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from latentlab import data
from latentlab.core.spec import TrainSpec
from latentlab.engine import runs
from latentlab.engine.codec import Codec
from latentlab.engine.evaluate import evaluate
from latentlab.engine.train import train
from tests.data.makers import write_celeba
from tests.engine.conftest import SMALL, run_name

if TYPE_CHECKING:
    from pathlib import Path


SPECS = ("faces?count=40&size=16", "celeba?size=16")
CONFIGS = {
    "classifier": {"target": "attributes", "width": 8},
    "cvae": {**SMALL, "condition": "attributes"},
    "gan": {"latent": 2, "width": 4, "critic_width": 4},
}


@pytest.fixture(params=SPECS, ids=lambda spec: spec.split("?")[0])
def spec_of_data(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> str:
    write_celeba(tmp_path)
    monkeypatch.setenv("LATENTLAB_DATA", str(tmp_path))
    return str(request.param)


def run(family: str, spec: str, library: Path) -> Path:
    """The folder of a short training."""
    recipe: dict[str, Any] = {"epochs": 1, "batch_size": 8, "ema": 0.0}
    wish = TrainSpec(
        family=family, config=CONFIGS[family], recipe=recipe, data=spec, device="cpu", threads=1
    )
    return library / run_name(list(train(wish, library)))


def test_a_classifier_reads_every_attribute_and_each_is_measured(
    spec_of_data: str, library: Path
) -> None:
    folder = run("classifier", spec_of_data, library)
    dataset = data.load(spec_of_data)
    names, test = dataset.attribute_names, dataset.splits["test"]
    manifest = runs.read_manifest(folder)
    assert manifest.data.attribute_names == names
    seen, _ = Codec.open(folder, "cpu").judge(np.ascontiguousarray(dataset.images[test]))
    assert seen.shape == (len(test), len(names))
    assert dataset.attributes is not None
    right = 100 * ((seen > 0.5) == (dataset.attributes[test] > 0.5)).mean(0)
    found = evaluate(folder, metrics=["accuracy"])
    assert [found[f"accuracy.{name}"].value for name in names] == pytest.approx(right.tolist())
    assert found["accuracy"].value == pytest.approx(right.mean())


def test_a_conditional_model_is_told_them_by_name(spec_of_data: str, library: Path) -> None:
    codec = Codec.open(run("cvae", spec_of_data, library), "cpu")
    names = data.load(spec_of_data).attribute_names
    assert codec.manifest.told_names == names
    z = np.zeros((1, 2), np.float32)
    every = [codec.means(z, np.eye(len(names))[i]) for i in range(len(names))]
    assert every[0].shape == (1, 3, 16, 16)
    assert not np.allclose(every[0], every[1])


def test_arithmetic_of_a_gan_is_read_by_that_classifier(library: Path) -> None:
    """Networks that have hardly begun: what counts is that every part finds the next."""
    spec = SPECS[0]
    judge, folder = run("classifier", spec, library), run("gan", spec, library)
    said: list[str] = []
    found = evaluate(folder, metrics=["arithmetic"], yardstick=judge, say=said.append)
    names = data.load(spec).attribute_names
    missed = {sentence.split()[2] for sentence in said}
    measured = {name.split(".")[1] for name in found if "." in name} - {"kept", "control"}
    assert measured | missed == set(names)
    assert not measured & missed
