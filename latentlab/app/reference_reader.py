"""What files and arrays tell of a reference: a latent, a picture or a seed, and words for people.

The rest is the model's: encode the picture, draw the sample, decode the latent.
"""

from __future__ import annotations

import base64
import binascii
import difflib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from latentlab import data
from latentlab.app.probe_rows import row_of
from latentlab.core import label as labels
from latentlab.core import reference as references
from latentlab.core.errors import ConfigError, DataError, ModelError
from latentlab.data import pictures

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from latentlab.app.state import Pin
    from latentlab.core.label import Label
    from latentlab.core.manifest import Manifest
    from latentlab.core.reference import Reference
    from latentlab.data.dataset import Dataset
    from latentlab.engine.latents import Latents

    Vector = NDArray[np.float32]
    Picture = NDArray[np.uint8]

_OWN = ("data", "picture")  # sources of pins that any model can look at


@dataclass(frozen=True, eq=False)
class Found:
    """What reading alone tells; z, picture and seed are None where the model must be asked."""

    title: str
    z: Vector | None = None
    picture: Picture | None = None
    seed: int | None = None
    label: int | None = None
    told: Label = None  # what a conditional model is told of it, where it has a label of its own


@dataclass(frozen=True, eq=False)
class Known:
    """What references are read against. `load_dataset` takes a spec; it may raise DataError."""

    manifest: Manifest
    latents: Latents | None
    pins: Sequence[Pin]
    load_dataset: Callable[[str], Dataset]


def read(reference: str, known: Known) -> Found:
    """What can be told without the model; raises LatentlabError."""
    named = references.parse(reference)
    found = _READERS[named.kind](named, known)
    if found.z is None and not (found.picture is not None and can_search(known.manifest)):
        _require(known.manifest, "encode" if found.picture is not None else "sample", reference)
    return found


def can_search(manifest: Manifest) -> bool:
    """Whether a picture's latent can be searched for where there is no encoder."""
    return {"decode", "sample"} <= set(manifest.capabilities)


def picture_of(reference: str, known: Known) -> Found:
    """A picture for a model that completes pictures, which no latent means anything to.

    Raises LatentlabError.
    """
    named = references.parse(reference)
    if named.kind in ("z", "seed", "label"):
        raise ConfigError(f"{reference[:40]} is no picture; choose an image, a file or a drawing.")
    found = _READERS[named.kind](named, known)
    if found.picture is None:
        raise ConfigError(
            f"{reference[:40]}: the picture itself is not on this machine, or is only a latent; "
            "choose an image, a file or a drawing."
        )
    return found


def class_mean(latents: Latents, label: int) -> Vector:
    """Mean mu of a label's encoded images, (latent,); raises DataError where there are none."""
    rows = np.empty(0, bool) if latents.labels is None else latents.labels == label
    if not rows.any():
        raise DataError("None of the encoded images has this label; choose another one.")
    mean: Vector = latents.mu[rows].mean(axis=0, dtype=np.float64).astype(np.float32)
    return mean


def source_of(pin: Pin) -> Reference | None:
    """The image or picture a pin was made of; None where it is only a latent."""
    if pin.source.partition(":")[0] not in _OWN:
        return None
    try:
        return references.parse(pin.source)
    except ConfigError:  # a word of an older version
        return None


# -- one reader per kind -----------------------------------------------------------------------


def _read_data(named: Reference, known: Known) -> Found:
    name, part, index = named.data
    try:
        dataset = known.load_dataset(name)
    except data.MissingDataError:
        return _probed(named, known)
    rows = np.arange(len(dataset.images)) if part == "all" else dataset.splits[part]
    if index >= len(rows):
        images = "images" if part == "all" else f"{part} images"
        there = f"0 to {len(rows) - 1}" if len(rows) else "none"
        raise DataError(f"{named}: {dataset.title} has {len(rows):,} {images}, numbered {there}.")
    row = int(rows[index])
    picture = pictures.refitted(np.asarray(dataset.images[row]), known.manifest.data.shape)
    label = None if dataset.labels is None else int(dataset.labels[row])
    if dataset.label_names != known.manifest.data.label_names:
        label = None
    title = _title_of(dataset.title, named)
    return Found(title, picture=picture, label=label, told=_own(dataset, row, known.manifest))


def _probed(named: Reference, known: Known) -> Found:
    """An image of the model's own map, whose dataset is not on this machine."""
    record, latents = known.manifest.data, known.latents
    row = None
    if latents is not None and named.data[0] == record.name:
        row = row_of(named, latents.indices, record)
    if row is None or latents is None:
        raise DataError(
            f"{named}: {named.data[0]} is not on this machine; get it with `latentlab data fetch "
            f"{named.data[0]}`, or name a folder that holds it in LATENTLAB_DATA."
        )
    label = None if latents.labels is None else int(latents.labels[row])
    title = f"{_title_of(record.title, named)} (decoded: the original is not on this machine)"
    return Found(title, np.array(latents.mu[row]), label=label, told=_class(label, known.manifest))


