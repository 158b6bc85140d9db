"""The context menu of the map: what else one may want of it, by mouse and by keyboard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, QPointF, Qt
from PySide6.QtWidgets import QMenu

from latentlab.app import proposals
from latentlab.app.endpoints import reference_of_row
from latentlab.core import reference
from latentlab.gui.explore.map_figure import MapFigure
from latentlab.gui.plot_call import PlotCall, range_of, size_of, state_of
from latentlab.gui.plot_files import VERBS, PlotOutlet, PlotProposal
from latentlab.gui.theme import theme
from latentlab.gui.widgets.picture_menu import add_entries

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

    from latentlab.app.exports import Proposal
    from latentlab.app.lab import Lab
    from latentlab.gui.explore.manifold_presenter import ManifoldPresenter
    from latentlab.gui.widgets.map_panel import MapPanel


class MapMenu(QObject):
    """Builds the menu when it is asked for, and does what it says."""

    def __init__(self, lab: Lab, panel: MapPanel, manifold: ManifoldPresenter) -> None:
        super().__init__(panel)
        self._lab, self._panel, self._manifold = lab, panel, manifold
        self._figure = MapFigure(panel)
        self.outlet = PlotOutlet(lab.exports, self.proposal)
        panel.plot.menu_wanted.connect(self._on_menu_wanted)

    def build(self, row: int | None = None) -> QMenu:
        """A fresh menu, for a point of the map or none; it deletes itself when closed."""
        menu = QMenu(self._panel.plot)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        add_entries(menu, lambda what, *_: self.outlet.act(what), list(VERBS))
        self._add_pictures(menu, row)
        self._add_ends(menu, row)
        menu.addSeparator()
        plot = self._panel.plot
        for title, icon, act in (
            ("Show the whole map\t0", "mdi6.fit-to-page-outline", plot.reset),
            ("Select all shown\tCtrl+A", "mdi6.select-all", plot.all_wanted.emit),
            ("Select nothing\tEsc", "mdi6.select-off", plot.cancelled.emit),
        ):
            menu.addAction(theme().icon(icon), title).triggered.connect(
                lambda _=False, do=act: do()
            )
        return menu

    def _add_pictures(self, menu: QMenu, row: int | None) -> None:
        """What is shown as pictures on the map: the manifold, and the point under the mouse."""
        offers: list[tuple[str, str, Proposal | None]] = [
            ("Export the manifold…", "mdi6.view-grid-outline", self._manifold.propose())
        ]
        if row is not None and self._lab.latents is not None:
            name = f"{self._lab.session.state.model}-image-{row}"
            made = proposals.of_latents(self._lab, f"{name}-decoded", self._lab.latents.mu[row])
            if self._lab.original(row) is not None:
                original = proposals.of_row(self._lab, row, name)
                offers.append(("Export this image…", "mdi6.image-outline", original))
            offers.append(("Export its reconstruction…", "mdi6.image-outline", made))
        menu.addSeparator()
        for title, icon, proposal in offers:
            if proposal is not None:
                menu.addAction(theme().icon(icon), title).triggered.connect(
                    lambda _=False, found=proposal: self._lab.exports.propose(found)
                )

    def _add_ends(self, menu: QMenu, row: int | None) -> None:
        """This image, or the place of the cursor, as an end of the homotopy."""
        session = self._lab.session
        if row is None and not session.state.z:
            return
        here = reference.of_latent(session.state.z, session.state.label)
        if row is not None:
            here = reference_of_row(self._lab, row)
        last = len(session.state.homotopy.stops) - 1
        menu.addSeparator()
        for title, icon, place in (
            ("Homotopy: begin here", "mdi6.ray-start-arrow", 0),
            ("Homotopy: end here", "mdi6.ray-end-arrow", max(last, 1)),
        ):
            if place <= last + 1:
                menu.addAction(theme().icon(icon), title).triggered.connect(
                    lambda _=False, at=place: session.set_stop(at, str(here))
                )

    def proposal(self) -> PlotProposal | None:
        """The map as it is shown; None while there is none."""
        if self._panel.is_empty:
            return None
        name = f"{self._lab.session.state.model}-map"
        return PlotProposal(name, self._figure, self._arrays, call=self._call())

    def _call(self) -> PlotCall:
        plot, state = self._panel.plot, self._lab.session.state
        fields = ["moment", "label", "z", "selection", "map", "sampled"]
        if state.homotopy.on_map and len(state.homotopy.stops) >= 2:
            fields.append("homotopy")
        values = {"state": state_of(state, *fields), "size": size_of(plot.size())}
        seen = {} if plot.at_home else {"ranges": (range_of(plot.box.viewRect()),)}
        return PlotCall("map", values | seen)

    def _arrays(self) -> dict[str, NDArray[Any]]:
        """The encoded images that the map shows: row, index, label, place xy, z."""
        latents, rows = self._lab.latents, self._panel.shown.nonzero()[0]
        found: dict[str, NDArray[Any]] = {"row": rows, "xy": self._panel.points[rows]}
        if latents is not None and len(latents) == len(self._panel.points):
            found |= {"index": latents.indices[rows], "z": latents.mu[rows]}
            if latents.labels is not None:
                found["label"] = latents.labels[rows]
        return found

    def _on_menu_wanted(self, place: QPoint) -> None:
        plot = self._panel.plot
        where = plot.to_data(QPointF(place))
        menu = self.build(self._panel.row_at(where.x(), where.y()))
        menu.popup(plot.viewport().mapToGlobal(place))
