"""The chain of stops that a homotopy goes through: edits of the document, pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from latentlab.app.state import Homotopy
from latentlab.core import reference

if TYPE_CHECKING:
    from collections.abc import Iterable


def with_stop(document: Homotopy, place: int, text: str) -> Homotopy:
    """Put a reference at a place of the chain; beyond the end it is added. Raises ConfigError."""
    stops = list(document.stops)
    stops[max(place, 0) : max(place, 0) + 1] = [str(reference.parse(text))]
    return _changed(document, stops=stops)


def with_more(document: Homotopy, place: int, text: str) -> Homotopy:
    """Insert a reference before a place of the chain; raises ConfigError."""
    place = min(max(place, 0), len(document.stops))
    stops = [*document.stops[:place], str(reference.parse(text)), *document.stops[place:]]
    locked = (at + (at >= place) for at in document.locked)
    return _changed(document, stops=stops, locked=locked)


def without(document: Homotopy, place: int) -> Homotopy:
    """Take a stop out of the chain; those behind it move up."""
    if not 0 <= place < len(document.stops):
        return document
    stops = [*document.stops[:place], *document.stops[place + 1 :]]
    locked = (at - (at > place) for at in document.locked if at != place)
    return _changed(document, stops=stops, locked=locked)


def swapped(document: Homotopy) -> Homotopy:
    """The other way round: B, waypoints backwards, A."""
    last = len(document.stops) - 1
    return _changed(
        document, stops=document.stops[::-1], locked=(last - p for p in document.locked)
    )


def with_lock(document: Homotopy, place: int, locked: bool) -> Homotopy:
    """Whether Randomise leaves a stop alone."""
    kept = {at for at in document.locked if at != place}
    return _changed(document, locked=kept | ({place} if locked else set()))


def fitted(document: Homotopy, latent_size: int) -> Homotopy:
    """Without the latents of another width; what names a picture or a label stays."""
    away = [at for at, text in enumerate(document.stops) if not fits(text, latent_size)]
    for place in reversed(away):
        document = without(document, place)
    corners = document.corners
    if not all(fits(text, latent_size) for text in corners):
        corners = ()
    drawn = document.drawn if all(len(z) == latent_size for z in document.drawn) else ()
    start = document.start if not document.start or fits(document.start, latent_size) else ""
    return _changed(document, corners=corners, drawn=drawn, start=start)


def fits(text: str, latent_size: int) -> bool:
    """Whether a reference may mean something to a model: a latent must have its width."""
    kind, _, rest = text.partition(":")
    return kind != "z" or rest.count(",") + 1 == latent_size


def _changed(
    document: Homotopy,
    stops: Iterable[str] | None = None,
    locked: Iterable[int] | None = None,
    **fields: object,
) -> Homotopy:
    """A checked copy; a lock goes with its stop."""
    chain = document.stops if stops is None else tuple(stops)
    places = sorted(document.locked if locked is None else locked)
    kept = tuple(place for place in places if 0 <= place < len(chain))
    return Homotopy.model_validate({**dict(document), **fields, "stops": chain, "locked": kept})
