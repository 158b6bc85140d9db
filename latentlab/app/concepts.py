"""Concepts: directions that have a name, or that nobody had to look for, as sliders of any z.

Named ones are kept beside the model (`app.directions`); unsupervised are the principal directions
of the encoded images and those of early activations (`engine.activations`). All in sigma. Qt-free.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
from psygnal import Signal

from latentlab.app.direction_naming import DirectionNaming
from latentlab.app.directions import axis_of
from latentlab.app.letters import letters
from latentlab.core import axes
from latentlab.core.errors import ConfigError, LatentlabError
from latentlab.engine import runs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from latentlab.app.arithmetic_plan import Basket
    from latentlab.app.lab import Lab
    from latentlab.core.axes import Axis
    from latentlab.core.manifest import Manifest

USUAL = 6  # of each unsupervised kind
_LANE = "activations"
_BALANCED = 1e-6  # weights of a difference add up to less


@dataclass(frozen=True, eq=False)
class Concept:
    """A direction that can be applied."""

    name: str  # unique among those of a model
    title: str
    axis: Axis
    is_kept: bool  # whether somebody named it, so that it is there tomorrow


@dataclass(frozen=True)
class Choice:
    """Terms of the sheet whose difference can be named."""

    words: str  # "A - B"
    places: tuple[int, ...]


class Concepts:
    """Belongs to the thread of the lab."""

    changed = Signal()  # available, problem, is_busy

    def __init__(self, lab: Lab) -> None:
        self._lab = lab
        self._naming = DirectionNaming(lab)
        self._early: tuple[tuple[str, str], tuple[Axis, ...]] = (("", ""), ())  # and of which model
        self._principal: tuple[object, tuple[Axis, ...]] = (None, ())  # and of which latents
        self._asked = ("", "")  # the model whose activations are being looked at
        self.problem = ""  # why no early activations were found
        for signal in (lab.model_changed, lab.latents_changed):
            signal.connect(self._on_model_changed)
        lab.directions.changed.connect(lambda _: self.changed.emit())

    # -- facts ---------------------------------------------------------------------------------

    @property
    def available(self) -> tuple[Concept, ...]:
        """Named ones first, then principal directions, then those of early activations."""
        manifest = self._manifest
        if manifest is None:
            return ()
        mu = None if self._lab.latents is None else self._lab.latents.mu
        kept = [axis_of(each, mu) for each in self._lab.directions.of(manifest)]
        taken = {axis.title for axis in kept}
        found = [axis for axis in self.found if axis.title not in taken]
        return tuple(Concept(axis.title, axis.title, axis, True) for axis in kept) + tuple(
            Concept(axis.title, axis.title, axis, False) for axis in found
        )

    @property
    def found(self) -> tuple[Axis, ...]:
        """Directions that nobody named: "PC 1" of encoded images, "activation 1" of the decoder."""
        manifest = self._manifest
        early = self._early[1] if manifest is not None and self._early[0] == _key(manifest) else ()
        return (*self._components(), *early)

    @property
    def is_busy(self) -> bool:
        """Whether the early activations of the current model are being looked at."""
        manifest = self._manifest
        return manifest is not None and self._asked == _key(manifest)

    def find(self, name: str) -> Concept | None:
        """One of them by its name."""
        return next((each for each in self.available if each.name == name), None)

    def value(self, name: str) -> float | None:
        """Where the cursor lies along a concept, in sigma; None without a cursor."""
        found, z = self.find(name), self._cursor
        return None if found is None or z is None else found.axis.coordinate(z)

    def choices(self) -> tuple[Choice, ...]:
        """Differences of the sheet that can be named, the plainest first."""
        terms = self._lab.arithmetic.terms
        known = [place for place, basket in enumerate(terms) if basket.mean is not None]
        pairs = [
            (a, b)
            for a, b in combinations(known, 2)
            if terms[a].term.weight * terms[b].term.weight < 0
        ]
        more = [tuple(known), tuple(place for place in known if place)]
        wider = [each for each in more if len(each) > 2 and _is_balanced(terms, each)]
        several = dict.fromkeys([*pairs, *wider])
        return tuple(Choice(_words(terms, places), places) for places in several)

    # -- intents -------------------------------------------------------------------------------

    def move(self, name: str, sigma: float) -> None:
        """Put the cursor at so many sigma along a concept, all else as it is; a drag is one step.

        Without a cursor from the middle of the encoded images, else from the middle of the prior.
        """
        found, manifest = self.find(name), self._manifest
        if found is None or manifest is None or not np.isfinite(sigma):
            return
        z, anchor = self._cursor, self._lab.anchor
        if z is None:
            z = np.zeros(manifest.latent_size, np.float32) if anchor is None else anchor
        self._lab.session.move_cursor(found.axis.moved(z, sigma)[0].tolist())

    def save(self, name: str, places: Sequence[int] | None = None) -> bool:
        """Keep a difference of the sheet under a name; by default the first of `choices`.

        Whether that was done; what stands in the way is told by `lab.message`.
        """
        lab, choices = self._lab, self.choices()
        try:
            if places is None and not choices:
                raise ConfigError("There is no difference to name; fill two baskets, as A - B.")
            chosen = choices[0].places if places is None else tuple(places)
            whole = lab.arithmetic.sum
            if whole is None:
                raise ConfigError("There is no difference to name; fill two baskets, as A - B.")
            vector = whole.difference(chosen)
        except LatentlabError as error:
            lab.message.emit(str(error), "error")
            return False
        return self._naming.name_vector(name, vector, _source(lab.arithmetic.terms, chosen))

    def keep(self, name: str, new: str) -> bool:
        """Give a found direction a name, so that it stays; whether that was done."""
        found = self.find(name)
        return found is not None and self._naming.name_axis(found.axis, new)

    def rename(self, old: str, new: str) -> None:
        """Another name for a named one; the sheet goes on using it."""
        self._naming.rename(old, new)
        values = dict(self._lab.session.state.arithmetic.concepts)
        if old in values and self.find(old) is None:
            renamed = tuple((new if each == old else each, value) for each, value in values.items())
            self._lab.session.set_arithmetic(record=False, concepts=renamed)

    def forget(self, name: str) -> None:
        """Delete a named one."""
        self._naming.forget(name)
        if self.find(name) is None:
            self._lab.session.set_concept(name, 0.0)

    def discover(self, k: int = USUAL) -> None:
        """Look for directions of early activations, unless they are known; `changed` tells."""
        model, manifest = self._lab.model, self._manifest
        if model is None or manifest is None or self._early[0] == _key(manifest):
            return
        key, label = _key(manifest), self._lab.session.state.label
        self._asked, self.problem = key, ""

        def take(vectors: NDArray[np.float32], shares: NDArray[np.float32]) -> None:
            self._asked = "", ""
            self._early = key, tuple(
                axes.Axis(f"activation {at + 1}", f"activation:{at}", row.astype(np.float64),
                          share=float(share))
                for at, (row, share) in enumerate(zip(vectors, shares, strict=True))
            )  # fmt: skip
            self.problem = "" if len(vectors) else "No direction of z moves the first activations."
            self.changed.emit()

        self._lab.codec.activations(
            model.folder, k, lane=_LANE, label=label, done=take, failed=self._fail
        )
        self.changed.emit()

    # -- inside --------------------------------------------------------------------------------

    @property
    def _manifest(self) -> Manifest | None:
        return self._lab.model.manifest if self._lab.model is not None else None

    @property
    def _cursor(self) -> NDArray[np.float32] | None:
        z, manifest = self._lab.session.state.z, self._manifest
        fits = manifest is not None and len(z) == manifest.latent_size
        return np.asarray(z, np.float32) if z and fits else None

    def _components(self) -> tuple[Axis, ...]:
        """Of the encoded images; calculated once for each."""
        latents = self._lab.latents
        if latents is None or len(latents) < 2:
            return ()
        if self._principal[0] is not latents:
            self._principal = latents, axes.principal(latents.mu)[:USUAL]
        return self._principal[1]

    def _on_model_changed(self) -> None:
        if not self.is_busy:
            self.problem = ""
        self.changed.emit()

    def _fail(self, why: str) -> None:
        self._asked, self.problem = ("", ""), why
        self.changed.emit()


def _key(manifest: Manifest) -> tuple[str, str]:
    return manifest.id, manifest.files.get(runs.WEIGHTS, "")


def _is_balanced(terms: Sequence[Basket], places: Sequence[int]) -> bool:
    """Whether weights add up to nothing, so that it is a difference and no place."""
    return abs(sum(terms[place].term.weight for place in places)) < _BALANCED


def _words(terms: Sequence[Basket], places: Sequence[int]) -> str:
    """A - B, and the one that is added first: C - B."""
    ordered = sorted(places, key=lambda place: (terms[place].term.weight < 0, place))
    text = ""
    for place in ordered:
        weight = terms[place].term.weight
        sign = "−" if weight < 0 else "+" if text else ""
        factor = "" if abs(weight) == 1 else f"{abs(weight):g} "
        text += f"{' ' if text else ''}{sign}{' ' if text else ''}{factor}{letters(place)}"
    return text


def _source(terms: Sequence[Basket], places: Sequence[int]) -> str:
    """For people: "smile, no hat − no smile, no hat"."""
    names = [terms[place].term.name or terms[place].term.query for place in places]
    if not all(names) or len(names) != 2:
        return _words(terms, places)
    first, second = names if terms[places[0]].term.weight > 0 else names[::-1]
    return f"{first} − {second}"
