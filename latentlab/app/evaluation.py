"""Measuring models from the window: what can be asked, one evaluation at a time, what came out.

The work is done by a process that has torch, `latentlab.engine.evaluator`; figures come back by
the score shelf, measure by measure, and live in the manifests of the user's own models.
"""

from __future__ import annotations

import json
import logging
import os
import subprocess
import tempfile
import threading
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from psygnal import Signal

from latentlab.app import children
from latentlab.core.metrics import KINDS
from latentlab.engine import files
from latentlab.engine.score_shelf import Scores, ScoreShelf

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from latentlab.app.lab import Lab
    from latentlab.app.post import Post
    from latentlab.app.registry import ModelCard, Registry
    from latentlab.core.manifest import Manifest
    from latentlab.core.metrics import Kind

_END_S = 5.0  # a child that does not leave by itself is killed after this
_LANE = "scores"
_WORDLESS = "The evaluation ended without a word; the log may have the details."

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Choice:
    """One measure, as it is offered for one model."""

    name: str
    kind: Kind
    obstacle: str  # why it cannot be chosen, half a sentence; empty where it can

    @property
    def is_usual(self) -> bool:
        """Whether it is measured when nobody chooses."""
        return not self.obstacle and not self.kind.slow


@dataclass(frozen=True)
class Running:
    """The evaluation that is going on."""

    model: str
    measures: tuple[str, ...]
    now: str = ""  # the measure that runs
    share: float = 0.0
    is_leaving: bool = False  # it was cancelled, and has not left yet


def judge_of(registry: Registry, manifest: Manifest) -> ModelCard | None:
    """The classifier that judges what a model makes; None without one."""
    attributes = manifest.is_told_attributes or not manifest.data.label_names
    return registry.yardstick(manifest, attributes=attributes)


def choices(registry: Registry, manifest: Manifest) -> list[Choice]:
    """All measures in their order, with what stands against each."""
    has_judge = judge_of(registry, manifest) is not None
    return [
        Choice(name, kind, kind.obstacle(manifest, has_judge=has_judge))
        for name, kind in KINDS.items()
    ]


class Evaluations:
    """Belongs to one thread, which it never holds up."""

    changed = Signal()  # of `running`
    scored = Signal(str)  # a model has new figures
    ended = Signal(str, str)  # model, what went wrong: one sentence, or nothing
    said = Signal(str, str)  # model, a sentence on what could not be measured

    def __init__(self, lab: Lab, post: Post, argv: Sequence[str] | None = None) -> None:
        self._lab = lab
        self._post = post
        self._argv = argv or children.python("latentlab.engine.evaluator")
        self._child: _Child | None = None
        self.running: Running | None = None

    # -- intents -------------------------------------------------------------------------------

    def start(self, model: str, names: Sequence[str], *, fresh: bool = False) -> str:
        """Measure a model in the background; why it cannot begin, or nothing."""
        if self.running is not None:
            return f"{self.running.model} is being measured; wait for it, or cancel it first."
        if not names:
            return "Choose at least one measure."
        card = self._lab.registry.find(model)
        judge = judge_of(self._lab.registry, card.require())
        job = {
            "folder": str(card.folder),
            "metrics": list(names),
            "yardstick": None if judge is None else str(judge.folder),
            "device": self._lab.preferences.settings.device,
            "keep": not card.shipped,
            "fresh": fresh,
        }
        try:
            self._child = _Child(self._argv, job, self._heard)
        except OSError as error:
            return files.explain(error, "The evaluation cannot start")
        self._set(Running(model, tuple(names)))
        return ""

    def cancel(self) -> None:
        """Leave the evaluation; what it has measured so far stays."""
        if self._child is not None and self.running is not None:
            self._child.leave()
            self._set(replace(self.running, is_leaving=True))

    def close(self) -> None:
        """End the child, if need be by force."""
        child, self._child = self._child, None
        if child is not None:
            child.end()

    # -- figures -------------------------------------------------------------------------------

    def load(self, models: Sequence[str], done: Callable[[dict[str, Scores]], None]) -> None:
        """What is known of models, read in the background; the newest question wins."""
        cards = {card.id: card for card in self._lab.registry.cards()}
        asked = [cards[model] for model in models if model in cards]
        self._lab.background.run(_LANE, lambda _: {card.id: known(card) for card in asked}, done)

    def peers(self, model: str) -> list[str]:
        """Usable models of the same dataset, this one first."""
        manifest = self._lab.registry.find(model).manifest
        if manifest is None:
            return [model]
        others = [
            card.id
            for card in self._lab.registry.cards()
            if card.id != model
            and card.manifest is not None
            and card.is_usable
            and card.manifest.data.content_hash == manifest.data.content_hash
        ]
        return [model, *others]

    # -- what the child tells ------------------------------------------------------------------

    def _heard(self, child: _Child, line: dict[str, Any]) -> None:
        """On the child's thread."""
        self._post(lambda: self._on_line(line) if child is self._child else None)

    def _on_line(self, line: dict[str, Any]) -> None:
        assert self.running is not None  # as long as there is a child
        kind, model = line.get("kind"), self.running.model
        if kind == "began":
            if self.running.now:
                self.scored.emit(model)  # the one before is done
            self._set(replace(self.running, now=str(line["measure"])))
        elif kind == "progress":
            self._set(replace(self.running, share=float(line["share"])))
        elif kind == "said":
            self.said.emit(model, str(line["text"]))
        elif kind in ("done", "cancelled", "failed"):
            self._end(str(line.get("text", "")))

    def _end(self, problem: str) -> None:
        assert self.running is not None
        model, child = self.running.model, self._child
        self._child = None
        if child is not None:
            child.leave()
        self._set(None)
        self._lab.rescan()  # figures of the user's own models are in their manifests now
        self.scored.emit(model)
        self.ended.emit(model, problem)

    def _set(self, running: Running | None) -> None:
        self.running = running
        self.changed.emit()


