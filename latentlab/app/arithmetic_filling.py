"""Baskets of the arithmetic sheet filled by queries, one by one or by a whole expression."""

from __future__ import annotations

from typing import TYPE_CHECKING

from latentlab.app import arithmetic_edits
from latentlab.core import expression
from latentlab.core.arithmetic import Term
from latentlab.core.errors import LatentlabError

if TYPE_CHECKING:
    from latentlab.app.fillings import Filling, Fillings
    from latentlab.app.lab import Lab
    from latentlab.app.state import Arithmetic
    from latentlab.core.expression import Weighted

USUAL_SAMPLES = 3  # of a basket, as in the paper


class ArithmeticFilling:
    """What `Arithmetics` can be asked to look for."""

    _lab: Lab
    _fillings: Fillings

    @property
    def query_names(self) -> tuple[str, ...]:
        """What a query may name with the current model."""
        return self._fillings.names

    @property
    def fillings(self) -> tuple[Filling, ...]:
        """Queries of terms that are under way, or came to nothing."""
        return self._fillings.all

    def query_problem(self, text: str) -> str:
        """One sentence with the place of the mistake; empty: the query can be asked."""
        try:
            self._fillings.check(text)
        except LatentlabError as error:
            return str(error)
        return ""

    def fill(self, place: int, text: str, n: int = USUAL_SAMPLES, seed: int = 0) -> None:
        """Look for n samples that satisfy a query, and put them into the basket of a term.

        Beyond the end a term is added. What is wrong is told by `fillings`.
        """
        self._fillings.begin(min(max(place, 0), len(self._document.terms)), text, n, seed)

    def fill_term(self, text: str, n: int = USUAL_SAMPLES, seed: int = 0) -> None:
        """The same for a term more."""
        self.fill(len(self._document.terms), text, n, seed)

    def stop_filling(self, place: int | None = None) -> None:
        """Give up one, or all; problems of those that came to nothing are forgotten."""
        self._fillings.stop(place)

    def show_expression(self, text: str, n: int = USUAL_SAMPLES, seed: int = 0) -> None:
        """Other terms altogether, as `core.expression` reads them; queries are filled as found.

        Raises LatentlabError with the place of the mistake, and then changes nothing.
        """
        terms = self._parsed(text)
        self._fillings.stop()
        self._lab.session.history.seal()
        self._lab.session.set_terms(
            Term(
                weight=term.weight,
                basket=term.references,
                query="" if term.references else term.inside,
            )
            for term in terms
        )
        for place, term in enumerate(terms):
            if not term.references:
                self._fillings.begin(place, term.inside, n, seed)

    @property
    def expression(self) -> str:
        """The sheet as text, queries where they are known; terms that have nothing are left out."""
        known = [term for term in self._document.terms if term.basket or term.query]
        return expression.written(known, queries=True) if known else ""

    def expression_problem(self, text: str) -> str:
        """One sentence with the place of the mistake; empty: `show_expression` can read it."""
        try:
            self._parsed(text)
        except LatentlabError as error:
            return str(error)
        return ""

    # -- inside --------------------------------------------------------------------------------

    @property
    def _document(self) -> Arithmetic:
        return self._lab.session.state.arithmetic

    def _parsed(self, text: str) -> tuple[Weighted, ...]:
        """The terms of a text whose queries can be asked; raises LatentlabError."""
        terms = expression.parse(text)
        for term in terms:
            if not term.references:
                self._fillings.check(term.inside, at=term.at)
        return terms

    def _on_filled(self, filling: Filling, references: tuple[str, ...]) -> None:
        """What a query gave; the rest of an expression is no step of its own."""
        if filling.is_under_way:
            return
        terms, session = self._document.terms, self._lab.session
        known = filling.place < len(terms)
        is_part = known and terms[filling.place].query == filling.query
        record = not (is_part and not terms[filling.place].basket)
        changed = arithmetic_edits.with_basket(
            self._document, filling.place, references, query=filling.query
        )
        session.update(record=record, arithmetic=changed)
