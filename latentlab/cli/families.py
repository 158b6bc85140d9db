"""List model families with every setting, its range and its default."""

from __future__ import annotations

import json
from typing import Any

import click
from rich.console import Console
from rich.table import Table


@click.command()
@click.argument("name", required=False)
@click.option(
    "--json", "as_json", is_flag=True, help="Print the JSON the window's form is made of."
)
def families(name: str | None, as_json: bool) -> None:
    """List the model families, or every setting of one."""
    from latentlab import models

    chosen = [models.get(name)] if name else list(models.families().values())
    described = [models.describe(family) for family in chosen]
    if as_json:
        click.echo(json.dumps(described, indent=2))
        return
    console = Console()
    for family in described:
        console.print(f"[bold]{family['name']}[/]  {family['summary']}  [dim]{family['paper']}[/]")
        if name:
            console.print(_settings(family))


def _settings(family: dict[str, Any]) -> Table:
    table = Table("setting", "default", "range", "meaning", box=None)
    for part in ("config", "recipe"):
        defaults = family[part]["defaults"]
        for key, schema in family[part]["schema"]["properties"].items():
            meaning = schema.get("description", "")
            table.add_row(key, json.dumps(defaults.get(key)), _span(schema), meaning)
    return table


def _span(schema: dict[str, Any]) -> str:
    if "enum" in schema:
        return " | ".join(map(str, schema["enum"]))
    low = schema.get("minimum", schema.get("exclusiveMinimum"))
    high = schema.get("maximum", schema.get("exclusiveMaximum"))
    return "" if low is None and high is None else f"{low} to {high}"
