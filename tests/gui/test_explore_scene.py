"""From document and latents to the drawn scene: counts, colours, legend, selection. No Qt."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from latentlab.app.state import MapView
from latentlab.core.projection import PcaPlane, RawPlane
from latentlab.engine.latents import Latents
from latentlab.gui.explore import legend_rules
from latentlab.gui.explore.facts import ramp
from latentlab.gui.explore.scene import (
    Facts,
    plane_note,
    resolve,
    short_plane_note,
    shown_rows,
)
from latentlab.gui.explore.summary import SHEET, summarise
from latentlab.gui.palettes import class_rgb

GREY, ONE = (70, 70, 70), (1, 2, 3)
N = 90


def make_facts(**changes: object) -> Facts:
    rng = np.random.default_rng(0)
    labels = np.arange(N) % 3
    latents = Latents(rng.normal(size=(N, 2)).astype(np.float32), None, labels, np.arange(N) + 500)
    fields = {"latents": latents, "label_names": ("zero", "one", "two"), "test_images": 200}
    return Facts(**{**fields, "ramp": ramp(), **changes})


def unlabelled() -> Facts:
    whole = make_facts().latents
    return make_facts(latents=Latents(whole.mu, None, None, whole.indices), test_images=0)


# -- scene --------------------------------------------------------------------------------------


def test_everything_is_shown_in_the_colours_of_its_class() -> None:
    facts = make_facts()
    scene = resolve(facts, MapView(), (), GREY, ONE)
    assert sorted(scene.order) == list(range(N))
    colours = scene.palette[scene.index]
    assert np.array_equal(colours, class_rgb(3)[facts.latents.labels[scene.order]])
    assert scene.count == "90 of 200 test images"
    assert [entry.count for entry in scene.legend] == [30, 30, 30]


def test_hidden_classes_are_not_drawn_and_not_counted() -> None:
    facts = make_facts()
    scene = resolve(facts, MapView(hidden_labels=(0, 2)), (), GREY, ONE)
    assert set(facts.latents.labels[scene.order]) == {1}
    assert scene.count == "30 of 200 test images"
    assert [entry.shown for entry in scene.legend] == [False, True, False]


def test_a_class_alone_overrules_what_is_hidden() -> None:
    scene = resolve(make_facts(), MapView(hidden_labels=(1,), solo_label=1), (), GREY, ONE)
    assert scene.count.startswith("30 of")
    assert [(entry.shown, entry.solo) for entry in scene.legend] == [
        (False, False),
        (True, True),
        (False, False),
    ]


def test_what_is_not_selected_goes_grey_and_below() -> None:
    selection = (3, 5, 8)
    scene = resolve(make_facts(), MapView(), selection, GREY, ONE)
    assert set(scene.order[-3:]) == set(selection)
    assert scene.below == N - 3
    colours = scene.palette[scene.index]
    assert (colours[:-3] == GREY).all()
    assert (colours[-3:] != GREY).any(axis=1).all()


def test_without_labels_all_points_have_one_colour_and_no_legend() -> None:
    scene = resolve(unlabelled(), MapView(hidden_labels=(0,)), (), GREY, ONE)
    assert scene.legend == ()
    assert (scene.palette[scene.index] == ONE).all()
    assert scene.count == "90 of 90 images"


def test_an_attribute_colours_from_low_to_high() -> None:
    values = np.linspace(-5, 5, N, dtype=np.float32)[:, None]
    facts = make_facts(attributes=values, attribute_names=("slant",))
    scene = resolve(facts, MapView(colour_by="slant", hidden_labels=(0,)), (), GREY, ONE)
    assert scene.legend == ()
    assert scene.bar is not None
    assert scene.bar.title == "slant"
    assert (-5, 5) < (scene.bar.low, scene.bar.high) < (-4, 5)
    brightness = scene.palette[scene.index].astype(int).sum(axis=1)
    by_value = brightness[np.argsort(scene.order)]
    assert len(by_value) == N, "the legend of labels hides nothing here"
    assert (np.diff(by_value) >= -2).all()


@pytest.mark.parametrize("value", [0.0, np.nan, np.inf])
def test_an_attribute_without_a_range_is_drawn_all_the_same(value: float) -> None:
    column = np.full((N, 1), value, np.float32)
    facts = make_facts(attributes=column, attribute_names=("flat",))
    scene = resolve(facts, MapView(colour_by="flat"), (), GREY, ONE)
    assert scene.bar is not None
    assert scene.bar.high > scene.bar.low
    assert len(scene.order) == N


def test_an_unknown_attribute_falls_back_to_labels() -> None:
    scene = resolve(make_facts(), MapView(colour_by="gone"), (), GREY, ONE)
    assert scene.bar is None
    assert len(scene.legend) == 3


def test_labels_beyond_the_names_still_have_a_class() -> None:
    scene = resolve(make_facts(label_names=("zero",)), MapView(), (), GREY, ONE)
    assert [entry.name for entry in scene.legend] == ["zero", "1", "2"]


# -- legend -------------------------------------------------------------------------------------


@given(st.integers(0, 2), st.sets(st.integers(0, 2)))
def test_toggling_twice_is_nothing(label: int, hidden: set[int]) -> None:
    view = MapView(hidden_labels=tuple(sorted(hidden)))
    once = view.model_copy(update=legend_rules.toggled(view, label, 3))
    assert (label in once.hidden_labels) != (label in hidden)
    assert once.model_copy(update=legend_rules.toggled(once, label, 3)) == view


@given(st.integers(0, 2), st.sets(st.integers(0, 2)))
def test_soloing_twice_shows_all(label: int, hidden: set[int]) -> None:
    view = MapView(hidden_labels=tuple(sorted(hidden)))
    alone = view.model_copy(update=legend_rules.soloed(view, label))
    assert set(make_facts().latents.labels[shown_rows(make_facts(), alone)]) == {label}
    back = alone.model_copy(update=legend_rules.soloed(alone, label))
    assert shown_rows(make_facts(), back).all()


def test_a_click_while_one_is_alone_adds_the_other() -> None:
    view = MapView(solo_label=1)
    both = view.model_copy(update=legend_rules.toggled(view, 2, 3))
    assert (both.solo_label, both.hidden_labels) == (None, (0,))
    all_of_them = view.model_copy(update=legend_rules.toggled(view, 1, 3))
    assert (all_of_them.solo_label, all_of_them.hidden_labels) == (None, ())


# -- selection ----------------------------------------------------------------------------------


def test_a_selection_is_counted_by_class_and_averaged() -> None:
    facts = make_facts()
    summary = summarise(facts, (0, 1, 3, 6))
    assert summary is not None
    assert summary.title == "4 selected"
    assert [(share.name, share.count) for share in summary.shares] == [("zero", 3), ("one", 1)]
    assert summary.mean == pytest.approx(facts.latents.mu[[0, 1, 3, 6]].mean(axis=0))
    assert summary.sheet_title("originals") == "all 4 originals"


def test_a_long_selection_shows_its_first_images_and_says_so() -> None:
    summary = summarise(make_facts(), tuple(range(80)))
    assert summary is not None
    assert summary.sheet.tolist() == list(range(SHEET))
    assert summary.sheet_title("originals") == f"first {SHEET} of 80 originals"


def test_rows_of_another_model_are_not_selected() -> None:
    assert summarise(make_facts(), ()) is None
    assert summarise(make_facts(), (N, N + 5)) is None


def test_without_labels_there_are_no_shares() -> None:
    summary = summarise(unlabelled(), (1, 2))
    assert summary is not None
    assert summary.shares == ()


# -- words --------------------------------------------------------------------------------------


def test_the_note_says_what_is_kept() -> None:
    latents = np.random.default_rng(0).normal(size=(50, 5)) * (9, 8, 1, 1, 1)
    note = plane_note(PcaPlane.fit(latents))
    assert note.startswith("approximate: ")
    assert "% of the variance" in note
    assert "other 3 directions as at the cursor" in note
    assert plane_note(RawPlane(5, (0, 3))) == "the other 3 dimensions as at the cursor"
    assert plane_note(RawPlane(3, (0, 1))) == "the other dimension as at the cursor"
    assert plane_note(RawPlane(2)) == ""


def test_the_note_has_a_short_form() -> None:
    latents = np.random.default_rng(0).normal(size=(50, 5)) * (9, 8, 1, 1, 1)
    plane = PcaPlane.fit(latents)
    share = short_plane_note(plane).removesuffix(" shown")
    assert plane_note(plane).startswith(f"approximate: {share} of the variance")
    assert short_plane_note(RawPlane(5, (0, 3))) == "2 of 5 shown"
    assert short_plane_note(RawPlane(2)) == short_plane_note(PcaPlane.fit(latents[:, :2])) == ""


def test_the_ramp_rises_in_brightness() -> None:
    colours = ramp()
    assert colours.shape == (256, 3)
    weights = (0.2126, 0.7152, 0.0722)
    assert (np.diff(colours.astype(float) @ weights) > -1).all()
