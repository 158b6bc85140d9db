"""What the Transfer page says: the styles of the lab as heads, marks and sentences; pure."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from latentlab.app.step_words import reference_words
from latentlab.app.style_leakage import is_high, leakage_brief, leakage_words
from latentlab.app.style_scores import LOW, obedience_brief, obedience_words
from latentlab.core.label import words
from latentlab.gui.style.column_heads import Head
from latentlab.gui.style.row_heads import RowHead

if TYPE_CHECKING:
    from collections.abc import Sequence

    from latentlab.app.lab import Lab
    from latentlab.app.sources import Sources
    from latentlab.app.style_cells import Sheet
    from latentlab.app.style_scores import Scores
    from latentlab.app.style_sources import Row
    from latentlab.app.styles import Styles
    from latentlab.app.transfer import Column, Source
    from latentlab.gui.style.findings import Tone

SAMPLES = "Ten samples"
_SHORT = 2  # letters of a label's name that fit twice into a mark


def row_head(row: Row, sources: Sources, names: Sequence[str]) -> RowHead:
    """What stands beside a row."""
    source = row.source
    if source is None:
        problem = row.problem.removeprefix(f"{row.reference}: ")
        problem = problem[:1].upper() + problem[1:]
        label = "not there" if problem else f"searching {row.share:.0%}" if row.share else "…"
        return RowHead(None, label, reference_words(row.reference), problem)
    known = sources.name_of(row.reference)
    return RowHead(source.endpoint, label_words(source, names), known or source.endpoint.words)


def label_words(source: Source, names: Sequence[str]) -> str:
    """Its own label, and how it is known."""
    if source.own is None:
        return "no label"
    return f"{'seen as' if source.is_guess else 'label'} {words(source.own, names)}"


def standing_rows(sheet: Sheet, rows: Sequence[Row]) -> list[int]:
    """Which rows of a sheet, counted in it, the document still has at their places."""
    names = [source.endpoint.reference for source in sheet.matrix.sources]
    return [
        at
        for at, (place, name) in enumerate(zip(sheet.rows, names, strict=True))
        if place < len(rows) and rows[place].reference == name
    ]


def own_cells(sheet: Sheet) -> tuple[int, ...]:
    """The cells of the rows' own labels, counted by places of the document."""
    count = len(sheet.columns)
    marked = zip(sheet.rows, sheet.matrix.own, strict=True)
    return tuple(row * count + column for row, column in marked if column is not None)


def column_heads(
    columns: Sequence[Column], scores: Scores | None, names: Sequence[str]
) -> list[Head]:
    """Labels, and how often each is obeyed, as far as that is known."""
    known = scores.by_column if scores is not None else ()
    shares = known if len(known) == len(columns) else (None,) * len(columns)
    return [_head(column, share, names) for column, share in zip(columns, shares, strict=True)]


def _head(column: Column, share: float | None, names: Sequence[str]) -> Head:
    mixed = _mixed(column, names)
    tip = f"Every style under label {column.title}"
    if mixed:
        return Head(mixed, f"Every style under a blend of labels: {column.title}", None, True)
    if share is None:
        return Head(column.title, tip)
    low = "" if share >= LOW else ": a low score"
    return Head(column.title, f"{tip}\n{share:.0%} of the pictures show it{low}", share)


def _mixed(column: Column, names: Sequence[str]) -> str:
    """Both names of a blend; empty of anything else."""
    label = column.label
    if not isinstance(label, tuple) or all(value in (0, 1) for value in label):
        is_whole = isinstance(label, tuple) and column.title in names
        return column.title if is_whole and sum(label) == 1 and "%" in column.title else ""
    return "+".join(name for name, share in zip(names, label, strict=True) if share > 0)


def marks(scores: Scores, names: Sequence[str]) -> dict[int, str]:
    """What the classifier sees where it is not what was told, by cell of the document."""
    found = {}
    count = len(scores.sheet.columns)
    for at, row in enumerate(scores.sheet.rows):
        for column, told in enumerate(scores.sheet.columns):
            if not scores.obeyed[at, column]:
                seen = words(scores.seen[at][column], names)
                short = len(seen) <= _SHORT and len(told.title) <= _SHORT
                found[row * count + column] = f"{told.title}→{seen}" if short else f"→{seen}"
    return found