def _read_file(named: Reference, known: Known) -> Found:
    file = Path(named.text).expanduser()
    return Found(file.name, picture=pictures.fitted(file, known.manifest.data.shape))


def _read_picture(named: Reference, known: Known) -> Found:
    try:
        content = base64.b64decode(named.text, validate=True)
        picture = pictures.fitted(Path("picture"), known.manifest.data.shape, content)
    except (binascii.Error, pictures.PictureError) as error:
        reason = error.reason if isinstance(error, pictures.PictureError) else "is no base64"
        raise DataError(f"The picture in picture:{named.text[:12]}... {reason}.") from error
    return Found("picture", picture=picture)


def _read_z(named: Reference, known: Known) -> Found:
    size, manifest = known.manifest.latent_size, known.manifest
    if len(named.z) != size:
        have = f"{len(named.z)} number{'s' * (len(named.z) != 1)}"
        raise ConfigError(
            f"z:{named.text[:40]} has {have}, but latents of {manifest.title} have {size}."
        )
    told = named.told if manifest.told_names else None  # to others it means nothing
    if told is not None and not labels.fits(told, manifest):
        choice = ", ".join(manifest.told_names[:20])
        raise ConfigError(
            f"z:{named.text[:40]}: what follows @ is no label of {manifest.title}; it has {choice}."
        )
    return Found("z", z=np.asarray(named.z, np.float32), told=told)


def _read_seed(named: Reference, _: Known) -> Found:
    return Found(f"sample {named.text}", seed=int(named.text))


def _read_label(named: Reference, known: Known) -> Found:
    names = known.manifest.data.label_names
    label = _label(named.text, names)
    if known.latents is None:
        _require(known.manifest, "encode", str(named))
        raise ModelError(
            f"{named}: there are no encoded images of these weights of {known.manifest.title}; "
            "choose another end, or the final weights of a model trained for an epoch."
        )
    mean, told = class_mean(known.latents, label), _class(label, known.manifest)
    return Found(f"mean of {names[label]}", z=mean, label=label, told=told)


def _own(dataset: Dataset, row: int, manifest: Manifest) -> Label:
    """The label or the attributes of an image, if they are those that the model knows."""
    if not manifest.is_told_attributes:
        known = dataset.labels is not None and dataset.label_names == manifest.data.label_names
        return _class(int(dataset.labels[row]), manifest) if known else None  # type: ignore[index]
    if dataset.attributes is None or dataset.attribute_names != manifest.data.attribute_names:
        return None
    return tuple(dataset.attributes[row].astype(float).tolist())


def _class(label: int | None, manifest: Manifest) -> Label:
    """A class, if the model can be told it."""
    return label if label is not None and labels.fits(label, manifest) else None


def _label(text: str, names: Sequence[str]) -> int:
    """By name first, so that a digit's name may differ from its place."""
    if text in names:
        return names.index(text)
    if text.isdecimal() and int(text) < len(names):
        return int(text)
    if not names:
        raise ConfigError(f"label:{text}: the images of this model have no labels.")
    raise ConfigError(f"label:{text} is no label of this model; {_near(text, names)}.")


def _read_pin(named: Reference, known: Known) -> Found:
    alike = [pin for pin in known.pins if pin.name == named.text]
    own = [pin for pin in alike if pin.model == known.manifest.id]
    if not alike:
        names = sorted({pin.name for pin in known.pins})
        advice = _near(named.text, names) if names else "the Tray is empty, pin something first"
        raise ConfigError(f"pin:{named.text} is not in the Tray; {advice}.")
    pin = (own or alike)[0]
    source = source_of(pin)
    if not own and source is None:
        raise ConfigError(
            f"pin:{named.text} is a latent of {pin.model}, which means nothing to "
            f"{known.manifest.id}; choose a pin of this model."
        )
    found = read(str(source or references.of_latent(pin.z)), known)
    label = pin.label if isinstance(pin.label, int) else found.label
    told = pin.label if own and labels.fits(pin.label, known.manifest) else found.told
    return Found(pin.name, found.z, found.picture, found.seed, label, told)


_READERS: dict[str, Callable[[Reference, Known], Found]] = {
    "data": _read_data,
    "file": _read_file,
    "picture": _read_picture,
    "z": _read_z,
    "seed": _read_seed,
    "label": _read_label,
    "pin": _read_pin,
}


def _require(manifest: Manifest, capability: str, reference: str) -> None:
    if capability not in manifest.capabilities:
        lack = "no encoder for pictures" if capability == "encode" else "no prior to sample from"
        raise ModelError(f"{reference[:60]}: {manifest.title} has {lack}; choose another end.")


def _near(text: str, names: Sequence[str]) -> str:
    near = difflib.get_close_matches(text, names, n=3, cutoff=0.5)
    if near:
        return f"did you mean {' or '.join(near)}?"[:-1]
    return f"there are {', '.join(names[:20])}"


def _title_of(title: str, named: Reference) -> str:
    _, part, index = named.data
    return f"{title} {index}" if part == "all" else f"{title} {part} {index}"
