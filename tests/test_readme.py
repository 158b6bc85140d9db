"""The README is true: its recipes work as printed, its figures are those of the manifests."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from latentlab import data, models
from latentlab.app.export.metadata import read_recipe
from latentlab.app.registry import Registry
from latentlab.cli.group import COMMANDS
from latentlab.core import paths
from latentlab.data import entries

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from latentlab.core.manifest import Manifest

README = Path(__file__).parent.parent / "README.md"
MOST_LINES = 10


def recipe(heading: str) -> str:
    """The Python block under a heading, at most ten lines."""
    section = README.read_text("utf-8").partition(f"### {heading}\n")[2]
    block = re.search(r"```python\n(.*?)```", section, re.DOTALL)
    assert block, heading
    assert len([line for line in block[1].splitlines() if line]) <= MOST_LINES
    return block[1]


def figure_tables() -> list[tuple[list[str], list[list[str]]]]:
    """Headings and rows of every table of figures."""
    text = README.read_text("utf-8").partition("<!-- figures")[2].partition("<!-- end")[0]
    tables: list[tuple[list[str], list[list[str]]]] = []
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip("| ").split("|")]
        if cells[0] == "model":
            tables.append((cells[2:], []))
        elif line.startswith("| `"):
            tables[-1][1].append(cells)
    return tables


def figure_rows() -> list[tuple[list[str], list[str]]]:
    """Headings and cells of each row of all tables."""
    return [(headings, row) for headings, rows in figure_tables() for row in rows]


def test_a_family_is_one_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "wide.py").write_text(recipe("Add a model family"))
    monkeypatch.setattr(models, "__path__", [*models.__path__, str(tmp_path)])
    models.families.cache_clear()
    try:
        described = models.describe(models.get("wide-vae"))
        assert described["recipe"]["defaults"]["epochs"] == 60
    finally:
        models.families.cache_clear()
        sys.modules.pop("latentlab.models.wide", None)


def test_a_tab_is_one_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot) -> None:
    from latentlab.app.session import Session
    from latentlab.gui import tabs

    class OnlySession:
        session = Session()

    (tmp_path / "numbers.py").write_text(recipe("Add a tab"))
    monkeypatch.setattr(tabs, "__path__", [*tabs.__path__, str(tmp_path)])
    sys.modules.pop("latentlab.gui.tabs.numbers", None)
    try:
        tab = next(found for found in tabs.discover() if found.title == "Numbers")
        label = tab.build(OnlySession())  # type: ignore[arg-type]
        qtbot.addWidget(label)
        OnlySession.session.move_cursor((1.0, 2.0))
        assert label.text() == "z = (1.0, 2.0)"
    finally:
        sys.modules.pop("latentlab.gui.tabs.numbers", None)


def test_a_dataset_is_one_entry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "noise.py").write_text(recipe("Add a dataset"))
    monkeypatch.setattr(entries, "__path__", [*entries.__path__, str(tmp_path)])
    try:
        assert data.load("noise").label_names == ("even", "odd")
    finally:
        sys.modules.pop("latentlab.data.entries.noise", None)


def test_its_python_runs_as_printed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    section = README.read_text("utf-8").partition("\n## Python\n")[2]
    block = re.search(r"```python\n(.*?)```", section, re.DOTALL)
    assert block
    monkeypatch.chdir(tmp_path)
    exec(compile(block[1], str(README), "exec"), {})
    assert read_recipe(tmp_path / "strip.png").model == "mnist-vae-2"


def test_every_command_and_picture_it_names_exists() -> None:
    text = README.read_text("utf-8")
    shell = "\n".join(re.findall(r"```bash\n(.*?)```", text, re.DOTALL))
    named = re.findall(r"^(?:uv run )?latentlab (\w+)", shell, re.MULTILINE)
    assert named
    assert set(named) <= set(COMMANDS)
    pictures = re.findall(r"!\[[^\]]*\]\(([^)]+)\)", text)
    assert pictures
    assert all((README.parent / picture).is_file() for picture in pictures)


@pytest.mark.parametrize(("headings", "row"), figure_rows())
def test_its_figures_are_those_of_the_manifests(headings: list[str], row: list[str]) -> None:
    manifest = Registry(paths.trained(), paths.trained()).find(row[0].strip("`")).require()
    assert row[2:] == [printed(manifest, heading) for heading in headings]


def test_every_shipped_model_is_in_a_table_and_intact() -> None:
    registry = Registry(paths.trained() / "no-library", paths.trained())
    shipped = [card.id for card in registry.cards()]
    assert shipped
    assert {row[0].strip("`") for _, row in figure_rows()} == set(shipped)
    for model in shipped:
        registry.verify(model)


MEASURES = {
    "squared error per image": "reconstruction",
    "−ELBO, nats": "elbo",
    "IWAE-50, nats": "iwae",
    "label obeyed, %": "obedience",
    "label read from z, %": "probe",
    "slant kept, r": "slant",
    "thickness kept, r": "thickness",
    "label seen, %": "label_fidelity",
    "GAN-train, %": "gan_train",
    "diversity": "diversity",
    "least diverse label": "diversity.least",
    "cFID": "cfid",
    "of real images": "cfid.floor",
    "coverage": "coverage",
    "recall": "recall",
    "rarest digit, %": "modes.least",
    "KL of labels": "label_kl",
    "1 seen": "cll.1",
    "2 seen": "cll.2",
    "3 seen": "cll.3",
    "grey, 1 seen": "cll.1.soft",
    "grey, 2 seen": "cll.2.soft",
    "grey, 3 seen": "cll.3.soft",
    "test images right, %": "accuracy",
}


def printed(manifest: Manifest, heading: str) -> str:
    """A figure of a model as the tables print it; a dash for what it does not have."""
    places = {"label_kl": 3}
    values = {
        name: f"{metric.value:.{places.get(name, 2)}f}" for name, metric in manifest.metrics.items()
    }
    found = values.get(MEASURES[heading], "–")
    if heading == "squared error per image" and manifest.family == "pca":
        return f"{values['objective']} ({found} clipped to 0..1)"  # straight lines leave 0..1
    return found
