"""Rows of a style sheet: what the document's references name, read, judged and encoded together.

A picture that has a label of its own is encoded with it. Of another the best classifier of the
dataset is asked what it shows; and whatever the user says, counts.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from latentlab import data
from latentlab.app import style_edits
from latentlab.app.endpoints import Endpoint
from latentlab.app.reference_reader import Found, Known, read
from latentlab.app.transfer import Source, guessed, require_ink
from latentlab.core import label as labels
from latentlab.core.errors import LatentlabError
from latentlab.engine import runs

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from latentlab.app.background import Cancel
    from latentlab.app.lab import Lab
    from latentlab.app.registry import ModelCard
    from latentlab.core.label import Label
    from latentlab.data.dataset import Dataset

    Key = tuple[object, ...]

_LANE = "style-sources"
_MOST_KNOWN = 512  # sources kept, so that undo need not ask again


@dataclass(frozen=True, eq=False)
class Row:
    """What a reference of the document names, and what became of it."""

    reference: str
    source: Source | None = None
    problem: str = ""  # one sentence
    share: float = 0.0  # of the search for it, where the model has no encoder


@dataclass(frozen=True, eq=False)
class _Wanted:
    """One reference on its way."""

    key: Key
    text: str
    chosen: Label  # what the user says that it shows
    found: Found | None = None
    label: Label = None
    is_guess: bool = False
    z: NDArray[np.float32] | None = None
    missed: float | None = None  # squared error of what a search found


class StyleSources:
    """Belongs to the thread of the lab. The newest question is the one answered."""

    def __init__(self, lab: Lab, told: Callable[[], None]) -> None:
        """`told` is called when rows have come."""
        self._lab, self._told = lab, told
        self._known: dict[Key, Row] = {}
        self._count = 0  # of questions
        self._left: set[Key] = set()  # that are on their way
        self.rows: tuple[Row, ...] = ()

    @property
    def is_settled(self) -> bool:
        """Whether every answer has come."""
        return not self._left

    def ask(self) -> None:
        """Find out what the document's rows are; those that are known are there at once.

        A row that is found anew, as its label has changed, stays as it was until then.
        """
        document, lab = self._lab.session.state.style, self._lab
        self._count += 1
        keys = [self._key(at) for at in range(len(document.sources))]
        before = {row.reference: row for row in self.rows if row.source is not None}
        self.rows = tuple(
            self._known.get(key) or before.get(text) or Row(text)
            for key, text in zip(keys, document.sources, strict=True)
        )
        wanted = {
            key: _Wanted(key, text, style_edits.told_of(document, at))
            for at, (key, text) in enumerate(zip(keys, document.sources, strict=True))
            if key not in self._known
        }
        self._left = set(wanted)
        model = lab.model
        if not wanted or model is None or model.manifest is None or not model.is_usable:
            self._left = set()
            return
        known = Known(model.manifest, lab.latents, lab.session.state.pins, _loader(lab.dataset))
        asked = list(wanted.values())
        _Answer(self, lab, model, self._count).begin(asked, known)

    def forget_decoded(self) -> None:
        """Originals came or went: what had to be decoded of a dataset is looked for again."""
        self._known = {
            key: row
            for key, row in self._known.items()
            if row.source is not None
            and (row.source.endpoint.is_given or not row.reference.startswith("data:"))
        }

    def forget_guesses(self) -> None:
        """There may be another classifier."""
        self._known = {key: row for key, row in self._known.items() if not _may_be_guessed(row)}

    def is_wanted(self, count: int) -> bool:
        """Whether nothing newer was asked."""
        return count == self._count

    def put(self, found: Sequence[tuple[Key, Row]]) -> None:
        """Answers."""
        for key, row in found:
            self._known[key] = row
            self._left.discard(key)
        while len(self._known) > _MOST_KNOWN:
            self._known.pop(next(iter(self._known)))
        self.show(found)

    def show(self, found: Sequence[tuple[Key, Row]]) -> None:
        """Rows as they are now, answers or not."""
        fresh = dict(found)
        keys = [self._key(at) for at in range(len(self.rows))]
        self.rows = tuple(fresh.get(key, row) for key, row in zip(keys, self.rows, strict=True))
        self._told()

    def _key(self, place: int) -> Key:
        """Whatever the answer depends on."""
        state, model = self._lab.session.state, self._lab.model
        text = state.style.sources[place]
        manifest = model.manifest if model is not None else None
        weights = manifest.files.get(runs.WEIGHTS, "") if manifest is not None else ""
        pins = repr(state.pins) if text.startswith("pin:") else ""
        told = style_edits.told_of(state.style, place)
        by_session = state.label if text.startswith(("seed:", "z:", "picture:", "pin:")) else None
        latents = self._lab.latents is not None
        return text, model and model.id, weights, told, by_session, pins, latents


@dataclass(frozen=True, eq=False)
class _Answer:
    """Several references on their way: read, guessed, encoded or sampled, decoded."""

    owner: StyleSources
    lab: Lab
    model: ModelCard
    count: int  # number of the question

    def begin(self, wanted: Sequence[_Wanted], known: Known) -> None:
        def work(cancel: Cancel) -> list[tuple[_Wanted, str]]:
            return [_read(one, known, cancel) for one in wanted]

        self.lab.background.run(_LANE, work, self._take, self._fail(wanted), cancel_running=True)

    @property
    def _is_wanted(self) -> bool:
        current = self.lab.model
        same = current is not None and current.id == self.model.id
        return same and self.owner.is_wanted(self.count)

    @property
    def _size(self) -> int:
        return len(self.model.require().told_names)

    def _fail(self, wanted: Sequence[_Wanted]) -> Callable[[str], None]:
        """The same sentence for all of these."""

        def tell(problem: str) -> None:
            if self._is_wanted:
                self.owner.put([(one.key, Row(one.text, problem=problem)) for one in wanted])

        return tell

    def _take(self, read: Sequence[tuple[_Wanted, str]]) -> None:
        if not self._is_wanted:
            return
        bad = [(one.key, Row(one.text, problem=why)) for one, why in read if why]
        if bad:
            self.owner.put(bad)
        good = [one for one, why in read if not why]
        given = [one for one in good if _is_given(one)]
        self._guess([one for one in given if one.label is None])
        self._encode([one for one in given if one.label is not None])
        self._draw([one for one in good if one.found is not None and one.found.z is not None])
        for one in good:
            if one.found is not None and one.found.seed is not None:
                self._sample(one, one.found.seed)

    def _guess(self, wanted: list[_Wanted]) -> None:
        """What the classifier sees in pictures that have no label."""
        manifest = self.model.manifest
        if not wanted or manifest is None:
            return
        by = manifest.is_told_attributes
        yardstick = self.lab.registry.yardstick(manifest, attributes=by)
        if yardstick is None:
            self._encode(wanted)
            return

        def seen(probabilities: NDArray[np.float32], _features: object) -> None:
            self._encode(
                [
                    replace(one, label=guessed(row, manifest), is_guess=True)
                    for one, row in zip(wanted, probabilities, strict=True)
                ]
            )

        self.lab.codec.judge(
            yardstick.folder,
            np.stack([_picture(one) for one in wanted]),
            lane=f"{_LANE}-seen",
            done=seen,
            failed=lambda _: self._encode(wanted),
        )

    def _encode(self, wanted: list[_Wanted]) -> None:
        if not wanted or not self._is_wanted:
            return
        pictures = [_picture(one) for one in wanted]

        def placed(z: NDArray[np.float32], errors: NDArray[np.float32] | None) -> None:
            missed = [None] * len(z) if errors is None else errors.tolist()
            found = zip(wanted, z, missed, strict=True)
            self._finish([replace(one, z=row, missed=error) for one, row, error in found], pictures)

        def searching(share: float) -> None:
            if self._is_wanted:
                self.owner.show([(one.key, Row(one.text, share=share)) for one in wanted])

        self.lab.codec.place(
            self.model.folder,
            np.stack(pictures),
            lane=f"{_LANE}-{_kind(wanted[0])}",
            label=self._told(wanted),
            part=None if "encode" in self.model.require().capabilities else searching,
            done=placed,
            failed=self._fail(wanted),
        )

    def _sample(self, one: _Wanted, seed: int) -> None:
        self.lab.codec.sample(
            self.model.folder,
            1,
            seed=seed,
            lane=f"{_LANE}-seed-{seed}-{one.chosen}",
            done=lambda z: self._draw([replace(one, z=z[0])], f"seed-{seed}-{one.chosen}"),
            failed=self._fail([one]),
        )

    def _draw(self, wanted: Sequence[_Wanted], lane: str = "z") -> None:
        """Pictures of latents that came without one."""
        rows = [one if one.z is not None else replace(one, z=_found(one).z) for one in wanted]
        if not rows or not self._is_wanted:
            return
        self.lab.codec.decode(
            self.model.folder,
            np.stack([one.z for one in rows if one.z is not None]),
            lane=f"{_LANE}-{lane}",
            label=self._told(rows),
            done=lambda images: self._finish(rows, list(images)),
            failed=self._fail(rows),
        )

    def _told(self, wanted: Sequence[_Wanted]) -> NDArray[np.float32]:
        """Their own labels, else the one of the toolbar, as numbers (n, k)."""
        usual = self.lab.session.state.label
        known = [usual if one.label is None else one.label for one in wanted]
        return np.array([labels.numbers(label, self._size) for label in known], np.float32)

    def _finish(self, wanted: Sequence[_Wanted], pictures: Sequence[NDArray[np.uint8]]) -> None:
        if self._is_wanted:
            ends = zip(wanted, pictures, strict=True)
            self.owner.put([(one.key, _row(one, picture)) for one, picture in ends])


def _read(one: _Wanted, known: Known, cancel: Cancel) -> tuple[_Wanted, str]:
    """What files tell of it, or one sentence."""
    cancel.check()
    try:
        found = read(one.text, known)
        if found.picture is not None:
            require_ink(found.picture, "The drawing" if _is_drawn(one.text) else found.title)
    except LatentlabError as error:
        return one, str(error)
    own = one.chosen if one.chosen is not None else found.told
    return replace(one, found=found, label=own if labels.fits(own, known.manifest) else None), ""


def _is_drawn(text: str) -> bool:
    return text.startswith("picture:")


def _found(one: _Wanted) -> Found:
    assert one.found is not None  # it was read before
    return one.found


def _is_given(one: _Wanted) -> bool:
    """Whether there is a picture to encode; not of latents and samples."""
    return _found(one).z is None and _found(one).picture is not None


def _picture(one: _Wanted) -> NDArray[np.uint8]:
    picture = _found(one).picture
    assert picture is not None  # asked only of what was given
    return picture


def _kind(one: _Wanted) -> str:
    """A lane of its own for each batch: in one lane an answer may be passed over for the next."""
    return "guessed" if one.is_guess else "unknown" if one.label is None else "own"


def _row(one: _Wanted, picture: NDArray[np.uint8]) -> Row:
    found, z = _found(one), one.z
    assert z is not None  # it was encoded, sampled or given
    given, own = found.picture is not None, one.label is not None
    end = Endpoint(
        one.text, found.title, z, picture, given, found.label, one.label, own, one.missed
    )
    return Row(one.text, Source(end, one.label, one.is_guess))


def _may_be_guessed(row: Row) -> bool:
    """Whether a classifier has its say in it."""
    source = row.source
    return source is not None and (
        source.is_guess or (source.endpoint.is_given and source.own is None)
    )


def _loader(shown: Dataset | None) -> Callable[[str], Dataset]:
    """The dataset of the current model is in memory already."""
    return lambda spec: shown if shown is not None and shown.name == spec else data.load(spec)
