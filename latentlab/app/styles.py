"""The style sheet of the document as pictures, ready to be shown: every style under every label.

Rows are resolved by `StyleSources`; cells that are new are decoded as one batch, the newest wins; a
classifier judges them when somebody asks, which is when the hand rests. Qt-free.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from psygnal import Signal

from latentlab.app.style_cells import Sheet, merged
from latentlab.app.style_edits import nudge_of
from latentlab.app.style_leakage import LeakageWatch
from latentlab.app.style_scores import Scores, score
from latentlab.app.style_sources import Row, StyleSources
from latentlab.app.transfer import Column, Transfer, columns_of, require_labels, seen_labels
from latentlab.app.watched import Watched
from latentlab.core.errors import LatentlabError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from latentlab.app.lab import Lab
    from latentlab.app.registry import ModelCard
    from latentlab.app.state import State, Style
    from latentlab.core.images import Pixels
    from latentlab.core.label import Label

_LANE, _JUDGE = "style", "style-judge"


class Styles(Watched):
    """Belongs to the thread of the lab. Idle until somebody looks."""

    changed = Signal()  # sources, columns, problem
    drawn = Signal()  # pictures
    scored = Signal()  # scores, leakage

    def __init__(self, lab: Lab) -> None:
        self._lab = lab
        self._sources = StyleSources(lab, self._lay)
        self._leakage = LeakageWatch(lab, self.scored.emit)
        self.sheet: Sheet | None = None
        self.pictures: Pixels | None = None  # (rows * columns, C, H, W); None: not decoded yet
        self.drawn_sheet: Sheet | None = None  # the one that `pictures` show
        self.scores: Scores | None = None  # of `scores.sheet`, which may be an older one
        self.problem = ""  # the last thing that could not be decoded or judged
        self._columns: tuple[tuple[object, ...], tuple[Column, ...]] = ((), ())  # and what of
        self._told: tuple[object, ...] = ()  # what `changed` was last told of
        lab.session.changed.connect(self._on_session_changed)
        for signal in (lab.model_changed, lab.latents_changed):
            signal.connect(self.refresh)
        lab.dataset_changed.connect(self._on_dataset_changed)
        lab.registry.changed.connect(self._on_registry_changed)

    # -- facts ---------------------------------------------------------------------------------

    @property
    def sources(self) -> tuple[Row, ...]:
        """The rows of the document, and what became of each."""
        return self._sources.rows

    @property
    def columns(self) -> tuple[Column, ...]:
        """Every label of the current model, and the blend; none of models that are told none."""
        model = self._lab.model
        manifest = model.manifest if model is not None else None
        if manifest is None or not manifest.told_names:
            return ()
        document = self._document
        lab = self._lab
        key = (manifest, lab.latents, lab.dataset, document.blend, document.share)
        if not _same(key, self._columns[0]):
            seen, reach = seen_labels(lab.latents), lab.attribute_reach
            self._columns = key, columns_of(manifest, document, seen=seen, reach=reach)
        return self._columns[1]

    @property
    def obstacle(self) -> str:
        """One sentence: why no style can be transferred with the current model; empty: it can."""
        model = self._lab.model
        if model is None or model.manifest is None:
            return "There is no model; choose or train a conditional one."
        try:
            others = () if model.manifest.told_names else self.able()
            require_labels(model.manifest, [card.id for card in others])
        except LatentlabError as error:
            return str(error)
        if not model.is_usable:
            return f"{model.title} has no weights yet; it gets them with its first epoch."
        return ""

    def able(self) -> list[ModelCard]:
        """Models that are told labels."""
        cards = [card for card in self._lab.registry.cards() if card.manifest and card.is_usable]
        return [card for card in cards if {"label", "decode"} <= set(card.require().capabilities)]

    @property
    def leakage(self) -> LeakageWatch:
        """How much of the label can be read from the model's latents."""
        return self._leakage

    @property
    def yardstick(self) -> ModelCard | None:
        """The classifier that judges the current model's pictures."""
        model = self._lab.model
        if model is None or model.manifest is None:
            return None
        by = model.manifest.is_told_attributes
        return self._lab.registry.yardstick(model.manifest, attributes=by)

    @property
    def is_judged(self) -> bool:
        """Whether the scores are those of what is shown, or none will come."""
        wanted = self._document.judged and self.yardstick is not None and self.pictures is not None
        return not wanted or self._has_scores or bool(self.problem)

    @property
    def is_settled(self) -> bool:
        """Whether everything that was asked for is there; scores come when they are asked for."""
        if not self._is_watched:
            return True
        if not self._sources.is_settled:
            return False
        return self.sheet is None or self.drawn_sheet is self.sheet or bool(self.problem)

    def cell(self, row: int, column: int) -> tuple[NDArray[np.float32], Label] | None:
        """Z (latent,) and label of a cell; `row` is a place of the document."""
        sheet = self.sheet
        place = None if sheet is None else sheet.place(row, column)
        if sheet is None or place is None:
            return None
        return sheet.matrix.z[sheet.rows.index(row)], sheet.columns[column].label

    def picture(self, row: int, column: int) -> Pixels | None:
        """The picture (C, H, W) of a cell, as far as it is drawn."""
        sheet, pictures = self.drawn_sheet, self.pictures
        place = None if sheet is None else sheet.place(row, column)
        if pictures is None or place is None:
            return None
        shown: Pixels = pictures[place]
        return shown

    # -- looking -------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Ask for everything that is not known."""
        if self._is_watched:
            if not self.obstacle:
                self._sources.ask()
                self._leakage.ask()
            self._lay()

    def judge(self) -> None:
        """Let the classifier say what it sees, unless it has."""
        sheet, yardstick, pictures = self.drawn_sheet, self.yardstick, self.pictures
        if not self._is_watched or not self._document.judged or self._has_scores:
            return
        if sheet is None or yardstick is None or pictures is None:
            return

        def take(probabilities: NDArray[np.float32], _features: object) -> None:
            if sheet is self.drawn_sheet:
                self.scores = score(sheet, probabilities)
                self.scored.emit()

        self._lab.codec.judge(yardstick.folder, pictures, lane=_JUDGE, done=take, failed=self._fail)

    # -- inside --------------------------------------------------------------------------------

    @property
    def _document(self) -> Style:
        return self._lab.session.state.style

    @property
    def _has_scores(self) -> bool:
        return self.scores is not None and self.scores.sheet is self.drawn_sheet

    def _on_session_changed(self, new: State, old: State) -> None:
        if not self._is_watched or new.model != old.model:
            return  # the lab tells when the new one is there
        ours, before = new.style, old.style
        asked = (ours.sources, ours.told, new.label) != (before.sources, before.told, old.label)
        if (asked or new.pins != old.pins) and not self.obstacle:
            self._sources.ask()
        if asked or ours != before:
            self._lay()

    def _on_dataset_changed(self) -> None:
        self._sources.forget_decoded()
        self.refresh()

    def _on_registry_changed(self) -> None:
        """A classifier may have come, or gone."""
        if self._is_watched:
            self._sources.forget_guesses()
            self.refresh()

    def _lay(self) -> None:
        """The sheet of the rows that are known; one like the last is no news."""
        if not self._is_watched:
            return
        sheet = self._assembled()
        if sheet is None:
            if not self._is_waiting():
                self.sheet = self.drawn_sheet = self.pictures = self.scores = None
        elif not sheet.is_like(self.sheet):
            self._decode(sheet)
        judge, lacks = self.yardstick, self.sheet is None
        told = (self._sources.rows, self.columns, self.obstacle, self.problem, judge, lacks)
        if not _same(told, self._told):  # while a slider moves only the cells are new
            self._told = told
            self.changed.emit()

    def _is_waiting(self) -> bool:
        """Whether rows are still to come, of the model that is shown."""
        model, before = self._lab.model, self.sheet
        same = model is not None and before is not None and before.folder == model.folder
        return same and not self._sources.is_settled

    def _assembled(self) -> Sheet | None:
        model, document, columns = self._lab.model, self._document, self.columns
        if model is None or model.manifest is None or self.obstacle or not columns:
            return None
        size = model.manifest.latent_size
        known = [
            (place, row.source)
            for place, row in enumerate(self._sources.rows)
            if row.source is not None and len(row.source.endpoint.z) == size
        ]
        if not known:
            return None
        sources = tuple(source for _, source in known)
        nudges = tuple(nudge_of(document, place) for place, _ in known)
        matrix = Transfer(model.manifest, sources, columns, document.strength, nudges)
        return Sheet(model.folder, tuple(place for place, _ in known), matrix)

    def _decode(self, sheet: Sheet) -> None:
        """Only the cells that are new; until they come the old ones stay, if they are as many."""
        drawn, shown = self.drawn_sheet, self.pictures
        fresh = sheet.fresh(drawn)
        if drawn is not None and not drawn.fits(sheet):
            self.drawn_sheet = self.pictures = None
        self.sheet, self.problem = sheet, ""
        self._lab.codec.cancel(_JUDGE)  # of pictures that nobody looks at any more
        if shown is not None and not fresh.any():  # moved and back again, or other words beside
            self._lab.codec.cancel(_LANE)
            self._show(sheet, shown)
            return
        z, told = sheet.matrix.batch()
        self._lab.codec.decode(
            sheet.folder,
            z[fresh],
            lane=_LANE,
            label=told[fresh],
            done=lambda images: self._show(sheet, merged(shown, fresh, images)),
            failed=self._fail,
        )

    def _show(self, sheet: Sheet, images: Pixels) -> None:
        """Also of a sheet that has moved on: the newest that is known is better than nothing."""
        if self.sheet is not None and self.sheet.fits(sheet):
            self.drawn_sheet, self.pictures = sheet, images
            self.drawn.emit()

    def _fail(self, text: str) -> None:
        self.problem = text
        self.changed.emit()


def _same(a: tuple[object, ...], b: tuple[object, ...]) -> bool:
    return len(a) == len(b) and all(x is y or x == y for x, y in zip(a, b, strict=True))
