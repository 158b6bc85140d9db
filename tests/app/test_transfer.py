"""Style transfer as a value: columns, sources, the matrix, and what is refused in words."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from latentlab.app import calls, named_ends
from latentlab.app.endpoints import Endpoint
from latentlab.app.export.render import latents_of
from latentlab.app.replays import replay_of
from latentlab.app.state import State, Style
from latentlab.app.transfer import (
    Column,
    Source,
    Transfer,
    column_text,
    columns,
    columns_of,
    guessed,
    read_blend,
    read_column,
    read_columns,
    require_ink,
    require_labels,
    require_strength,
    seen_labels,
)
from latentlab.core.errors import ConfigError, LatentlabError, ModelError
from latentlab.core.manifest import DataRecord, Manifest
from latentlab.core.recipe import Recipe
from latentlab.engine.latents import Latents
from tests.helpers import manifest_of

LABELS = ("zero", "one", "two")
ATTRIBUTES = ("Smiling", "Male", "Hat")


def conditional(names: tuple[str, ...] = LABELS, *, attributes: bool = False) -> Manifest:
    record = DataRecord(
        name="digits", title="Digits", content_hash="0" * 64, shape=(1, 8, 8),
        label_names=() if attributes else names, attribute_names=names if attributes else (),
    )  # fmt: skip
    return manifest_of(
        "tiny-cvae",
        title="Tiny CVAE",
        capabilities=("encode", "decode", "sample", "label"),
        config={"condition": "attributes" if attributes else "labels"},
        data=record,
    )


PLAIN, FACES = conditional(), conditional(ATTRIBUTES, attributes=True)


def source(reference: str = "z:1,2@1", own: Any = 1, **fields: Any) -> Source:
    guess = fields.pop("is_guess", False)
    z = fields.pop("z", np.array([1, 2], np.float32))
    given = fields.pop("is_given", False)
    picture = np.full((1, 8, 8), 7, np.uint8)
    end = Endpoint(reference, "thing 3", z, picture, given, **{"told": own, **fields})
    return Source(end, own, guess)


def recipe_of(matrix: Transfer, **fields: Any) -> Recipe:
    rows = matrix.recipe_rows(**fields)
    return Recipe(latentlab="0", model="tiny-cvae", rows=rows)


# -- columns -----------------------------------------------------------------------------------


def test_all_labels_are_columns_those_nobody_has_are_left_out() -> None:
    assert [each.title for each in columns(PLAIN)] == list(LABELS)
    assert [each.label for each in columns(PLAIN, seen={0, 2})] == [0, 2]


def test_attributes_stand_alone_after_none() -> None:
    found = columns(FACES)
    assert [each.title for each in found] == ["none", *ATTRIBUTES]
    assert [each.label for each in found][:2] == [(0.0, 0.0, 0.0), (1.0, 0.0, 0.0)]


def test_attributes_reach_as_far_as_the_data() -> None:
    reach = np.array([0.5, 0, -1], np.float32), np.array([1, 6, 1], np.float32)
    found = columns(FACES, reach=reach)
    assert found[0].label == (0.5, 0.0, -1.0)
    assert found[2].label == (0.5, 6.0, -1.0)
    assert read_column("Male", FACES, reach=reach) == found[2]


def test_labels_as_a_person_lists_them() -> None:
    assert read_columns("all", PLAIN) is None
    assert read_columns(" two, 0 ,one", PLAIN) == (
        Column(2, "two"), Column(0, "zero"), Column(1, "one"),
    )  # fmt: skip
    faces = read_columns("Hat,Male+Hat,none", FACES)
    assert faces is not None
    assert [each.label for each in faces] == [(0, 0, 1), (0, 1, 1), (0, 0, 0)]


def test_each_label_is_there_once_and_the_blend_at_the_end() -> None:
    found = columns(PLAIN, [2, 0, 2], (0, 1, 0.25))
    assert [each.label for each in found] == [2, 0, (0.75, 0.25, 0.0)]
    assert found[-1].title == "zero 75%, one 25%"


def test_a_blend_as_a_person_writes_it() -> None:
    assert read_blend("one:2:0.25", PLAIN) == (1, 2, 0.25)
    assert read_blend("0:two", PLAIN) == (0, 2, 0.5)


def test_the_window_s_document_says_the_same() -> None:
    style = Style(blend=(0, 2), share=0.5)
    assert columns_of(PLAIN, style) == columns(PLAIN, blend=(0, 2, 0.5))
    assert columns_of(PLAIN, Style(blend=(0, 9))) == columns(PLAIN)
    assert columns_of(PLAIN, Style(), seen={1}) == columns(PLAIN, seen={1})


@given(st.lists(st.sampled_from(ATTRIBUTES), unique=True, max_size=3))
def test_the_words_of_a_column_give_it_again(names: list[str]) -> None:
    column = read_column("+".join(names) or "none", FACES)
    assert column_text(column, FACES) == column.title
    assert sum(column.label) == len(names)  # type: ignore[arg-type]


def test_a_column_without_words_has_none() -> None:
    (raw,) = columns(FACES, [(0.2, 0.5, 0.0)])
    assert column_text(raw, FACES) == ""
    (mix,) = columns(PLAIN, [(0.5, 0.5, 0.0)])
    assert column_text(mix, PLAIN) == ""
    commas = conditional(("a,b", "c"))
    assert [column_text(each, commas) for each in columns(commas)] == ["0", "c"]


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (lambda: read_columns("0,ten", PLAIN), "'ten' is no label of Tiny CVAE"),
        (lambda: read_columns("Smilling", FACES), "did you mean Smiling"),
        (lambda: columns(PLAIN, [3]), "knows no label 3; it has zero, one, two"),
        (lambda: columns(PLAIN, [1], seen={0, 2}), "never saw label one"),
        (lambda: columns(PLAIN, []), "No label is chosen"),
        (lambda: columns(PLAIN, blend=(0, 1, 1.5)), "a share from 0 to 1"),
        (lambda: columns(PLAIN, blend=(0, 7, 0.5)), "cannot be mixed"),
        (lambda: columns(FACES, blend=(0, 1, 0.5)), "told attributes"),
        (lambda: read_blend("0:1:much", PLAIN), "write LABEL:LABEL:SHARE"),
        (lambda: read_blend("0:", PLAIN), "write LABEL:LABEL:SHARE"),
        (lambda: read_blend("0:ten", PLAIN), "'ten' is no label"),
        (lambda: require_strength(-1), "strength of a style is 0 to 3"),
        (lambda: require_strength(float("nan")), "strength of a style is 0 to 3"),
    ],
)
def test_what_a_model_cannot_be_told_is_said(ask: Any, words: str) -> None:
    with pytest.raises(LatentlabError, match=words):
        ask()


# -- models and sources ------------------------------------------------------------------------


def test_models_that_cannot_transfer_say_which_can() -> None:
    with pytest.raises(ModelError, match=r"takes no label; choose .* such as mnist-cvae-16\.$"):
        require_labels(manifest_of(), ["mnist-cvae-16"])
    with pytest.raises(ModelError, match="latentlab train cvae"):
        require_labels(manifest_of())
    with pytest.raises(ModelError, match="one label only, zero"):
        require_labels(conditional(("zero",)))
    require_labels(conditional(("Hat",), attributes=True))


def test_an_empty_drawing_has_no_style() -> None:
    with pytest.raises(ConfigError, match="The drawing is empty"):
        require_ink(np.full((3, 8, 8), 255, np.uint8), "The drawing")
    picture = np.zeros((1, 8, 8), np.uint8)
    picture[0, 3, 3] = 1
    require_ink(picture, "it")


def test_what_a_classifier_s_answer_means() -> None:
    assert guessed(np.array([0.1, 0.2, 0.7]), PLAIN) == 2
    assert guessed(np.array([0.6, 0.2, 0.7]), FACES) == (1.0, 0.0, 1.0)


def test_labels_that_an_encoded_image_has() -> None:
    z, rows = np.zeros((3, 2), np.float32), np.arange(3)
    assert seen_labels(Latents(z, None, np.array([2, 0, 2]), rows)) == {0, 2}
    assert seen_labels(Latents(z, None, None, rows)) is None
    assert seen_labels(None) is None


# -- the matrix --------------------------------------------------------------------------------


@given(
    strength=st.floats(0, 3), seed=st.integers(0, 99), rows=st.integers(1, 4), moved=st.booleans()
)
def test_cells_are_every_style_with_every_label(
    strength: float, seed: int, rows: int, moved: bool
) -> None:
    z = np.random.default_rng(seed).standard_normal((rows, 2)).astype(np.float32)
    nudges = ((0.5, -1.0),) if moved else ()
    matrix = Transfer(PLAIN, tuple(source(z=each) for each in z), columns(PLAIN), strength, nudges)
    at, told = matrix.batch()
    wanted = z * np.float32(strength)
    wanted[0] += np.array(nudges[0] if moved else (0, 0), np.float32)
    for i in range(rows):
        for j in range(3):
            np.testing.assert_array_equal(at[i * 3 + j], wanted[i])
            assert told[i * 3 + j].tolist() == np.eye(3)[j].tolist()
    made = [latents_of(row) for row in matrix.recipe_rows()]
    np.testing.assert_array_equal(np.concatenate(made), at)


def test_the_own_column_of_each_row() -> None:
    rows = (source(own=2), source(own=None), source(own=0))
    matrix = Transfer(PLAIN, rows, columns(PLAIN, [0, 1]))
    assert matrix.own == (None, None, 0)
    pictures = np.zeros((6, 1, 8, 8), np.uint8)
    assert matrix.matrix(pictures).shape == (3, 2, 1, 8, 8)


def test_titles_tell_the_own_label_and_who_said_it() -> None:
    assert source().title(LABELS) == "thing 3, label one"
    assert source(is_guess=True).title(LABELS) == "thing 3, seen as one"
    assert source(own=None).title(LABELS) == "thing 3"


def test_a_picture_stands_before_its_row_where_any_source_is_one() -> None:
    bare = Transfer(PLAIN, (source(), source(own=None)), columns(PLAIN))
    assert all(row.picture == "" for row in bare.recipe_rows())
    rows = (source("file:a.png", is_given=True), source(), source("seed:1", None))
    mixed = Transfer(PLAIN, rows, columns(PLAIN)).recipe_rows({0})
    assert len({row.picture for row in mixed}) == 2, "the last one has no picture of its own"
    assert all(row.picture for row in mixed)
    assert [row.source for row in mixed] == ["", "z:1,2@1", "seed:1"]
    assert [row.is_told for row in mixed] == [True, False, False]


# -- words and replay --------------------------------------------------------------------------


def command_of(matrix: Transfer, *choice: Any, **fields: Any) -> str:
    return named_ends.transfer(recipe_of(matrix), matrix, *choice, **fields).command


def test_the_command_of_a_sheet() -> None:
    rows = (source("data:digits/test/3"), source("seed:4", None))
    matrix = Transfer(PLAIN, (rows[0],), columns(PLAIN), 1.5)
    assert command_of(matrix, None, (0, 1, 0.25)) == (
        "latentlab transfer tiny-cvae --from data:digits/test/3 --strength 1.5 "
        "--blend zero:one:0.25"
    )
    some = read_columns("two,0", PLAIN)
    text = command_of(Transfer(PLAIN, rows, columns(PLAIN, some)), some)
    assert calls.parse(text).given == {
        "sources": ("data:digits/test/3", "seed:4"), "labels": ("two", "zero"),
    }  # fmt: skip


def test_one_label_for_those_without_can_be_said_several_cannot() -> None:
    rows = (source("picture:a"), source("picture:b"))
    matrix = Transfer(PLAIN, rows, columns(PLAIN))
    assert command_of(matrix, given={0, 1}).endswith("--label one")
    assert all(row.is_told for row in matrix.recipe_rows()), "no reference says it"
    known = Transfer(PLAIN, (source("data:digits/test/3", is_own=True),), columns(PLAIN))
    assert "--label" not in command_of(known)
    assert not known.recipe_rows()[0].is_told
    for other in (source("seed:3", None), source("picture:c", 2), source(is_guess=True)):
        mixed = Transfer(PLAIN, (rows[0], other), columns(PLAIN))
        assert command_of(mixed, given={0, 1}) == "", "the recipe alone says it"
    moved = Transfer(PLAIN, rows, columns(PLAIN), nudges=((0.5, 0.0),))
    assert command_of(moved) == ""


@pytest.mark.parametrize("text", ["data:digits/test/3", "label:two", "z:1,2@2"])
def test_a_label_that_overrules_the_own_one_is_in_the_recipe_alone(text: str) -> None:
    matrix = Transfer(PLAIN, (source(text, is_own=True, label=2),), columns(PLAIN))
    assert command_of(matrix, given={0}) == ""
    assert command_of(matrix) != ""


def test_a_dropped_file_brings_back_the_matrix() -> None:
    rows = (
        source("data:digits/test/3"),
        source("file:a.png", 2, is_given=True),
        source("seed:4", None),
    )
    made = columns(PLAIN, blend=(0, 2, 0.25))
    matrix = Transfer(PLAIN, rows, made, 2.0, ((), (0.5, 0.0)))
    recipe = recipe_of(matrix, given={1})
    found = replay_of(recipe, State(model="tiny-cvae"))
    assert found is not None
    assert found.fields["tab"] == "style"
    style = found.fields["style"]
    assert style.sources[0] == "data:digits/test/3"
    assert style.sources[1].startswith("picture:")
    assert style.sources[2] == "seed:4"
    assert style.told == (None, 2, None)
    assert style.nudges == ((), (0.5, 0.0), ())
    assert (style.strength, style.blend, style.share) == (2.0, (0, 2), 0.25)
    assert columns_of(PLAIN, style) == made


def test_attributes_are_no_blend_when_dropped() -> None:
    recipe = recipe_of(Transfer(FACES, (source(own=(1.0, 0.0, 0.0)),), columns(FACES)))
    found = replay_of(recipe, State())
    assert found is not None
    assert found.fields["style"].blend is None
