"""Style transfer: the style of pictures under every label, as a sheet, with what a judge says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from latentlab.app import sheets
from latentlab.app import transfer as styles
from latentlab.app.export import output
from latentlab.app.registry import Registry
from latentlab.app.style_leakage import leakage_words
from latentlab.cli.looks import DEVICE, LABEL, LOOK, MOMENT, OUT, save, shared
from latentlab.core import label as labels
from latentlab.core import reference

if TYPE_CHECKING:
    from latentlab.app.transfer_sheet import StyleSheet
    from latentlab.core.manifest import Manifest


@click.command()
@click.argument("model")
@click.option("--from", "sources", required=True, multiple=True, metavar="REF",
              help="data:mnist/test/17, file:img.png, seed:4 ...; any number.")  # fmt: skip
@click.option("--labels", "chosen", default=styles.ALL, show_default=True, metavar="LABELS",
              help="By name or number, as 0,3,7; of attributes Smiling,none,A+B.")  # fmt: skip
@click.option("--strength", default=1.0, show_default=True,
              help="Factor of z: 0 is the usual style, 1 that of the source.")  # fmt: skip
@click.option("--blend", metavar="A:B:SHARE", help="A column more that mixes two labels.")
@click.option("--json", "scores", type=click.Path(path_type=Path, allow_dash=True),
              help="A file for what a classifier sees and a probe of z; - prints it.")  # fmt: skip
@shared(OUT, LABEL, LOOK, MOMENT, DEVICE)
@click.pass_obj
def transfer(
    library: Path,
    /,
    model: str,
    sources: tuple[str, ...],
    chosen: str,
    strength: float,
    blend: str | None,
    scores: Path | None,
    out: Path,
    label: str | None,
    moment: int | None,
    device: str,
    **look: Any,
) -> None:
    """Show the style of each source under every label of MODEL: rows are styles.

    A picture stands before its row. With --captions labels stand above their columns, and the own
    label of each picture is framed. A picture without a label of its own is read with --label,
    else with what a classifier of the same data sees in it.
    """
    sheets.require_ending(out)
    for text in sources:
        reference.parse(text)
    registry = Registry(library)
    _check(registry, registry.find(model).require(), chosen, strength, blend, label)
    from latentlab.api import load

    opened = load(model, library, device, moment=moment)
    sheet = opened.transfer(sources, chosen, strength, blend, label=label)
    written = save(sheet, out, **look)
    if scores is None:
        columns = len(sheet.transfer.columns)
        click.echo(f"{written}: {len(sources)} styles, {columns} labels")
    else:
        _tell(sheet, written, scores)


def _check(
    registry: Registry,
    manifest: Manifest,
    chosen: str,
    strength: float,
    blend: str | None,
    label: str | None,
) -> None:
    """All that can be refused before torch is there."""
    styles.require_labels(manifest, styles.conditional_models(registry.cards()))
    styles.require_strength(strength)
    wanted = styles.read_columns(chosen, manifest)
    mixed = None if blend is None else styles.read_blend(blend, manifest)
    styles.columns(manifest, wanted, mixed)
    if label is not None:
        labels.read(label, manifest)


def _tell(sheet: StyleSheet, written: Path, scores: Path) -> None:
    """Figures to a file, and the two that matter in words; or all of them to standard output."""
    found = {"file": str(written), **sheet.scores()}
    text = json.dumps(found, indent=1) + "\n"
    if str(scores) == "-":
        click.echo(text, nl=False)
        return
    output.write(scores, text.encode(), overwrite=True)
    click.echo(f"{written}, {scores}: {_words(sheet, found)}")


def _words(sheet: StyleSheet, found: dict[str, Any]) -> str:
    share, probe = found.get("obedience"), sheet.leakage
    seen = (
        "there is no classifier to say what is seen"
        if share is None
        else f"{share:.1%} of pictures show the told label to {found['classifier']}"
    )
    return seen if probe is None else f"{seen}; {leakage_words(probe)}"
