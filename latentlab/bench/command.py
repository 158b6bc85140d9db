"""Measure speed: decode, train, ui, start; each figure beside a baseline of the same run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from latentlab.bench.figures import Figure, Report

_JSON = click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
_MODEL = click.option("--model", default="mnist-vae-2", show_default=True, help="Model id.")


@click.group()
def bench() -> None:
    """Measure this machine."""


@bench.command()
@_MODEL
@_JSON
@click.pass_obj
def decode(library: Path, model: str, as_json: bool) -> None:
    """Time one decode: through the codec process, beside a bare torch call of the same network."""
    from latentlab.bench.decode import measure

    _print(measure(library, model), as_json)


@bench.command()
@click.option("--data", default="mnist", show_default=True, help="Dataset to train on.")
@click.option("--device", default="cpu", show_default=True, help="cpu, cuda, mps.")
@click.option("--epochs", default=1, show_default=True, type=click.IntRange(1))
@click.option("--threads", type=click.IntRange(1), help="CPU threads of both sides; default: all.")
@click.option("--family", default="vae", show_default=True, type=click.Choice(["vae", "gan"]))
@_JSON
def train(
    data: str, device: str, epochs: int, threads: int | None, family: str, as_json: bool
) -> None:
    """Time images/s of a VAE or a DCGAN beside the usual torchvision and DataLoader loop."""
    if family == "gan":
        from latentlab.bench import train_gan

        _print(train_gan.measure(data, device, threads), as_json)
        return
    from latentlab.bench.train import measure

    _print(measure(data, device, epochs, threads), as_json)


@bench.command()
@_MODEL
@click.option("--seconds", default=60.0, show_default=True, type=click.FloatRange(1))
@click.option("--data", default="mnist", show_default=True, help="Dataset of the training run.")
@_JSON
@click.pass_obj
def ui(library: Path, model: str, seconds: float, data: str, as_json: bool) -> None:
    """Time mouse to picture, timer lateness, pan and zoom, idle and while a training runs."""
    from latentlab.bench.ui import measure

    _print(measure(library, model, data, seconds), as_json)


@bench.command()
@_MODEL
@click.option("--repeats", default=5, show_default=True, type=click.IntRange(1))
@_JSON
@click.pass_obj
def start(library: Path, model: str, repeats: int, as_json: bool) -> None:
    """Time until the window shows and the first picture is drawn, beside an empty window."""
    from latentlab.bench.start import measure

    _print(measure(library, model, repeats), as_json)


def _print(report: Report, as_json: bool) -> None:
    if as_json:
        click.echo(report.model_dump_json(indent=2))
        return
    table = Table(
        "figure", "value", "baseline", "ratio", "target", "met", box=None, title=report.bench
    )
    for name, figure in report.figures.items():
        table.add_row(name, *_cells(figure))
    Console().print(table)


def _cells(figure: Figure) -> tuple[str, ...]:
    number: Callable[[float | None], str] = lambda v: "" if v is None else f"{v:,.3g}"  # noqa: E731
    sign = "≤" if figure.better == "lower" else "≥"
    return (
        f"{figure.value:,.4g} {figure.unit}",
        number(figure.baseline),
        number(figure.ratio),
        "" if figure.target is None else f"{figure.judged} {sign} {figure.target:g}",
        {None: "", True: "yes", False: "NO"}[figure.met],
    )
