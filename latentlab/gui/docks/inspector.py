"""The Inspector's wiring: the cursor of the session becomes a picture, trust and neighbours."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal

from latentlab.app import proposals
from latentlab.app.endpoints import reference_of_row
from latentlab.core.points import is_points
from latentlab.gui.docks.inspector_concepts import InspectorConcepts
from latentlab.gui.docks.inspector_panel import InspectorPanel
from latentlab.gui.gestures import as_one_step
from latentlab.gui.latent_axes import LatentAxes
from latentlab.gui.picture_files import WHOLE, Outlet
from latentlab.gui.wiring import connect_slots

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from latentlab.app.exports import Proposal
    from latentlab.app.lab import Lab
    from latentlab.app.registry import ModelCard
    from latentlab.app.state import State

NEIGHBOURS = 3
_HINTS = {
    "none": "No model yet: train one, or drop one here.",
    "weightless": "This model has no weights yet; it gets them with its first epoch.",
    "failed": "This place could not be decoded.",
    "reader": "This model only reads pictures: it cannot decode a place.",
    "completer": "This model completes pictures: draw a part of one in the Style tab.",
    "starting": "The decoder is starting; it takes a few seconds.",
    "nowhere": "Move the mouse over the map.",
}


class Inspector(QObject):
    """Owns the panel; everything shown follows from the session and the lab's facts."""

    drawn = Signal()  # a picture of the cursor is on the screen
    settled = Signal()  # so it is, or there can be none

    def __init__(self, lab: Lab, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lab = lab
        self.panel = InspectorPanel()
        self._axes: LatentAxes | None = None
        self._rows: tuple[int, ...] = ()  # of the shown neighbours
        self._asked = 0
        self._drawn = 0
        self._awaited: tuple[int, ...] = ()  # neighbours that are being decoded
        self._rest_later = QTimer(self)  # the picture first: it is what the hand waits for
        self._rest_later.setSingleShot(True)
        self._rest_later.timeout.connect(self._show_rest)
        self.concepts = InspectorConcepts(lab, self.panel)
        self._connect_panel()
        for signal in (lab.support_changed, lab.dataset_changed):
            signal.connect(self._show_rest)
        lab.dataset_changed.connect(self._show_label)
        parts = {"sliders": self.panel.sliders, "neighbours": self.panel.neighbours}
        connect_slots(self, lab=lab, session=lab.session, **parts)

    def refresh(self) -> None:
        """Shows what the lab knows already; what comes later comes by its signals."""
        self._on_lab_model_changed()
        self._on_lab_latents_changed()

    def is_settled(self) -> bool:
        """Whether picture and neighbours belong to the cursor, or there can be none."""
        drawn = self._asked == self._drawn and not self._rest_later.isActive()
        return drawn and not self._awaited

    def pin(self) -> None:
        """P: keeps the cursor."""
        as_one_step(self._lab.session, self._lab.session.pin)

    # -- intents -------------------------------------------------------------------------------

    def _connect_panel(self) -> None:
        panel = self.panel
        session = self._lab.session
        panel.label.moved.connect(session.choose_label)  # a drag is one step of undo
        panel.label.chosen.connect(
            lambda label: as_one_step(session, lambda: session.choose_label(label))
        )
        panel.smooth_toggled.connect(lambda on: self._lab.session.update(smooth=on))
        panel.image.outlet = Outlet(self._lab.exports, lambda _: proposals.of_cursor(self._lab))
        panel.save.clicked.connect(lambda: panel.image.ask("export"))
        panel.copy.clicked.connect(lambda: panel.image.ask("copy"))
        for signal in (panel.pin.clicked, panel.image.pin_requested):
            signal.connect(self.pin)
        outlet = Outlet(self._lab.exports, self._propose_neighbour, is_sheet=True)
        panel.neighbours.outlet = outlet

    def _on_sliders_values_edited(self, coordinates: NDArray[np.float64]) -> None:
        if self._axes is not None:
            z = self._lab.anchor if not self._axes.is_raw else coordinates
            self._lab.session.move_cursor(self._axes.moved(z, coordinates))

    def _on_neighbours_clicked(self, index: int) -> None:
        if self._lab.latents is not None and index < len(self._rows):
            row = self._rows[index]
            label = self._lab.own_label(row)
            self._lab.session.move_cursor(self._lab.latents.mu[row], label=label)

    def _on_neighbours_pin_requested(self, index: int) -> None:
        if self._lab.latents is not None and index < len(self._rows):
            row = self._rows[index]
            source = str(reference_of_row(self._lab, row))
            z, label = self._lab.latents.mu[row], self._lab.own_label(row)
            session = self._lab.session
            as_one_step(session, lambda: session.pin(z, source=source, label=label))

    def _propose_neighbour(self, index: int) -> Proposal | None:
        lab, name = self._lab, f"{self._lab.session.state.model}-neighbour"
        if index == WHOLE:
            return proposals.of_rows(lab, self._rows, f"{name}s", columns=NEIGHBOURS)
        if not 0 <= index < len(self._rows):
            return None
        return proposals.of_row(lab, self._rows[index], f"{name}-{index + 1}")

    # -- facts ---------------------------------------------------------------------------------

    def _on_lab_model_changed(self) -> None:
        self._axes = None
        self._show_label()
        self._show_axes()
        self._begin_without_a_map()
        self._show_cursor()

    def _begin_without_a_map(self) -> None:
        """A model without an encoder has no points to begin at: its cursor begins at zero."""
        model, session = self._lab.model, self._lab.session
        manifest = model.manifest if model is not None else None
        if manifest is None or session.state.z or not self._lab.decodes:
            return
        if "encode" not in manifest.capabilities:
            session.move_cursor([0.0] * manifest.latent_size, hover=True)

    def _on_lab_latents_changed(self) -> None:
        latents = self._lab.latents
        if latents is None:
            return
        self._show_axes()
        if not self._lab.session.state.z and len(latents):
            self._lab.session.move_cursor(latents.mu[0], hover=True)
        self._show_cursor()

    def _on_session_changed(self, new: State, old: State) -> None:
        if new.model != old.model:
            return  # the lab tells when the new one is there
        if (new.z, new.label, new.moment) != (old.z, old.label, old.moment):
            self._show_cursor()
        if new.label != old.label:
            self.panel.label.show_label(new.label)
        if new.smooth != old.smooth:
            self.panel.image.set_smooth(new.smooth)
            self.panel.smooth.setChecked(new.smooth)

    def _show_label(self) -> None:
        model = self._lab.model
        manifest = model.manifest if model is not None else None
        names = manifest.told_names if manifest is not None else ()
        by_attributes = manifest is not None and manifest.is_told_attributes
        reach = self._lab.attribute_reach if by_attributes else None
        self.panel.show_label_names(names, by_attributes=by_attributes, reach=reach)
        self.panel.label.show_label(self._lab.session.state.label)

    def _show_axes(self) -> None:
        model, latents = self._lab.model, self._lab.latents
        manifest = model.manifest if model is not None else None
        if manifest is None:
            return
        mu = None if latents is None else latents.mu
        self._axes = LatentAxes.of(mu, manifest.latent_size)
        panel, axes = self.panel, self._axes
        panel.sliders.set_axes(axes.names, axes.low, axes.high)
        panel.sliders.setVisible(bool({"encode", "decode"} & {*manifest.capabilities}))
        panel.heat.setVisible(not axes.is_raw)
        panel.direction_note.setVisible(not axes.is_raw)
        panel.direction_note.setText(
            f"main directions of {manifest.latent_size} numbers, in standard deviations"
        )
        if mu is not None:
            panel.heat.set_reach(float(np.percentile(np.abs(mu), 99)))
        panel.show_neighbours_place(visible=mu is not None)

    def _show_cursor(self) -> None:
        model, state = self._lab.model, self._lab.session.state
        if model is None or not model.is_usable or not state.z:
            self.panel.trust.show_percentile(None)
            self._show_nothing(_HINTS[_why_nothing(model)])
            return
        if not self._lab.decodes:
            self._show_nothing(_HINTS["reader"])
            self._rest_later.start()
            return
        if self._lab.codec.state == "starting":
            self.panel.image.set_hint(_HINTS["starting"])
        self._asked += 1
        number = self._asked
        self._lab.codec.decode(
            model.folder,
            state.z,
            lane="inspector",
            label=state.label,
            done=lambda images: self._show_picture(number, images[0]),
            failed=lambda text: self._tell_failure(number, text),
        )
        if self._lab.codec.state != "ready":
            self._show_rest()  # no picture will come soon

    def _show_picture(self, number: int, picture: NDArray[np.uint8]) -> None:
        self._drawn = number
        self.panel.image.show_picture(picture)
        _, height, width = picture.shape
        point = is_points(picture.shape)
        self.panel.size_note.setText("a point" if point else f"{width}×{height} pixels")
        self._rest_later.start()
        self.drawn.emit()

    def _show_nothing(self, hint: str) -> None:
        self._drawn = self._asked
        self.panel.image.show_picture(None)
        self.panel.image.set_hint(hint)
        self.panel.size_note.setText("")
        self.settled.emit()

    def _tell_failure(self, number: int, text: str) -> None:
        self._drawn = number
        self._show_nothing(_HINTS["failed"])
        self._show_rest()
        self._lab.message.emit(text, "error")

    def _show_rest(self) -> None:
        """What is said of the place beside its picture."""
        self._rest_later.stop()
        if z := self._lab.session.state.z:
            self._show_values(np.asarray(z))
        self._show_support()

    def _show_values(self, z: NDArray[np.float64]) -> None:
        if self._axes is None or self._axes.latent_size != z.size:
            self._show_axes()
        model, axes = self._lab.model, self._axes
        if axes is None or axes.latent_size != z.size or model is None or not model.manifest:
            return
        self.panel.sliders.show_values(axes.coordinates(z))
        if not axes.is_raw:
            self.panel.heat.show_values(z, model.manifest.latent_shape)

    def _show_support(self) -> None:
        """Trust and neighbours; both need encoded data."""
        support, latents, z = self._lab.support, self._lab.latents, self._lab.session.state.z
        if support is None or latents is None or len(z) != latents.size:
            self.panel.trust.show_percentile(None)
            self.settled.emit()
            return
        percentile = float(support.percentile(z)[0])
        self.panel.trust.show_percentile(None if np.isnan(percentile) else percentile)
        rows = tuple(int(row) for row in support.nearest(z, NEIGHBOURS)[0][0])
        self._show_neighbours(rows)
        self.settled.emit()

    def _show_neighbours(self, rows: tuple[int, ...]) -> None:
        """Originals where the dataset is here, else what the model makes of them."""
        latents, model = self._lab.latents, self._lab.model
        if latents is None or model is None:
            return
        self._rows = rows
        originals = [self._lab.original(row) for row in rows]
        found = [picture for picture in originals if picture is not None]
        kind = "originals" if len(found) == len(rows) else "reconstructions"
        self.panel.nearest_title.set_full_text(f"nearest encoded · {kind}")
        self._awaited = ()
        if len(found) == len(rows):
            self.panel.neighbours.show_pictures(np.stack(found), self._captions(rows))
            return
        if not self._lab.decodes:
            self.panel.neighbours.show_pictures(None, self._captions(rows))
            return
        self._awaited = rows
        self._lab.codec.decode(
            model.folder,
            latents.mu[list(rows)],
            lane="neighbours",
            label=self._lab.own_labels(rows),
            done=lambda images: self._show_reconstructions(rows, images),
            failed=lambda _: self._show_reconstructions(rows, None),
        )

    def _show_reconstructions(
        self, rows: tuple[int, ...], images: NDArray[np.uint8] | None
    ) -> None:
        self.panel.neighbours.show_pictures(images, self._captions(rows))
        if rows == self._awaited:
            self._awaited = ()
            self.settled.emit()

    def _captions(self, rows: tuple[int, ...]) -> list[str]:
        latents, names = self._lab.latents, self._lab.label_names
        if latents is None or latents.labels is None:
            return []
        labels = [int(latents.labels[row]) for row in rows]
        return [names[label] if 0 <= label < len(names) else str(label) for label in labels]


def _why_nothing(model: ModelCard | None) -> str:
    """Which hint stands where a picture would be, while there is no cursor."""
    if model is None:
        return "none"
    if not model.is_usable:
        return "weightless"
    return "completer" if "complete" in model.require().capabilities else "nowhere"
