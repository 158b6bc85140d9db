"""Where an endpoint may come from: pins, the cursor, samples, means, images, files, as references.

An endpoint's slot asks this when its menu opens, so that it always offers what there is now.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from latentlab.app import endpoints, proposals
from latentlab.app.export import metadata
from latentlab.core import images, reference
from latentlab.core.errors import ConfigError, LatentlabError
from latentlab.core.recipe import KEY, Latents, Recipe
from latentlab.core.reference import Reference
from latentlab.data import pictures

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray

    from latentlab.app.endpoints import Endpoint
    from latentlab.app.exports import Exports, Proposal
    from latentlab.app.lab import Lab
    from latentlab.app.state import Pin
    from latentlab.core.manifest import Manifest

MOST_SEED = 2**31
LANE = "endpoint-file"


@dataclass(frozen=True)
class PinSource:
    """A pin that the current model can use."""

    id: str
    name: str
    reference: str


class Sources:
    """References of the current model, made from what the Lab has."""

    def __init__(self, lab: Lab, seed: int | None = None) -> None:
        """`seed` makes the random choices the same every time."""
        self._lab = lab
        self._rng = np.random.default_rng(secrets.randbits(64) if seed is None else seed)

    @property
    def shape(self) -> tuple[int, int, int]:
        """Channels, height and width of the model's pictures."""
        return self._manifest.data.shape

    @property
    def labels(self) -> tuple[str, ...]:
        """Names of the labels that have encoded images; empty when none are known."""
        return self._lab.label_names if self._has_labels else ()

    @property
    def image_count(self) -> int:
        """How many test images can be named by number."""
        return self._manifest.data.test_images if self._lab.model else 0

    def has(self, capability: str) -> bool:
        """Whether the current model can "encode", "sample" ..."""
        return self._lab.model is not None and capability in self._manifest.capabilities

    @property
    def takes_pictures(self) -> bool:
        """Whether a picture finds its latent: by an encoder, or by a search for it."""
        return self.has("encode") or (self.has("decode") and self.has("sample"))

    def pins(self) -> tuple[PinSource, ...]:
        """Pins of the current model, and of others those that are pictures."""
        made = [(pin, self._of_pin(pin)) for pin in self._lab.session.state.pins]
        return tuple(PinSource(pin.id, pin.name, text) for pin, text in made if text)

    def name_of(self, text: str) -> str:
        """What the user calls a reference: the name of its pin, else nothing."""
        return next((f"pin {pin.name}" for pin in self.pins() if pin.reference == text), "")

    def cursor(self) -> str:
        """The latent under the cursor, empty without one."""
        state = self._lab.session.state
        return str(reference.of_latent(state.z, state.label)) if state.z else ""

    def random_sample(self) -> str:
        """A draw from the prior, by its seed."""
        return f"seed:{int(self._rng.integers(MOST_SEED))}"

    def class_mean(self, label: int) -> str:
        """The mean of a label's encoded images."""
        return f"label:{self._lab.label_names[label]}"

    def random_image(self, label: int | None = None) -> str:
        """One of the encoded images, of a label or of all; empty when there is none."""
        latents = self._lab.latents
        if latents is None:
            return ""
        rows = np.arange(len(latents))
        if label is not None and latents.labels is not None:
            rows = rows[latents.labels == label]
        return self._of_row(int(self._rng.choice(rows))) if len(rows) else ""

    def image(self, number: int) -> str:
        """A test image by its number; raises ConfigError when there are not so many."""
        if not 0 <= number < self.image_count:
            raise ConfigError(
                f"There is no test image {number}; choose one of 0 to {self.image_count - 1}."
            )
        return str(reference.of_data(self._manifest.data.name, "test", number))

    def read_file(
        self, path: Path, done: Callable[[str], None], failed: Callable[[str], None]
    ) -> None:
        """A picture file as `done(reference)`: never blocks.

        A file that we exported of one latent of this model is that latent, any other is the
        picture, fitted to the model's shape.
        """
        manifest = self._manifest
        self._lab.background.run(
            LANE, lambda _: _read(path, manifest), done, failed, cancel_running=True
        )

    def picture(self, picture: NDArray[np.uint8]) -> str:
        """Any picture (C, h, w), fitted to the model's shape."""
        return picture_reference(pictures.refitted(picture, self.shape))

    def latent_in(self, png: bytes) -> str:
        """The latent of this model that a copied PNG of ours was made of; empty: there is none."""
        try:
            text = images.read_png(png)[1].get(KEY, "")
            return _latent_of(metadata.parse(text, "the picture"), self._manifest)
        except LatentlabError:
            return ""  # a picture of another program

    @property
    def exports(self) -> Exports:
        """Where pictures of endpoints leave."""
        return self._lab.exports

    def proposal(self, end: Endpoint, title: str) -> Proposal:
        """The picture of an endpoint, ready to leave: as it was given, else as it is decoded."""
        name = f"{self._lab.session.state.model}-{title}"
        if end.is_given:
            return proposals.of_pictures(self._lab, name, end.picture[None])
        return proposals.of_latents(self._lab, name, end.z, label=end.told)

    # -- inside --------------------------------------------------------------------------------

    @property
    def _manifest(self) -> Manifest:
        if self._lab.model is None:
            raise ConfigError("There is no model; choose one in the list of models.")
        return self._lab.model.require()

    @property
    def _has_labels(self) -> bool:
        return self._lab.latents is not None and self._lab.latents.labels is not None

    def _of_row(self, row: int) -> str:
        return str(endpoints.reference_of_row(self._lab, row))

    def _of_pin(self, pin: Pin) -> str:
        """Its picture, else its z if that is of this model; empty when it cannot be used here."""
        text = str(endpoints.reference_of_pin(pin))
        own = pin.model == self._lab.session.state.model
        return text if own or not text.startswith("z:") else ""


def picture_reference(picture: NDArray[np.uint8]) -> str:
    """A picture (C, H, W) of the model's shape as `picture:<base64 PNG>`."""
    return str(Reference(kind="picture", text=images.png_text(picture)))


def _read(path: Path, manifest: Manifest) -> str:
    latent = _latent_in(path, manifest)
    return latent or picture_reference(pictures.fitted(path, manifest.data.shape))


def _latent_in(path: Path, manifest: Manifest) -> str:
    try:
        return _latent_of(metadata.read_recipe(path), manifest)
    except LatentlabError:
        return ""  # a picture of another program


def _latent_of(recipe: Recipe, manifest: Manifest) -> str:
    """The one latent that a recipe names, if it is of this model, else nothing."""
    rows = recipe.rows
    if recipe.model != manifest.id or len(rows) != 1 or not isinstance(rows[0], Latents):
        return ""
    z = rows[0].z
    fits = len(z) == 1 and len(z[0]) == manifest.latent_size
    label = rows[0].labels[0] if rows[0].labels else rows[0].label
    return str(reference.of_latent(z[0], label)) if fits else ""
