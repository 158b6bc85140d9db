"""What a reference names, with this model: the ends of paths, corners, starts.

Blocking in `resolve`, for the command line and Python. In the window `Resolver` reads in the
background and lets the codec process encode, sample and decode.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from latentlab import data
from latentlab.app import probe_rows
from latentlab.app.reference_reader import Found, Known, class_mean, read, source_of
from latentlab.core import paths
from latentlab.core import reference as references
from latentlab.core.errors import LatentlabError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import ArrayLike, NDArray

    from latentlab.app.lab import Lab
    from latentlab.app.state import Pin
    from latentlab.core.label import Label
    from latentlab.core.manifest import Manifest
    from latentlab.core.reference import Reference
    from latentlab.data.dataset import Dataset
    from latentlab.engine.latents import Latents

    Vector = NDArray[np.float32]
    Picture = NDArray[np.uint8]
    Done = Callable[["Endpoint"], None]
    Failed = Callable[[str], None]

__all__ = [
    "Coder",
    "Endpoint",
    "Resolver",
    "class_mean",
    "finish",
    "reference_of_pin",
    "reference_of_row",
    "resolve",
    "saved_pins",
]


class Coder(Protocol):
    """What `resolve` needs of an engine Codec."""

    def place(self, images: NDArray[Any], label: Label = None) -> tuple[Vector, Vector | None]:
        """Pictures (n, C, H, W) to z (n, latent), and what is missed, (n,), where searched for."""
        ...

    def decode(self, z: ArrayLike, label: Label = None) -> Picture:
        """Latents (n, latent) to pictures (n, C, H, W)."""
        ...

    def sample(self, n: int, seed: int = 0) -> Vector:
        """Latents (n, latent) of the prior."""
        ...


@dataclass(frozen=True, eq=False)
class Endpoint:
    """One end of a path, a corner, a start: a latent and the picture that stands for it."""

    reference: str
    title: str  # for people: "MNIST test 17"
    z: Vector  # (latent,)
    picture: Picture  # (C, H, W), the given one, else what z decodes to
    is_given: bool  # whether the picture was given, not decoded
    label: int | None = None  # index into the model's label names, where known
    told: Label = None  # what a conditional model was told of it
    is_own: bool = False  # whether it was told the end's own label, and not the usual one
    missed: float | None = None  # squared error of what a search found; None: nothing was searched

    @property
    def words(self) -> str:
        """Its title, and where a search found it, how near that came."""
        near = "" if self.missed is None else f", found to a squared error of {self.missed:.3g}"
        return f"{self.title}{near}"

    def still(self, label: Label) -> bool:
        """Whether it stays what it is where `label` is told of all that have none of their own."""
        return self.is_own or self.told == label


def resolve(
    reference: str,
    codec: Coder,
    manifest: Manifest,
    *,
    latents: Latents | None = None,
    pins: Sequence[Pin] = (),
    load_dataset: Callable[[str], Dataset] = data.load,
    label: Label = None,
) -> Endpoint:
    """Find what a reference names, whatever time it takes; raises LatentlabError in a sentence.

    `label`: what a conditional model is told of an end that has no label of its own.
    """
    return finish(
        reference, read(reference, Known(manifest, latents, pins, load_dataset)), codec, label
    )


def finish(reference: str, found: Found, codec: Coder, label: Label = None) -> Endpoint:
    """The same of what was read already: encoded, drawn and decoded where that is to be done."""
    missed = None
    if found.z is not None:
        z = found.z
    elif found.picture is not None:
        placed, errors = codec.place(found.picture[None], told_of(found, label))
        z, missed = placed[0], None if errors is None else float(errors[0])
    else:
        z = codec.sample(1, found.seed or 0)[0]
    given = found.picture
    picture = codec.decode(z, told_of(found, label))[0] if given is None else given
    return _finished(reference, found, z, picture, label, missed)


def told_of(found: Found, label: Label) -> Label:
    """Its own label, else the given one."""
    return label if found.told is None else found.told


def reference_of_pin(pin: Pin) -> Reference:
    """The image or picture a pin was made of, else its latent."""
    return source_of(pin) or references.of_latent(pin.z, pin.label)


def saved_pins() -> tuple[Pin, ...]:
    """The Tray of the last session, as the window left it."""
    from latentlab.app.session import Session

    session, _ = Session.restore(paths.settings() / "session.json")
    return session.state.pins


def reference_of_row(lab: Lab, row: int) -> Reference:
    """The image of a map point, a neighbour or a selected row.

    Raises LatentlabError while the model has no encoded images.
    """
    model, latents = lab.model, lab.latents
    if model is None or model.manifest is None or latents is None:
        raise LatentlabError("There are no encoded images yet.")
    return probe_rows.reference_of(row, latents.indices, model.manifest.data, lab.dataset)


class Resolver:
    """Belongs to the thread of the lab. In each lane the newest question is the one answered."""

    def __init__(self, lab: Lab) -> None:
        self._lab = lab
        self._asked: dict[str, int] = {}  # by lane: number of the newest question

    def resolve(
        self,
        reference: str,
        *,
        lane: str,
        done: Done,
        failed: Failed,
        progress: Callable[[float], None] | None = None,
    ) -> None:
        """Find what a reference names with the current model; `failed` gets one sentence.

        `progress(share)` tells how much of a search is done, for models without an encoder.
        """
        number = self._asked[lane] = self._asked.get(lane, 0) + 1
        lab, model = self._lab, self._lab.model
        if model is None or model.manifest is None or not model.is_usable:
            failed("There is no model to ask; choose or train one first.")
            return

        def is_wanted() -> bool:
            current = lab.model.id if lab.model is not None else ""
            return self._asked[lane] == number and current == model.id

        label = lab.session.state.label
        place = lab, model.folder, reference, label, f"endpoint-{lane}"
        answer = _Answer(*place, done, failed, is_wanted, progress)
        known = Known(model.manifest, lab.latents, lab.session.state.pins, _loader(lab.dataset))
        lab.background.run(
            f"endpoint-{lane}",
            lambda _: read(reference, known),
            answer.take,
            answer.fail,
            cancel_running=True,
        )

    def cancel(self, lane: str) -> None:
        """Nobody waits for the answer of this lane any more."""
        self._asked[lane] = self._asked.get(lane, 0) + 1


@dataclass(frozen=True, eq=False)
class _Answer:
    """One question on its way: read, then encoded or sampled, then decoded."""

    lab: Lab
    folder: Path
    reference: str
    label: Label  # told of what has none of its own
    lane: str
    done: Done
    failed: Failed
    is_wanted: Callable[[], bool]
    progress: Callable[[float], None] | None = None

    def take(self, found: Found) -> None:
        """What reading told; the model is asked for the rest."""
        if not self.is_wanted():
            return
        codec = self.lab.codec
        if found.z is not None:
            self._decode(found, found.z)
        elif found.picture is not None:
            codec.place(
                self.folder,
                found.picture[None],
                lane=self.lane,
                label=told_of(found, self.label),
                part=self._tell_progress,
                done=lambda z, errors: self._placed(found, z[0], errors),
                failed=self.fail,
            )
        else:
            codec.sample(
                self.folder,
                1,
                seed=found.seed or 0,
                lane=self.lane,
                done=lambda z: self._decode(found, z[0]),
                failed=self.fail,
            )

    def fail(self, text: str) -> None:
        """One sentence, if somebody still waits for it."""
        if self.is_wanted():
            self.failed(text)

    def _tell_progress(self, share: float) -> None:
        if self.progress is not None and self.is_wanted():
            self.progress(share)

    def _placed(self, found: Found, z: Vector, errors: Vector | None) -> None:
        assert found.picture is not None  # it was placed
        self._finish(found, z, found.picture, None if errors is None else float(errors[0]))

    def _decode(self, found: Found, z: Vector) -> None:
        if found.picture is not None:
            self._finish(found, z, found.picture)
        elif self.is_wanted():
            self.lab.codec.decode(
                self.folder,
                z,
                lane=f"{self.lane}-picture",
                label=told_of(found, self.label),
                done=lambda images: self._finish(found, z, images[0]),
                failed=self.fail,
            )

    def _finish(
        self, found: Found, z: Vector, picture: Picture, missed: float | None = None
    ) -> None:
        if self.is_wanted():
            self.done(_finished(self.reference, found, z, picture, self.label, missed))


def _loader(shown: Dataset | None) -> Callable[[str], Dataset]:
    """The dataset of the current model is in memory already."""
    return lambda spec: shown if shown is not None and shown.name == spec else data.load(spec)


def _finished(
    reference: str,
    found: Found,
    z: Vector,
    picture: Picture,
    label: Label,
    missed: float | None = None,
) -> Endpoint:
    is_given, told = found.picture is not None, told_of(found, label)
    is_own = found.told is not None
    return Endpoint(reference, found.title, z, picture, is_given, found.label, told, is_own, missed)
