"""Which figures a model gets: by what it can do, what was asked for, and who can judge it."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any

import pytest

from latentlab.core.errors import ConfigError
from latentlab.engine import runs
from latentlab.engine.evaluate import EvaluationCancelledError, evaluate
from latentlab.engine.train import train
from tests.engine.conftest import run_name
from tests.helpers import edit_manifest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from latentlab.core.manifest import Metric
    from latentlab.core.spec import TrainSpec

PLAIN = {
    "reconstruction", "psnr", "objective", "elbo", "iwae", "kl", "active_units", "probe",
    "memorisation",
}  # fmt: skip
STYLE = {"slant", "thickness", "diversity"}
SUPPORT = {"density", "coverage", "precision", "recall", "two_sample"}
MADE = {
    "cfid",
    "ckid",
    *SUPPORT,
    "modes",
    "label_kl",
    "interpolation",
}  # of samples
JUDGED = {"obedience", "label_fidelity", *MADE}


@pytest.fixture
def make(
    spec: Callable[..., TrainSpec], library: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Path]:
    """Trains a small model of a family; keyword arguments go to its config."""
    monkeypatch.setattr("latentlab.engine.measures.drawn.DRAWS", 60)

    def made(family: str, **config: Any) -> Path:
        asked = spec(family)
        known = {"width": 8} if family == "classifier" else asked.config
        wish = asked.model_copy(update={"config": {**known, **config}})
        return library / run_name(list(train(wish, library)))

    return made


def names(found: dict[str, Metric]) -> set[str]:
    return {name.split(".")[0] for name in found}


def test_a_judged_model_gets_all_figures_but_the_slow_ones(make: Any) -> None:
    folder, judge, said = make("cvae"), make("classifier"), []
    found = evaluate(folder, yardstick=judge, k=2, say=said.append)
    assert names(found) == PLAIN | STYLE | JUDGED
    assert {"cfid.floor", "ckid.floor", "diversity.least", "slant.all", "obedience.2"} <= set(found)
    assert said == []
    stamp = f"{judge.name} (sha256 {runs.read_manifest(judge).files[runs.WEIGHTS][:12]})"
    for name in JUDGED:
        assert stamp in found[name].protocol
        assert f"--metrics {name} --classifier {judge.name}" in found[name].command
    manifest = runs.read_manifest(folder)
    assert manifest.headline == "elbo"
    assert found.items() <= manifest.metrics.items()


def test_every_figure_is_found_again_by_its_command(make: Any) -> None:
    folder, judge = make("cvae"), make("classifier")
    found = evaluate(folder, yardstick=judge, k=2, n=5, seed=3)
    for name in JUDGED:
        words = shlex.split(found[name].command)
        asked = dict(zip(words[3::2], words[4::2], strict=True))
        again = evaluate(
            folder, metrics=[asked["--metrics"]], yardstick=folder.with_name(asked["--classifier"]),
            split="test", n=int(asked["-n"]), k=int(asked["-k"]), seed=int(asked["--seed"]),
        )  # fmt: skip
        assert again.items() <= found.items()
        assert name in again


def test_without_a_judge_it_is_said_what_is_left_out(make: Any) -> None:
    folder, said = make("cvae"), []
    assert names(evaluate(folder, k=2, say=said.append)) == PLAIN | STYLE
    assert len(said) == 1
    assert said[0].startswith("Not measured: obedience, label_fidelity, cfid, ckid, density,")
    assert "train one by latentlab train classifier --data npz:" in said[0]
    with pytest.raises(ConfigError, match="cannot be measured by cfid: there is no classifier"):
        evaluate(folder, metrics=["psnr", "cfid"])


def test_models_that_are_told_nothing_are_compared_with_real_images(make: Any) -> None:
    folder, judge = make("vae"), make("classifier")
    found = evaluate(folder, yardstick=judge, k=2)
    assert names(found) == PLAIN | MADE
    assert found["probe"].better == "neither"
    assert "samples of the prior, decoded means" in found["cfid"].protocol
    with pytest.raises(ConfigError, match="cannot be measured by 'obedience'; choose from"):
        evaluate(folder, metrics=["obedience"], yardstick=judge)


def test_a_classifier_is_measured_by_its_answers_alone(make: Any) -> None:
    judge, said = make("classifier"), []
    assert names(evaluate(judge, say=said.append)) == {"objective", "accuracy"}
    assert said == []
    with pytest.raises(ConfigError, match="a classifier keeps all of the label on purpose"):
        evaluate(judge, metrics=["probe"])


def test_who_cannot_judge_is_refused_before_anything_is_measured(make: Any) -> None:
    folder, judge = make("cvae"), make("classifier")
    with pytest.raises(ConfigError, match="it is no classifier; choose another"):
        evaluate(folder, yardstick=folder)
    record = runs.read_manifest(judge).data.model_copy(update={"content_hash": "0" * 64})
    edit_manifest(judge, data=record.model_dump(mode="json"))
    with pytest.raises(ConfigError, match="was not trained on the same"):
        evaluate(folder, yardstick=judge)
    assert evaluate(folder, metrics=["psnr"], yardstick=judge), "nobody needs a judge here"


def test_attributes_are_judged_by_who_reads_attributes(make: Any, tiny_data: str) -> None:
    folder, judge = make("cvae"), make("classifier")
    edit_manifest(judge, config={**runs.read_manifest(judge).config, "target": "attributes"})
    with pytest.raises(ConfigError, match="it reads attributes, not labels"):
        evaluate(folder, yardstick=judge)


def test_slow_figures_are_measured_when_asked_for(
    make: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("latentlab.engine.measures.gan_train.EPOCHS", 1)
    folder = make("cvae")
    found = evaluate(folder, metrics=["gan_train"], k=2)
    assert found.keys() == {"gan_train", "gan_train.real"}
    assert found["gan_train"].n == 2 * 60
    assert "trained on 120 samples of the prior" in found["gan_train"].protocol
    assert found.items() <= evaluate(folder, slow=True, k=2).items()


def test_one_may_leave_in_the_middle(make: Any) -> None:
    folder, judge = make("cvae"), make("classifier")
    before = (folder / runs.MANIFEST).read_bytes()
    shares: list[float] = []
    with pytest.raises(EvaluationCancelledError):
        evaluate(
            folder, metrics=sorted(JUDGED), yardstick=judge, progress=shares.append,
            cancelled=lambda: bool(shares) and shares[-1] > 0.3,
        )  # fmt: skip
    assert shares == sorted(shares)
    assert 0.3 < shares[-1] < 0.6
    assert (folder / runs.MANIFEST).read_bytes() == before
