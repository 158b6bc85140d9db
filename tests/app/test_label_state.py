"""The label in documents, recipes and the lab: kept, remembered, always one that fits."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from latentlab.app.export import render, tables
from latentlab.app.export.output import Watch
from latentlab.app.history import History
from latentlab.app.homotopy_plan import Plan, moving_labels
from latentlab.app.lab import Lab
from latentlab.app.recipe_calls import call_of
from latentlab.app.session import Session
from latentlab.app.state import Pin, State
from latentlab.core.errors import ConfigError
from latentlab.core.recipe import Latents, Recipe, Travel
from latentlab.core.route import through
from tests.helpers import QueuePost, write_model

if TYPE_CHECKING:
    from collections.abc import Iterator

CODEC = [sys.executable, str(Path(__file__).parent / "fake_codec.py"), "mute"]
ABLE = ("encode", "decode", "label")


@pytest.mark.parametrize("label", [None, 0, 7, (0.25, 0.75), (1.0, 0.0, 0.5)])
def test_every_kind_of_label_survives_json(label: Any) -> None:
    pin = Pin(id="p", name="A", model="m", z=(1.0,), label=label)
    state = State(label=label, pins=(pin,))
    assert State.model_validate_json(state.model_dump_json()) == state
    row = Latents(z=((1.0,), (2.0,)), label=label, labels=(label, 3))
    recipe = Recipe(latentlab="1", model="m", rows=(row,))
    assert Recipe.model_validate_json(recipe.model_dump_json()) == recipe


def test_a_place_and_its_label_are_one_step() -> None:
    session = Session(State(label=1, z=(0.0, 0.0)), History(debounce_s=0))
    session.move_cursor((1.0, 2.0), label=(0.5, 0.5))
    assert (session.state.z, session.state.label) == ((1.0, 2.0), (0.5, 0.5))
    session.undo()
    assert (session.state.z, session.state.label) == ((0.0, 0.0), 1)
    session.move_cursor((3.0, 4.0))
    assert session.state.label == 1, "without a label it stays"


# -- the lab -----------------------------------------------------------------------------------


@pytest.fixture
def lab(
    library: Path, post: QueuePost, monkeypatch: pytest.MonkeyPatch, home: Path
) -> Iterator[Lab]:
    """A plain, a conditional and an attribute model; no codec that answers."""
    monkeypatch.setattr("latentlab.core.paths.trained", lambda: library.parent / "none")
    write_model(library, "plain")
    write_model(library, "told", capabilities=ABLE)
    record = {**write_record(), "attribute_names": ("big", "red")}
    write_model(library, "by-attributes", capabilities=ABLE, data=record,
                config={"condition": "attributes"})  # fmt: skip
    made = Lab(post, library=library, model="plain", codec_argv=CODEC, settings=home / "settings")
    yield made
    made.close(save_runs=False, timeout_s=2.0)


def write_record() -> dict[str, Any]:
    return {
        "name": "digits", "title": "Digits", "content_hash": "0" * 64, "shape": (1, 8, 8),
        "label_names": ("0", "1", "2"),
    }  # fmt: skip


def test_choosing_a_model_gives_it_a_label_that_fits_and_says_nothing(
    lab: Lab, post: QueuePost
) -> None:
    said: list[str] = []
    lab.message.connect(lambda text, _: said.append(text))
    for model, label in (("told", 0), ("by-attributes", (0.0, 0.0)), ("plain", None)):
        lab.choose_model(model)
        assert lab.session.state.label == label
    post.run_until(lambda: lab.latents is not None)
    assert not [text for text in said if "label" in text]


def test_the_label_is_remembered_with_its_model(lab: Lab) -> None:
    lab.choose_model("told")
    lab.session.choose_label(2)
    lab.choose_model("plain")
    assert lab.session.state.label is None
    lab.choose_model("told")
    assert lab.session.state.label == 2


def test_a_label_that_does_not_fit_is_made_to(lab: Lab) -> None:
    lab.choose_model("told")
    lab.session.choose_label(9)
    assert lab.session.state.label == 0
    lab.session.choose_label((0.5, 0.25, 0.25))
    assert lab.session.state.label == (0.5, 0.25, 0.25)
    lab.choose_model("plain")
    lab.session.choose_label(1)
    assert lab.session.state.label is None


def test_images_of_the_map_have_their_own_labels(lab: Lab, post: QueuePost) -> None:
    lab.choose_model("told")
    post.run_until(lambda: lab.latents is not None and lab.latents.size == 2)
    assert [lab.own_label(row) for row in range(4)] == [0, 1, 2, 0]
    np.testing.assert_array_equal(lab.own_labels([4, 3]), [1, 0])
    assert lab.own_labels([2, 5]) == 2, "one for all where all have the same"
    lab.choose_model("plain")
    assert lab.own_label(1) is None


def test_without_attributes_at_hand_the_session_label_stands_in(lab: Lab, post: QueuePost) -> None:
    lab.choose_model("by-attributes")
    post.run_until(lambda: lab.latents is not None)
    lab.session.choose_label((0.0, 1.0))
    assert lab.own_label(3) == (0.0, 1.0)


def test_models_that_only_read_do_not_decode(lab: Lab, library: Path) -> None:
    assert lab.decodes
    write_model(library, "reader", capabilities=("encode", "classify"))
    lab.registry.rescan()
    lab.choose_model("reader")
    assert not lab.decodes


# -- recipes and plans -------------------------------------------------------------------------


def seen(asked: list[Any]) -> Any:
    def decode(z: Any, told: Any) -> Any:
        asked.append(told)
        return np.zeros((len(z), 1, 2, 2), np.uint8)

    return decode


def test_a_row_decodes_with_one_label_or_with_each_its_own() -> None:
    z = tuple((float(i),) for i in range(40))
    asked: list[Any] = []
    render.pictures_of(Latents(z=z, label=(0.5, 0.5)), seen(asked))
    assert asked == [(0.5, 0.5), (0.5, 0.5)]
    asked.clear()
    render.pictures_of(Latents(z=z, labels=tuple(i % 3 for i in range(40))), seen(asked))
    assert np.concatenate(asked).tolist() == [i % 3 for i in range(40)]
    with pytest.raises(ConfigError, match="39 labels for 40 latents"):
        render.pictures_of(Latents(z=z, labels=(1,) * 39), seen(asked))


def test_labels_move_with_the_route_and_the_recipe_says_so() -> None:
    label, shares = moving_labels([0, 2], 3)
    assert label is None
    plan = Plan(
        Path(), label, np.zeros((2, 1, 2, 2), np.uint8), {"latent": through([[0.0], [1.0]])},
        has_pixels=False, steps=5, labels=shares,
    )  # fmt: skip
    np.testing.assert_allclose(plan.told([0.25]), [[0.75, 0, 0.25]])
    (row,) = plan.recipe_rows()
    assert isinstance(row, Travel)
    asked: list[Any] = []
    render.pictures_of(row, seen(asked))
    np.testing.assert_array_equal(asked[0], plan.told(plan.even()))
    assert plan.label_at(0.0) == (1.0, 0.0, 0.0)


def test_stops_of_one_label_need_no_shares() -> None:
    assert moving_labels([1, 1, 1], 3) == (1, ())
    assert moving_labels([None, None], 0) == (None, ())
    assert moving_labels([0, 1], 2, closed=True)[1] == ((1, 0), (0, 1), (1, 0))


def test_no_command_leaves_a_label_out() -> None:
    for row in (Latents(z=((1.0,),), label=0), Latents(z=((1.0,),), labels=(1,))):
        assert call_of(Recipe(latentlab="1", model="m", rows=(row,))) is None


def test_numbers_of_a_row_have_its_labels() -> None:
    rows = (Latents(z=((1.0,), (2.0,)), labels=(3, 1)), Latents(z=((1.0,),), label=(0.5, 0.5)))
    made = Recipe(latentlab="1", model="m", rows=rows)
    text = tables.of_recipe(".csv", made, seen([]), Watch()).decode().splitlines()
    assert [line.split(",")[4] for line in text] == ["label", "3", "1", "0.5 0.5"]
