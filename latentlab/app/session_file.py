"""What a session leaves in a file: the document, what other models had, and the steps so far."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, Self

from pydantic import Field, ValidationError

from latentlab.app import documents
from latentlab.app.history import Trail
from latentlab.app.state import MapView, State
from latentlab.core.errors import ConfigError
from latentlab.core.label import Label
from latentlab.core.values import Value
from latentlab.engine import files

if TYPE_CHECKING:
    from pathlib import Path

_MOST_WORDS = 250_000  # numbers and eights of letters that steps may take in the file, about 2 MB


class Remembered(Value):
    """What the session knows of a model that is not the current one."""

    moment: int | None = None
    z: tuple[float, ...] = ()
    label: Label = None
    selection: tuple[int, ...] = ()
    map: MapView | None = None  # None: never looked at


class Step(Value):
    """One step: what it touched, and the fields of the document that differ after it."""

    kind: tuple[str, ...]
    changes: dict[str, Any]


class Steps(Value):
    """The history as it is written: one document whole, of the next ones what differs."""

    first: State
    steps: tuple[Step, ...] = ()
    place: int = Field(0, ge=0)

    @classmethod
    def of(cls, trail: Trail[State]) -> Self:
        """Of a trail; the oldest steps are left out when all would be too much for a file."""
        steps = [
            Step(kind=tuple(sorted(kind)), changes=_changes(before, after))
            for before, after, kind in trail.steps()
        ]
        weights = [_weight(step.changes) for step in steps]
        start = 0
        while start < trail.place and sum(weights[start:]) > _MOST_WORDS:
            start += 1
        return cls(
            first=trail.documents[start], steps=tuple(steps[start:]), place=trail.place - start
        )

    def trail(self) -> Trail[State]:
        """The documents again; raises ValidationError when a step does not fit them."""
        found = [self.first]
        for step in self.steps:
            checked = State(**step.changes)
            values = {name: getattr(checked, name) for name in step.changes}
            found.append(found[-1].model_copy(update=values))
        kinds = tuple(frozenset(step.kind) for step in self.steps)
        return Trail(tuple(found), kinds, min(self.place, len(self.steps)))


class SessionFile(Value):
    """What is written at the end and read at the start, or saved and opened by hand."""

    version: Literal[1] = 1
    state: State = State()
    models: dict[str, Remembered] = Field(default_factory=dict)
    history: Steps | None = None  # files from before it was kept have none

    def trail(self) -> Trail[State]:
        """The steps, or only the document where they are missing or do not lead to it."""
        try:
            found = self.history.trail() if self.history is not None else None
        except ValidationError:
            found = None
        alone: Trail[State] = Trail((self.state,))
        return found if found is not None and found.documents[found.place] == self.state else alone


def read(path: Path) -> SessionFile:
    """A session that a person opens; raises ConfigError in one sentence and changes nothing."""
    try:
        return SessionFile.model_validate_json(path.read_bytes())
    except OSError as error:
        raise ConfigError(files.explain(error, f"{path.name} cannot be opened")) from error
    except ValidationError as error:
        raise ConfigError(
            f"{path.name} {documents.reason(path, error)}, so it is no session that can be opened; "
            "nothing was changed."
        ) from error


def write(path: Path, document: SessionFile) -> Path:
    """Whole or not at all, with the ending .json; raises ConfigError."""
    target = path if path.suffix.lower() == ".json" else path.with_name(f"{path.name}.json")
    try:
        documents.write(target, document)
    except OSError as error:
        raise ConfigError(files.explain(error, f"{target.name} cannot be saved")) from error
    return target


def _changes(before: State, after: State) -> dict[str, Any]:
    """Fields of `after` that `before` has otherwise."""
    return {
        name: new for name, new in after if (old := getattr(before, name)) is not new and old != new
    }


def _weight(value: object) -> int:
    """How much a value takes in a file, about."""
    if isinstance(value, str):
        return 1 + len(value) // 8
    if isinstance(value, Value):
        return sum(_weight(part) for _, part in value)
    if isinstance(value, dict):
        return sum(map(_weight, value.values()))
    if isinstance(value, tuple):
        flat = not value or isinstance(value[0], int | float)
        return len(value) if flat else sum(map(_weight, value))
    return 1