def cell_words(styles: Styles, row: int, column: int, names: Sequence[str]) -> str:
    """A cell in words, for the card that enlarges it."""
    sheet, scores = styles.drawn_sheet, styles.scores
    if sheet is None or sheet.place(row, column) is None:
        return ""
    at, told = sheet.rows.index(row), sheet.columns[column]
    parts = [f"label {told.title}", f"style of row {row + 1}"]
    if sheet.matrix.own[at] == column:
        parts.append("its own label")
    if scores is not None and scores.sheet is sheet and not scores.obeyed[at, column]:
        parts.append(f"seen as {words(scores.seen[at][column], names)}")
    return " · ".join(parts)


def note(lab: Lab) -> tuple[str, str]:
    """One sentence above the sheet, and what a button beside it offers; empty: all is well."""
    styles, document, model = lab.styles, lab.session.state.style, lab.model
    if styles.obstacle:
        return styles.obstacle, ""
    if styles.problem:
        return styles.problem, ""
    if not document.sources:
        return "No styles yet: add images, samples or a drawing, or drop a picture here.", ""
    bad = [row for row in styles.sources if row.problem]
    able = model is not None and model.manifest is not None
    encodes = able and "encode" in model.require().capabilities  # type: ignore[union-attr]
    if bad and not encodes and len(bad) == len(styles.sources) and model is not None:
        words = f"{model.title} has no encoder, so its styles are samples: z drawn by a seed."
        return words, SAMPLES
    return _strangers(styles.sources, styles.yardstick is not None), ""


def _strangers(rows: Sequence[Row], is_seen: bool) -> str:
    """A sentence about images whose dataset has no label that the model knows; or nothing."""
    found = [row for row in rows if row.reference.startswith("data:") and _is_stranger(row)]
    if not found:
        return ""
    name = found[0].reference.removeprefix("data:").rsplit("/", 2)[0]
    count = "1 row" if len(found) == 1 else f"{len(found)} rows"
    how = "a classifier says what they show" if is_seen else "choose labels for them (z sliders)"
    return f"{count} of {name}: its labels are not those of this model; {how}."


def _is_stranger(row: Row) -> bool:
    """An image whose own label was not told, and that nobody gave one."""
    return row.source is not None and (row.source.is_guess or row.source.own is None)


def obedience(lab: Lab) -> tuple[str, Tone, str]:
    """How often the told label is seen, in a sentence, whether that is good, and in brief."""
    styles, model = lab.styles, lab.model
    if not styles.columns or model is None:
        return "", "dim", ""
    if styles.yardstick is None:
        title = model.require().data.title
        command = train_command(lab)
        words = f"Obedience is not measured: no classifier of {title} is here; {command}"
        return words, "dim", "Obedience: no classifier"
    if not lab.session.state.style.judged:
        words = "Not judged: switch “judge” on to see which pictures obey."
        return words, "dim", "Not judged"
    scores = styles.scores
    if scores is None:
        return ("Judging…" if styles.sheet is not None else ""), "dim", ""
    titles = [column.title for column in scores.sheet.columns]
    good = scores.overall is None or scores.overall >= LOW
    words, brief = obedience_words(scores, titles), obedience_brief(scores, titles)
    return words, ("good" if good else "warn"), brief


def leakage(lab: Lab) -> tuple[str, Tone, str]:
    """How much of the label is in z, in a sentence, whether that is good, and in brief."""
    watch = lab.styles.leakage
    if watch.found is None:
        return watch.problem, "dim", ""
    tone: Tone = "warn" if is_high(watch.found) else "good"
    return leakage_words(watch.found), tone, leakage_brief(watch.found)


def train_command(lab: Lab) -> str:
    """The command line that trains a classifier for the current model."""
    manifest = lab.model.manifest if lab.model is not None else None
    if manifest is None:
        return "latentlab train classifier"
    target = " -s target=attributes" if manifest.is_told_attributes else ""
    return f"latentlab train classifier --data {shlex.quote(manifest.data.name)}{target}"
