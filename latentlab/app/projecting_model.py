"""Projection by an opened model: the latents of given pictures. Blocking, for Python and cli."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from latentlab.app.export.output import unheard
from latentlab.app.opened_model import OpenedModel
from latentlab.app.sheets import Sheet
from latentlab.core import images
from latentlab.core.errors import ConfigError
from latentlab.core.recipe import Latents, Pictures

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from latentlab.app.endpoints import Endpoint
    from latentlab.app.export import Progress
    from latentlab.core.label import Given

    Where = str | NDArray[Any]


class Projections(Sheet):
    """Given pictures above what their latents decode to."""

    @property
    def latents(self) -> NDArray[np.float32]:
        """The latent of each picture, (n, latent)."""
        return np.array(self._recipe.rows[1].z, np.float32)  # type: ignore[union-attr]

    @cached_property
    def errors(self) -> tuple[float, ...]:
        """What each misses: squared error per image, of pixels in 0..1."""
        given, found = (row.reshape(len(row), -1) / 255 for row in self.rows)
        return tuple(np.square(given - found).sum(1).tolist())


class ProjectingModel(OpenedModel):
    """A model that finds the latents of pictures, with an encoder or without."""

    def project(
        self,
        sources: Where | Sequence[Where],
        label: Given = None,
        *,
        progress: Progress = unheard,
    ) -> Projections:
        """The latents whose pictures come nearest to given ones.

        An encoder tells them. Without one, as in a GAN, they are searched for by gradient descent
        (`engine.project`), a second or more each; the same picture has the same latent again.

        Args:
            sources: One reference or picture (C, H, W), or several in a list.
            label: What a conditional model is told of pictures that have no label of their own.
            progress: Called with the share that is done, 0 to 1.

        Raises:
            ConfigError: A reference that is no picture. ModelError: Nothing can be searched.
        """
        several = [sources] if isinstance(sources, str | np.ndarray) else sources
        ends: list[Endpoint] = []
        for each in several:
            ends.append(self._picture_of(each, label))
            progress(len(ends) / len(several))
        if not ends:
            raise ConfigError("No picture is given; name at least one.")
        rows = (
            Pictures(pictures=tuple(images.png_text(end.picture) for end in ends), title="given"),
            Latents(
                z=tuple(tuple(end.z.tolist()) for end in ends),
                labels=tuple(end.told for end in ends) if self.manifest.told_names else (),
                title="found",
            ),
        )
        return Projections(self._recipe(rows), self.decode_alone)

    def _picture_of(self, source: Where, label: Given) -> Endpoint:
        end = self.endpoint(source, label)
        if not end.is_given:
            raise ConfigError(f"{end.title} is no picture; choose an image, a file or a drawing.")
        return end
