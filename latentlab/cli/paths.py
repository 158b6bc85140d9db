"""Compare the kinds of path between two images, over many pairs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from latentlab.app.registry import Registry
from latentlab.app.yardstick import yardstick_of

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from latentlab.app.realism import Realism
    from latentlab.app.registry import ModelCard
    from latentlab.app.yardstick import Yardstick
    from latentlab.cli.path_figures import Sight

_ITERATIONS = 8  # of a geodesic: its energy is then about a tenth above where it would end
_COLUMNS = {
    "largest_step": "largest step",
    "largest_share": "share of the row",
    "distance": "distance to data",
    "distance_middle": "in the middle",
    "distance_ends": "at the ends",
    "features": "distance in features",
    "features_middle": "in the middle",
    "features_ends": "at the ends",
    "label_changes": "label changes",
    "changes_alike": "same label",
    "changes_unlike": "two labels",
}


@click.command()
@click.argument("model")
@click.option("--pairs", default=500, show_default=True, type=click.IntRange(1, 100_000),
              help="Random pairs of test images.")  # fmt: skip
@click.option("--steps", default=10, show_default=True, type=click.IntRange(3, 64),
              help="Pictures of a row, both ends included.")  # fmt: skip
@click.option("--seed", default=0, show_default=True, type=click.IntRange(0, 2**32 - 1))
@click.option("--iterations", default=_ITERATIONS, show_default=True, type=click.IntRange(1, 1000),
              help="Of each geodesic, at most; the window takes 60.")  # fmt: skip
@click.option("--device", default="auto", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
@click.pass_obj
def paths(
    library: Path,
    model: str,
    pairs: int,
    steps: int,
    seed: int,
    iterations: int,
    device: str,
    as_json: bool,
) -> None:
    """Walk between random test images in every way MODEL offers, and measure the pictures.

    \b
    largest step      Euclidean distance in pixels of 0..1 between successive pictures: the
                      largest of a row; its share of all steps of the row, 1/(steps - 1) at best
    distance to data  to the nearest of up to 10,000 training images: mean of the inner pictures,
                      of those in the middle, of both ends. Decoded pictures are smoother than
                      real ones, and smooth pictures are nearer to all others: so the path "faded",
                      the cross-fade of the decoded ends, is what decoded rows compare with
    ... in features   the same in what the best classifier of the dataset sees, where there is one:
                      Euclidean over its features. They are ours, and learned only to tell labels
    label changes     along a row, by vote of the 5 nearest training images: 0 where both ends
                      have the same label, else 1, if all goes well
    """  # noqa: D301 - click's mark that keeps the lines as they are
    registry = Registry(library)
    card = registry.find(model)
    yardstick = yardstick_of(registry, card.require())
    figures = _measure(card, yardstick, pairs, steps, seed, iterations, device)
    if as_json:
        click.echo(json.dumps(figures, indent=1))
    else:
        _show(figures)


def _measure(
    card: ModelCard,
    yardstick: Yardstick | None,
    count: int,
    steps: int,
    seed: int,
    iterations: int,
    device: str,
) -> dict[str, Any]:
    """All figures with what they were measured on."""
    from latentlab.app.originals import load_originals
    from latentlab.app.realism import Realism
    from latentlab.cli.path_figures import KINDS, Pairs, Study
    from latentlab.engine import runs
    from latentlab.engine.codec import Codec
    from latentlab.engine.latents import load_latents

    manifest = card.require()
    dataset = load_originals(manifest.data)
    pairs = Pairs.draw(dataset, count, seed)
    realism = Realism.of(dataset)
    codec = Codec.open(card.folder, device)
    sight = None if yardstick is None else _open_sight(yardstick, realism, device)
    study = Study(codec, dataset, realism, load_latents(card.folder), steps, iterations, sight)
    labels = dataset.labels
    alike = None if labels is None else labels[pairs.a] == labels[pairs.b]
    with _progress() as bar:
        task = bar.add_task("", total=count * len(KINDS))
        rows = {}
        for kind in KINDS:
            bar.update(task, description=f"{kind} paths")
            measured = study.measure(pairs, kind, lambda more: bar.advance(task, more))
            rows[kind] = _means(measured, alike)
    return {
        "model": manifest.id,
        "weights": manifest.files.get(runs.WEIGHTS, ""),
        "data": manifest.data.title,
        "pairs": count,
        "same_label_pairs": None if alike is None else int(alike.sum()),
        "steps": steps,
        "seed": seed,
        "iterations": iterations,
        "real_images": len(realism),
        "classifier": None if yardstick is None else yardstick.id,
        "classifier_weights": None if yardstick is None else yardstick.weights,
        "classifier_accuracy": None if yardstick is None else yardstick.accuracy,
        "command": f"latentlab paths {manifest.id} --pairs {count} --seed {seed} --steps {steps}"
        f" --iterations {iterations}",
        "paths": rows,
    }


def _open_sight(yardstick: Yardstick, realism: Realism, device: str) -> Sight:
    """Let the classifier look at the real images."""
    from latentlab.app.nearest import Nearest
    from latentlab.cli.path_figures import Sight
    from latentlab.engine.codec import Codec

    classifier = Codec.open(yardstick.folder, device)
    return Sight(classifier, Nearest(classifier.judge(realism.images)[1]))


def _means(
    measured: dict[str, NDArray[np.float64]], alike: NDArray[np.bool_] | None
) -> dict[str, float]:
    """Means over pairs; the standard error of the distance; label changes by kind of pair."""
    found = {name: float(values.mean()) for name, values in measured.items()}
    for name in ("distance", "features"):
        if name in measured:
            found[f"{name}_error"] = float(measured[name].std() / len(measured[name]) ** 0.5)
    changes = measured.get("label_changes")
    if changes is not None and alike is not None:
        for name, chosen in (("changes_alike", alike), ("changes_unlike", ~alike)):
            if chosen.any():
                found[name] = float(changes[chosen].mean())
    return found


def _progress() -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    return Progress(*columns, TimeRemainingColumn(), console=Console(stderr=True), transient=True)


def _show(figures: dict[str, Any]) -> None:
    names = [name for name in _COLUMNS if any(name in row for row in figures["paths"].values())]
    table = Table("path", *(_COLUMNS[name] for name in names), box=None)
    for kind, row in figures["paths"].items():
        table.add_row(kind, *(_number(name, row.get(name)) for name in names))
    console = Console()
    console.print(
        f"{figures['model']}: {figures['pairs']:,} pairs of {figures['data']} test images, rows "
        f"of {figures['steps']} pictures, {figures['real_images']:,} training images to compare "
        f"with, geodesics of at most {figures['iterations']} iterations, seed {figures['seed']}"
    )
    console.print(table)
    if figures["classifier"] is not None:
        accuracy = figures["classifier_accuracy"]
        right = "" if accuracy is None else f", right on {accuracy:.2f} % of test images"
        console.print(f"features of {figures['classifier']}{right}")


def _number(name: str, value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:.0%}" if name == "largest_share" else f"{value:.2f}"
