"""References that mean the same on another machine, as recipes may hold them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from latentlab.core import images, reference

if TYPE_CHECKING:
    from latentlab.app.endpoints import Endpoint


def brings_label(text: str) -> bool:
    """Whether a reference may tell the label of what it names; pictures and seeds never do."""
    named = reference.parse(text)
    return named.kind in ("data", "label", "pin") or (named.kind == "z" and named.told is not None)


def portable(endpoint: Endpoint, *, seeds: bool = True) -> str:
    """The reference of an endpoint, or what it names: its picture, else its numbers.

    Files, pins and datasets with a path are things of one machine. So are `seeds` that no CPU
    drew: every kind of device draws other samples.
    """
    named = reference.parse(endpoint.reference)
    if named.kind in ("z", "label", "picture") or (named.kind == "seed" and seeds):
        return endpoint.reference
    if named.kind == "data" and ":" not in named.data[0]:
        return endpoint.reference
    if endpoint.is_given:
        return f"picture:{images.png_text(endpoint.picture)}"
    return str(reference.of_latent(endpoint.z, endpoint.told))
