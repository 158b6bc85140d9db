"""What the dialog offers, and what becomes of a recipe."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from latentlab.app import columns, export_choice
from latentlab.app.export_choice import FORMATS, NOTES, Choice
from latentlab.core.errors import ConfigError
from latentlab.core.recipe import Blend, Latents, Look, Motion, Pictures, Recipe, Travel
from latentlab.core.route import steps, through

if TYPE_CHECKING:
    from pathlib import Path

ONE = Latents(z=((0.0, 1.0),))
THREE = Latents(z=((0.0, 1.0),) * 3)


def path_row(n: int, easing: str = "linear") -> Travel:
    t = tuple(steps(n, easing).tolist())  # type: ignore[arg-type]
    return Travel(route=through([(0.0, 0.0), (1.0, 1.0)]), t=t)


def recipe(*rows: object, motion: Motion | None = None) -> Recipe:
    return Recipe(latentlab="1", model="m", rows=rows, motion=motion, command="latentlab x")


@pytest.mark.parametrize(
    ("made", "kinds"),
    [
        (recipe(ONE), ("picture", "data")),
        (recipe(ONE, ONE), ("sheet", "data")),
        (recipe(THREE), ("sheet", "film", "data")),
        (recipe(path_row(5), motion=Motion()), ("film", "sheet", "data")),
    ],
)
def test_kinds_follow_from_the_rows(made: Recipe, kinds: tuple[str, ...]) -> None:
    assert export_choice.kinds_of(made) == kinds


def test_an_ending_finds_its_kind() -> None:
    kinds = ("sheet", "film", "data")
    found = [export_choice.kind_of(suffix, kinds) for suffix in (".webp", ".gif", ".csv", ".pdf")]
    assert found == ["sheet", "film", "data", "sheet"]


def test_every_format_has_a_note() -> None:
    assert {suffix for formats in FORMATS.values() for suffix in formats} == set(NOTES)


def test_frames_are_those_of_paths_only() -> None:
    assert export_choice.frames_of(recipe(THREE)) == 0
    assert export_choice.frames_of(recipe(path_row(5), THREE)) == 5
    assert export_choice.first_choice(recipe(path_row(5)), "film", ".gif").frames == 5


def test_stills_have_no_motion_and_films_have() -> None:
    made = recipe(path_row(5), motion=Motion(fps=3))
    still = export_choice.chosen(made, Choice(kind="sheet", suffix=".png", look=Look(scale=4)))
    assert (still.motion, still.look.scale, still.command) == (None, 4, "latentlab x")
    film = export_choice.chosen(made, Choice(kind="film", suffix=".gif", frames=5))
    assert film.motion == Motion()
    assert film.command == "latentlab x", "the number of steps is the same"


@given(
    n=st.integers(2, 64), count=st.integers(2, 200), easing=st.sampled_from(["linear", "smooth"])
)
def test_other_numbers_of_frames_keep_ends_and_order(n: int, count: int, easing: str) -> None:
    pictures = Blend(pictures=("a", "b"), t=path_row(n, easing).t)
    made = recipe(path_row(n, easing), pictures, THREE, Pictures(pictures=("a",)))
    film = export_choice.chosen(made, Choice(kind="film", suffix=".gif", frames=count))
    travel, blend, *others = film.rows
    assert len(travel.t) == len(blend.t) == count
    assert (travel.t[0], travel.t[-1]) == (0, 1)
    assert (np.diff(travel.t) >= 0).all()
    assert travel.t == blend.t
    assert tuple(others) == made.rows[2:]
    assert film.command == ("" if count != n else "latentlab x")


# -- columns ------------------------------------------------------------------------------------


def test_a_table_has_a_column_for_every_number(tmp_path: Path) -> None:
    arrays = {
        "name": np.array(["a", "b,c"]),
        "z": np.array([[0.1, np.nan], [1e-9, 3]], np.float32),
        "images": np.zeros((2, 1, 8, 8), np.uint8),
        "one": np.zeros(1),
    }
    path = columns.save_data(tmp_path / "x.csv", arrays, overwrite=False)
    assert path.read_text().splitlines() == [
        "name,z0,z1",
        "a,0.100000001,",
        '"b,c",9.99999972e-10,3',
    ]
    with np.load(columns.save_data(tmp_path / "x.npz", arrays, overwrite=False)) as found:
        assert set(found) == set(arrays)


def test_what_makes_no_table_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="choose npz"):
        columns.save_data(tmp_path / "x.csv", {"images": np.zeros((2, 1, 8, 8))}, overwrite=True)
    assert not list(tmp_path.iterdir())


@given(st.lists(st.floats(width=32, allow_nan=False, allow_infinity=False), min_size=1, max_size=9))
def test_every_float32_comes_back(values: list[float]) -> None:
    texts = columns._texts(np.array(values, np.float32))
    assert np.array_equal(
        np.array([float(text) for text in texts], np.float32), np.array(values, np.float32)
    )
