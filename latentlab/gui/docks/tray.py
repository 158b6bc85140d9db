"""The Tray dock: pins left, the run line right."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QHBoxLayout, QWidget

from latentlab.app import proposals
from latentlab.app.run_history import describe
from latentlab.core.errors import LatentlabError
from latentlab.core.label import fits
from latentlab.gui.docks.tray_drops import TrayDrops
from latentlab.gui.gestures import as_one_step
from latentlab.gui.picture_files import Outlet
from latentlab.gui.theme import theme
from latentlab.gui.widgets.run_status import RunLine, RunStatus
from latentlab.gui.widgets.tray_view import TrayItem, TrayView
from latentlab.gui.wiring import connect_slots

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from latentlab.app.exports import Proposal
    from latentlab.app.lab import Lab
    from latentlab.app.run_manager import RunHandle
    from latentlab.app.state import Pin, State
    from latentlab.core.label import Label

    Key = tuple[str, tuple[float, ...], Label]


def run_line(runs: tuple[RunHandle, ...]) -> RunLine:
    """What all runs of this window come to: how many, and how the first active one stands."""
    active = [run for run in runs if run.is_active]
    waiting = sum(run.state == "queued" for run in runs)
    if not active:
        return RunLine(f"{waiting} runs wait" if waiting else "")
    first = active[0]
    several = len(active) + waiting
    words = [f"{several} runs"] if several > 1 else []
    state = "saving" if first.is_stopping else describe(first.history)
    text = " · ".join([*words, f"{first.title} {state}"])
    short = " · ".join(state.split(" · ")[:2])
    return RunLine(text, short, first.history.progress)


class TrayPanel(QWidget):
    """The two views in a row."""

    def __init__(self) -> None:
        super().__init__()
        self._is_folded = False
        self.view = TrayView()
        self.status = RunStatus()
        self._row = QHBoxLayout(self)
        self._row.addWidget(self.view, 1)
        self._row.addWidget(self.status)
        theme().changed.connect(self._restyle)
        self._restyle()

    def fold(self, folded: bool) -> None:
        """One thin line: small pins with their names beside them."""
        self._is_folded = folded
        self.view.fold(folded)
        self.status.fold(folded)
        self._restyle()

    def _restyle(self) -> None:
        px = theme().px
        gap = px(2 if self._is_folded else 4)
        self._row.setContentsMargins(px(4), gap, px(10), gap)


class Tray(QObject):
    """Shows the session's pins, decodes their pictures, and tells the run line."""

    def __init__(self, lab: Lab, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lab = lab
        self.panel = TrayPanel()
        self._pictures: dict[Key, NDArray[np.uint8]] = {}
        view = self.panel.view
        view.opened.connect(self.open)
        view.pins.outlet = Outlet(lab.exports, self._propose)
        self.drops = TrayDrops(lab, self.panel, view.viewport())
        connect_slots(self, view=view, session=lab.session)
        lab.model_changed.connect(self._show)
        for signal in (lab.runs.changed, lab.runs.list_changed, lab.runs.event):
            signal.connect(self._show_runs)
        self._show()
        self._show_runs()

    def open(self, pin_id: str) -> None:
        """Goes to a pin, in its own model."""
        pin = self._lab.session.find_pin(pin_id)
        if pin is None:
            return
        if pin.model != self._lab.session.state.model:
            self._lab.choose_model(pin.model)
        if self._lab.session.state.model == pin.model:
            fields = {"z": pin.z, "label": pin.label}
            as_one_step(self._lab.session, lambda: self._lab.session.update(**fields))

    # -- inside --------------------------------------------------------------------------------

    def _on_view_renamed(self, pin_id: str, name: str) -> None:
        session = self._lab.session
        as_one_step(session, lambda: session.rename_pin(pin_id, name))

    def _on_view_removed(self, pin_id: str) -> None:
        session = self._lab.session
        as_one_step(session, lambda: session.remove_pin(pin_id))

    def _on_view_moved(self, row: int, before: int) -> None:
        session, pins = self._lab.session, self._lab.session.state.pins
        place = before - 1 if before > row else before
        if 0 <= row < len(pins):
            as_one_step(session, lambda: session.move_pin(pins[row].id, place))

    def _propose(self, row: int) -> Proposal | None:
        """What made the picture of a pin, in its own model."""
        pins = self._lab.session.state.pins
        if not 0 <= row < len(pins):
            return None
        return proposals.of_pin(self._lab, pins[row])

    def _on_session_changed(self, new: State, old: State) -> None:
        if new.pins != old.pins or new.model != old.model:
            self._show()

    def _show(self) -> None:
        pins = self._lab.session.state.pins
        self._request(pins)
        self.panel.view.show_items([self._item(pin) for pin in pins])

    def _item(self, pin: Pin) -> TrayItem:
        foreign = pin.model != self._lab.session.state.model
        place = ", ".join(f"{value:+.2f}" for value in pin.z[:4])
        more = f" and {len(pin.z) - 4} more" if len(pin.z) > 4 else ""
        tooltip = f"{pin.name}: {pin.model} at {place}{more} (from {pin.source})"
        return TrayItem(pin.id, pin.name, self._pictures.get(_key(pin)), foreign, tooltip)

    def _request(self, pins: tuple[Pin, ...]) -> None:
        """Asks for the pictures that are missing, one request per model and label."""
        wanted: dict[tuple[str, Label], list[Pin]] = {}
        for pin in pins:
            if _key(pin) not in self._pictures:
                wanted.setdefault((pin.model, pin.label), []).append(pin)
        for (model, label), group in wanted.items():
            self._decode(model, label, group)

    def _decode(self, model: str, label: Label, pins: list[Pin]) -> None:
        try:
            card = self._lab.registry.find(model)
        except LatentlabError:  # the model is gone: the pin stays, without a picture
            return
        manifest = card.manifest if card.is_usable else None
        if manifest is None or "decode" not in manifest.capabilities or not fits(label, manifest):
            return
        fitting = [pin for pin in pins if len(pin.z) == manifest.latent_size]
        if fitting:
            self._lab.codec.decode(
                card.folder,
                np.array([pin.z for pin in fitting]),
                lane=f"tray:{model}:{label}",
                label=label,
                done=lambda images: self._keep(fitting, images),
            )

    def _keep(self, pins: list[Pin], images: NDArray[np.uint8]) -> None:
        for pin, image in zip(pins, images, strict=True):
            self._pictures[_key(pin)] = image
        known = {_key(pin) for pin in self._lab.session.state.pins}
        self._pictures = {key: image for key, image in self._pictures.items() if key in known}
        shown = self._lab.session.state.pins
        self.panel.view.show_items([self._item(pin) for pin in shown])

    def _show_runs(self, *_: object) -> None:
        self.panel.status.show_line(run_line(self._lab.runs.runs))


def _key(pin: Pin) -> Key:
    return pin.model, pin.z, pin.label
