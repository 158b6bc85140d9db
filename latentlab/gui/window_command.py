"""Open the window (the command; without any command the window opens too)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from latentlab.gui.app import run

if TYPE_CHECKING:
    from pathlib import Path


@click.command("window")
@click.option("--device", help="Where models run: auto, cpu, cuda, cuda:1, mps.")
@click.option("--model", help="The model to open.")
@click.pass_obj
def command(library: Path, device: str | None, model: str | None) -> int:
    """Open the window."""
    return run(library, device=device, model=model)
