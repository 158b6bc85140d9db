"""Pictures to latents and back: encode, decode and sample with a trained model."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import numpy as np

from latentlab.app import export
from latentlab.app.registry import Registry
from latentlab.core.errors import ConfigError, DataError
from latentlab.engine.latents import Latents

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from latentlab.engine.codec import Codec

_OUT = click.option("-o", "--out", type=click.Path(path_type=Path), required=True)
_DEVICE = click.option("--device", default="auto", show_default=True)
_SCALE = click.option("--scale", default=4, show_default=True, type=click.IntRange(1, 64))
_JSON = click.option("--json", "as_json", is_flag=True, help="Say what was written as JSON.")


def _shared(*options: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def decorate(function: Any) -> Any:
        for option in reversed(options):
            function = option(function)
        return function

    return decorate


@click.command()
@click.argument("model")
@click.argument("pictures", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--data", help="Encode a dataset instead of picture files; default: the model's own.")
@click.option("--split", default="test", type=click.Choice(["train", "validation", "test"]))
@click.option("-n", "most", type=click.IntRange(1), help="At most this many pictures.")
@_shared(_OUT, _DEVICE, _JSON)
@click.pass_obj
def encode(
    library: Path,
    model: str,
    pictures: tuple[Path, ...],
    data: str | None,
    split: str,
    most: int | None,
    out: Path,
    device: str,
    as_json: bool,
) -> None:
    """Encode PICTURES, or a dataset, to latents in an .npz or .csv file."""
    _require(out, ".npz", ".csv")
    codec = _open(library, model, device)
    images, labels, rows = (
        _read(pictures, codec) if pictures else _dataset(data, split, most, codec)
    )
    mu, logvar = codec.encode(images)
    encoded = Latents(mu, logvar, labels, rows)
    if out.suffix.lower() == ".npz":
        export.save_arrays(out, encoded, range(len(mu)), overwrite=True)
    else:
        names = codec.manifest.data.label_names
        export.save_table(out, encoded, range(len(mu)), names, overwrite=True)
    _say(out, as_json, model=model, pictures=len(mu), latent=mu.shape[1])


@click.command()
@click.argument("model")
@click.option("--z", "texts", multiple=True, metavar="NUMBERS", help="One latent: --z 0.1,-1.5")
@click.option("--from", "source", type=click.Path(exists=True, path_type=Path),
              help="An .npz with `mu` or `z`, as `encode` and `sample` write it.")  # fmt: skip
@_shared(_OUT, _SCALE, _DEVICE, _JSON)
@click.pass_obj
def decode(
    library: Path,
    model: str,
    texts: tuple[str, ...],
    source: Path | None,
    out: Path,
    scale: int,
    device: str,
    as_json: bool,
) -> None:
    """Decode latents to pictures: one sheet as .png, or the arrays as .npz."""
    _require(out, ".png", ".npz")
    z = _latents(texts, source)
    pictures = _open(library, model, device).decode(z)
    _save(out, z, pictures, scale)
    _say(out, as_json, model=model, pictures=len(pictures))


@click.command()
@click.argument("model")
@click.option("-n", "count", default=64, show_default=True, type=click.IntRange(1, 100_000))
@click.option("--seed", default=0, show_default=True, type=click.IntRange(0))
@_shared(_OUT, _SCALE, _DEVICE, _JSON)
@click.pass_obj
def sample(
    library: Path,
    model: str,
    count: int,
    seed: int,
    out: Path,
    scale: int,
    device: str,
    as_json: bool,
) -> None:
    """Draw latents from the prior and decode them: a sheet as .png, or z and images as .npz."""
    _require(out, ".png", ".npz")
    codec = _open(library, model, device)
    z = codec.sample(count, seed)
    _save(out, z, codec.decode(z), scale)
    _say(out, as_json, model=model, pictures=count, seed=seed)


def _open(library: Path, model: str, device: str) -> Codec:
    folder = Registry(library).find(model).folder  # a wrong name costs no import of torch
    from latentlab.engine.codec import Codec

    return Codec.open(folder, device)


def _require(out: Path, *suffixes: str) -> None:
    """Refuse a file of another format before the work is done, not after it."""
    if out.suffix.lower() not in suffixes:
        raise ConfigError(f"{out}: name a file that ends in {' or '.join(suffixes)}.")


def _save(out: Path, z: NDArray[np.float32], pictures: NDArray[np.uint8], scale: int) -> None:
    if out.suffix.lower() == ".npz":
        export.save_npz(out, {"z": z, "images": pictures}, overwrite=True)
    else:
        export.save_sheet(out, pictures, scale=scale, overwrite=True)


_Encodable = tuple["NDArray[np.uint8]", "NDArray[np.int64] | None", "NDArray[np.int64]"]


def _read(files: tuple[Path, ...], codec: Codec) -> _Encodable:
    from latentlab.data import pictures

    channels, height, width = codec.manifest.data.shape
    if height != width:
        raise DataError(f"The model takes {width} x {height} pictures; files are read as squares.")
    stacked = np.stack([pictures.read(file, height, channels) for file in files])
    return stacked, None, np.arange(len(files))


def _dataset(spec: str | None, split: str, most: int | None, codec: Codec) -> _Encodable:
    from latentlab import data

    dataset = data.load(spec or codec.manifest.data.name)
    rows = dataset.splits[split][:most]  # type: ignore[index]
    if not len(rows):
        raise DataError(f"{dataset.title} has no {split} pictures; choose another --split.")
    return dataset.images[rows], None if dataset.labels is None else dataset.labels[rows], rows


def _latents(texts: tuple[str, ...], source: Path | None) -> NDArray[np.float32]:
    if bool(texts) == bool(source):
        raise ConfigError("Give latents either as --z 0.1,-1.5 (any number of times) or --from.")
    return _typed(texts) if source is None else _stored(source)


def _typed(texts: tuple[str, ...]) -> NDArray[np.float32]:
    try:
        rows = [[float(number) for number in text.split(",")] for text in texts]
    except ValueError as error:
        raise ConfigError(f"--z takes numbers with commas between them: {error}.") from error
    if len({len(row) for row in rows}) > 1:
        raise ConfigError("The latents given with --z are not equally long; check the commas.")
    return np.array(rows, np.float32)


def _stored(source: Path) -> NDArray[np.float32]:
    try:
        with np.load(source, allow_pickle=False) as arrays:
            key = next((name for name in ("z", "mu") if name in arrays), None)
            if key is None:
                raise ConfigError(f"{source} holds neither `z` nor `mu`; write it with encode.")
            return np.asarray(arrays[key], np.float32)
    except (OSError, ValueError, EOFError, AttributeError) as error:
        raise ConfigError(f"{source} is no .npz that can be read; write it with encode.") from error


def _say(out: Path, as_json: bool, **facts: Any) -> None:
    if as_json:
        click.echo(json.dumps({"file": str(out), **facts}))
    else:
        click.echo(f"{out}: " + ", ".join(f"{key} {value}" for key, value in facts.items()))
