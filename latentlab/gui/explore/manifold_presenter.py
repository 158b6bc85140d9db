"""From the lab to the decoded tiles under the map."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Signal

from latentlab.app import proposals
from latentlab.gui.explore.lattice import Lattice, fit
from latentlab.gui.explore.manifold import Manifold
from latentlab.gui.theme import theme
from latentlab.gui.wiring import connect_slots

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from latentlab.app.exports import Proposal
    from latentlab.app.lab import Lab
    from latentlab.app.state import State
    from latentlab.gui.explore.points_presenter import PointsPresenter
    from latentlab.gui.widgets.map_panel import MapPanel

_TILE_PX = (32, 56)  # smallest and largest wish for a tile, at 100 %
_DRIFT = 1e-3  # an anchor that moved less off the plane decodes to the same tiles


class ManifoldPresenter(QObject):
    """Watches view, plane, anchor and model, and keeps the tiles of now."""

    progressed = Signal()

    def __init__(self, lab: Lab, panel: MapPanel, points: PointsPresenter) -> None:
        super().__init__(panel)
        self._lab, self._panel, self._points = lab, panel, points
        self._tiles = Manifold(self._decode, self._show)
        self._subject: tuple[object, ...] = ()
        self._anchor: NDArray[np.float32] | None = None
        panel.plot.view_changed.connect(self.refresh)
        points.shown.connect(self.refresh)
        connect_slots(self, session=lab.session, codec=lab.codec)

    def is_settled(self) -> bool:
        """Whether nothing more will be drawn for this view."""
        return not self._wanted() or self._tiles.settled

    @property
    def lattice(self) -> Lattice | None:
        """Where the tiles of this view are; None while the layer is off."""
        return self._fit() if self._wanted() else None

    def propose(self) -> Proposal | None:
        """The tiles of this view as one sheet, top row first; None while the layer is off."""
        lattice, lab = self.lattice, self._lab
        if lattice is None or lab.plane is None or self._anchor is None:
            return None
        places = np.array(lattice.places()).reshape(lattice.rows, lattice.columns, 2)[::-1]
        positions = lattice.positions([(x, y) for x, y in places.reshape(-1, 2).tolist()])
        z = lab.plane.invert(positions, self._anchor)
        name, label = f"{lab.session.state.model}-manifold", lab.session.state.label
        return proposals.of_latents(lab, name, z, label=label, columns=lattice.columns)

    def refresh(self) -> None:
        """Look at model, plane, anchor and view again."""
        if not self._wanted():
            self._tiles.look(None)
            self._panel.manifold.show_mosaic(None, (0, 0, 0, 0))
            return
        self._check_subject()
        self._tiles.look(self._fit())

    def _wanted(self) -> bool:
        lab = self._lab
        usable = lab.decodes and lab.plane is not None
        fits = self._points.ready and lab.anchor is not None
        return usable and fits and lab.session.state.map.manifold

    def _check_subject(self) -> None:
        """Tiles belong to one decoder, plane and anchor; another one empties the store."""
        lab, state = self._lab, self._lab.session.state
        assert lab.model is not None
        assert lab.model.manifest is not None
        place = (lab.model.folder, lab.plane)
        subject = (*place, tuple(lab.model.manifest.files.values()), state.label, state.moment)
        off_plane = lab.plane.invert([[0.0, 0.0]], lab.anchor)[0]
        if subject != self._subject or not _close(self._anchor, off_plane):
            hold = self._subject[:2] == place and not self._panel.manifold.empty
            self._subject, self._anchor = subject, off_plane
            self._tiles.forget(hold=hold)
        self._panel.manifold.set_opacity(state.map.manifold_opacity)

    def _fit(self) -> Lattice | None:
        manifest = self._lab.model.require()
        _, height, width = manifest.data.shape
        ratio = self._panel.plot.devicePixelRatioF() * theme().scale
        tile_px = min(max(width, _TILE_PX[0]), _TILE_PX[1]) * ratio
        return fit(self._panel.plot.view(), tile_px, height / width)

    def _decode(
        self,
        positions: NDArray[np.float64],
        done: Callable[[NDArray[np.uint8]], None],
        failed: Callable[[str], None],
    ) -> None:
        lab = self._lab
        z = lab.plane.invert(positions, self._anchor)
        label = lab.session.state.label
        lab.codec.decode(
            lab.model.folder, z, lane="manifold", done=done, failed=failed, label=label
        )

    def _show(self, mosaic: NDArray[np.uint8] | None, lattice: Lattice) -> None:
        self._panel.manifold.show_mosaic(mosaic, lattice.bounds())
        self.progressed.emit()

    def _on_codec_state_changed(self, state: str) -> None:
        if state == "ready":
            self._tiles.retry()

    def _on_session_changed(self, new: State, old: State) -> None:
        watched = ["label", "moment", "map"]
        if len(new.z) > 2 or not old.z:  # else the plane shows all of z, and the tiles stand
            watched.append("z")
        if any(getattr(new, name) != getattr(old, name) for name in watched):
            self.refresh()


def _close(one: NDArray[np.float32] | None, other: NDArray[np.float32]) -> bool:
    """Whether two anchors decode to the same tiles."""
    if one is None or one.shape != other.shape:
        return False
    return bool(np.abs(one - other).max(initial=0) <= _DRIFT)
