"""A slot that shows what became of a reference."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from latentlab.app.places import Stop
    from latentlab.gui.widgets.endpoint_slot import EndpointSlot


def show_stop(slot: EndpointSlot, stop: Stop) -> None:
    """What became of a reference: its picture, its problem, how far a search for it is."""
    if stop.endpoint is not None:
        if slot.endpoint is not stop.endpoint or slot.problem:
            slot.show_endpoint(stop.endpoint)
    elif not stop.reference:
        slot.show_endpoint(None)
    elif stop.share:
        slot.show_search(stop.share)
    elif stop.problem and slot.problem != stop.problem:
        slot.show_endpoint(None)
        slot.show_problem(stop.problem)
