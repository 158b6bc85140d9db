"""The table of commands, and the one place where an error becomes a sentence and an exit code."""

from __future__ import annotations

import importlib
import logging
import sys
from pathlib import Path
from typing import Any

import click

from latentlab.core import paths
from latentlab.core.errors import LatentlabError

# A command is imported when it is called: `latentlab models list` must not wait for torch, nor
# the list of commands for any of them.
COMMANDS = {
    "arithmetic": ("latentlab.cli.arithmetic:arithmetic", "Add up means of latents, as a sheet"),
    "bench": ("latentlab.bench.command:bench", "Measure speed, each figure beside a baseline"),
    "complete": ("latentlab.cli.complete:complete", "The rest of half-seen pictures, as a sheet"),
    "data": ("latentlab.cli.data:data", "List, describe and fetch datasets"),
    "decode": ("latentlab.cli.latents:decode", "Latents to pictures"),
    "doctor": ("latentlab.cli.doctor:doctor", "Check this machine and say what mends it"),
    "encode": ("latentlab.cli.latents:encode", "Pictures to latents"),
    "evaluate": ("latentlab.cli.evaluate:evaluate", "Measure a model on its test images"),
    "families": ("latentlab.cli.families:families", "List model families and their settings"),
    "grid": ("latentlab.cli.homotopy:grid", "A square between four corners, or of a plane"),
    "history": ("latentlab.cli.numbers:history", "The curves of a run as numbers"),
    "homotopy": ("latentlab.cli.homotopy:homotopy", "From one picture to another, as rows or film"),
    "latents": ("latentlab.cli.numbers:latents", "The encoded images of a model as numbers"),
    "models": ("latentlab.cli.models:models", "List, show, verify, import, export, remove models"),
    "paths": ("latentlab.cli.paths:paths", "Compare ways between images, over many pairs"),
    "plot": ("latentlab.gui.plot_command:command", "A plot of the window as SVG, PDF, PNG, CSV"),
    "project": ("latentlab.cli.project:project", "The latents whose pictures come nearest to some"),
    "replay": ("latentlab.cli.replay:replay", "Make a file again from the recipe inside it"),
    "sample": ("latentlab.cli.latents:sample", "Draw from the prior and decode"),
    "shot": ("latentlab.gui.shot:command", "Render the window to a PNG"),
    "train": ("latentlab.cli.train:train", "Train a model"),
    "transfer": ("latentlab.cli.transfer:transfer", "A style under every label, as a sheet"),
    "traverse": ("latentlab.cli.homotopy:traverse", "What each latent direction does"),
    "window": ("latentlab.gui.window_command:command", "Open the window (also: no command at all)"),
}


class LazyGroup(click.Group):
    """A group whose commands are modules that wait in a table."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """All names, for help and completion."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import one command."""
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name][0].partition(":")
        command = getattr(importlib.import_module(module), name)
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """Names with what they do, nothing imported."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, help_text) for name, (_, help_text) in COMMANDS.items()])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="latentlab")
@click.option(
    "--library",
    type=click.Path(file_okay=False, path_type=Path),
    envvar="LATENTLAB_LIBRARY",
    help="Folder of your runs and models; default: your home's.",
)
@click.option("-v", "--verbose", is_flag=True, help="Log what happens to standard error.")
@click.pass_context
def latentlab(ctx: click.Context, library: Path | None, verbose: bool) -> None:
    """See what autoencoders, VAEs and GANs have learned. Without a command: the window."""
    ctx.obj = paths.library(library)
    logging.basicConfig(level=logging.INFO if verbose else logging.WARNING)


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns the exit code: 0 done, 1 an error told in one sentence."""
    try:
        result: Any = latentlab.main(args=arguments, prog_name="latentlab", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except click.Abort:
        click.echo("Cancelled.", err=True)
        return 130
    except LatentlabError as error:
        click.echo(f"latentlab: {error}", err=True)
        return 1
    except BrokenPipeError:  # the reader of a pipe has gone: not our mistake
        sys.stderr.close()
        return 141
    return result if isinstance(result, int) else 0
