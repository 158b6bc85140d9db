"""A picture file dropped anywhere on the window, while the Homotopy tab is shown."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from latentlab.app.corner_sheet import with_corner
from latentlab.app.sources import Sources
from latentlab.data.pictures import is_picture
from latentlab.gui.gestures import as_one_step

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from latentlab.app.lab import Lab
    from latentlab.app.state import Homotopy

ALL_LOCKED = "Every endpoint is locked; unlock one (L), then drop the picture again."


def take_picture(lab: Lab, path: Path, failed: Callable[[str], None]) -> bool:
    """Make it the first endpoint that is not locked; False: it has no business here."""
    sources = Sources(lab)
    if lab.session.state.tab != "homotopy" or not is_picture(path.name):
        return False
    if not sources.takes_pictures:
        return False
    sources.read_file(path, partial(_put, lab, failed), failed)
    return True


def _put(lab: Lab, failed: Callable[[str], None], text: str) -> None:
    session, document = lab.session, lab.session.state.homotopy
    if document.mode == "traverse":
        as_one_step(session, lambda: session.set_homotopy(start=text))
    elif document.mode == "corners":
        corners = with_corner(document, first_corner(document), text)
        as_one_step(session, lambda: session.set_homotopy(corners=corners))
    elif (place := first_stop(document)) is None:
        failed(ALL_LOCKED)
    else:
        as_one_step(session, lambda: session.set_stop(place, text))


def first_stop(document: Homotopy) -> int | None:
    """The first place of the chain that is not locked; None: all are."""
    places = range(max(2, len(document.stops)))
    return next((place for place in places if place not in document.locked), None)


def first_corner(document: Homotopy) -> int:
    """The first corner where nothing is chosen, else the first one."""
    corners = (*document.corners, "", "", "", "")[:4]
    return next((place for place, text in enumerate(corners) if not text), 0)
