"""The one document that says what the window shows. Undo, restore and commands all use it."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from latentlab.core.values import Value


class Pin(Value):
    """A latent kept in the Tray."""

    id: str  # unique in the document
    name: str  # A, B, C ... until renamed
    model: str  # id of the model whose latent this is
    z: tuple[float, ...]
    label: int | None = None
    source: str = "cursor"  # a reference: "cursor", "data:mnist/test/17", "mean:12", "seed:4"


class MapView(Value):
    """How the Explore tab looks at the latents."""

    plane: Literal["raw", "pca"] = "raw"
    dims: tuple[int, int] = (0, 1)  # which raw dimensions, or which principal components
    colour_by: str = "label"  # "label" or the name of an attribute
    hidden_labels: tuple[int, ...] = ()
    solo_label: int | None = None
    manifold: bool = True
    manifold_opacity: float = Field(0.4, ge=0, le=1)
    prior: bool = True
    posterior: bool = False
    density: bool = False


class State(Value):
    """Everything a session restores. Immutable: a change is a new document."""

    version: Literal[1] = 1
    tab: str = "explore"
    model: str = "mnist-vae-2"
    moment: int | None = None  # images seen of a snapshot; None: the final weights
    z: tuple[float, ...] = ()  # the cursor in latent space; empty: nowhere yet
    label: int | None = None  # for conditional models
    pins: tuple[Pin, ...] = ()
    selection: tuple[int, ...] = ()  # rows of the model's probe latents
    map: MapView = MapView()
    smooth: bool = False  # pictures: integer nearest-neighbour zoom, or smooth
    sampled: bool = False  # latents: mu, or a draw from the posterior
