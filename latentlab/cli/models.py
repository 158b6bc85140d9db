"""The models on this machine: list, show, verify, import, export, slim, rm."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from latentlab.app.registry import ModelCard, Registry
from latentlab.core.errors import LatentlabError, ModelError

_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.group()
def models() -> None:
    """Look after the models: those that ship and those in your library."""


@models.command("list")
@_JSON
@click.pass_obj
def list_models(library: Path, as_json: bool) -> None:
    """List all models with their state and main figure."""
    cards = Registry(library).cards()
    if as_json:
        click.echo(json.dumps([_brief(card) for card in cards], indent=2))
        return
    table = Table("id", "family", "data", "latent", "state", "figure", box=None)
    for card in cards:
        table.add_row(*_row(card))
    Console().print(table)


@models.command()
@click.argument("model")
@_JSON
@click.pass_obj
def show(library: Path, model: str, as_json: bool) -> None:
    """Show all that a model says of itself."""
    card = Registry(library).find(model)
    manifest = card.require()
    if as_json:
        click.echo(manifest.model_dump_json(indent=2))
        return
    table = Table(show_header=False, box=None)
    for key, value in _facts(card).items():
        table.add_row(key, str(value))
    for metric in manifest.metrics.values():
        words = f"{metric.value:.4g} {metric.unit}, {metric.n:,} images"
        table.add_row(metric.title, f"{words}, {metric.protocol}" if metric.protocol else words)
    Console(soft_wrap=True).print(table)


@models.command()
@click.argument("names", nargs=-1)
@click.pass_obj
def verify(library: Path, names: tuple[str, ...]) -> None:
    """Check every file of the named models (default: all) against its hash."""
    registry = Registry(library)
    broken = 0
    for name in names or [card.id for card in registry.cards()]:
        try:
            registry.verify(name)
            click.echo(f"{name}: intact")
        except LatentlabError as error:
            broken += 1
            click.echo(f"{name}: {error}", err=True)
    if broken:
        raise ModelError(f"{broken} of these models cannot be trusted; see the lines above.")


@models.command("import")
@click.argument("source", type=click.Path(path_type=Path))
@click.option("--name", help="Id to give it; default: its own.")
@click.pass_obj
def import_model(library: Path, source: Path, name: str | None) -> None:
    """Copy a model from a zip file or a folder into the library, checked first."""
    click.echo(f"{Registry(library).import_model(source, name).id} imported")


@models.command("export")
@click.argument("model")
@click.option("-o", "--out", type=click.Path(path_type=Path), required=True)
@click.option(
    "--format", "kind", type=click.Choice(["zip", "onnx"]), default="zip", show_default=True,
    help="zip: all of it, to import elsewhere; onnx: OUT-encoder.onnx and OUT-decoder.onnx.",
)  # fmt: skip
@click.option("--force", is_flag=True, help="Overwrite an existing file.")
@click.pass_obj
def export_model(library: Path, model: str, out: Path, kind: str, force: bool) -> None:
    """Write a model as one zip file, or its networks as ONNX, checked against torch."""
    registry = Registry(library)
    if kind == "zip":
        click.echo(f"{registry.export_model(model, out, overwrite=force)} written")
        return
    from latentlab.engine.onnx_export import export_onnx

    card = registry.find(model)
    card.require()
    click.echo(export_onnx(card.folder, out, overwrite=force))


@models.command()
@click.argument("model")
@click.option("-o", "--out", type=click.Path(path_type=Path), required=True, metavar="FOLDER",
              help="The new folder; its name becomes the id.")  # fmt: skip
@click.option("--half", is_flag=True, help="Store weights as float16, half as large.")
@click.pass_obj
def slim(library: Path, model: str, out: Path, half: bool) -> None:
    """Copy a finished MODEL to a FOLDER without what only its training needs."""
    from latentlab.engine.slim import slim as slimmed

    manifest = slimmed(Registry(library).find(model).folder, out, half=half)
    size = sum(path.stat().st_size for path in out.rglob("*") if path.is_file())
    click.echo(f"{out} written, {size / 1e6:.1f} MB")
    commands = {metric.command: None for metric in manifest.metrics.values() if metric.command}
    if half and commands:
        click.echo("Its figures are those of the full weights; measure them again:")
    for command in commands if half else ():
        click.echo(f"  {command}")


@models.command("rm")
@click.argument("model")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def remove(library: Path, model: str, yes: bool) -> None:
    """Delete a model of the library for good."""
    registry = Registry(library)
    card = registry.find(model)
    if not (yes or card.shipped):
        click.confirm(f"Delete {model} for good?", abort=True)
    registry.remove(model)
    click.echo(f"{model} removed")


def _brief(card: ModelCard) -> dict[str, Any]:
    metric = card.metric
    return {
        **_facts(card),
        "metric": metric.model_dump() if metric else None,
        "broken": card.broken,
    }


def _facts(card: ModelCard) -> dict[str, Any]:
    facts: dict[str, Any] = {"id": card.id, "folder": str(card.folder), "shipped": card.shipped}
    if manifest := card.manifest:
        facts |= {
            "family": manifest.family,
            "data": manifest.data.name,
            "latent_shape": manifest.latent_shape,
            "state": card.state,
            "epoch": manifest.epoch,
            "parameters": manifest.parameters,
            "stored": manifest.stored,
            "seed": manifest.seed,
            "config": manifest.config,
            "recipe": manifest.recipe,
            "created": manifest.created,
            "message": manifest.message,
            "licence": manifest.data.licence,
        }
    return facts


def _row(card: ModelCard) -> tuple[str, ...]:
    if card.manifest is None:
        return card.id, "", "", "", "broken", card.broken or ""
    metric = card.metric
    figure = f"{metric.title} {metric.value:.4g}" if metric else ""
    latent = "x".join(map(str, card.manifest.latent_shape))
    return (
        card.id, card.manifest.family_title, card.manifest.data.title, latent,
        str(card.state), figure,
    )  # fmt: skip
