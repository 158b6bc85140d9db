"""Pictures to latents and back: encode, decode and sample with a trained model."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click
import numpy as np

from latentlab.app import export, sheets
from latentlab.app.own_labels import own_labels
from latentlab.app.registry import Registry
from latentlab.cli.looks import DEVICE, JSON, LABEL, LOOK, MOMENT, OUT, save, say, shared
from latentlab.core import label as labels
from latentlab.core.errors import ConfigError, DataError
from latentlab.engine.latents import Latents

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from latentlab.api import Model
    from latentlab.app.sheets import Sheet
    from latentlab.core.label import Label, Told
    from latentlab.engine.codec import Codec

_DEVICE = click.option("--device", default="auto", show_default=True)


@click.command()
@click.argument("model")
@click.argument("pictures", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--data", help="Encode a dataset instead of picture files; default: the model's own.")
@click.option("--split", default="test", type=click.Choice(["train", "validation", "test"]))
@click.option("-n", "most", type=click.IntRange(1), help="At most this many pictures.")
@shared(OUT, LABEL, _DEVICE, JSON)
@click.pass_obj
def encode(
    library: Path,
    /,
    model: str,
    pictures: tuple[Path, ...],
    data: str | None,
    split: str,
    most: int | None,
    out: Path,
    label: str | None,
    device: str,
    as_json: bool,
) -> None:
    """Encode PICTURES, or a dataset, to latents in an .npz or .csv file.

    A conditional model is told of each picture of a dataset its own label, unless --label is given.
    """
    _require(out, ".npz", ".csv")
    codec = _open(library, model, device)
    same = labels.one(label, codec.manifest)
    found = _read(pictures, codec) if pictures else _dataset(data, split, most, codec, same)
    mu, logvar = codec.encode(found.images, found.told if same is None else same)
    encoded = Latents(mu, logvar, found.labels, found.rows)
    if out.suffix.lower() == ".npz":
        export.save_arrays(out, encoded, range(len(mu)), overwrite=True)
    else:
        names = codec.manifest.data.label_names
        export.save_table(out, encoded, range(len(mu)), names, overwrite=True)
    say(out, as_json, model=model, pictures=len(mu), latent=mu.shape[1])


@click.command()
@click.argument("model")
@click.option("--z", "texts", multiple=True, metavar="NUMBERS", help="One latent: --z 0.1,-1.5")
@click.option("--from", "source", type=click.Path(exists=True, path_type=Path),
              help="An .npz with `mu` or `z`, as `encode` and `sample` write it.")  # fmt: skip
@shared(OUT, LABEL, LOOK, MOMENT, DEVICE, JSON)
@click.pass_obj
def decode(
    library: Path,
    /,
    model: str,
    texts: tuple[str, ...],
    source: Path | None,
    out: Path,
    label: str | None,
    moment: int | None,
    device: str,
    as_json: bool,
    **look: Any,
) -> None:
    """Decode latents to pictures: a sheet, a film, or the arrays as .npz.

    A conditional model is told --label, or the labels that `encode` wrote beside its latents.
    """
    sheets.require_ending(out)
    z, own = _latents(texts, source)
    opened = _load(library, model, moment, device)
    told: Told = labels.one(label, opened.manifest)
    if label is None and opened.manifest.told_names and not opened.manifest.is_told_attributes:
        told = own
    written = _save(opened, opened.sheet(z, label=told), z, told, out, look)
    say(written, as_json, model=model, pictures=len(z))


@click.command()
@click.argument("model")
@click.option("-n", "count", default=64, show_default=True, type=click.IntRange(1, 100_000))
@click.option("--seed", default=0, show_default=True, type=click.IntRange(0))
@shared(OUT, LABEL, LOOK, MOMENT, DEVICE, JSON)
@click.pass_obj
def sample(
    library: Path,
    /,
    model: str,
    count: int,
    seed: int,
    out: Path,
    label: str | None,
    moment: int | None,
    device: str,
    as_json: bool,
    **look: Any,
) -> None:
    """Draw latents from the prior and decode them: a sheet, a film, or z and images as .npz.

    A conditional model is told --label, else each class in turn.
    """
    sheets.require_ending(out)
    opened = _load(library, model, moment, device)
    told: Told = labels.one(label, opened.manifest)
    if label is None:
        told = labels.in_turn(count, opened.manifest)
    z = opened.sample(count, seed)
    # Another device draws other numbers: then the seed would not tell which.
    classes = len(opened.manifest.told_names)
    columns = classes if label is None and 1 < classes < count else None  # one class, one column
    drawn = seed if device == "cpu" else None
    sheet = opened.sheet(z, columns, seed=drawn, label=told)
    written = _save(opened, sheet, z, told, out, look)
    say(written, as_json, model=model, pictures=count, seed=seed)


def _open(library: Path, model: str, device: str) -> Codec:
    folder = Registry(library).find(model).folder  # a wrong name costs no import of torch
    from latentlab.engine.codec import Codec

    return Codec.open(folder, device)


def _require(out: Path, *suffixes: str) -> None:
    """Refuse a file of another format before the work is done, not after it."""
    if out.suffix.lower() not in suffixes:
        raise ConfigError(f"{out}: name a file that ends in {' or '.join(suffixes)}.")


def _load(library: Path, model: str, moment: int | None, device: str) -> Model:
    Registry(library).find(model).require()
    from latentlab.api import load

    return load(model, library, device, moment=moment)


def _save(
    model: Model,
    sheet: Sheet,
    z: NDArray[np.float32],
    told: Told,
    out: Path,
    look: dict[str, Any],
) -> Path:
    """Write a sheet with its recipe, or arrays by their plain names."""
    if out.suffix.lower() == ".npz":
        known = None if told is None else np.array(labels.rows_of(told, len(z)))
        arrays = {"z": z, "labels": known, "images": model.decode(z, told)}
        return export.save_npz(out, arrays, overwrite=True)
    return save(sheet, out, **look)


class _Encodable(NamedTuple):
    """Pictures (n, C, H, W), their classes (n,), rows in the dataset, what the model is told."""

    images: NDArray[np.uint8]
    labels: NDArray[np.int64] | None
    rows: NDArray[np.int64]
    told: Told


def _read(files: tuple[Path, ...], codec: Codec) -> _Encodable:
    from latentlab.data import pictures

    channels, height, width = codec.manifest.data.shape
    if height != width:
        raise DataError(f"The model takes {width} x {height} pictures; files are read as squares.")
    stacked = np.stack([pictures.read(file, height, channels) for file in files])
    return _Encodable(stacked, None, np.arange(len(files)), None)


def _dataset(
    spec: str | None, split: str, most: int | None, codec: Codec, same: Label
) -> _Encodable:
    from latentlab import data

    dataset = data.load(spec or codec.manifest.data.name)
    rows = dataset.splits[split][:most]  # type: ignore[index]
    if not len(rows):
        raise DataError(f"{dataset.title} has no {split} pictures; choose another --split.")
    classes = None if dataset.labels is None else dataset.labels[rows]
    told = own_labels(dataset, rows, codec.manifest) if same is None else None
    return _Encodable(dataset.images[rows], classes, rows, told)


def _latents(
    texts: tuple[str, ...], source: Path | None
) -> tuple[NDArray[np.float32], NDArray[np.int64] | None]:
    if bool(texts) == bool(source):
        raise ConfigError("Give latents either as --z 0.1,-1.5 (any number of times) or --from.")
    return (_typed(texts), None) if source is None else _stored(source)


def _typed(texts: tuple[str, ...]) -> NDArray[np.float32]:
    try:
        rows = [[float(number) for number in text.split(",")] for text in texts]
    except ValueError as error:
        raise ConfigError(f"--z takes numbers with commas between them: {error}.") from error
    if len({len(row) for row in rows}) > 1:
        raise ConfigError("The latents given with --z are not equally long; check the commas.")
    return np.array(rows, np.float32)


def _stored(source: Path) -> tuple[NDArray[np.float32], NDArray[np.int64] | None]:
    try:
        with np.load(source, allow_pickle=False) as arrays:
            key = next((name for name in ("z", "mu") if name in arrays), None)
            if key is None:
                raise ConfigError(f"{source} holds neither `z` nor `mu`; write it with encode.")
            known = np.asarray(arrays["labels"]) if "labels" in arrays else None
            return np.asarray(arrays[key], np.float32), known
    except (OSError, ValueError, EOFError, AttributeError) as error:
        raise ConfigError(f"{source} is no .npz that can be read; write it with encode.") from error
