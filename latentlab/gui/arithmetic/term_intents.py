"""What is done with terms and their baskets, as intents of the session."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint

from latentlab.app import arithmetic_first, arithmetic_proposals, proposals
from latentlab.core import reference as references
from latentlab.core.errors import LatentlabError
from latentlab.gui.arithmetic import facts, term_menu
from latentlab.gui.gestures import as_one_step
from latentlab.gui.picture_files import WHOLE, Outlet
from latentlab.gui.style.add_menu import AddSlot
from latentlab.gui.widgets import endpoint_mime

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtCore import QMimeData

    from latentlab.app.exports import Proposal
    from latentlab.app.lab import Lab
    from latentlab.app.sources import Sources
    from latentlab.app.state import Arithmetic
    from latentlab.gui.arithmetic.page import SheetPage
    from latentlab.gui.arithmetic.sheet_presenter import SheetPresenter
    from latentlab.gui.arithmetic.term_card import TermCard


class TermIntents(QObject):
    """Listens to the cards, to the bar, and to what is dropped beside the cards."""

    def __init__(
        self, lab: Lab, page: SheetPage, sources: Sources, presenter: SheetPresenter
    ) -> None:
        super().__init__(page)
        self._lab, self._page, self._presenter = lab, page, presenter
        self._sums = lab.arithmetic
        self.sources = sources
        self.slot = AddSlot(sources, page)  # its menu and its dialogs ask for samples
        self._filled = 0  # the basket that they ask for
        for card in page.equation.cards:
            self.listen(card)
        page.equation.card_made.connect(self.listen)
        page.equation.add_wanted.connect(self.add_term)
        page.welcome.term.clicked.connect(lambda: self.add_term())
        for signal in (page.bar.example_wanted, page.welcome.example.clicked):
            signal.connect(lambda *_: self.show_example())
        page.expression.taken.connect(self.show_expression)
        page.expression.check = self._expression_problem
        page.dropped.connect(lambda data: self.take(self.document.chosen, data))
        self.slot.reference_chosen.connect(lambda text: self.give((text,), self._filled))
        self.slot.problem_told.connect(self._complain)

    @property
    def document(self) -> Arithmetic:
        """The sheet as it is now."""
        return self._lab.session.state.arithmetic

    def step(self, change: Callable[[], object]) -> None:
        """One step of undo; what the session refuses is told."""
        try:
            as_one_step(self._lab.session, change)
        except LatentlabError as error:
            self._complain(str(error))

    # -- the sheet -----------------------------------------------------------------------------

    def add_term(self, basket: tuple[str, ...] = ()) -> None:
        """A term more, at the end."""
        self.step(lambda: self._lab.session.add_term(basket))

    def show_example(self) -> None:
        """Three terms of what the model knows."""
        model = self._lab.model
        manifest = model.manifest if model is not None else None
        by_attributes = manifest is not None and bool(manifest.data.attribute_names)
        names = () if facts.obeys_labels(self._lab) else self._sums.query_names
        self.show_expression(arithmetic_first.example(names, by_attributes=by_attributes))

    def show_expression(self, text: str) -> None:
        """A whole sheet in one line; an empty one takes all terms away."""
        if not text:
            self.step(lambda: self._lab.session.set_terms(()))
            return
        count = self._page.bar.samples.value()
        self.step(lambda: self._sums.show_expression(text, n=count))

    def choose(self, place: int) -> None:
        """Where gifts go; looking at another is no step of undo."""
        if place != self.document.chosen:
            self._lab.session.set_arithmetic(record=False, chosen=place)

    # -- baskets -------------------------------------------------------------------------------

    def give(self, texts: tuple[str, ...], place: int | None = None) -> None:
        """Samples into a basket, by default the chosen one; without any, a first one."""
        found = tuple(filter(None, texts))
        if found:
            self.step(lambda: self._lab.session.add_to_basket(place, found))

    def turn(self, text: str) -> None:
        """Into the chosen basket, or out of it if it is there already."""
        terms, place = self.document.terms, self.document.chosen
        basket = terms[place].basket if place < len(terms) else ()
        if text in basket:
            at = basket.index(text)
            self.step(lambda: self._lab.session.remove_from_basket(place, at))
        else:
            self.give((text,))

    def take(self, place: int, data: QMimeData) -> None:
        """What was dropped; several files are several samples."""
        if data.hasFormat(endpoint_mime.REFERENCE_MIME) or len(endpoint_mime.files_of(data)) < 2:
            add = partial(self._give_one, place)
            endpoint_mime.take(data, self.sources, add, self._complain)
            return
        self._take_files(place, data)

    def fill(self, place: int, query: str) -> None:
        """By attributes of the data, or by a classifier from fresh samples."""
        if not query:
            self.step(lambda: self._lab.session.set_term(place, query=""))
            return
        self._sums.fill(place, query, n=self._page.bar.samples.value())

    def add_selection(self, place: int) -> None:
        """The images that are selected on the map of the Explore tab."""
        self.give(term_menu.selected(self._lab), place)

    # -- one card ------------------------------------------------------------------------------

    def listen(self, card: TermCard) -> None:
        """To a card that was made."""
        session, place = self._lab.session, card.place
        card.query.check = facts.query_check(self._sums)
        card.chosen.connect(lambda: self.choose(place))
        card.turned.connect(lambda: self.flip(place))
        card.weight_moved.connect(lambda weight: self._weigh(place, weight))
        card.weight_released.connect(session.history.seal)
        card.renamed.connect(lambda name: self.step(lambda: session.set_term(place, name=name)))
        card.query_taken.connect(lambda query: self.fill(place, query))
        card.cancel_wanted.connect(self._sums.stop_filling)
        card.dropped.connect(lambda data: self.take(place, data))
        card.term_dropped.connect(lambda other: self.move(other, place))
        card.moved.connect(lambda way: self.move(place, place + way))
        card.remove_wanted.connect(lambda: self.remove(place))
        card.menu_wanted.connect(lambda spot: self.open_menu(place, spot))
        self._listen_to_basket(card)

    def _listen_to_basket(self, card: TermCard) -> None:
        session, place, lab = self._lab.session, card.place, self._lab
        card.basket.outlet = Outlet(lab.exports, partial(self._propose, place), is_sheet=True)
        card.basket.removed.connect(
            lambda at: self.step(lambda: session.remove_from_basket(place, at))
        )
        card.basket.opened.connect(lambda at: self.show_large(place, at))
        card.basket.pin_requested.connect(lambda at: self._pin_sample(place, at))
        card.basket.menu_wanted.connect(lambda at, spot: self._open_sample_menu(card, at, spot))
        card.basket.hovered.connect(lambda at: self._enlarge(card, at))
        card.mean.outlet = Outlet(lab.exports, lambda _: self._propose_mean(place))
        card.mean.name_at = lambda _: self._name_mean(place)
        card.mean.pin_requested.connect(lambda: self._pin_mean(place))

    def flip(self, place: int) -> None:
        """Added instead of taken away, and back."""
        weight = self.document.terms[place].weight
        self.step(lambda: self._lab.session.set_term(place, weight=-weight))

    def move(self, place: int, to: int) -> None:
        """To another place of the sheet; the first one is where the way begins."""
        if 0 <= to < len(self.document.terms) and to != place:
            self.step(lambda: self._lab.session.move_term(place, to))

    def remove(self, place: int) -> None:
        """Out of the sheet."""
        self.step(lambda: self._lab.session.remove_term(place))

    def copy(self, place: int) -> None:
        """The same once more, at the end."""
        term = self.document.terms[place]
        fields = {"weight": term.weight, "name": term.name, "query": term.query}
        self.step(lambda: self._lab.session.add_term(term.basket, **fields))

    def empty(self, place: int) -> None:
        """Nothing in its basket."""
        self.step(lambda: self._lab.session.fill_basket(place, ()))

    def open_menu(self, place: int, spot: QPoint) -> None:
        """All that can be done with a term."""
        if place < len(self.document.terms):
            self._filled = place
            self.choose(place)
            term_menu.build(self._lab, self, place).popup(spot)

    def show_large(self, place: int, at: int) -> None:
        """A sample in the Inspector."""
        z = self._sums.terms[place].samples[at].z
        if z is not None:
            self.step(lambda: self._lab.session.move_cursor(z.tolist()))

    def export_mean(self, place: int) -> None:
        """The dialog, for the picture of a mean."""
        if (found := self._propose_mean(place)) is not None:
            self._lab.exports.propose(found)

    # -- inside --------------------------------------------------------------------------------

    def _weigh(self, place: int, weight: float) -> None:
        """The sign is the button's, unless a minus is typed."""
        sign = -1.0 if self.document.terms[place].weight < 0 else 1.0
        new = weight if weight < 0 else sign * weight
        self._lab.session.set_term(place, weight=new)

    def _give_one(self, place: int, text: str) -> None:
        self.give((text,), place)

    def _take_files(self, place: int, data: QMimeData) -> None:
        """One after the other: each is read in the back."""
        waiting = endpoint_mime.files_of(data)

        def go_on(text: str = "") -> None:
            if text:
                self.give((text,), place)
            if waiting:
                self.sources.read_file(waiting.pop(0), go_on, skip)

        def skip(problem: str) -> None:
            self._complain(problem)
            go_on()

        go_on()

    def _expression_problem(self, text: str) -> str:
        return facts.expression_problem(self._sums, text)

    def _propose(self, place: int, at: int) -> Proposal | None:
        if at == WHOLE:
            return arithmetic_proposals.of_term(self._lab, place)
        return arithmetic_proposals.of_sample(self._lab, place, at)

    def _propose_mean(self, place: int) -> Proposal | None:
        state, z = self._lab.session.state, self._sums.terms[place].mean
        if z is None:
            return None
        name = f"{state.model}-mean-{place + 1}"
        return proposals.of_latents(self._lab, name, z, label=state.label)

    def _name_mean(self, place: int) -> str:
        z = self._sums.terms[place].mean
        label = self._lab.session.state.label
        return "" if z is None else str(references.of_latent(z, label))

    def _pin_mean(self, place: int) -> None:
        session, z = self._lab.session, self._sums.terms[place].mean
        if z is not None:
            self.step(lambda: session.pin(z.tolist(), label=session.state.label))

    def _pin_sample(self, place: int, at: int) -> None:
        session, sample = self._lab.session, self._sums.terms[place].samples[at]
        if sample.z is not None:
            z = sample.z.tolist()
            self.step(lambda: session.pin(z, source=_source(sample.reference)))

    def _open_sample_menu(self, card: TermCard, at: int, spot: QPoint) -> None:
        if at < 0:
            self.open_menu(card.place, spot)
        else:
            term_menu.of_sample(self, card, at).popup(spot)

    def _enlarge(self, card: TermCard, at: int) -> None:
        sums, place = self._sums, card.place
        if at < 0 or place >= len(sums.terms) or at >= len(sums.terms[place].samples):
            self._page.card.hide()
            return
        words = sums.terms[place].samples[at].title
        reading = sums.reading_of_sample(place, at)
        self._presenter.enlarge(card.basket, at, words, reading, beside=True)

    def _complain(self, sentence: str) -> None:
        self._lab.message.emit(sentence, "error")


def _source(text: str) -> str:
    """What a pin remembers of where it is from."""
    return text if text.startswith(("data:", "picture:", "seed:")) else "cursor"
