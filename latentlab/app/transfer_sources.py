"""The sources of a style sheet for the command line and Python: read, seen, encoded; blocking."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from latentlab import data
from latentlab.app import endpoints
from latentlab.app.reference_reader import Known, read
from latentlab.app.transfer import Source, guessed, require_ink
from latentlab.core import label as labels
from latentlab.core import reference
from latentlab.core.errors import ConfigError, DataError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from latentlab.app.endpoints import Coder
    from latentlab.app.reference_reader import Found
    from latentlab.app.state import Pin
    from latentlab.core.label import Label
    from latentlab.core.manifest import Manifest
    from latentlab.data.dataset import Dataset
    from latentlab.engine.latents import Latents

    Picture = NDArray[np.uint8]
    Judge = Callable[[Picture], NDArray[np.float32]]  # (n, C, H, W) to probabilities (n, k)


@dataclass(frozen=True, eq=False)
class Reader:
    """Finds what references name, with one model. Raises LatentlabError in one sentence.

    A picture is read with its own label; one that has none with the given label, else with what
    `judge` sees in it. Latents need no label to be given another one.
    """

    codec: Coder
    manifest: Manifest
    latents: Latents | None = None
    pins: Sequence[Pin] = ()
    label: Label = None  # told of what has none of its own
    judge: Judge | None = None  # None: there is no classifier of the model's data
    load_dataset: Callable[[str], Dataset] = data.load

    def source(self, text: str) -> Source:
        """One row of the sheet."""
        found = read(text, Known(self.manifest, self.latents, self.pins, self.load_dataset))
        own = self.label if found.told is None else found.told
        if found.picture is None or found.z is not None:
            told = labels.usual(self.manifest) if own is None else own
            return Source(endpoints.finish(text, found, self.codec, told), own)
        require_ink(found.picture, _name(text, found))
        is_guess = own is None
        if own is None:
            own = self._seen(text, found, found.picture)
        return Source(endpoints.finish(text, found, self.codec, own), own, is_guess)

    def _seen(self, text: str, found: Found, picture: Picture) -> Label:
        """The label of a picture that brings none."""
        self._refuse_other_names(text)
        if self.judge is None:
            raise ConfigError(
                f"{_name(text, found)} has no label of its own, and there is no classifier of "
                f"{self.manifest.data.title} to look at it; say what it shows, as --label "
                f"{self.manifest.told_names[0]}."
            )
        return guessed(self.judge(picture[None])[0], self.manifest)

    def _refuse_other_names(self, text: str) -> None:
        """A picture of other things than the model's: what a classifier sees in it is nonsense."""
        named = reference.parse(text)
        if named.kind != "data":
            return
        dataset, known = self.load_dataset(named.data[0]), self.manifest
        by_attributes = known.is_told_attributes
        names = dataset.attribute_names if by_attributes else dataset.label_names
        if names and tuple(names) != known.told_names:
            what = "attributes" if by_attributes else "labels"
            raise DataError(
                f"{text}: {dataset.title} has other {what} than {known.title}; choose an image of "
                f"{known.data.title}, or say which label to read it with, as --label "
                f"{known.told_names[0]}."
            )


def _name(text: str, found: Found) -> str:
    return "The drawing" if text.startswith("picture:") else found.title
