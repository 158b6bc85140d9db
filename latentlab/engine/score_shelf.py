"""Measured figures on disk, so that nothing is measured twice. Torch-free: the window reads it.

One folder per model weights; in it, for each measure and everything that its figures depend on, a
JSON file with the figures and a file of the arrays that they were read from. All of it can be made
again.
"""

from __future__ import annotations

import functools
import hashlib
import json
import logging
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from pydantic import Field, ValidationError

from latentlab.core import paths
from latentlab.core.errors import ModelError
from latentlab.core.manifest import Metric
from latentlab.core.values import Value
from latentlab.engine import files, runs

if TYPE_CHECKING:
    from latentlab.core.manifest import Manifest

_CODE = ("core", "engine", "models")  # rooms whose files may change a figure

log = logging.getLogger(__name__)


class Question(NamedTuple):
    """Everything that the figures of one measure depend on."""

    measure: str
    model: str  # id: its command lines name it
    weights: str  # sha256
    data: str  # content hash
    judge: str  # id and sha256 of the classifier's weights; empty where none is asked
    split: str
    n: int  # images measured
    k: int
    seed: int
    code: str


class Answer(Value):
    """What a measure gave, and when; arrays are beside it."""

    measure: str
    question: tuple[str | int, ...]
    figures: dict[str, Metric] = Field(default_factory=dict)
    said: tuple[str, ...] = ()  # what could not be measured
    seconds: float = 0.0
    created: str = ""  # ISO 8601, UTC


@dataclass(frozen=True)
class Scores:
    """Figures and arrays of some measures."""

    figures: dict[str, Metric] = field(default_factory=dict)
    shown: files.Arrays = field(default_factory=dict)
    measured: dict[str, Answer] = field(default_factory=dict)  # by measure


@functools.cache
def code_version() -> str:
    """The version of this package and a hash of all code that figures may depend on."""
    digest = hashlib.sha256(version("latentlab").encode())
    home = Path(__file__).parents[1]
    for path in sorted(path for room in _CODE for path in (home / room).rglob("*.py")):
        digest.update(path.relative_to(home).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


class ScoreShelf:
    """Answers by question; a disk that takes no more is no reason to measure nothing."""

    def __init__(self, place: Path | None = None) -> None:
        self.place = place or paths.cache() / "evaluations"

    def load(self, question: Question) -> Answer | None:
        """What was answered before; None where nobody asked, or the file is damaged."""
        return _read(self._path(question))

    def arrays(self, question: Question) -> files.Arrays:
        """What the figures were read from; nothing where there was none."""
        return _read_arrays(self._path(question))

    def save(self, question: Question, answer: Answer, shown: files.Arrays) -> None:
        """Keep an answer with its arrays; the JSON file is last, as it says that all is there."""
        path = self._path(question)
        contents = {path.name: (answer.model_dump_json(indent=1) + "\n").encode()}
        if shown:
            contents = {_beside(path).name: files.pack_arrays(shown), **contents}
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            files.write_together(path.parent, contents, durable=False)
        except OSError as error:
            log.warning("%s", files.explain(error, f"{path} cannot be written"))

    def of(self, manifest: Manifest) -> Scores:
        """All that the code as it is measured of a model's weights, the latest of each measure."""
        weights = manifest.files.get(runs.WEIGHTS, "")
        found = [] if not weights else sorted(self._folder(weights).glob("*.json"))
        answers = [(path, answer) for path in found if (answer := _read(path)) is not None]
        latest: dict[str, tuple[Path, Answer]] = {}
        for path, answer in sorted(answers, key=lambda pair: pair[1].created):
            asked = Question(*answer.question)  # type: ignore[arg-type]
            if (asked.model, asked.code) == (manifest.id, code_version()):
                latest[answer.measure] = path, answer
        scores = Scores(measured={name: answer for name, (_, answer) in latest.items()})
        for path, answer in latest.values():
            scores.figures.update(answer.figures)
            scores.shown.update(_read_arrays(path))
        return scores

    def _folder(self, weights: str) -> Path:
        return self.place / weights[:16]

    def _path(self, question: Question) -> Path:
        digest = hashlib.sha256(json.dumps(question).encode()).hexdigest()[:16]
        return self._folder(question.weights) / f"{question.measure}-{digest}.json"


def _read(path: Path) -> Answer | None:
    try:
        answer = Answer.model_validate_json(path.read_bytes())
        Question(*answer.question)  # type: ignore[arg-type]
    except FileNotFoundError:
        return None
    except (OSError, ValidationError, TypeError) as error:
        log.warning("%s is not used: %s", path, error)
        return None
    return answer


def _read_arrays(path: Path) -> files.Arrays:
    beside = _beside(path)
    if not beside.is_file():
        return {}
    try:
        return files.read_arrays(beside.parent, beside.name)
    except ModelError as error:
        log.warning("%s; the plots are left out", error)
        return {}


def _beside(path: Path) -> Path:
    return path.with_suffix(".safetensors")
