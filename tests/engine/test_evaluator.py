"""The evaluating process, in this one: what it is asked, what it tells, how it leaves."""

from __future__ import annotations

import io
import json
import threading
from typing import TYPE_CHECKING, Any

import pytest

from latentlab.engine import evaluator, runs
from latentlab.engine.score_shelf import ScoreShelf

if TYPE_CHECKING:
    from pathlib import Path


class Lines:
    """An input whose end comes when it is closed."""

    def __init__(self, *lines: str) -> None:
        self._lines, self._closed = list(lines), threading.Event()

    def readline(self) -> str:
        if self._lines:
            return self._lines.pop(0) + "\n"
        self._closed.wait(60)
        return ""

    def close(self) -> None:
        self._closed.set()


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("latentlab.core.paths.cache", lambda: tmp_path / "cache")


def job(folder: Path, **changes: Any) -> str:
    usual = {
        "folder": str(folder), "metrics": ["psnr", "kl"], "yardstick": None, "device": "cpu",
        "keep": True, "fresh": False,
    }  # fmt: skip
    return json.dumps({**usual, **changes})


def told(lines: Lines, out: io.StringIO | None = None) -> list[dict[str, Any]]:
    out = out or io.StringIO()
    try:
        evaluator.serve(lines, out)  # type: ignore[arg-type]
    finally:
        lines.close()
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_it_tells_its_way_and_leaves_figures_on_the_shelf(trained: Path) -> None:
    heard = told(Lines(job(trained)))
    began = [line["measure"] for line in heard if line["kind"] == "began"]
    assert began == ["psnr", "kl"]
    shares = [line["share"] for line in heard if line["kind"] == "progress"]
    assert shares == sorted(shares)
    assert heard[-1] == {"kind": "done"}
    manifest = runs.read_manifest(trained)
    assert ScoreShelf().of(manifest).measured.keys() == {"psnr", "kl"}
    assert "psnr" in manifest.metrics
    assert [line["kind"] for line in told(Lines(job(trained)))][-2:] == ["progress", "done"]


def test_a_mistake_is_one_sentence(trained: Path, tmp_path: Path) -> None:
    (only,) = told(Lines(job(trained, metrics=["fid"])))
    assert only["kind"] == "failed"
    assert only["text"].startswith("There is no measure 'fid'")
    assert "is no model" in told(Lines(job(tmp_path)))[0]["text"]


def test_a_bug_is_told_and_logged(trained: Path, caplog: pytest.LogCaptureFixture) -> None:
    (only,) = told(Lines("{}"))
    assert only["text"].startswith("A bug was met (KeyError")
    assert "met a bug" in caplog.text


def test_the_end_of_its_input_ends_it(trained: Path) -> None:
    class Out(io.StringIO):
        def write(self, text: str) -> int:
            if '"began"' in text:
                lines.close()
                watcher = [t for t in threading.enumerate() if "_wait_for_end" in t.name]
                for thread in watcher:
                    thread.join(10)
            return super().write(text)

    lines = Lines(job(trained))
    assert told(lines, Out())[-1] == {"kind": "cancelled"}