def known(card: ModelCard) -> Scores:
    """Figures of the manifest, and what lies on the shelf."""
    if card.manifest is None:
        return Scores()
    found = ScoreShelf().of(card.manifest)
    return Scores({**card.manifest.metrics, **found.figures}, found.shown, found.measured)


class _Child:
    """The process and the thread that reads it."""

    def __init__(
        self, argv: Sequence[str], job: dict[str, Any], heard: Callable[[_Child, Any], None]
    ) -> None:
        """Start at once; raises OSError when the system cannot."""
        self._heard = heard
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the process
        threads = str(max(1, (os.cpu_count() or 2) - 1))  # one core is the window's
        try:
            self._process = subprocess.Popen(
                list(argv),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._errors,
                env=children.environment(OMP_NUM_THREADS=threads, PYTHONUNBUFFERED="1"),
                start_new_session=True,  # Ctrl+C in the terminal ends the window, which ends us
            )
        except OSError:
            self._errors.close()
            raise
        self._thread = threading.Thread(target=self._read, name="evaluation", daemon=True)
        self._thread.start()
        self._write(json.dumps(job) + "\n")

    def leave(self) -> None:
        """The end of its input: it leaves by itself, soon."""
        stdin = self._process.stdin
        assert stdin is not None
        try:
            stdin.close()
        except OSError:
            log.debug("the evaluation has ended already")

    def end(self) -> None:
        """Leave, and wait for it; by force when it takes long."""
        self.leave()
        try:
            self._process.wait(_END_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._thread.join(_END_S)

    def _write(self, text: str) -> None:
        stdin = self._process.stdin
        assert stdin is not None
        try:
            stdin.write(text.encode())
            stdin.flush()
        except OSError:
            log.debug("the evaluation ended before it began")

    def _read(self) -> None:
        stdout = self._process.stdout
        assert stdout is not None
        with stdout:
            for raw in stdout:
                try:
                    self._heard(self, dict(json.loads(raw)))
                except (ValueError, TypeError):
                    log.warning("the evaluation said what we do not know: %.200r", raw)
        self._process.wait()
        self._heard(self, {"kind": "failed", "text": self._last_words()})  # unless it said so

    def _last_words(self) -> str:
        with self._errors as file:
            file.seek(0)
            lines = file.read().decode(errors="replace").strip().splitlines()
        for line in lines[-20:]:
            log.warning("evaluation: %s", line)
        return _WORDLESS
