"""The wall of fresh samples: what it shows, and where what is clicked goes."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtWidgets import QMenu

from latentlab.app import proposals
from latentlab.gui.arithmetic import facts
from latentlab.gui.arithmetic.term_menu import QMenuEntry
from latentlab.gui.gestures import as_one_step
from latentlab.gui.picture_files import WHOLE, Outlet
from latentlab.gui.widgets.picture_menu import add_entries, verbs

if TYPE_CHECKING:
    from latentlab.app.exports import Proposal
    from latentlab.app.lab import Lab
    from latentlab.app.state import State
    from latentlab.gui.arithmetic.page import SheetPage
    from latentlab.gui.arithmetic.sheet_presenter import SheetPresenter
    from latentlab.gui.arithmetic.term_intents import TermIntents


class WallPresenter(QObject):
    """Obeys `lab.arithmetic`; clicks go to the chosen basket."""

    def __init__(
        self, lab: Lab, page: SheetPage, intents: TermIntents, presenter: SheetPresenter
    ) -> None:
        super().__init__(page)
        self._lab, self._page, self._sums = lab, page, lab.arithmetic
        self._wall, self._intents, self._presenter = page.shelf.wall, intents, presenter
        self._stacks = facts.Stacks()
        self._connect()
        self.show()

    def show(self) -> None:
        """Everything anew."""
        wall, sums = self._wall, self._sums
        wall.query.show_names(sums.query_names)
        wall.query.setEnabled(bool(sums.query_names))
        wall.query.show_query(self._lab.session.state.arithmetic.wall_query)
        pictures = [sums.picture_of_wall(at) for at in range(len(sums.wall))]
        tips = [self._words(at) for at in range(len(sums.wall))]
        wall.show_samples(self._stacks.of("wall", pictures), sums.wall, tips)
        self._show_progress()
        self._show_marks()

    # -- inside --------------------------------------------------------------------------------

    def _connect(self) -> None:
        wall, sums, lab = self._wall, self._sums, self._lab
        session, sheet = lab.session, wall.sheet
        wall.query.check = facts.query_check(sums)
        wall.fresh_wanted.connect(self._renew)
        wall.cancel_wanted.connect(sums.stop_filling)
        wall.query_taken.connect(
            lambda text: as_one_step(session, lambda: session.set_arithmetic(wall_query=text))
        )
        sheet.clicked.connect(lambda at: self._intents.turn(sheet.reference_at(at)))
        sheet.opened.connect(self._show_large)
        sheet.hovered.connect(self._enlarge)
        sheet.pin_requested.connect(self._pin)
        sheet.menu_wanted.connect(self._open_menu)
        sheet.outlet = Outlet(lab.exports, self._propose, is_sheet=True)
        sums.changed.connect(self.show)
        sums.drawn.connect(lambda part: self.show() if part == "wall" else None)
        sums.scored.connect(lambda part: self.show() if part == "wall" else None)
        sums.filling.connect(self._show_progress)
        session.changed.connect(self._on_session_changed)

    def _on_session_changed(self, new: State, old: State) -> None:
        if new.arithmetic != old.arithmetic:
            self._wall.query.show_query(new.arithmetic.wall_query)
            self._show_marks()

    def _renew(self) -> None:
        session = self._lab.session
        seed = session.state.arithmetic.wall_seed + 1
        as_one_step(session, lambda: session.set_arithmetic(wall_seed=seed))

    def _show_marks(self) -> None:
        """Those that the chosen basket has."""
        document = self._lab.session.state.arithmetic
        has = document.chosen < len(document.terms)
        self._wall.sheet.show_marked(document.terms[document.chosen].basket if has else ())

    def _show_progress(self) -> None:
        sums, wall = self._sums, self._wall
        under_way = sums.wall_progress
        share = None if under_way is None else under_way.found / max(1, under_way.wanted)
        wall.show_progress(share)
        if sums.wall_problem:
            wall.show_words(sums.wall_problem, is_problem=True)
        elif under_way is not None:
            wall.show_words(f"{under_way.found} of {under_way.looked:,} samples fit")
        else:
            seed = self._lab.session.state.arithmetic.wall_seed
            wall.show_words(f"{len(sums.wall)} samples, page {seed + 1}" if sums.wall else "")

    def _words(self, at: int) -> str:
        sums = self._sums
        return "\n".join(filter(None, (sums.wall[at], facts.read(sums, sums.reading_of_wall(at)))))

    def _enlarge(self, at: int) -> None:
        reading = self._sums.reading_of_wall(at) if at >= 0 else None
        words = self._wall.sheet.reference_at(at)
        self._presenter.enlarge(self._wall.sheet, at, words, reading, beside=True)

    def _z_of(self, at: int) -> list[float] | None:
        found = self._sums.z_of_wall(at)
        return None if found is None else found.tolist()

    def _show_large(self, at: int) -> None:
        session, z = self._lab.session, self._z_of(at)
        if z is not None:
            as_one_step(session, lambda: session.move_cursor(z))

    def _pin(self, at: int) -> None:
        session, z = self._lab.session, self._z_of(at)
        if z is not None:
            source, label = self._wall.sheet.reference_at(at), session.state.label
            as_one_step(session, lambda: session.pin(z, source=source, label=label))

    def _open_menu(self, at: int, spot: QPoint) -> None:
        if at < 0:
            return
        text, terms = self._wall.sheet.reference_at(at), self._lab.session.state.arithmetic.terms
        menu = QMenu(self._wall)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for place in range(len(terms)):
            words = f"Into basket {facts.title(self._lab, place)}"
            QMenuEntry(
                menu, words, "basket-plus-outline", partial(self._intents.give, (text,), place)
            )
        QMenuEntry(menu, "A new term", "plus", lambda: self._intents.add_term((text,)))
        QMenuEntry(menu, "Show in the Inspector", "magnify", lambda: self._show_large(at))
        menu.addSeparator()
        add_entries(menu, self._wall.sheet.ask, verbs(pinnable=True, sheet=True))
        menu.popup(spot)

    def _propose(self, at: int) -> Proposal | None:
        lab, state = self._lab, self._lab.session.state
        places = range(len(self._sums.wall)) if at == WHOLE else (at,)
        found = [z for each in places if (z := self._z_of(each)) is not None]
        if not found:
            return None
        name = f"{state.model}-samples" if at == WHOLE else f"{state.model}-sample-{at + 1}"
        return proposals.of_latents(lab, name, found, label=state.label)
