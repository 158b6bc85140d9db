"""Named directions of a model: what people found, kept beside their models for other days.

One JSON file per model in the user's library, never in a model's own folder: shipped ones are read
only. A direction belongs to the weights it was found with.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal

import numpy as np
from psygnal import Signal
from pydantic import Field, field_validator

from latentlab.app import documents
from latentlab.core import axes
from latentlab.core.errors import ConfigError, LatentlabError
from latentlab.core.values import Value
from latentlab.engine import files, runs

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from numpy.typing import ArrayLike

    from latentlab.core.axes import Axis
    from latentlab.core.manifest import Manifest

FOLDER = "directions"
LONGEST = 60  # letters of a name


class Direction(Value):
    """A vector of unit length: moving by one sigma adds `sigma * vector` to z."""

    name: str = Field(min_length=1, max_length=LONGEST)
    model: str  # id
    weights: str  # sha256 of the weights it was found with
    vector: tuple[float, ...]  # (latent,)
    sigma: float = Field(gt=0)  # standard deviation of the encoded data along it
    source: str = ""  # for people: "pin B - pin A", "PC 1"

    @field_validator("vector")
    @classmethod
    def _check_vector(cls, vector: tuple[float, ...]) -> tuple[float, ...]:
        if not vector or not math.isclose(math.hypot(*vector), 1.0, rel_tol=1e-4):
            raise ValueError("a direction has unit length")
        return vector


class DirectionFile(Value):
    """What is written for one model."""

    version: Literal[1] = 1
    directions: tuple[Direction, ...] = ()


def direction(
    name: str, manifest: Manifest, vector: ArrayLike, latents: ArrayLike | None, source: str
) -> Direction:
    """A vector (latent,) of any length as a direction of a model; raises ConfigError.

    `latents` (n, latent) are its encoded images, which give sigma; 1 without them.
    """
    axis = axes.along(name, f"name:{name}", vector, latents)
    return _of_axis(name, manifest, axis, source)


def axis_of(found: Direction, latents: ArrayLike | None) -> Axis:
    """The direction to travel along, by the spread of the data where there are some."""
    return axes.along(found.name, f"name:{found.name}", found.vector, latents)


class Directions:
    """All named directions of a library. Belongs to one thread; what changes is written at once.

    Files are small, so they are read when asked for the first time.
    """

    changed = Signal(str)  # id of the model

    def __init__(self, library: Path) -> None:
        """`library`: the user's folder of models."""
        self._folder = library / FOLDER
        self._known: dict[str, tuple[Direction, ...]] = {}
        self._problem = ""

    def of(self, manifest: Manifest) -> tuple[Direction, ...]:
        """The directions of a model with its present weights, in the order they were named."""
        weights = weights_of(manifest)
        return tuple(each for each in self._all(manifest.id) if each.weights == weights)

    def find(self, manifest: Manifest, name: str) -> Direction:
        """One of them by its name; raises ConfigError."""
        found = self.of(manifest)
        for each in found:
            if each.name == name:
                return each
        names = ", ".join(each.name for each in found) or "none yet"
        raise ConfigError(f"{manifest.id} has no direction '{name}'; there are: {names}.")

    def take_problem(self) -> str:
        """One sentence, told once: a file that was damaged and set aside. Empty: none was."""
        problem, self._problem = self._problem, ""
        return problem

    def add(self, found: Direction) -> Direction:
        """Keep a direction; a taken name gets a number. Raises LatentlabError."""
        kept = self._all(found.model)
        name = _free(_clean(found.name), {each.name for each in kept})
        named = Direction(**{**dict(found), "name": name})
        self._write(found.model, (*kept, named))
        return named

    def rename(self, model: str, old: str, new: str) -> None:
        """Give a direction another name; raises LatentlabError when it is taken or empty."""
        name, kept = _clean(new), self._all(model)
        if name != old and any(each.name == name for each in kept):
            raise ConfigError(f"There is a direction '{name}' already; choose another name.")
        self._write(
            model,
            (each.model_copy(update={"name": name}) if each.name == old else each for each in kept),
        )

    def remove(self, model: str, name: str) -> None:
        """Forget a direction; raises LatentlabError when that cannot be written."""
        self._write(model, (each for each in self._all(model) if each.name != name))

    # -- inside --------------------------------------------------------------------------------

    def _all(self, model: str) -> tuple[Direction, ...]:
        """Of all weights that the model has had."""
        if model not in self._known:
            saved, problem = documents.read(self._path(model), DirectionFile)
            self._known[model] = tuple(each for each in saved.directions if each.model == model)
            self._problem = problem or self._problem
        return self._known[model]

    def _write(self, model: str, directions: Iterable[Direction]) -> None:
        made = DirectionFile(directions=tuple(directions))
        path = self._path(model)
        try:
            documents.write(path, made)
        except OSError as error:
            raise LatentlabError(files.explain(error, "The directions cannot be saved")) from error
        self._known[model] = made.directions
        self.changed.emit(model)

    def _path(self, model: str) -> Path:
        return self._folder / f"{runs.make_id(model, 'model')}.json"


def weights_of(manifest: Manifest) -> str:
    """Which weights a model has; while it trains, none that stay."""
    return manifest.files.get(runs.WEIGHTS, "")


def _of_axis(name: str, manifest: Manifest, axis: Axis, source: str) -> Direction:
    return Direction(
        name=_clean(name),
        model=manifest.id,
        weights=weights_of(manifest),
        vector=tuple(np.asarray(axis.vector, np.float64).tolist()),
        sigma=axis.sigma,
        source=source,
    )


def _clean(name: str) -> str:
    clean = " ".join(name.split())
    if not clean:
        raise ConfigError("A direction needs a name; type one, as 'slant'.")
    return clean[:LONGEST]


def _free(name: str, taken: set[str]) -> str:
    number, free = 1, name
    while free in taken:
        number += 1
        free = f"{name[: LONGEST - 4]} {number}"
    return free
