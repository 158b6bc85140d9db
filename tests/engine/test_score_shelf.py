"""What was measured once is not measured again, unless anything that it depends on differs."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from latentlab.core.errors import ConfigError
from latentlab.engine import evaluate as engine
from latentlab.engine import runs, score_shelf
from latentlab.engine.evaluate import EvaluationCancelledError, evaluate
from latentlab.engine.measures import METRICS, Measure, Task
from latentlab.engine.score_shelf import ScoreShelf
from tests.helpers import edit_manifest

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def shelf(tmp_path: Path) -> ScoreShelf:
    return ScoreShelf(tmp_path / "shelf")


@pytest.fixture
def runs_of(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of measures, each time that one is run."""
    calls: list[str] = []

    def counted(name: str, measure: Measure) -> Measure:
        def run(task: Task) -> None:
            calls.append(name)
            measure.run(task)
            task.show(f"{name}.numbers", np.arange(3.0))
            task.say(f"{name} was here")

        return Measure(run, measure.kind)

    for name in ("psnr", "kl"):
        monkeypatch.setitem(METRICS, name, counted(name, METRICS[name]))
    return calls


def test_a_second_time_nothing_is_measured_but_all_is_told(
    trained: Path, shelf: ScoreShelf, runs_of: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    first = evaluate(trained, metrics=["kl", "psnr"], shelf=shelf, say=said.append)
    monkeypatch.setattr(engine.checkpoint, "load_model", None)  # not even asked for
    again = evaluate(trained, metrics=["psnr", "kl"], shelf=shelf, say=said.append)
    assert list(first.items()) == list(again.items())
    assert runs_of == ["psnr", "kl"]
    assert said == ["psnr was here", "kl was here"] * 2
    scores = shelf.of(runs.read_manifest(trained))
    assert scores.figures == first
    assert scores.measured["kl"].figures.keys() == {"kl", "kl.0", "kl.1"}
    assert scores.shown["psnr.numbers"].tolist() == [0, 1, 2]


@pytest.mark.parametrize(
    "changed", [{"n": 4}, {"seed": 1}, {"k": 3}, {"split": "train"}, {"fresh": True}]
)
def test_another_question_is_measured(
    trained: Path, shelf: ScoreShelf, runs_of: list[str], changed: dict[str, Any]
) -> None:
    evaluate(trained, metrics=["psnr"], shelf=shelf)
    evaluate(trained, metrics=["psnr"], shelf=shelf, **changed)
    assert runs_of == ["psnr", "psnr"]


def test_other_weights_and_other_code_are_measured(
    trained: Path, shelf: ScoreShelf, runs_of: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    evaluate(trained, metrics=["psnr"], shelf=shelf)
    monkeypatch.setattr(engine, "code_version", lambda: "another")
    evaluate(trained, metrics=["psnr"], shelf=shelf)
    assert len(runs_of) == 2
    assert shelf.of(runs.read_manifest(trained)).measured["psnr"].question[-1] != "another"
    listed = runs.read_manifest(trained).files
    edit_manifest(trained, files={**listed, runs.WEIGHTS: "0" * 64})
    assert shelf.of(runs.read_manifest(trained)).figures == {}


def test_all_that_was_measured_before_a_cancel_stays(
    trained: Path, shelf: ScoreShelf, runs_of: list[str]
) -> None:
    with pytest.raises(EvaluationCancelledError):
        evaluate(trained, metrics=["psnr", "kl"], shelf=shelf, cancelled=lambda: "kl" in runs_of)
    assert shelf.of(runs.read_manifest(trained)).measured.keys() == {"psnr"}
    evaluate(trained, metrics=["psnr", "kl"], shelf=shelf)
    assert runs_of == ["psnr", "kl", "kl"]


def test_a_damaged_answer_is_measured_again(
    trained: Path, shelf: ScoreShelf, runs_of: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    evaluate(trained, metrics=["psnr"], shelf=shelf)
    (path,) = shelf.place.rglob("*.json")
    (beside,) = shelf.place.rglob("*.safetensors")
    beside.write_bytes(b"nothing")
    assert shelf.of(runs.read_manifest(trained)).shown == {}
    path.write_text('{"measure": "psnr"')
    assert evaluate(trained, metrics=["psnr"], shelf=shelf)
    assert runs_of == ["psnr", "psnr"]
    assert "is not used" in caplog.text
    assert shelf.of(runs.read_manifest(trained)).shown.keys() == {"psnr.numbers"}


def test_a_shelf_that_cannot_be_written_stops_nobody(
    trained: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("no folder")
    with caplog.at_level(logging.WARNING):
        assert evaluate(trained, metrics=["psnr"], shelf=ScoreShelf(tmp_path / "file"))
    assert "cannot be written" in caplog.text


def test_the_default_shelf_lies_in_the_cache(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("LATENTLAB_CACHE", str(tmp_path))
    assert ScoreShelf().place == tmp_path / "evaluations"


def test_the_code_version_is_that_of_all_measures() -> None:
    assert len(score_shelf.code_version()) == 16
    int(score_shelf.code_version(), 16)


def test_unknown_measures_are_refused_with_the_list(trained: Path) -> None:
    with pytest.raises(ConfigError, match="There is no measure 'fid'; choose from reconstruction,"):
        evaluate(trained, metrics=["psnr", "fid"])
    with pytest.raises(ConfigError, match="cannot be measured by 'completion'; choose from"):
        evaluate(trained, metrics=["completion"])
