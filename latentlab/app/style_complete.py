"""Completions of a half-seen picture: read, sent to the model as it is drawn, several answers.

Sohn, Lee & Yan 2015: the model sees some quadrants and draws the others from what may follow.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from psygnal import Signal

from latentlab.app import proposals
from latentlab.app.reference_reader import Known, picture_of
from latentlab.app.sources import Sources, picture_reference
from latentlab.core import quadrants

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from latentlab.app.exports import Proposal
    from latentlab.app.lab import Lab
    from latentlab.app.reference_reader import Found
    from latentlab.app.registry import ModelCard
    from latentlab.app.state import State, Style
    from latentlab.data.dataset import Dataset

    Pixels = NDArray[np.uint8]
    Question = tuple[str, bytes, tuple[int, ...], int, int]  # model, picture, seen, answers, seed

LANE = "complete"
INK = 0.06  # of all ink: a quadrant with less has nothing on it, however thick the pen
MOST_SEED = 2**31
EMPTY = "Nothing is drawn yet: draw a part of a digit, or take a picture."
ALL_SEEN = "Then nothing is left to complete; take another quadrant away first."
NONE_SEEN = "Then the model sees nothing; give it another quadrant first."


class Completions:
    """Belongs to the thread of the lab. Idle until somebody looks."""

    changed = Signal()  # picture, seen, answers, mean, problem

    def __init__(self, lab: Lab) -> None:
        self._lab = lab
        self._is_watched = False
        self._reference = ""  # what `picture` was read from
        self._is_reading = False
        self._asked: Question | None = None
        self._answered: Question | None = None
        self._has_begun = False
        self.title = ""  # of the picture, for people
        self.picture: Pixels | None = None  # (C, H, W), all of it; None: nothing is there
        self.answers: Pixels | None = None  # (answers, C, H, W)
        self.mean: Pixels | None = None  # (C, H, W), of many answers
        self.problem = ""  # why there is none, one sentence
        lab.session.changed.connect(self._on_session_changed)
        lab.model_changed.connect(self._on_model_changed)
        lab.dataset_changed.connect(self._on_dataset_changed)

    # -- facts ---------------------------------------------------------------------------------

    @property
    def is_able(self) -> bool:
        """Whether the current model completes pictures."""
        model = self._lab.model
        return model is not None and _completes(model)

    @property
    def able_models(self) -> list[str]:
        """Ids of the models that do."""
        return [card.id for card in self._lab.registry.cards() if _completes(card)]

    @property
    def shape(self) -> tuple[int, int, int]:
        """Channels, height and width of the model's pictures."""
        return Sources(self._lab).shape

    @property
    def seen(self) -> tuple[int, ...]:
        """Quadrants that the model is given."""
        return seen_of(self._style.seen, self.picture)

    @property
    def is_automatic(self) -> bool:
        """Whether the ink says what is given."""
        return not self._style.seen

    @property
    def is_blank(self) -> bool:
        """Whether nothing is drawn."""
        return self.picture is None or not self.picture.any()

    @property
    def is_settled(self) -> bool:
        """Whether everything that was asked for is there, and the first picture, if one comes."""
        lab, begins = self._lab, self.is_able and self._is_watched and not self._has_begun
        waits = begins and not (lab.dataset_problem or self._style.drawing)
        return not (waits or self._is_reading) and self._asked == self._answered

    def proposal(self) -> Proposal | None:
        """What is seen, the mean, and every answer, ready to leave as they are shown."""
        if self.picture is None or self.answers is None or self.mean is None:
            return None
        given = quadrants.shown(self.picture, self.seen)
        shown = np.concatenate([given[None], self.mean[None], self.answers])
        return proposals.of_pictures(self._lab, self.name, shown, columns=len(shown))

    @property
    def name(self) -> str:
        """Of files."""
        return f"{self._lab.session.state.model}-completed"

    # -- intents -------------------------------------------------------------------------------

    def watch(self, *, watched: bool) -> None:
        """Somebody looks, or does no more."""
        self._is_watched = watched
        if watched:
            self._begin()
            self.refresh()

    def refresh(self) -> None:
        """Read and ask for what is not known."""
        if not self._is_watched or not self.is_able:
            return
        if self._style.drawing != self._reference:
            self._read(self._style.drawing)
        else:
            self._ask()

    def draw(self, picture: Pixels | None) -> None:
        """A picture (C, H, W) of the model's shape that is being drawn; None: a clean sheet."""
        text = "" if picture is None else picture_reference(picture)
        self._take(text, picture, "your drawing")
        self._lab.session.set_style(drawing=text)

    def choose(self, reference: str) -> None:
        """Another picture."""
        self._lab.session.set_style(drawing=reference)

    def choose_by_chance(self) -> None:
        """A test image of the data that the model knows."""
        sources = Sources(self._lab)
        if sources.image_count:
            number = int(np.random.default_rng().integers(sources.image_count))
            self.choose(sources.image(number))

    def toggle(self, quadrant: int) -> None:
        """Give a quadrant or take it away; one at least is given, and one is not."""
        chosen = tuple(sorted({*self.seen} ^ {quadrant}))
        if 0 < len(chosen) < quadrants.COUNT:
            self._lab.session.set_style(seen=chosen)
        else:
            self._lab.message.emit(ALL_SEEN if chosen else NONE_SEEN, "info")

    def follow_ink(self, automatic: bool) -> None:
        """Whether the ink says which quadrants are given."""
        self._lab.session.set_style(seen=() if automatic else self.seen)

    def again(self) -> None:
        """Other answers to the same."""
        self._lab.session.set_style(seed=(self._style.seed + 1) % MOST_SEED)

    # -- inside --------------------------------------------------------------------------------

    @property
    def _style(self) -> Style:
        return self._lab.session.state.style

    def _begin(self) -> None:
        """A newcomer finds a test image, if the data are here."""
        ready = self._is_watched and self.is_able and self._lab.dataset is not None
        if not ready or self._has_begun:
            return
        self._has_begun = True
        sources = Sources(self._lab)
        if not self._style.drawing and sources.image_count:
            self._lab.session.set_style(record=False, drawing=sources.image(0))

    def _on_session_changed(self, new: State, old: State) -> None:
        if new.model == old.model and new.style != old.style:
            self.refresh()

    def _on_dataset_changed(self) -> None:
        self._begin()
        self.changed.emit()

    def _on_model_changed(self) -> None:
        """Another model may take other pictures."""
        self._asked = self._answered = None
        self._reference, self.picture, self.problem = "", None, ""
        self._forget()
        self._begin()
        self.refresh()
        self.changed.emit()

    def _read(self, reference: str) -> None:
        model = self._lab.model
        if not reference or model is None or model.manifest is None:
            self._take("", None, "")
            return
        known = Known(model.manifest, None, self._lab.session.state.pins, self._load)
        self._is_reading = True
        self._lab.background.run(
            LANE,
            lambda _: picture_of(reference, known),
            lambda found: self._on_read(reference, found),
            lambda text: self._on_unreadable(reference, text),
            cancel_running=True,
        )

    def _load(self, spec: str) -> Dataset:
        """The dataset of the current model is in memory already; runs in the background."""
        from latentlab import data

        shown = self._lab.dataset
        return shown if shown is not None and shown.name == spec else data.load(spec)

    def _on_read(self, reference: str, found: Found) -> None:
        if reference == self._style.drawing:
            self._take(reference, found.picture, found.title)

    def _on_unreadable(self, reference: str, text: str) -> None:
        if reference == self._style.drawing:
            self._take(reference, None, "")
            self._fail(text)

    def _take(self, reference: str, picture: Pixels | None, title: str) -> None:
        """Now this is the picture."""
        self._is_reading = False
        self._reference, self.picture, self.title = reference, picture, title
        self._ask()
        self.changed.emit()

    def _ask(self) -> None:
        """Ask the model, unless it has been asked the same."""
        model, picture = self._lab.model, self.picture
        if not self._is_watched or model is None or not self.is_able:
            return
        if picture is None or self.is_blank:
            self._asked = self._answered = None
            self._forget()
            self._fail(EMPTY)
            return
        style = self._style
        question = (model.id, picture.tobytes(), self.seen, style.answers, style.seed)
        if question == self._asked:
            return
        self._asked, self.problem = question, ""
        self._lab.codec.complete(
            model.folder,
            picture[None],
            lane=LANE,
            seen=self.seen,
            answers=style.answers,
            seed=style.seed,
            done=lambda answers, mean: self._on_completed(question, answers[0], mean[0]),
            failed=lambda text: self._on_failed(question, text),
        )
        self.changed.emit()

    def _on_completed(self, question: Question, answers: Pixels, mean: Pixels) -> None:
        """While somebody draws, answers to the stroke before are better than none."""
        if self._asked is None or question[0] != self._asked[0]:
            return
        self._answered, self.answers, self.mean = question, answers, mean
        self.changed.emit()

    def _on_failed(self, question: Question, text: str) -> None:
        if question == self._asked:
            self._answered = question
            self._forget()
            self._fail(text)

    def _forget(self) -> None:
        self.answers = self.mean = None

    def _fail(self, text: str) -> None:
        self.problem = text
        self.changed.emit()


def seen_of(chosen: Sequence[int], picture: Pixels | None) -> tuple[int, ...]:
    """The chosen quadrants; else those with ink, or the usual ones where all have, or none has."""
    if 0 < len({*chosen} & {*range(quadrants.COUNT)}) < quadrants.COUNT:
        return tuple(sorted({*chosen} & {*range(quadrants.COUNT)}))
    if picture is None:
        return quadrants.USUAL
    ink = [float(picture[:, mask].sum()) for mask in quadrants.masks(*picture.shape[1:])]
    inked = tuple(place for place, share in enumerate(ink) if share > INK * sum(ink))
    return inked if 0 < len(inked) < quadrants.COUNT else quadrants.USUAL


def _completes(card: ModelCard) -> bool:
    return card.manifest is not None and "complete" in card.manifest.capabilities
