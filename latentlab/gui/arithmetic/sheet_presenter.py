"""From `lab.arithmetic` to the sheet: terms, result, rows, readings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from latentlab.app import arithmetic_proposals, proposals
from latentlab.core import reference as references
from latentlab.gui.arithmetic import facts
from latentlab.gui.arithmetic.facts import Stacks
from latentlab.gui.arithmetic.row_pair import written
from latentlab.gui.gestures import as_one_step
from latentlab.gui.picture_files import WHOLE, Outlet

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray
    from PySide6.QtCore import QRect
    from PySide6.QtWidgets import QWidget

    from latentlab.app.exports import Proposal
    from latentlab.app.lab import Lab
    from latentlab.app.state import Arithmetic, State
    from latentlab.gui.arithmetic.page import SheetPage

_REST_MS = 120  # the classifier is asked when the hand rests for so long
_AROUND = 9


class SheetPresenter(QObject):
    """Obeys `lab.arithmetic` and the session; sends what is clicked to the Inspector."""

    drawn = Signal()  # something new is on the screen

    def __init__(self, lab: Lab, page: SheetPage) -> None:
        super().__init__(page)
        self._lab, self._page, self._sums = lab, page, lab.arithmetic
        self._stacks = Stacks()
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_REST_MS)
        self._rest.timeout.connect(self._on_rested)
        self._connect_lab()
        self._connect_bar()
        self._connect_pictures()
        self.show_all()

    # -- what the tab asks ---------------------------------------------------------------------

    def is_settled(self) -> bool:
        """Whether pictures and readings are all there."""
        return self._sums.is_settled and self._sums.is_judged and not self._rest.isActive()

    def proposal(self) -> Proposal | None:
        """The whole sheet, ready to be exported."""
        return arithmetic_proposals.of_sheet(self._lab)

    # -- facts ---------------------------------------------------------------------------------

    @property
    def _document(self) -> Arithmetic:
        return self._lab.session.state.arithmetic

    def show_all(self) -> None:
        """Everything anew: another model, other terms."""
        page, sums, lab = self._page, self._sums, self._lab
        manifest = lab.model.manifest if lab.model is not None else None
        if manifest is not None:
            page.show_pixels(max(manifest.data.shape[1:]))
        page.equation.show_names(sums.query_names, facts.query_hint(lab))
        page.expression.show_names(sums.query_names)
        page.show_empty(empty=not self._document.terms)
        words, is_problem = facts.note(lab)
        page.show_note(words, is_problem=is_problem)
        self._show_amounts()
        self._show_words()
        self._show_parts()
        self._show_result()
        self._show_rows()
        self._show_readings()
        self._rest.start()

    def _show_amounts(self) -> None:
        """What is new while a slider moves."""
        page, document = self._page, self._document
        page.bar.show_strength(document.strength)
        page.result.noise.show_value(document.noise)
        page.rows.show_control(on=document.control)

    def _show_words(self) -> None:
        page = self._page
        page.bar.show_judged(self._document.judged, able=self._sums.yardstick is not None)
        page.expression.show_query(self._sums.expression)

    def _show_parts(self) -> None:
        self._page.equation.show_terms(facts.term_views(self._lab, self._stacks))

    def _show_result(self) -> None:
        """The quick part of a drag: ten pictures."""
        sums, page = self._sums, self._page
        around = [sums.picture_of_neighbour(at) for at in range(_AROUND)]
        page.result.show_pictures(sums.picture_of_result(), self._stacks.of("around", around))
        page.bar.show_able(name=sums.result is not None and len(self._document.terms) > 1)

    def _show_rows(self) -> None:
        sums, lab = self._sums, self._lab
        steps, manifest = len(sums.strengths), lab.model.manifest if lab.model else None
        self._page.rows.show_filled(filled=facts.leads_anywhere(sums))
        if manifest is None or not steps:
            return
        rows = [
            self._stacks.of(name, [picture(step) for step in range(steps)])
            for name, picture in (
                ("row", sums.picture_of_row), ("control", sums.picture_of_control_row)
            )
        ]  # fmt: skip
        self._page.rows.show_rows(rows, list(sums.strengths), manifest.data.shape[1:])
        self._page.rows.show_note(facts.difference_words(lab))

    def _show_readings(self) -> None:
        page, sums = self._page, self._sums
        page.readings.show_readings(facts.readings(self._lab), hint=facts.no_readings(self._lab))
        page.result.show_words(facts.read(sums, sums.reading_of_result()))

    # -- what the lab tells --------------------------------------------------------------------

    def _connect_lab(self) -> None:
        sums, lab = self._sums, self._lab
        sums.changed.connect(self._on_changed)
        sums.drawn.connect(self._on_drawn)
        sums.scored.connect(self._on_scored)
        sums.filling.connect(self._on_filling)
        lab.session.changed.connect(self._on_session_changed)
        lab.model_changed.connect(self._on_changed)

    def _on_changed(self) -> None:
        self.show_all()
        self.drawn.emit()

    def _on_drawn(self, part: str) -> None:
        show = {"parts": self._show_parts, "result": self._show_result, "rows": self._show_rows}
        if part in show:
            show[part]()
        self._rest.start()
        self.drawn.emit()

    def _on_scored(self, part: str) -> None:
        if part == "parts":
            self._show_parts()
        self._show_readings()
        self.drawn.emit()

    def _on_filling(self) -> None:
        self._show_parts()
        self.drawn.emit()

    def _on_session_changed(self, new: State, old: State) -> None:
        if new.arithmetic == old.arithmetic:
            return
        self._show_amounts()
        if new.arithmetic.terms != old.arithmetic.terms:
            self._show_words()
        if new.arithmetic.chosen != old.arithmetic.chosen:
            self._show_parts()
            self._page.equation.reveal(new.arithmetic.chosen)
        if new.arithmetic.judged != old.arithmetic.judged:
            self._show_words()
            self._show_readings()
            self._rest.start()

    def _on_rested(self) -> None:
        self._sums.judge()
        self.drawn.emit()

    # -- bar, result and rows ------------------------------------------------------------------

    def _connect_bar(self) -> None:
        session, page = self._lab.session, self._page
        bar, result, rows = page.bar, page.result, page.rows
        bar.strength_moved.connect(lambda value: session.set_arithmetic(strength=value))
        result.noise_moved.connect(lambda value: session.set_arithmetic(noise=value))
        for signal in (bar.strength_released, result.noise_released):
            signal.connect(session.history.seal)
        self._on_click(bar.judged_toggled, lambda on: {"judged": on})
        self._on_click(rows.control_toggled, lambda on: {"control": on})
        self._on_click(result.noise_wanted, lambda: {"noise_seed": self._document.noise_seed + 1})
        self._on_click(rows.seed_wanted, lambda: {"control_seed": self._document.control_seed + 1})
        bar.export_wanted.connect(self._export)

    def _on_click(self, signal: Signal, fields: Callable[..., dict[str, object]]) -> None:
        """One step of undo for each."""
        session = self._lab.session

        def change(*told: object) -> None:
            as_one_step(session, lambda: session.set_arithmetic(**fields(*told)))

        signal.connect(change)  # type: ignore[attr-defined]

    def _export(self) -> None:
        proposal = self.proposal()
        if proposal is None:
            self._lab.message.emit(
                "There is nothing to export yet: fill the baskets first.", "info"
            )
        else:
            self._lab.exports.propose(proposal)

    # -- pictures ------------------------------------------------------------------------------

    def _connect_pictures(self) -> None:
        page, lab = self._page, self._lab
        result, around, rows = page.result.picture, page.result.around, page.rows
        result.outlet = Outlet(lab.exports, lambda _: arithmetic_proposals.of_result(lab))
        around.outlet = Outlet(lab.exports, self._propose_neighbour, is_sheet=True)
        result.name_at = lambda _: self._name(self._sums.result)
        around.name_at = lambda at: self._name(self._neighbour(at))
        result.clicked.connect(lambda: self._send(self._sums.result))
        result.pin_requested.connect(lambda: self._pin(self._sums.result))
        around.clicked.connect(lambda at: self._send(self._neighbour(at)))
        around.pin_requested.connect(lambda at: self._pin(self._neighbour(at)))
        around.hovered.connect(self._on_around_hovered)
        rows.clicked.connect(lambda row, step: self._send(self._step(row, step)))
        rows.pin_requested.connect(lambda row, step: self._pin(self._step(row, step)))
        rows.hovered.connect(self._on_row_hovered)
        for row, strip in enumerate(rows.strips):
            strip.outlet = Outlet(
                lab.exports, lambda step, row=row: self._propose_step(row, step), is_sheet=True
            )
            strip.name_at = lambda step, row=row: self._name(self._step(row, step))

    def _neighbour(self, at: int) -> NDArray[np.float32] | None:
        found = self._sums.neighbours
        return None if found is None else found[at]

    def _step(self, row: int, step: int) -> NDArray[np.float32] | None:
        found = self._sums.control_row if row else self._sums.row
        return None if found is None else found[step]

    def _send(self, z: NDArray[np.float32] | None) -> None:
        """To the Inspector."""
        session = self._lab.session
        if z is not None:
            as_one_step(session, lambda: session.move_cursor(z.tolist()))

    def _pin(self, z: NDArray[np.float32] | None) -> None:
        session = self._lab.session
        if z is not None:
            label = session.state.label
            as_one_step(session, lambda: session.pin(z.tolist(), label=label))

    def _name(self, z: NDArray[np.float32] | None) -> str:
        return "" if z is None else str(references.of_latent(z, self._lab.session.state.label))

    def _propose_neighbour(self, at: int) -> Proposal | None:
        if at == WHOLE:
            return arithmetic_proposals.of_neighbourhood(self._lab)
        return self._propose(self._neighbour(at), f"neighbour-{at + 1}")

    def _propose_step(self, row: int, step: int) -> Proposal | None:
        if step == WHOLE:
            return arithmetic_proposals.of_row(self._lab)
        return self._propose(self._step(row, step), f"{'control' if row else 'row'}-{step + 1}")

    def _propose(self, z: NDArray[np.float32] | None, name: str) -> Proposal | None:
        state = self._lab.session.state
        if z is None:
            return None
        return proposals.of_latents(self._lab, f"{state.model}-{name}", z, label=state.label)

    # -- the picture under the mouse -----------------------------------------------------------

    def _on_around_hovered(self, at: int) -> None:
        around = self._page.result.around
        words = "the result" if at == _AROUND // 2 else "the result with noise"
        read = self._sums.reading_of_neighbour(at) if at >= 0 else None
        self.enlarge(around, at, words, read)

    def _on_row_hovered(self, row: int, step: int) -> None:
        sums = self._sums
        reading = sums.reading_of_control_row if row else sums.reading_of_row
        strength = float(sums.strengths[step]) if 0 <= step < len(sums.strengths) else 0.0
        words = f"{'control' if row else 'result'} at strength {written(strength)}"
        self.enlarge(self._page.rows.strips[row], step, words, reading(step) if step >= 0 else None)

    def enlarge(
        self,
        sheet: QWidget,
        index: int,
        words: str,
        reading: tuple[float, ...] | None,
        *,
        beside: bool = False,
    ) -> None:
        """A picture of a sheet below itself, or beside, with what the classifier sees in it."""
        picture = sheet.picture_at(index)  # type: ignore[attr-defined]
        if index < 0 or picture is None:
            self._page.card.hide()
            return
        place: QRect = sheet.cell(index)  # type: ignore[attr-defined]
        place.moveTopLeft(sheet.mapTo(self._page, place.topLeft()))
        told = "\n".join(filter(None, (words, facts.read(self._sums, reading))))
        self._page.card.show_step(picture, told, place)
        if beside:
            self._page.put_card_beside(place)
