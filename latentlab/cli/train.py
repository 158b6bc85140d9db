"""Train a model: headless, with progress, or as JSON lines of events."""

from __future__ import annotations

import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from latentlab.app.term_groups import in_words
from latentlab.cli.settings import parse_settings
from latentlab.core import events
from latentlab.core.errors import TrainingError
from latentlab.core.spec import TrainSpec

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from latentlab.engine.train import Control


@click.command()
@click.argument("family")
@click.option("--data", default="digits", show_default=True, help="Dataset, see `latentlab data`.")
@click.option("-s", "--set", "pairs", multiple=True, metavar="KEY=VALUE", help="Any setting.")
@click.option("--epochs", type=click.IntRange(min=1), help="Passes over the training images.")
@click.option("--seed", type=click.IntRange(min=0), help="Fixes weights, data order and noise.")
@click.option("--device", default="auto", show_default=True, help="auto, cpu, cuda, cuda:1, mps.")
@click.option("--threads", type=click.IntRange(min=1), help="CPU threads; default: cores - 1.")
@click.option("--name", help="Id of the new model; default: family, data and latent size.")
@click.option("--json", "as_json", is_flag=True, help="Print every event as one JSON line.")
@click.pass_obj
def train(
    library: Path,
    family: str,
    data: str,
    pairs: tuple[str, ...],
    epochs: int | None,
    seed: int | None,
    device: str,
    threads: int | None,
    name: str | None,
    as_json: bool,
) -> None:
    """Train FAMILY on a dataset; Ctrl+C stops and keeps the model.

    `latentlab families` lists the families with their settings.
    """
    config, recipe = parse_settings(pairs)
    asked = {"epochs": epochs, "seed": seed}
    recipe |= {key: value for key, value in asked.items() if value is not None}
    spec = TrainSpec(
        family=family, config=config, recipe=recipe, data=data, device=device,
        threads=threads, name=name,
    )  # fmt: skip
    from latentlab.engine.train import Control
    from latentlab.engine.train import train as start

    control = Control()
    with _stop_on_interrupt(control):
        stream = start(spec, library, control)
        ended = _print_lines(stream) if as_json else _show_progress(stream)
    if ended is None or ended.state == "failed":
        raise TrainingError(ended.message if ended else "The run ended without a word.")


@contextmanager
def _stop_on_interrupt(control: Control) -> Generator[None]:
    """The first Ctrl+C asks the run to stop and save; a second one breaks off."""

    def ask(_signal: int, _frame: Any) -> None:
        control.stop()
        signal.signal(signal.SIGINT, before)

    before = signal.signal(signal.SIGINT, ask)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _print_lines(stream: Generator[events.Event]) -> events.RunEnded | None:
    ended = None
    for event in stream:
        click.echo(event.model_dump_json())
        ended = event if isinstance(event, events.RunEnded) else ended
    return ended


def _show_progress(stream: Generator[events.Event]) -> events.RunEnded | None:
    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[words]}"),
        TimeRemainingColumn(),
    )  # fmt: skip
    progress = Progress(*columns, console=console)
    task = progress.add_task("starting", total=None, words="")
    ended = None
    try:
        for event in stream:  # a refused spec ends here, before any bar is drawn
            progress.start()
            _show(event, progress, task)
            ended = event if isinstance(event, events.RunEnded) else ended
    finally:
        progress.stop()
    if ended:
        seconds = f"{ended.epoch} epochs in {ended.t:.1f} s, {ended.images_per_s:,.0f} images/s"
        console.print(f"{ended.state}: {seconds}, weights {ended.weights_sha256[:12]}")
    return ended


def _show(event: events.Event, progress: Progress, task: TaskID) -> None:
    if isinstance(event, events.RunStarted):
        total = event.epochs * event.images_per_epoch
        progress.update(task, description=f"{event.run} on {event.device}", total=total)
    elif isinstance(event, events.Step):
        words = f"epoch {event.epoch + 1}, {in_words(event.losses, brief=True)}"
        words += f", {event.images_per_s:,.0f} images/s"
        progress.update(task, completed=event.images_seen, words=words)
    elif isinstance(event, events.Evaluated):
        words = in_words(event.train)
        if event.validation:
            validation = f"validation {event.validation['loss']:.4g}"
            words = f"{words.replace('loss', 'train')}, {validation}"
        progress.console.print(f"epoch {event.epoch}: {words}")
    elif isinstance(event, events.Alarm):
        progress.console.print(f"[bold red]{event.message}[/] {event.advice}")
