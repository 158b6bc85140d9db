"""Measure a model: likelihood, reconstruction, style transfer, samples from its prior."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from latentlab.app.evaluation import judge_of
from latentlab.app.registry import Registry
from latentlab.engine.score_shelf import ScoreShelf

if TYPE_CHECKING:
    from pathlib import Path

    from latentlab.app.registry import ModelCard
    from latentlab.core.manifest import Metric
    from latentlab.data import Split


@click.command()
@click.argument("model")
@click.option("--metrics", help="Names with commas between; default: all that fit the family.")
@click.option("--all", "slow", is_flag=True, help="The slow figures, too, which take minutes.")
@click.option("--classifier", help="Judges pictures; default: the best one of the same dataset.")
@click.option("--split", default="test", type=click.Choice(["train", "validation", "test"]))
@click.option("-n", "most", type=click.IntRange(1), help="At most this many pictures.")
@click.option("-k", default=50, show_default=True, type=click.IntRange(1, 10_000),
              help="Importance samples of IWAE.")  # fmt: skip
@click.option("--seed", default=0, show_default=True, type=click.IntRange(0))
@click.option("--device", default="auto", show_default=True)
@click.option(
    "--keep/--no-keep",
    default=None,
    help="Note the figures in the manifest; default: only in those of your own models.",
)
@click.option("--fresh", is_flag=True, help="Measure anew what was measured before.")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
@click.pass_obj
def evaluate(
    library: Path,
    model: str,
    metrics: str | None,
    slow: bool,
    classifier: str | None,
    split: Split,
    most: int | None,
    k: int,
    seed: int,
    device: str,
    keep: bool | None,
    fresh: bool,
    as_json: bool,
) -> None:
    """Measure MODEL on the pictures it was not trained on."""
    registry = Registry(library)
    card = registry.find(model)
    judge = _yardstick(registry, card, classifier)
    from latentlab.engine import evaluate as engine

    names = [name.strip() for name in metrics.split(",") if name.strip()] if metrics else None
    said: list[str] = []
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(f"evaluating {model}", total=1.0)
        figures = engine.evaluate(
            card.folder, metrics=names, slow=slow, yardstick=judge, split=split, n=most, k=k,
            seed=seed, device=device, keep=not card.shipped if keep is None else keep,
            shelf=ScoreShelf(), fresh=fresh,
            progress=lambda share: bar.update(task, completed=share), say=said.append,
        )  # fmt: skip
    for sentence in said:
        click.echo(sentence, err=True)
    if as_json:
        click.echo(json.dumps({name: figure.model_dump() for name, figure in figures.items()}))
    else:
        _show(model, figures)


def _yardstick(registry: Registry, card: ModelCard, wanted: str | None) -> Path | None:
    """The classifier that was asked for, else the best one that fits, if any."""
    if wanted:
        return registry.find(wanted).folder
    found = judge_of(registry, card.require())
    return None if found is None else found.folder


def _show(model: str, figures: dict[str, Metric]) -> None:
    table = Table("figure", "value", "unit", "n", "protocol", box=None, title=model)
    told = ""
    for figure in figures.values():
        number = f"{figure.value:.4g}"
        protocol = "the same" if figure.protocol == told else figure.protocol
        table.add_row(figure.title, number, figure.unit, f"{figure.n:,}", protocol)
        told = figure.protocol
    Console().print(table)
