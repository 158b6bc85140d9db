"""`grid` over the plane of a conditional model: the window's sheet by command and by Python."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import latentlab
from latentlab.app import calls, export, words
from latentlab.core.errors import ConfigError
from latentlab.core.latent import quantile_grid
from latentlab.core.projection import RawPlane
from tests.api.test_picture_commands import run

if TYPE_CHECKING:
    from pathlib import Path


def test_quantiles_are_the_places_of_the_prior(told: Path) -> None:
    sheet = latentlab.load("told").grid(quantiles=True, n=5, label="1")
    wanted = quantile_grid(RawPlane(2), [0, 0], 5)
    np.testing.assert_array_equal(sheet.z.reshape(-1, 2), wanted)
    assert [row.label for row in sheet.recipe().rows] == [1] * 5  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("model", "label"), [("told", "2"), ("told", "0.25,0.75,0.0"), ("by-attributes", None)]
)
@pytest.mark.parametrize("places", [["--quantiles"], ["--x", "-3:3", "--y", "-2:2"]])
def test_its_command_makes_the_same_file(
    told: Path, desk: Path, model: str, label: str | None, places: list[str]
) -> None:
    asked = [] if label is None else ["--label", label]
    if label is None:
        asked = ["--label", ",".join(["0.5"] * len(latentlab.load(model).manifest.told_names))]
    run("grid", model, *places, "-n", "4", *asked, "-o", "a.png")
    recipe = export.read_recipe(desk / "a.png")
    command = shlex.split(words.as_command(recipe, "b.png"))
    assert command[:3] == ["latentlab", "grid", model]
    run(*command[1:])
    run("replay", "a.png", "-o", "c.png")
    first = (desk / "a.png").read_bytes()
    assert (desk / "b.png").read_bytes() == first
    assert (desk / "c.png").read_bytes() == first


def test_its_python_makes_the_same_file(told: Path, desk: Path) -> None:
    latentlab.load("told").grid(quantiles=True, n=4, label=1).save("a.png")
    text = words.as_python(export.read_recipe(desk / "a.png"), "b.png")
    exec(text, {})
    assert (desk / "b.png").read_bytes() == (desk / "a.png").read_bytes()


def test_a_label_is_written_as_it_is_read(told: Path) -> None:
    call = calls.parse(
        latentlab.load("told").grid(quantiles=True, label=[0, 1, 0.0]).recipe().command
    )
    assert call.given["label"] == "0.0,1.0,0.0"


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"x": (0, 1)},
        {"quantiles": True, "x": (0, 1), "y": (0, 1)},
        {"quantiles": True, "corners": ["z:0,0"] * 4},
    ],
)
def test_a_grid_is_of_one_kind(told: Path, wrong: dict[str, Any]) -> None:
    with pytest.raises(ConfigError, match="quantiles; give one"):
        latentlab.load("told").grid(label=0, **wrong)
