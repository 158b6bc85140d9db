"""Paths in the codec process's words: what a search is about, and the routes it answers with."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from latentlab.core.route import Route

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

    from latentlab.core.label import Label
    from latentlab.engine import wire


def about(kind: str, knots: NDArray[np.float32], label: Label) -> str:
    """What a path leads through, as a key."""
    return f"{kind} {label} {knots.shape} {hashlib.sha256(knots.tobytes()).hexdigest()}"


def route_of(answer: wire.Arrays) -> Route:
    """The route of one part of an answer."""
    knots: list[list[Any]] = answer["knots"].astype(float).tolist()
    return Route(knots=tuple(map(tuple, knots)), times=tuple(answer["times"].tolist()))


def tell_progress(
    part: Callable[[Route, float], None] | None, header: wire.Header, answer: wire.Arrays
) -> None:
    """Tell `part` a better route and its energy; the last one is for whoever asked."""
    if part is not None and not header["last"]:
        part(route_of(answer), header["energies"][-1])
