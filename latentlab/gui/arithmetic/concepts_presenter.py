"""Concepts of the sheet: which there are, how much of each is added, and their names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from latentlab.gui.arithmetic.name_dialog import NameDialog
from latentlab.gui.concept_names import ConceptNames, shown_as
from latentlab.gui.gestures import as_one_step

if TYPE_CHECKING:
    from latentlab.app.concepts import Concept as Known
    from latentlab.app.lab import Lab
    from latentlab.app.state import State
    from latentlab.gui.arithmetic.page import SheetPage

_NONE = (
    "No direction of this model has a name yet. Name the difference of a sheet, or choose PCA or "
    "activations above and name what you find."
)
_SOURCES = {"named": "named", "pca": "PCA of z", "activations": "activations"}
_TITLES = {"pca": "PC", "activations": "activation"}  # what their keys begin with


class ConceptsPresenter(QObject):
    """Obeys `lab.concepts` and the session."""

    def __init__(self, lab: Lab, page: SheetPage) -> None:
        super().__init__(page)
        self._lab, self._page, self._pane = lab, page, page.shelf.concepts
        self._source, self._names = "named", ConceptNames(lab, page)
        self._connect()
        self.show()

    def show(self) -> None:
        """Everything anew."""
        pane, concepts = self._pane, self._lab.concepts
        pane.show_sources(_SOURCES, self._source)
        shown = [shown_as(each) for each in self._listed()]
        words = "" if shown else self._why_none()
        values = dict(self._lab.session.state.arithmetic.concepts)
        pane.show_concepts(shown, values, words=words)
        pane.show_able(bool(concepts.choices()))

    def ask_name(self) -> None:
        """Which difference, and what it is called."""
        choices = self._lab.concepts.choices()
        dialog = NameDialog([choice.words for choice in choices], self._page)
        dialog.named.connect(lambda name, at: self._save(name, choices[at].places))
        dialog.open()

    # -- inside --------------------------------------------------------------------------------

    def _connect(self) -> None:
        pane, lab = self._pane, self._lab
        session = lab.session
        pane.source_chosen.connect(self._choose_source)
        pane.name_wanted.connect(self.ask_name)
        self._page.bar.name_wanted.connect(self.ask_name)
        pane.reset_wanted.connect(
            lambda: as_one_step(session, lambda: session.set_arithmetic(concepts=()))
        )
        pane.sliders.moved.connect(session.set_concept)
        pane.sliders.released.connect(session.history.seal)
        pane.sliders.more_wanted.connect(self._names.offer)
        lab.concepts.changed.connect(self.show)
        lab.arithmetic.changed.connect(self.show)
        session.changed.connect(self._on_session_changed)

    def _on_session_changed(self, new: State, old: State) -> None:
        if new.arithmetic.concepts != old.arithmetic.concepts:
            values = dict(new.arithmetic.concepts)
            self._pane.sliders.show_values(values)
            self._pane.reset.setEnabled(any(values.values()))

    def _listed(self) -> list[Known]:
        """Those of the chosen source."""
        known = self._lab.concepts.available
        if self._source == "named":
            return [each for each in known if each.is_kept]
        begins = _TITLES[self._source]
        return [each for each in known if not each.is_kept and each.title.startswith(begins)]

    def _choose_source(self, source: str) -> None:
        self._source = source
        if source == "activations" and not self._listed():
            self._lab.concepts.discover()
        self.show()

    def _why_none(self) -> str:
        concepts = self._lab.concepts
        if concepts.problem:
            return concepts.problem
        if self._source == "named":
            return _NONE
        return "Looking at the first activations…" if concepts.is_busy else "None were found."

    def _save(self, name: str, places: tuple[int, ...]) -> None:
        if self._lab.concepts.save(name, places):
            self._source = "named"
            self._page.shelf.turn_to("concepts")
            self.show()
