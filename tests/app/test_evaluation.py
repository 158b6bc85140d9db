"""Evaluations of the window: the process is played by scripts."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from latentlab.app.evaluation import Evaluations, Running, choices, judge_of, known
from latentlab.app.lab import Lab
from latentlab.core.manifest import Metric
from latentlab.engine import runs
from latentlab.engine.score_shelf import Answer, Question, ScoreShelf, code_version
from tests.helpers import edit_manifest, write_model

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.helpers import QueuePost

    Make = Callable[[str], Evaluations]

HEAD = """
import json, sys
def tell(kind, **facts): print(json.dumps({"kind": kind, **facts}), flush=True)
job = json.loads(sys.stdin.readline())
"""
WHOLE = (
    HEAD
    + """
tell("said", text=json.dumps(job))
for place, name in enumerate(job["metrics"]):
    tell("began", measure=name)
    tell("progress", share=(place + 1) / len(job["metrics"]))
tell("done")
"""
)
PATIENT = (
    HEAD
    + """
tell("began", measure="psnr")
sys.stdin.read()
tell("cancelled")
"""
)


@pytest.fixture
def make(
    library: Path, post: QueuePost, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Make]:
    """A Lab on one small model, whose evaluations are a script."""
    monkeypatch.setattr("latentlab.core.paths.trained", lambda: tmp_path / "none")
    monkeypatch.setattr("latentlab.core.paths.cache", lambda: tmp_path / "cache")
    write_model(library, "tiny")
    lab = Lab(post, settings=tmp_path / "settings", codec_argv=[sys.executable, "-S", "-c", ""])

    def made(script: str) -> Evaluations:
        lab.evaluations = Evaluations(lab, post, [sys.executable, "-S", "-c", script])
        return lab.evaluations

    yield made
    lab.close()


def on_shelf(library: Path, name: str, **figures: float) -> None:
    """As if the evaluating process had measured a model by `name`."""
    manifest = runs.read_manifest(library / "tiny")
    weights = manifest.files[runs.WEIGHTS]
    question = Question(name, "tiny", weights, "", "", "test", 5, 50, 0, code_version())
    metrics = {key: Metric(value=v, unit="", n=5, title=key) for key, v in figures.items()}
    answer = Answer(measure=name, question=tuple(question), figures=metrics)
    ScoreShelf().save(question, answer, {f"{name}.numbers": np.arange(4)})


def test_an_evaluation_tells_its_way(make: Make, post: QueuePost, library: Path) -> None:
    evaluations = make(WHOLE)
    seen: list[Running | None] = []
    said: list[str] = []
    scored: list[str] = []
    ended: list[tuple[str, str]] = []
    evaluations.changed.connect(lambda: seen.append(evaluations.running))
    evaluations.said.connect(lambda _, text: said.append(text))
    evaluations.scored.connect(scored.append)
    evaluations.ended.connect(lambda *how: ended.append(how))
    assert evaluations.start("tiny", ["psnr", "kl"]) == ""
    assert "wait for it" in evaluations.start("tiny", ["psnr"])
    post.run_until(lambda: bool(ended))
    assert ended == [("tiny", "")]
    assert seen[0] == Running("tiny", ("psnr", "kl"))
    assert [(r.now, r.share) for r in seen if r and r.now][-1] == ("kl", 1.0)
    assert seen[-1] is None
    assert scored == ["tiny", "tiny"], "after the first measure, and at the end"
    job: dict[str, Any] = json.loads(said[0])
    assert job["folder"] == str(library / "tiny")
    assert job["keep"] is True
    assert (job["yardstick"], job["fresh"]) == (None, False)


def test_a_cancelled_one_leaves_by_itself(make: Make, post: QueuePost) -> None:
    evaluations, ended = make(PATIENT), []
    evaluations.ended.connect(lambda *how: ended.append(how))
    evaluations.start("tiny", ["psnr"])
    post.run_until(lambda: bool(evaluations.running and evaluations.running.now))
    evaluations.cancel()
    assert evaluations.running is not None
    assert evaluations.running.is_leaving
    post.run_until(lambda: bool(ended))
    assert ended == [("tiny", "")]
    assert evaluations.running is None


def test_closing_in_the_middle_ends_the_process(make: Make, post: QueuePost) -> None:
    evaluations = make(PATIENT)
    evaluations.start("tiny", ["psnr"])
    post.run_until(lambda: bool(evaluations.running and evaluations.running.now))
    evaluations.close()
    evaluations.close()
    post.drain()


def test_a_process_that_dies_is_told_once(
    make: Make, post: QueuePost, caplog: pytest.LogCaptureFixture
) -> None:
    evaluations, ended = make("import sys; sys.exit('no memory')"), []
    evaluations.ended.connect(lambda *how: ended.append(how))
    evaluations.start("tiny", ["psnr"])
    post.run_until(lambda: bool(ended))
    assert len(ended) == 1
    assert "without a word" in ended[0][1]
    assert "no memory" in caplog.text


def test_a_refusal_and_nonsense(
    make: Make, post: QueuePost, caplog: pytest.LogCaptureFixture
) -> None:
    script = HEAD + "print('what', flush=True); tell('failed', text='Not this model.')"
    evaluations, ended = make(script), []
    evaluations.ended.connect(lambda *how: ended.append(how))
    assert evaluations.start("tiny", []) == "Choose at least one measure."
    evaluations.start("tiny", ["psnr"])
    post.run_until(lambda: bool(ended))
    assert ended == [("tiny", "Not this model.")]
    assert "do not know" in caplog.text


def test_without_a_program_it_cannot_start(make: Make) -> None:
    evaluations = make("")
    evaluations._argv = ["/no/such/program"]
    assert "cannot start" in evaluations.start("tiny", ["psnr"])
    assert evaluations.running is None


def test_choices_say_what_stands_against_them(make: Make, library: Path) -> None:
    registry = make("")._lab.registry
    manifest = registry.find("tiny").require()
    found = {choice.name: choice for choice in choices(registry, manifest)}
    assert found["psnr"].is_usual
    assert "no classifier" in found["cfid"].obstacle
    assert judge_of(registry, manifest) is None
    data = manifest.data.model_dump(mode="json")
    write_model(library, "judge")
    edit_manifest(library / "judge", capabilities=["classify", "encode"], data=data)
    registry.rescan()
    judge = judge_of(registry, manifest)
    assert judge is not None
    assert judge.id == "judge"
    found = {choice.name: choice for choice in choices(registry, manifest)}
    assert found["cfid"].obstacle == ""


def test_what_is_known_is_read_behind_the_window(
    make: Make, post: QueuePost, library: Path
) -> None:
    evaluations = make("")
    on_shelf(library, "psnr", psnr=21.0)
    got: list[Any] = []
    evaluations.load(evaluations.peers("tiny"), got.append)
    post.run_until(lambda: bool(got))
    scores = got[0]["tiny"]
    assert scores.figures["psnr"].value == 21
    assert scores.shown["psnr.numbers"].tolist() == [0, 1, 2, 3]
    kept = evaluations._lab.registry.find("tiny").require().metrics
    assert kept.items() <= known(evaluations._lab.registry.find("tiny")).figures.items()


def test_peers_are_of_one_dataset(make: Make, library: Path) -> None:
    registry = make("")._lab.registry
    write_model(library, "same")
    write_model(library, "other")
    record = registry.find("tiny").require().data.model_dump(mode="json")
    edit_manifest(library / "other", data={**record, "content_hash": "f" * 64})
    registry.rescan()
    assert make("").peers("tiny") == ["tiny", "same"]
