"""From the styles of the lab to the page, and from its gestures to intents of the session."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal

from latentlab.app import style_edits, style_first, style_proposals
from latentlab.core import reference as references
from latentlab.gui.latent_axes import LatentAxes
from latentlab.gui.picture_files import WHOLE, Outlet
from latentlab.gui.style import facts
from latentlab.gui.style.row_intents import RowIntents

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from latentlab.app.exports import Proposal
    from latentlab.app.lab import Lab
    from latentlab.app.state import State, Style
    from latentlab.gui.style.transfer_page import TransferPage

_REST_MS = 120  # the classifier is asked when the hand rests for so long


class TransferPresenter(QObject):
    """Obeys `lab.styles` and the session."""

    drawn = Signal()  # something new is on the screen

    def __init__(self, lab: Lab, page: TransferPage) -> None:
        super().__init__(page)
        self._lab, self._page = lab, page
        self._rng = np.random.default_rng()
        self._axes: tuple[object, LatentAxes] | None = None
        self._scored: tuple[object, ...] = ()  # what the figures were shown for
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_REST_MS)
        self._rest.timeout.connect(self._on_rested)
        self._connect_lab()
        self.rows = RowIntents(lab, page, self._rng)
        self._connect_sheet()
        self._connect_bar()
        self._show_document()
        self._show_rows()

    # -- what the page asks --------------------------------------------------------------------

    def is_settled(self) -> bool:
        """Whether rows, cells and figures are all there."""
        styles, lab = self._lab.styles, self._lab
        if not self._document.sources and not styles.obstacle:
            return not style_first.images_to_come(lab)
        done = styles.is_settled and styles.is_judged and styles.leakage.is_settled
        return done and not self._rest.isActive()

    def begin(self) -> None:
        """Rows for somebody who has none; no step of undo."""
        if self._document.sources or self._lab.styles.obstacle or not self._page.isVisible():
            return
        found = style_first.first_sources(self._lab, self._page.sources)
        if found:
            row = {"sources": found, "row": 0}
            self._lab.session.set_style(record=False, **row)

    def proposal(self) -> Proposal | None:
        """The whole sheet."""
        sheet = self._lab.styles.sheet
        return None if sheet is None else style_proposals.of_sheet(self._lab, sheet)

    # -- facts ---------------------------------------------------------------------------------

    @property
    def _document(self) -> Style:
        return self._lab.session.state.style

    @property
    def _names(self) -> tuple[str, ...]:
        model = self._lab.model
        return model.manifest.told_names if model is not None and model.manifest else ()

    def _connect_lab(self) -> None:
        lab, styles = self._lab, self._lab.styles
        styles.changed.connect(self._show_rows)
        styles.drawn.connect(self._show_cells)
        styles.scored.connect(self._show_scores)
        lab.session.changed.connect(self._on_session_changed)
        for signal in (lab.model_changed, lab.latents_changed):
            signal.connect(self._on_model_changed)

    def _on_session_changed(self, new: State, old: State) -> None:
        if new.style != old.style:
            self._show_document()
            if (new.style.row, new.style.sources) != (old.style.row, old.style.sources):
                self._show_rows()
                self._page.pane.reveal(new.style.row)
            if new.style.judged != old.style.judged:
                self._show_scores()
                self._rest.start()
            self._show_chosen()

    def _on_model_changed(self) -> None:
        self._axes = None
        self._page.card.hide()
        self.begin()
        self._show_document()
        self._show_rows()

    def _show_document(self) -> None:
        page = self._page
        page.bar.show_names(self._names)
        page.bar.show_document(self._document)

    def _show_rows(self) -> None:
        """Heads, shape and words; the cells follow when they are drawn."""
        page, styles, lab = self._page, self._lab.styles, self._lab
        manifest = lab.model.manifest if lab.model is not None else None
        side = max(manifest.data.shape[1:]) if manifest is not None else 28
        heads = [facts.row_head(row, page.sources, self._names) for row in styles.sources]
        page.pane.show_shape(len(heads), len(styles.columns), side)
        page.pane.rows.show_heads(heads, self._document.row)
        problems = {row: head.problem for row, head in enumerate(heads) if head.problem}
        page.pane.matrix.show_problems(problems)
        page.show_note(*facts.note(lab), is_problem=bool(styles.problem))
        self._scored = ()
        self._show_cells()
        self._show_chosen()

    def _show_cells(self) -> None:
        page, styles = self._page, self._lab.styles
        sheet, matrix = styles.drawn_sheet, page.pane.matrix
        if sheet is None or len(sheet.columns) != matrix.lines.columns:
            matrix.show_sheet(None, (), ())
        else:
            kept, pictures = facts.standing_rows(sheet, styles.sources), styles.pictures
            if pictures is not None and len(kept) < len(sheet.rows):
                cells = pictures.reshape(len(sheet.rows), -1, *pictures.shape[1:])
                pictures = cells[kept].reshape(-1, *pictures.shape[1:])
            rows = [sheet.rows[at] for at in kept]
            matrix.show_sheet(pictures, rows, facts.own_cells(sheet))
        if self._scored != self._standing:  # not while a slider moves
            self._show_scores()
        self._rest.start()
        self.drawn.emit()

    @property
    def _standing(self) -> tuple[object, ...]:
        """What the figures depend on beside the cells."""
        styles = self._lab.styles
        is_fresh = styles.scores is not None and styles.scores.sheet is styles.drawn_sheet
        leakage = (styles.leakage.found, styles.leakage.problem)
        return styles.scores, is_fresh, self._document.judged, styles.columns, *leakage

    def _show_scores(self) -> None:
        page, styles = self._page, self._lab.styles
        self._scored = self._standing
        scores = styles.scores if self._document.judged else None
        fresh = scores is not None and scores.sheet is styles.drawn_sheet
        heads = facts.column_heads(styles.columns, scores, self._names)
        page.pane.columns.show_heads(heads, is_old=not fresh)
        page.pane.matrix.show_marks(facts.marks(scores, self._names) if scores and fresh else {})
        page.findings.show_judged(self._document.judged, able=styles.yardstick is not None)
        page.findings.show_obedience(*facts.obedience(self._lab))
        page.findings.show_leakage(*facts.leakage(self._lab))
        self.drawn.emit()

    def _on_rested(self) -> None:
        self._lab.styles.judge()
        self.drawn.emit()

    def _show_chosen(self) -> None:
        """The row under the sliders."""
        panel, document, place = self._page.panel, self._document, self._document.row
        rows = self._lab.styles.sources
        row = rows[place] if place < len(rows) else None
        source = row.source if row is not None else None
        panel.setEnabled(row is not None)
        panel.slot.title.setText(f"row {place + 1}")
        if source is not None and panel.slot.endpoint is not source.endpoint:
            panel.slot.show_endpoint(source.endpoint)
        elif row is not None and row.problem and panel.slot.problem != row.problem:
            panel.slot.show_endpoint(None)
            panel.slot.show_problem(row.problem)
        by_class = self._lab.model is not None and self._lab.model.manifest is not None
        by_class = by_class and not self._lab.model.require().is_told_attributes
        panel.show_names(self._names if by_class else ())
        words = "" if source is None else facts.label_words(source, self._names)
        panel.show_label(style_edits.told_of(document, place), words)
        self._show_z(None if source is None else source.endpoint.z)

    def _show_z(self, read: NDArray[np.float32] | None) -> None:
        panel, lab = self._page.panel, self._lab
        if self._axes is None or self._axes[0] is not lab.latents:
            if lab.model is None or lab.model.manifest is None:
                return
            mu = None if lab.latents is None else lab.latents.mu
            self._axes = lab.latents, LatentAxes.of(mu, lab.model.manifest.latent_size)
            panel.show_axes(self._axes[1])
        nudge = style_edits.nudge_of(self._document, self._document.row)
        if read is None or len(read) != self._axes[1].latent_size:
            panel.show_z(None, moved=False)
            return
        moved = np.asarray(nudge) if len(nudge) == len(read) else 0.0
        panel.show_z(self._document.strength * read.astype(float) + moved, moved=bool(nudge))

    # -- cells ---------------------------------------------------------------------------------

    def _connect_sheet(self) -> None:
        pane, lab = self._page.pane, self._lab
        pane.matrix.hovered.connect(self._on_hovered)
        pane.matrix.clicked.connect(lambda index: self._send(*self._place(index)))
        pane.matrix.pin_requested.connect(lambda index: self._pin(*self._place(index)))
        pane.matrix.part_wanted.connect(self._export_part)
        pane.matrix.name_cell = self._name
        pane.matrix.outlet = Outlet(lab.exports, self._propose, is_sheet=True)
        pane.refitted.connect(self._show_cells)

    def _place(self, index: int) -> tuple[int, int]:
        return divmod(index, max(1, self._page.pane.matrix.lines.columns))

    def _on_hovered(self, index: int) -> None:
        page, styles = self._page, self._lab.styles
        picture = page.pane.matrix.picture_at(index)
        if index < 0 or picture is None:
            page.card.hide()
            return
        row, column = self._place(index)
        cell = page.pane.matrix.cell(index)
        cell.moveTopLeft(page.pane.matrix.mapTo(page, cell.topLeft()))
        page.card.show_step(picture, facts.cell_words(styles, row, column, self._names), cell)

    def _send(self, row: int, column: int) -> None:
        """To the Inspector."""
        found, session = self._lab.styles.cell(row, column), self._lab.session
        if found is not None:
            z, label = found
            self.rows.choose(row)
            self.rows.step(lambda: session.move_cursor(z.tolist(), label=label))

    def _pin(self, row: int, column: int) -> None:
        found, session = self._lab.styles.cell(row, column), self._lab.session
        if found is not None:
            z, label = found
            self.rows.step(lambda: session.pin(z.tolist(), label=label))

    def _name(self, index: int) -> str:
        found = self._lab.styles.cell(*self._place(index))
        return "" if found is None else str(references.of_latent(*found))

    def _propose(self, index: int) -> Proposal | None:
        sheet = self._lab.styles.sheet
        if sheet is None:
            return None
        if index == WHOLE:
            return self.proposal()
        return style_proposals.of_cell(self._lab, sheet, *self._place(index))

    def _export_part(self, what: str, index: int) -> None:
        sheet, (row, column) = self._lab.styles.sheet, self._place(index)
        if sheet is None:
            return
        make = {"row": style_proposals.of_row, "column": style_proposals.of_column}[what]
        found = make(self._lab, sheet, row if what == "row" else column)
        if found is not None:
            self._lab.exports.propose(found)

    # -- bar and findings ----------------------------------------------------------------------

    def _connect_bar(self) -> None:
        session, page = self._lab.session, self._page
        bar = page.bar
        bar.add_wanted.connect(
            lambda: self.rows.add_menu().popup(
                bar.add_row.mapToGlobal(bar.add_row.rect().bottomLeft())
            )
        )
        bar.chance_wanted.connect(self._randomise)
        bar.strength_moved.connect(lambda value: session.set_style(strength=value))
        bar.share_moved.connect(lambda value: session.set_style(share=value))
        bar.blend_chosen.connect(lambda mix: self.rows.step(lambda: session.set_style(blend=mix)))
        bar.released.connect(session.history.seal)
        page.findings.judged_toggled.connect(
            lambda on: self.rows.step(lambda: session.set_style(judged=on))
        )
        page.findings.copy_wanted.connect(
            lambda: self._lab.exports.copy_text(facts.train_command(self._lab), "Command")
        )
        page.offer.clicked.connect(self._take_samples)

    def _randomise(self) -> None:
        rows, lab = self._lab.styles.sources, self._lab
        found = style_first.others(lab, rows, self._page.sources, self._rng)
        if found:
            self.rows.step(lambda: lab.session.set_sources(found))

    def _take_samples(self) -> None:
        chosen = style_first.samples(style_first.COUNT)
        self.rows.step(lambda: self._lab.session.set_sources(chosen))
