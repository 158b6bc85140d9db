"""A trained model as it was opened: what it is, its codec, and what is read when it is needed."""

from __future__ import annotations

from functools import cached_property
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from latentlab.app import endpoints, sheets
from latentlab.app.endpoints import Endpoint
from latentlab.app.exports import weights_of
from latentlab.app.given_arrays import reference_of
from latentlab.core import label as labels
from latentlab.core import reference
from latentlab.core.recipe import Look, Recipe
from latentlab.core.route import Route, through
from latentlab.engine import runs
from latentlab.engine.latents import load_latents

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import ArrayLike, NDArray

    from latentlab.app.state import PathKind
    from latentlab.core.label import Given, Label, Told
    from latentlab.core.manifest import Manifest
    from latentlab.core.recipe import Row
    from latentlab.engine.codec import Codec
    from latentlab.engine.latents import Latents
    from latentlab.engine.neighbourhood import NeighbourGraph

    Where = str | Endpoint | ArrayLike  # what names, or is, a latent or a picture


class OpenedModel:
    """What `latentlab.api.Model` stands on. Belongs to one thread."""

    def __init__(
        self, manifest: Manifest, folder: Path, codec: Codec, moment: int | None, library: Path
    ) -> None:
        """Use `load` instead."""
        self.manifest = manifest  # everything known of the model
        self.moment = moment  # images seen of a snapshot; None: the final weights
        self._folder = folder
        self._library = library
        self._codec = codec

    def __repr__(self) -> str:
        return f"<Model {self.id}: {self.manifest.title}, {self.latent_size} numbers>"

    @property
    def id(self) -> str:
        """Its name in the registry."""
        return self.manifest.id

    @property
    def shape(self) -> tuple[int, int, int]:
        """Channels, height and width of its pictures."""
        return self.manifest.data.shape

    @property
    def latent_size(self) -> int:
        """Numbers in one z."""
        return self.manifest.latent_size

    @property
    def weights(self) -> str:
        """The sha256 of the weights that decode."""
        return self.manifest.files.get(weights_of(self.moment), "")

    def endpoint(self, where: Where, label: Given = None) -> Endpoint:
        """The latent, picture and title of a reference, a z (latent,) or a picture (C, H, W).

        `label` is told of what has none of its own, as images of the model's data have.
        """
        if isinstance(where, Endpoint):
            return where
        text = where if isinstance(where, str) else reference_of(np.asarray(where), self.manifest)
        kind = reference.parse(text).kind
        from latentlab.engine.device import using_threads

        with using_threads(1):  # so that a picture always has the same z
            return endpoints.resolve(
                text,
                self._codec,
                self.manifest,
                latents=self._latents if kind in ("label", "data", "pin") else None,
                pins=endpoints.saved_pins() if kind == "pin" else (),
                label=labels.one(label, self.manifest),
            )

    def decode_alone(self, z: ArrayLike, label: Told = None) -> NDArray[np.uint8]:
        """As `decode`, each latent in a batch of its own: the same bytes in any company."""
        return self._codec.decode(z, label, alone=True)

    # -- inside --------------------------------------------------------------------------------

    def _recipe(self, rows: Sequence[Row], **fields: Any) -> Recipe:
        known = {
            "latentlab": version("latentlab"),
            "model": self.id,
            "weights": self.weights,
            "moment": self.moment,
            "dataset": self.manifest.data.content_hash,
            "rows": tuple(rows),
            "look": Look(scale=sheets.USUAL_SCALE),
        }
        return Recipe.model_validate({**known, **fields})

    @property
    def _on_cpu(self) -> bool:
        return self._codec.device.type == "cpu"

    def _told(self, rows: Sequence[Row], label: Given, end: Endpoint) -> list[Row]:
        """Rows with the given label, or with that of an end."""
        told = end.told if label is None else labels.one(label, self.manifest)
        return [row.model_copy(update={"label": told}) for row in rows]

    def _route(self, kind: PathKind, knots: NDArray[np.float32], label: Label) -> Route:
        if kind in ("latent", "slerp"):
            return through(knots, "line" if kind == "latent" else "arc")
        from latentlab.engine import pathways

        codec = self._codec.telling(label)
        return pathways.find(cast("pathways.PathKind", kind), codec, knots, self._graph)

    @cached_property
    def _graph(self) -> NeighbourGraph | None:
        from latentlab.engine.neighbourhood import NeighbourGraph

        return None if self._latents is None else NeighbourGraph(self._latents.mu)

    @cached_property
    def _latents(self) -> Latents | None:
        """The encoded images, as on the map: for a snapshot too those of the final weights."""
        known = self.manifest
        if runs.LATENTS not in known.files or "encode" not in known.capabilities:
            return None
        return load_latents(self._folder if self.moment is None else self._folder.parents[1])
