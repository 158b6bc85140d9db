from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from latentlab.core.recipe import (
    KEY,
    VERSION,
    Blend,
    Latents,
    Look,
    Motion,
    Pictures,
    Recipe,
    Travel,
)
from latentlab.core.route import through

NUMBER = st.floats(-10, 10)
Z = st.lists(NUMBER, min_size=2, max_size=2).map(tuple)
T = st.lists(st.floats(0, 1), min_size=1, max_size=5).map(tuple)
TITLE = st.text(max_size=8)
ROWS = st.lists(
    st.one_of(
        st.builds(Latents, z=st.lists(Z, min_size=1, max_size=3).map(tuple), title=TITLE),
        st.builds(
            Travel,
            route=st.lists(Z, min_size=2, max_size=4).map(through),
            t=T,
            label=st.none() | st.integers(0, 9),
        ),
        st.builds(Blend, pictures=st.just(("aA==", "aB==")), t=T),
        st.builds(Pictures, pictures=st.just(("aA==",)), title=TITLE),
    ),
    max_size=4,
).map(tuple)
RECIPES = st.builds(
    Recipe,
    latentlab=st.just("0.1.0"),
    model=st.text(max_size=12),
    moment=st.none() | st.integers(0, 10**9),
    rows=ROWS,
    look=st.builds(Look, scale=st.integers(1, 64), columns=st.none() | st.integers(1, 9)),
    motion=st.none() | st.builds(Motion, fps=st.floats(0.1, 60), back=st.booleans()),
)


@given(made=RECIPES)
def test_a_recipe_survives_its_journey_in_a_file(made: Recipe) -> None:
    assert Recipe.model_validate_json(made.model_dump_json()) == made


def test_a_row_is_known_by_its_kind() -> None:
    made = Recipe(latentlab="1", model="m", rows=(Latents(z=((1.0,),)), Pictures(pictures=("a",))))
    kinds = [row["kind"] for row in json.loads(made.model_dump_json())["rows"]]
    assert kinds == ["latents", "pictures"]
    assert (made.version, KEY) == (VERSION, "latentlab")
    assert made.motion is None


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"version": 2}, "version"),
        ({"rows": [{"kind": "dream"}]}, "dream"),
        ({"rows": [{"z": [[1.0]]}]}, "kind"),
        ({"rows": [{"kind": "travel", "t": [0], "route": {"knots": [[1.0]]}}]}, "leads nowhere"),
        ({"look": {"scale": 0}}, "scale"),
        ({"look": {"scale": 65}}, "scale"),
        ({"look": {"ground": 256}}, "ground"),
        ({"motion": {"fps": 0}}, "fps"),
        ({"motion": {"fps": 61}}, "fps"),
        ({"path": "/home/somebody"}, "path"),
    ],
)
def test_a_recipe_that_nobody_can_follow_is_refused(change, words: str) -> None:
    whole = json.loads(Recipe(latentlab="1", model="m", rows=()).model_dump_json())
    with pytest.raises(ValidationError, match=words):
        Recipe.model_validate({**whole, **change})


def test_recipes_do_not_change() -> None:
    made = Recipe(latentlab="1", model="m", rows=())
    with pytest.raises(ValidationError, match="frozen"):
        made.model = "another"
