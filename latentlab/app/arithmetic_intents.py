"""Intents about the arithmetic sheet of the session: terms, baskets, sliders; each is undoable."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

from latentlab.app import arithmetic_edits
from latentlab.app.state import Arithmetic

if TYPE_CHECKING:
    from collections.abc import Iterable

    from latentlab.app.state import State
    from latentlab.core.arithmetic import Term


class ArithmeticIntents(ABC):
    """What `Session` can be told about its arithmetic."""

    @property
    @abstractmethod
    def state(self) -> State:
        """The document as it is now."""

    @abstractmethod
    def update(self, *, record: bool = True, **fields: Any) -> None:
        """Change fields of the document."""

    def set_arithmetic(self, *, record: bool = True, **fields: Any) -> None:
        """Change fields of the Arithmetic document; raises pydantic.ValidationError."""
        self._set_arithmetic(Arithmetic(**{**dict(self._sums), **fields}), record=record)

    def set_terms(self, terms: Iterable[Term]) -> None:
        """Other terms altogether; ConfigError where a text is no reference, as all that follow."""
        self._set_arithmetic(arithmetic_edits.with_terms(self._sums, terms))

    def add_term(
        self,
        basket: Iterable[str] = (),
        *,
        weight: float | None = None,
        name: str = "",
        query: str = "",
    ) -> None:
        """A term more, chosen from then on; by default the second is taken away, others added."""
        self._set_arithmetic(
            arithmetic_edits.with_term(self._sums, basket, weight=weight, name=name, query=query)
        )

    def remove_term(self, place: int) -> None:
        """Take a term out of the sheet."""
        self._set_arithmetic(arithmetic_edits.without(self._sums, place))

    def move_term(self, place: int, to: int) -> None:
        """Put a term at another place of the sheet."""
        self._set_arithmetic(arithmetic_edits.moved(self._sums, place, to))

    def set_term(self, place: int, **fields: Any) -> None:
        """Weight, name or query of a term; weights are clipped to what a term can have."""
        self._set_arithmetic(arithmetic_edits.with_fields(self._sums, place, **fields))

    def fill_basket(self, place: int, references: Iterable[str], *, query: str = "") -> None:
        """Other samples in a basket; beyond the end a term is added."""
        changed = arithmetic_edits.with_basket(self._sums, place, references, query=query)
        self._set_arithmetic(changed)

    def add_to_basket(self, place: int | None, references: Iterable[str]) -> None:
        """More samples in a basket, each once; None: that of the chosen term."""
        self._set_arithmetic(arithmetic_edits.with_samples(self._sums, place, references))

    def remove_from_basket(self, place: int, at: int) -> None:
        """Take a sample out of a basket."""
        self._set_arithmetic(arithmetic_edits.without_sample(self._sums, place, at))

    def set_concept(self, name: str, sigma: float) -> None:
        """How much of a named direction the result gets; a drag is one step of undo."""
        self._set_arithmetic(arithmetic_edits.with_concept(self._sums, name, sigma))

    def _set_arithmetic(self, document: Arithmetic, *, record: bool = True) -> None:
        self.update(record=record, arithmetic=document)

    @property
    def _sums(self) -> Arithmetic:
        return self.state.arithmetic
