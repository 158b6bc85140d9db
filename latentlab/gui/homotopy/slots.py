"""Endpoint slots whose pictures can leave: to files, the clipboard, other programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from latentlab.app import proposals
from latentlab.gui.picture_files import Outlet
from latentlab.gui.widgets.endpoint_slot import EndpointSlot

if TYPE_CHECKING:
    from latentlab.app.exports import Proposal
    from latentlab.app.homotopy import Stop
    from latentlab.app.lab import Lab
    from latentlab.app.sources import Sources


def make_slot(lab: Lab, title: str, sources: Sources, *, side: int = 84) -> EndpointSlot:
    """A slot of the current model."""
    slot = EndpointSlot(title, sources, side=side)

    def propose(_: int) -> Proposal | None:
        end = slot.endpoint
        if end is None:
            return None
        name = f"{lab.session.state.model}-{title}"
        if end.is_given:
            return proposals.of_pictures(lab, name, end.picture[None])
        return proposals.of_latents(lab, name, end.z)

    slot.picture.outlet = Outlet(lab.exports, propose)
    return slot


def show_stop(slot: EndpointSlot, stop: Stop) -> None:
    """What became of a reference: its picture, its problem, or nothing while it is awaited."""
    if stop.endpoint is not None:
        if slot.endpoint is not stop.endpoint or slot.problem:
            slot.show_endpoint(stop.endpoint)
    elif not stop.reference:
        slot.show_endpoint(None)
    elif stop.problem and slot.problem != stop.problem:
        slot.show_endpoint(None)
        slot.show_problem(stop.problem)
