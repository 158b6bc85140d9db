"""Recipes as text: what is said, and when it is better to replay."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from latentlab.app import calls, words
from latentlab.app.calls import VERBS, Call
from latentlab.app.export import render
from latentlab.app.export.render import latents_of, picture_of
from latentlab.app.grids import corner_rows, latents_row
from latentlab.app.homotopy_plan import Plan
from latentlab.app.recipe_calls import call_of, spoken
from latentlab.core import images
from latentlab.core.errors import ConfigError
from latentlab.core.recipe import Latents, Look, Motion, Pictures, Recipe, Travel
from latentlab.core.route import by_length, through
from tests.app.endpoint_helpers import FakeCoder

RNG = np.random.default_rng(3)


def recipe_of(*rows: Any, **fields: Any) -> Recipe:
    usual = {"latentlab": "0", "model": "tiny", "look": Look(scale=4)}
    return Recipe(**{**usual, "rows": rows, **fields})


def rows_of(
    routes: dict[Any, Any] | None = None, *, pixels: bool = False, steps: int = 5, **fields: Any
) -> tuple[Any, ...]:
    stops = RNG.integers(0, 256, (2, 1, 8, 8), np.uint8)
    plan = Plan(Path(), None, stops, routes or {}, pixels, steps, **fields)
    return plan.recipe_rows()


def said(recipe: Recipe) -> Call:
    found = call_of(recipe)
    assert found is not None
    return found


def knots(n: int = 2, latent: int = 2) -> Any:
    return RNG.normal(size=(n, latent)).astype(np.float32)


texts = st.text(st.characters(blacklist_categories=("Cs", "Cc")), min_size=1, max_size=12)
CALLS = st.one_of(
    st.builds(
        lambda a, b, via, steps, easing, closed: {
            "verb": "homotopy",
            "values": {
                "a": a, "b": b, "via": tuple(via), "steps": steps, "path": ("pixel", "slerp"),
                "easing": easing, "closed": closed,
            },
        },
        texts, texts, st.lists(texts, max_size=3), st.integers(2, 64),
        st.sampled_from(["linear", "smooth"]), st.booleans(),
    ),
    st.builds(
        lambda start, span, dims: {
            "verb": "traverse",
            "values": {"start": start, "basis": "pca", "dims": tuple(dims), "span": span},
        },
        texts, st.floats(0.1, 10), st.lists(st.integers(0, 9), min_size=1, max_size=4),
    ),
    st.builds(
        lambda x, y, n: {"verb": "grid", "values": {"x": x, "y": y, "n": n, "start": "z:0,0"}},
        st.tuples(st.floats(-9, 9), st.floats(-9, 9)), st.tuples(st.floats(-9, 9), st.just(3.0)),
        st.integers(2, 64),
    ),
)  # fmt: skip


@given(made=CALLS, moment=st.none() | st.integers(0, 10**6))
def test_a_command_reads_back_as_the_same_call(made: dict[str, Any], moment: int | None) -> None:
    call = Call(made["verb"], "a model", moment, made["values"])
    again = calls.parse(call.command())
    assert again.model == call.model
    assert again.moment == moment
    assert _plain(again.given) == _plain(call.given)


def _plain(given: dict[str, Any]) -> dict[str, Any]:
    """Traversals name their directions by word: numbers come back as such."""
    return {k: tuple(map(str, v)) if k == "dims" else v for k, v in given.items()}


@pytest.mark.parametrize(
    "text",
    ["", "rm -rf x", "latentlab", "latentlab train vae", "latentlab grid m --what 3",
     "latentlab grid m -n x", "other grid m -n 3", "latentlab homotopy m --from 'x"],
)  # fmt: skip
def test_another_command_is_no_call(text: str) -> None:
    with pytest.raises(ConfigError):
        calls.parse(text)


def test_what_is_usual_is_left_out() -> None:
    values = {"corners": ("z:0", "z:1", "z:2", "z:3"), "n": 8, "join": "line"}
    command = Call("grid", "m", None, values).command()
    assert command == "latentlab grid m --corners z:0 z:1 z:2 z:3"
    assert set(VERBS) == {
        *("homotopy", "traverse", "grid", "transfer", "arithmetic", "sample", "decode")
    }


# -- recipes -------------------------------------------------------------------------------------


def test_one_latent_is_decoded() -> None:
    made = recipe_of(latents_row([0.5, -1.25]), look=Look(scale=4, columns=1))
    assert words.as_command(made, "x.png") == "latentlab decode tiny --z 0.5,-1.25 -o x.png"
    assert words.as_python(made, "x.png") == (
        "import latentlab\n\n"
        'model = latentlab.load("tiny")\n'
        "sheet = model.sheet([[0.5, -1.25]])\n"
        'sheet.save("x.png")\n'
    )


def test_a_sample_is_named_by_its_seed() -> None:
    made = recipe_of(latents_row(knots(9)), seed=42, look=Look(scale=4, columns=3))
    assert words.as_command(made, "x.png") == "latentlab sample tiny -n 9 --seed 42 -o x.png"
    assert "model.sheet(model.sample(9, seed=42))" in words.as_python(made, "x.png")


def test_look_and_moment_are_said_where_they_are_unusual() -> None:
    look = Look(scale=2, columns=9, gap=0, border=3, ground=255, captions=True, smooth=True)
    made = recipe_of(latents_row(knots(9)), seed=1, look=look, moment=4000)
    command = words.as_command(made, "a b.png")
    for part in ("--moment 4000", "--scale 2", "--columns 9", "--gap 0", "--border 3",
                 "--ground 255", "--captions", "--smooth", "-o 'a b.png'"):  # fmt: skip
        assert part in command
    python = words.as_python(made, "a b.png")
    assert 'latentlab.load("tiny", moment=4000)' in python
    assert '"a b.png", scale=2, columns=9, gap=0, border=3, ground=255, captions=True' in python


@pytest.mark.parametrize(
    ("out", "said", "unsaid"),
    [("x.gif", ["--fps 24", "--back", "--once"], ["--film"]),
     ("x.webp", ["--fps 24", "--back", "--once", "--film"], []),
     ("x.png", [], ["--fps", "--back", "--once", "--film"])],
)  # fmt: skip
def test_a_film_says_how_it_moves(out: str, said: list[str], unsaid: list[str]) -> None:
    motion = Motion(fps=24, back=True, loop=False)
    made = recipe_of(*rows_of({"latent": through(knots())}), motion=motion)
    command = words.as_command(made, out)
    assert all(part in command for part in said)
    assert not any(part in command for part in unsaid)
    assert ("loop=False" in words.as_python(made, out)) == bool(said)


@pytest.mark.parametrize("easing", ["linear", "smooth"])
@pytest.mark.parametrize("n", [2, 4])
def test_lines_and_arcs_are_told_by_their_numbers(easing: Any, n: int) -> None:
    points = knots(n)
    routes = {"latent": through(points), "slerp": through(points, "arc")}
    call = said(recipe_of(*rows_of(routes, easing=easing, steps=7)))
    assert call.verb == "homotopy"
    assert len(call.values["via"]) == n - 2
    assert (call.values["path"], call.values["steps"]) == (("latent", "slerp"), 7)
    assert call.values["easing"] == easing


def test_a_blend_is_told_by_its_pictures() -> None:
    call = said(recipe_of(*rows_of(pixels=True)))
    assert call.values["path"] == ("pixel",)
    assert call.values["a"].startswith("picture:")


@pytest.mark.parametrize("join", ["line", "arc"])
def test_a_corner_sheet_is_told_by_its_corners(join: Any) -> None:
    corners = knots(4, 3)
    call = said(recipe_of(*corner_rows(corners, 4, join)))
    assert (call.verb, call.values["n"], call.values["join"]) == ("grid", 4, join)
    bent = corner_rows(corners, 4, join)
    moved = latents_row(np.asarray(bent[1].z) + 0.1)
    assert said(recipe_of(bent[0], moved, *bent[2:])).verb == "decode"


def _unsayable() -> list[Any]:
    points = knots(2)
    line = rows_of({"latent": through(points)})
    damaged = rows_of(pixels=True)[0].model_copy(update={"pictures": ("AAAA", "AAAA")})
    both = (*line, *rows_of({"slerp": through(knots(), "arc")}))
    return [
        recipe_of(*rows_of({"latent": through(points)}, pixels=True)),  # is A given or decoded?
        recipe_of(*line, model=""),
        recipe_of(line[0].model_copy(update={"label": 3})),
        recipe_of(line[0].model_copy(update={"title": "mine"}), look=Look(captions=True)),
        recipe_of(*both, look=Look(captions=True)),
        recipe_of(*both, motion=Motion()),
        recipe_of(latents_row(knots(2)), latents_row(knots(3))),
        recipe_of(Latents(z=((1 / 3, 0.0),))),
        recipe_of(Latents(z=())),
        recipe_of(Pictures(pictures=(images.png_text(np.zeros((1, 2, 2), np.uint8)),))),
        recipe_of(damaged),
        recipe_of(),
        recipe_of(*line, command="latentlab dance tiny"),
    ]


@pytest.mark.parametrize("made", _unsayable())
def test_what_cannot_be_said_is_replayed(made: Recipe) -> None:
    command = words.as_command(made, "out dir/x.png")
    assert shlex.split(command) == [
        "latentlab", "replay", "out dir/x.png", "-o", "out dir/x-again.png",
    ]  # fmt: skip
    python = words.as_python(made, "out dir/x.png")
    assert 'latentlab.replay("out dir/x.png").save("out dir/x-again.png")' in python


def _by_their_latents() -> list[Any]:
    points = knots(2)
    line = rows_of({"latent": through(points)})
    fine = through([[0.1, 0.2], [0.3, 0.4]])  # not float32: a reference would round its ends
    return [
        recipe_of(*rows_of({"graph": by_length(knots(5))})),
        recipe_of(*rows_of({"latent": fine})),
        recipe_of(*line, *rows_of({"slerp": through(knots(), "arc")})),
        recipe_of(line[0].model_copy(update={"t": (0.0, 0.3, 1.0)})),
        recipe_of(line[0].model_copy(update={"t": (0.5,)})),
        recipe_of(latents_row(knots(3)), latents_row(knots(3))),
        recipe_of(latents_row(knots(7))),
        recipe_of(*rows_of({"graph": by_length(knots(5))}), motion=Motion()),
    ]


@pytest.mark.parametrize("made", _by_their_latents())
def test_other_rows_of_latents_are_decoded_one_by_one(made: Recipe) -> None:
    found = spoken(made)
    assert found is not None
    call, equal = found
    assert call.verb == "decode"
    z = [[float(number) for number in text.split(",")] for text in call.values["z"]]
    decode = FakeCoder().decode
    assert np.array_equal(np.float32(z), np.concatenate([latents_of(row) for row in made.rows]))
    assert np.array_equal(picture_of(made, decode), picture_of(equal, decode))
    assert equal.look.columns == render.count_of(made.rows[0])


def test_a_lone_row_that_is_not_wrapped_stays_so() -> None:
    made = recipe_of(latents_row(knots(9)), seed=1)
    assert "--columns 9" in words.as_command(made, "x.png")
    assert "columns=9" in words.as_python(made, "x.png")


def test_what_is_too_long_is_replayed() -> None:
    made = recipe_of(latents_row(knots(1, 900)), look=Look(scale=4, columns=1))
    assert "latentlab replay x.png" in words.as_command(made, "x.png")
    assert "latentlab.replay" in words.as_python(made, "x.png")
    short = recipe_of(latents_row(knots(1, 30)), look=Look(scale=4, columns=1))
    assert "decode" in words.as_command(short, "x.png")


def test_the_recipes_own_command_is_preferred() -> None:
    call = Call(
        "homotopy", "tiny", None,
        {"a": "data:mnist/test/17", "b": "pin:my pin", "steps": 5, "path": ("pixel",)},
    )  # fmt: skip
    made = recipe_of(*rows_of(pixels=True), command=call.command())
    assert words.as_command(made, "x.png") == (
        "latentlab homotopy tiny --from data:mnist/test/17 --to 'pin:my pin' --steps 5 "
        "--path pixel -o x.png"
    )
    assert 'path=("pixel",)' in words.as_python(made, "x.png")


def test_odd_names_are_quoted() -> None:
    made = recipe_of(latents_row([1.0, 2.0]), look=Look(scale=4, columns=1))
    out = 'it\'s $HOME; `x` "q" é.png'
    assert shlex.split(words.as_command(made, out))[-1] == out
    compile(words.as_python(made, out), "copied", "exec")


def test_travels_without_the_usual_steps_are_not_guessed() -> None:
    row = Travel(route=through(knots()), t=(0.0, 0.5, 1.0))
    call = said(recipe_of(row))
    assert call.values["steps"] == 3


def test_an_unusual_library_is_named(tmp_path: Path) -> None:
    place = tmp_path / "my models"
    made = recipe_of(latents_row([1.0, 2.0]), look=Look(scale=4, columns=1), moment=5)
    assert shlex.split(words.as_command(made, "x.png", place))[:4] == [
        "latentlab", "--library", str(place), "decode",
    ]  # fmt: skip
    assert f'load("tiny", library="{place}", moment=5)' in words.as_python(made, "x.png", place)
    long = recipe_of(Latents(z=()))
    assert f"--library '{place}' replay" in words.as_command(long, "x.png", place)
    assert f'replay("x.png", library="{place}")' in words.as_python(long, "x.png", place)
