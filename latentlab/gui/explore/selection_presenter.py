"""Lasso and box to selected rows; the selection to counts, a mean, a contact sheet and files."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QObject

from latentlab.app import proposals
from latentlab.app.data_calls import DataCall
from latentlab.app.endpoints import reference_of_row
from latentlab.core.errors import LatentlabError
from latentlab.gui.explore.regions import in_polygon
from latentlab.gui.explore.summary import Summary, summarise
from latentlab.gui.picture_files import WHOLE, Outlet
from latentlab.gui.theme import theme
from latentlab.gui.wiring import connect_slots

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from latentlab.app.exports import Proposal
    from latentlab.app.lab import Lab
    from latentlab.app.state import State
    from latentlab.engine.latents import Latents
    from latentlab.gui.explore.points_presenter import PointsPresenter
    from latentlab.gui.widgets.map_panel import MapPanel


class SelectionPresenter(QObject):
    """Regions become `session.select`; what is selected is shown beside the map."""

    def __init__(self, lab: Lab, panel: MapPanel, points: PointsPresenter) -> None:
        super().__init__(panel)
        self._lab, self._panel, self._points = lab, panel, points
        self.summary: Summary | None = None
        panel.selection.sheet.outlet = Outlet(lab.exports, self._propose, is_sheet=True)
        panel.selection.mean.outlet = Outlet(lab.exports, self._propose_mean)
        points.shown.connect(self.refresh)
        for signal in (panel.plot.cancelled, panel.selection.cleared):
            signal.connect(self._clear)
        connect_slots(self, plot=panel.plot, side=panel.selection, session=lab.session)
        self.refresh()

    def refresh(self) -> None:
        """Show the session's selection."""
        facts = self._points.facts
        selection = self._lab.session.state.selection
        self.summary = None if facts is None else summarise(facts, selection)
        classes = 1 if facts is None else max(len(facts.label_names), _classes(facts.latents))
        kind = "originals" if self._has_originals() else "reconstructions"
        side = self._panel.selection
        side.show_summary(self.summary, theme().class_colors(max(1, classes)), kind)
        if self.summary is not None:
            self._show_pictures(self.summary)

    def _show_pictures(self, summary: Summary) -> None:
        lab, side = self._lab, self._panel.selection
        originals = self._originals(summary.sheet)
        side.show_sheet(originals)
        side.show_mean(None)
        if lab.model is None or lab.latents is None or not lab.decodes:
            return
        folder = lab.model.folder
        lab.codec.decode(
            folder,
            summary.mean,
            lane="selection-mean",
            label=lab.session.state.label,
            done=lambda images: self._if_current(summary, lambda: side.show_mean(images[0])),
        )
        if originals is None:
            lab.codec.decode(
                folder,
                lab.latents.mu[summary.sheet],
                lane="selection-sheet",
                label=lab.own_labels(summary.sheet),
                done=lambda images: self._if_current(summary, lambda: side.show_sheet(images)),
            )

    def _if_current(self, summary: Summary, act: Callable[[], None]) -> None:
        if summary is self.summary:
            act()

    def _has_originals(self) -> bool:
        return self._lab.dataset is not None

    def _originals(self, rows: NDArray[np.int64]) -> NDArray[np.uint8] | None:
        found = [self._lab.original(int(row)) for row in rows]
        return None if any(each is None for each in found) else np.stack(found)

    # -- intents -------------------------------------------------------------------------------

    def _on_session_changed(self, new: State, old: State) -> None:
        if new.model == old.model and (new.selection, new.label) != (old.selection, old.label):
            self.refresh()

    def _on_plot_region_drawn(self, polygon: NDArray[np.float64]) -> None:
        panel = self._panel
        inside = in_polygon(panel.points, polygon) & panel.shown
        self._lab.session.select(np.flatnonzero(inside))

    def _on_plot_all_wanted(self) -> None:
        self._lab.session.select(np.flatnonzero(self._panel.shown))

    def _clear(self) -> None:
        self._lab.session.select(())

    def _on_side_row_chosen(self, row: int) -> None:
        if self._lab.latents is not None:
            label = self._lab.own_label(row)
            self._lab.session.move_cursor(self._lab.latents.mu[row], label=label)

    def _on_side_row_pinned(self, row: int) -> None:
        latents = self._lab.latents
        if latents is not None:
            source = str(reference_of_row(self._lab, row))
            label = self._lab.own_label(row)
            self._lab.session.pin(latents.mu[row], source=source, label=label)

    def _on_side_mean_pinned(self) -> None:
        if self.summary is not None:
            source = f"mean:{len(self.summary.rows)} selected"
            self._lab.session.pin(self.summary.mean, source=source)

    def _on_side_export_requested(self, kind: str) -> None:
        proposal = self._propose(WHOLE)
        if proposal is not None:
            self._lab.exports.propose(replace(proposal, suffix=f".{kind}"))

    # -- what leaves the window ----------------------------------------------------------------

    def _propose(self, index: int) -> Proposal | None:
        """The contact sheet with the numbers of the whole selection, or one of its pictures."""
        summary, name = self.summary, f"{self._lab.session.state.model}-selection"
        if summary is None:
            return None
        rows = [int(row) for row in summary.sheet]
        if 0 <= index < len(rows):
            return proposals.of_row(self._lab, rows[index], f"{name}-{index + 1}")
        sheet = proposals.of_rows(self._lab, rows, name)
        chosen = tuple(summary.rows.tolist())
        model, images = self._lab.session.state.model, self._has_originals()
        call = DataCall("latents", model, chosen, images=images)
        return sheet and replace(sheet, arrays=lambda: self._arrays(summary), numbers=call)

    def _propose_mean(self, _index: int) -> Proposal | None:
        state = self._lab.session.state
        if self.summary is None:
            return None
        name, label = f"{state.model}-mean", state.label
        return proposals.of_latents(self._lab, name, self.summary.mean, label=label)

    def _arrays(self, summary: Summary) -> dict[str, NDArray[Any]]:
        """Everything that is known of the selected images."""
        latents, pictures = self._lab.latents, self._originals(summary.rows)
        if latents is None:
            raise LatentlabError("The model has changed since; select again.")
        found = proposals.numbers_of(latents, self._lab.label_names, summary.rows)
        return found if pictures is None else {**found, "images": pictures}


def _classes(latents: Latents) -> int:
    return 0 if latents.labels is None else int(latents.labels.max(initial=0)) + 1
