"""The mouse and the keys over the map: cursor, pins, the point under the mouse and its card."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal

from latentlab.gui.explore import ellipses
from latentlab.gui.widgets.map_marks import path_of
from latentlab.gui.wiring import connect_slots

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from latentlab.app.lab import Lab
    from latentlab.app.state import State
    from latentlab.core.label import Label
    from latentlab.data.dataset import Dataset
    from latentlab.gui.explore.points_presenter import PointsPresenter
    from latentlab.gui.widgets.map_panel import MapPanel

REST_MS = 125  # the mouse must rest this long on a point before its card appears
HINT = "Move the mouse: the picture follows. Click to keep it."
_HINT_KEY = "explore"


class CursorPresenter(QObject):
    """Moves the session's cursor, shows it, and tells about the point below it."""

    cursor_moved = Signal()  # the mouse or a key moved the cursor; the session has the new z

    def __init__(self, lab: Lab, panel: MapPanel, points: PointsPresenter) -> None:
        super().__init__(panel)
        self._lab, self._panel, self._points = lab, panel, points
        self.row: int | None = None  # the point under the mouse
        self._decodes = lab.decodes  # whether the hint holds: the picture follows the mouse
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MS)
        self._rest.timeout.connect(self._show_card)
        for signal in (panel.plot.departed, panel.plot.view_changed):
            signal.connect(self._forget_point)
        connect_slots(self, plot=panel.plot, points=points, session=lab.session)
        self._on_plot_advised()
        self._on_points_shown()

    def _on_plot_moved(self, x: float, y: float) -> None:
        self._move_to(x, y)
        row = self._panel.row_at(x, y) if self._points.ready else None
        if row != self.row:
            self._point_at(row)

    def _on_plot_clicked(self, x: float, y: float) -> None:
        """The place, and of a conditional model the label of the point that was hit."""
        row = self._panel.row_at(x, y) if self._points.ready else None
        label = None if row is None else self._lab.own_label(row)
        self._move_to(x, y, hover=False, label=label)
        self._pin()

    def _on_plot_nudged(self, dx: float, dy: float) -> None:
        place = self._place()
        if place is not None:
            x, y = float(place[0]) + dx, float(place[1]) + dy
            self._panel.plot.reveal(x, y)
            self._on_plot_moved(x, y)

    def _on_plot_confirmed(self) -> None:
        self._pin()

    def _move_to(self, x: float, y: float, *, hover: bool = True, label: Label = None) -> None:
        lab = self._lab
        if not self._points.ready or lab.plane is None or lab.anchor is None:
            return
        z = lab.plane.invert([[x, y]], lab.anchor)[0]
        lab.session.move_cursor(z, hover=hover, label=label)
        self.cursor_moved.emit()

    def _pin(self) -> None:
        if self._points.ready and self._lab.session.pin() is not None:
            self._learn_hint()

    # -- the cross -----------------------------------------------------------------------------

    def _on_points_shown(self) -> None:
        """A model without a cursor yet gets one on its first encoded image."""
        lab = self._lab
        self._forget_point()
        if lab.decodes != self._decodes:
            self._decodes = lab.decodes
            self._on_plot_advised()
        if self._points.ready and not lab.session.state.z and len(lab.latents or ()):
            lab.session.move_cursor(lab.latents.mu[0], hover=True)
        self._show_cross()

    def _on_session_changed(self, new: State, old: State) -> None:
        if new.z != old.z:
            self._show_cross()

    def _show_cross(self) -> None:
        place = self._place() if self._points.ready else None
        at = None if place is None else (float(place[0]), float(place[1]))
        self._panel.plot.show_cursor(at)

    def _place(self) -> NDArray[np.float32] | None:
        z, plane = self._lab.session.state.z, self._lab.plane
        if plane is None or len(z) != plane.latent_size:
            return None
        return plane.project([z])[0]

    # -- the point under the mouse -------------------------------------------------------------

    def _forget_point(self) -> None:
        self._point_at(None)

    def _point_at(self, row: int | None) -> None:
        self.row = row
        self._panel.card.hide()
        self._rest.stop()
        self._show_posterior(row)
        if row is None:
            self._panel.ring.show_at(None)
            return
        x, y = self._panel.points[row]
        self._panel.ring.show_at((float(x), float(y)))
        self._rest.start()

    def _show_posterior(self, row: int | None) -> None:
        """The ellipse of this point alone, while ellipses are shown."""
        latents, plane = self._lab.latents, self._lab.plane
        known = latents is not None and latents.logvar is not None and plane is not None
        if row is None or not known or not self._panel.bar.switches["posterior"].isChecked():
            self._panel.own_posterior.show_path(None)
            return
        lines = ellipses.outlines(plane, latents.mu[[row]], latents.logvar[[row]])
        self._panel.own_posterior.show_path(path_of(lines))

    def _show_card(self) -> None:
        row, lab = self.row, self._lab
        if row is None or lab.latents is None or lab.model is None or row >= len(lab.latents):
            return
        if self._panel.plot.region_under_way:  # the card would lie over it
            return
        self._panel.card.show_point(self._title(row), lab.original(row), decodes=lab.decodes)
        self._panel.place_card(row)
        if lab.decodes:
            lab.codec.decode(
                lab.model.folder,
                lab.latents.mu[row],
                lane="hover",
                label=lab.own_label(row),
                done=lambda images: self._show_reconstruction(row, images),
            )

    def _show_reconstruction(self, row: int, images: NDArray[np.uint8]) -> None:
        if row == self.row:
            self._panel.card.show_reconstruction(images[0])

    def _title(self, row: int) -> str:
        latents, names = self._lab.latents, self._lab.label_names
        assert latents is not None
        index = _image_name(int(latents.indices[row]), self._lab.dataset)
        if latents.labels is None:
            return index
        label = int(latents.labels[row])
        name = names[label] if 0 <= label < len(names) else str(label)
        return f"{name} · {index}"

    # -- the hint ------------------------------------------------------------------------------

    def _on_plot_advised(self, advice: str = "") -> None:
        """What the tool advises, else what a newcomer should know."""
        seen = _HINT_KEY in self._lab.preferences.settings.seen or not self._lab.decodes
        self._panel.show_hint(advice or ("" if seen else HINT))

    def _learn_hint(self) -> None:
        seen = self._lab.preferences.settings.seen
        if _HINT_KEY not in seen:
            self._lab.preferences.update(seen=(*seen, _HINT_KEY))
        self._panel.show_hint("")


def _image_name(index: int, dataset: Dataset | None) -> str:
    """Split and number within it where the dataset is here, else the row of all images."""
    for split, rows in (dataset.splits if dataset is not None else {}).items():
        at = int(np.searchsorted(rows, index))
        if at < len(rows) and rows[at] == index:
            return f"{split} image {at:,}"
    return f"image {index:,}"
