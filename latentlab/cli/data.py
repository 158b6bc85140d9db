"""List the datasets, tell what is known of one, download one."""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click
import numpy as np
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from latentlab import data as datasets
from latentlab.core.points import is_points
from latentlab.data import memory

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.group()
def data() -> None:
    """List the datasets, tell what is known of one, download one."""


@data.command("list")
@_as_json
def list_(as_json: bool) -> None:
    """All datasets, and whether they are here."""
    entries = [_entry(entry) for entry in datasets.catalogue()]
    if as_json:
        click.echo(json.dumps(entries, indent=2))
        return
    table = Table(box=None)
    for heading in ("name", "images", "size", "here"):
        table.add_column(heading, no_wrap=True)
    table.add_column("what it is")
    for entry in entries:
        count = f"{entry['images']:,}" if entry["images"] else ""
        here = "yes" if entry["here"] else "fetch" if entry["downloadable"] else "give a path"
        table.add_row(entry["name"], count, _size(entry["shape"]), here, entry["about"])
    Console().print(table)


@data.command()
@click.argument("spec")
@_as_json
def info(spec: str, as_json: bool) -> None:
    """What is known of SPEC: "mnist", "shapes?size=64", "folder:/my pictures?color=grey"."""
    with _progress() as report:
        known = _info(datasets.info(spec, report))
    if as_json:
        click.echo(json.dumps(known, indent=2))
        return
    table = Table(box=None, show_header=False)
    for key, value in known.items():
        if value not in (None, [], {}):
            table.add_row(f"[dim]{key}[/]", _words(key, value))
    Console().print(table)


@data.command()
@click.argument("spec")
def fetch(spec: str) -> None:
    """Download SPEC where it is missing, verify it and decode it. Ctrl+C stops, keeping nothing."""
    with _progress() as report:
        dataset = datasets.fetch(spec, report)
    Console().print(f"{dataset.title} is here: {len(dataset.images):,} images.", highlight=False)


def _entry(entry: datasets.Entry) -> dict[str, Any]:
    return {
        "name": entry.name,
        "title": entry.title,
        "about": entry.description,
        "images": entry.count,
        "shape": entry.shape,
        "here": entry.here,
        "downloadable": entry.downloadable,
        "licence": entry.licence,
        "options": list(entry.options.model_fields),
    }


def _info(info: datasets.Info) -> dict[str, Any]:
    known = _entry(info.entry) | {"name": info.name, "here": info.dataset is not None}
    dataset = info.dataset
    if dataset is None:
        return known
    return known | {
        "title": dataset.title,
        "images": len(dataset.images),
        "shape": dataset.shape,
        "memory": dataset.images.nbytes,
        "splits": {name: len(indices) for name, indices in dataset.splits.items()},
        "labels": _labels(dataset),
        "attributes": list(dataset.attribute_names),
        "sources": [str(source) for source in info.sources[:6]],
        "hash": dataset.content_hash,
    }


def _labels(dataset: datasets.Dataset) -> dict[str, int]:
    """Label names and how many images have each."""
    if dataset.labels is None:
        return {}
    counts = np.bincount(dataset.labels, minlength=len(dataset.label_names))
    return dict(zip(dataset.label_names, counts.tolist(), strict=True))


def _words(key: str, value: Any) -> str:
    if key == "shape":
        return _size(value)
    if key == "memory":
        return memory.readable(value)
    if isinstance(value, dict):
        return ", ".join(f"{name}: {count:,}" for name, count in value.items())
    if isinstance(value, list):
        return ", ".join(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:,}" if isinstance(value, int) else str(value)


def _size(shape: tuple[int, int, int] | None) -> str:
    if shape is None:
        return ""
    channels, height, width = shape
    if is_points(shape):
        return "points"
    return f"{width} x {height} {'grey' if channels == 1 else 'colour'}"


@contextmanager
def _progress() -> Iterator[Callable[[datasets.Progress], None]]:
    """A bar on standard error, shown from the first report on and gone at the end."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[amount]}"),
        TimeRemainingColumn(),
    )
    bar = Progress(*columns, console=Console(stderr=True), transient=True)
    task = bar.add_task("", amount="")

    def show(progress: datasets.Progress) -> None:
        bar.start()
        done, text = progress.done, progress.text
        amount = memory.readable(done) if progress.unit == "bytes" else f"{done:,} images"
        bar.update(task, description=text, completed=done, total=progress.total, amount=amount)

    try:
        yield show
    finally:
        if bar.live.is_started:
            bar.stop()
