"""Rows in step: stops are resolved once, rows answer together, what is stale is never shown."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from latentlab.core.blend import blend
from tests.app.homotopy_bench import PaperLab, PaperModel, detour, endpoint, paint
from tests.helpers import manifest_of

if TYPE_CHECKING:
    from latentlab.app.homotopy import RowsInStep

A, B = "z:0,0", "z:200,100"


@pytest.fixture
def lab() -> PaperLab:
    return PaperLab()


@pytest.fixture
def rows(lab: PaperLab) -> RowsInStep:
    """Two stops chosen, somebody looks, everything is drawn."""
    lab.homotopy.want("tab", True)
    lab.session.set_homotopy(stops=(A, B))
    lab.codec.answer()
    assert lab.homotopy.is_settled
    return lab.homotopy


# -- stops -------------------------------------------------------------------------------------


def test_nothing_is_asked_while_nobody_looks(lab: PaperLab) -> None:
    lab.session.set_homotopy(stops=(A, B))
    assert lab.codec.log == []
    assert lab.homotopy.stops == ()


def test_rows_wait_for_all_stops(lab: PaperLab) -> None:
    lab.homotopy.want("tab", True)
    lab.session.set_homotopy(stops=(A, "seed:4"))
    assert lab.homotopy.plan is None
    assert [stop.is_awaited for stop in lab.homotopy.stops] == [False, True]
    lab.resolver.waiting["seed:4"][0](endpoint("seed:4", [1, 2]))
    assert lab.homotopy.plan is not None


def test_a_stop_that_cannot_be_had_says_why_and_there_are_no_rows(lab: PaperLab) -> None:
    lab.homotopy.want("tab", True)
    lab.session.set_homotopy(stops=(A, "label:7"))
    lab.resolver.waiting["label:7"][1]("There is no label 7.")
    assert lab.homotopy.stops[1].problem == "There is no label 7."
    assert lab.homotopy.plan is None
    assert lab.homotopy.is_settled


def test_an_answer_for_a_stop_that_is_gone_is_not_shown_but_kept(lab: PaperLab) -> None:
    lab.homotopy.want("tab", True)
    lab.session.set_homotopy(stops=(A, "seed:4"))
    lab.session.set_stop(1, B)
    lab.resolver.waiting.pop("seed:4")[0](endpoint("seed:4", [1, 2]))
    assert [stop.reference for stop in lab.homotopy.stops] == [A, B]
    lab.session.undo()
    assert lab.homotopy.stops[1].endpoint is not None
    assert lab.resolver.waiting == {}


def test_a_stop_is_asked_for_again_with_another_model(lab: PaperLab, rows: RowsInStep) -> None:
    before = rows.stops[0].endpoint
    lab.model = PaperModel("tiny", manifest=manifest_of(files={"weights.safetensors": "2"}))
    lab.model_changed.emit()
    assert rows.stops[0].endpoint is not before


def test_an_image_is_looked_for_again_when_its_dataset_comes(lab: PaperLab) -> None:
    lab.homotopy.want("tab", True)
    lab.session.set_homotopy(stops=("data:d/test/1", B))
    decoded = replace(endpoint("data:d/test/1", [1, 2]), is_given=False)
    lab.resolver.waiting.pop("data:d/test/1")[0](decoded)
    assert lab.homotopy.stops[0].endpoint is decoded
    lab.dataset_changed.emit()
    original = endpoint("data:d/test/1", [1, 2])
    lab.resolver.waiting.pop("data:d/test/1")[0](original)
    assert lab.homotopy.stops[0].endpoint is original
    lab.dataset_changed.emit()
    assert lab.resolver.waiting == {}, "an original stays"


# -- rows --------------------------------------------------------------------------------------


def test_every_row_begins_and_ends_with_its_stops(lab: PaperLab, rows: RowsInStep) -> None:
    lab.session.set_homotopy(rows=("pixel", "latent", "slerp"))
    lab.codec.answer()
    a, b = (stop.endpoint for stop in rows.stops)
    np.testing.assert_array_equal(rows.strips["pixel"][[0, -1]], np.stack([a.picture, b.picture]))
    for kind in ("latent", "slerp"):
        np.testing.assert_array_equal(rows.strips[kind][[0, -1]], paint([a.z, b.z]))


def test_all_rows_come_in_one_request(lab: PaperLab, rows: RowsInStep) -> None:
    lab.session.set_homotopy(rows=("pixel", "latent", "slerp"))
    lab.codec.answer()
    lab.codec.log.clear()
    lab.session.move_t(0.25)
    assert lab.codec.log == ["homotopy-t"]
    asked = lab.codec.take("homotopy-t")
    np.testing.assert_allclose(asked.array[0], [50, 25])
    asked.done(paint(asked.array))
    assert list(rows.moving) == ["pixel", "latent", "slerp"]
    assert rows.moving_t == 0.25


def test_the_pixel_row_is_exactly_the_mean_in_the_middle(lab: PaperLab, rows: RowsInStep) -> None:
    lab.session.move_t(0.5)
    lab.codec.answer()
    stops = np.stack([stop.endpoint.picture for stop in rows.stops])
    np.testing.assert_array_equal(rows.moving["pixel"], blend(stops, [0.5])[0])


def test_the_pixel_row_alone_needs_no_decoder(lab: PaperLab, rows: RowsInStep) -> None:
    lab.codec.log.clear()
    lab.session.set_homotopy(rows=("pixel",))
    assert lab.codec.log == []
    assert list(rows.strips) == list(rows.moving) == ["pixel"]
    assert rows.is_settled


def test_a_reply_for_rows_that_are_gone_is_dropped(lab: PaperLab, rows: RowsInStep) -> None:
    lab.session.set_homotopy(steps=4)
    stale = lab.codec.take("homotopy-steps")
    lab.session.set_homotopy(steps=7)
    stale.done(paint(stale.array))
    assert "latent" not in rows.strips
    lab.codec.answer()
    assert len(rows.strips["latent"]) == 7


def test_easing_and_closing_change_the_way(lab: PaperLab, rows: RowsInStep) -> None:
    lab.session.set_homotopy(easing="smooth", closed=True)
    lab.codec.answer()
    assert len(rows.plan.stops) == 3
    np.testing.assert_allclose(rows.place("latent", 1.0), [0, 0])
    np.testing.assert_allclose(rows.place("latent", 0.5), [200, 100])
    assert rows.place("latent", 0.1)[0] < 40, "gently"
    assert rows.place("pixel", 0.1) is None


def test_a_drawn_path_is_a_row_from_a_to_b(lab: PaperLab, rows: RowsInStep) -> None:
    assert "drawn" not in [fact.kind for fact in rows.rows()]
    lab.session.set_homotopy(drawn=((0.0, 100.0), (100.0, 100.0)), rows=("drawn",))
    lab.codec.answer()
    assert [fact.kind for fact in rows.rows() if fact.is_shown] == ["drawn"]
    np.testing.assert_array_equal(rows.place("drawn", 0), [0, 0])
    np.testing.assert_array_equal(rows.place("drawn", 1), [200, 100])
    np.testing.assert_allclose(rows.place("drawn", 0.5), [50, 100], atol=1e-3)


def test_a_failed_decode_is_told_and_nothing_hangs(lab: PaperLab, rows: RowsInStep) -> None:
    lab.session.set_homotopy(steps=5)
    lab.codec.take("homotopy-steps").failed("The decoder is gone.")
    lab.codec.answer()
    assert rows.problem == "The decoder is gone."
    assert rows.is_settled


def test_a_map_wants_routes_but_no_pictures(lab: PaperLab) -> None:
    lab.homotopy.want("map", True)
    lab.session.set_homotopy(stops=(A, B))
    assert lab.homotopy.place("latent", 0.5) is not None
    assert lab.codec.log == []


# -- searched routes ---------------------------------------------------------------------------


def test_a_search_shows_its_energy_falling_then_its_end(lab: PaperLab, rows: RowsInStep) -> None:
    lab.session.show_row("geodesic", True)
    search = lab.codec.take("homotopy-geodesic")
    assert not rows.is_settled
    assert note(rows, "geodesic") == "is being found …"
    for energy in (132.0, 100.0):
        search.part(detour(search.array), energy)
    assert note(rows, "geodesic") == "energy 132 → 100 …"
    assert rows.place("geodesic", 0.5) is not None, "the best so far is shown already"
    search.done(detour(search.array), [132.0, 100.0, 87.0])
    lab.codec.answer()
    assert note(rows, "geodesic") == "energy 132 → 87"
    assert rows.is_settled
    assert len(rows.strips["geodesic"]) == 10


def test_curves_are_not_measured_in_the_middle_of_a_search(lab: PaperLab, rows: RowsInStep) -> None:
    lab.session.show_row("graph", True)
    search = lab.codec.take("homotopy-graph")
    lab.codec.answer()
    assert "homotopy-curves" not in lab.codec.log[-1:]
    search.done(detour(search.array), [])
    lab.codec.answer()
    assert set(rows.curves.of("distance")) == {"pixel", "latent", "graph"}


def test_a_search_without_an_end_says_why(lab: PaperLab, rows: RowsInStep) -> None:
    lab.session.show_row("graph", True)
    lab.codec.take("homotopy-graph").failed("No encoded images.")
    lab.codec.answer()
    fact = next(fact for fact in rows.rows() if fact.kind == "graph")
    assert (fact.problem, fact.note) == ("No encoded images.", "")
    assert list(rows.strips) == ["pixel", "latent"]
    assert rows.is_settled


def test_a_found_route_is_kept_and_a_hidden_search_ends(lab: PaperLab, rows: RowsInStep) -> None:
    lab.session.show_row("graph", True)
    search = lab.codec.take("homotopy-graph")
    search.done(detour(search.array), [])
    lab.session.show_row("graph", False)
    lab.session.show_row("graph", True)
    assert lab.codec.log.count("homotopy-graph") == 1
    lab.session.show_row("geodesic", True)
    lab.session.show_row("geodesic", False)
    assert "homotopy-geodesic" not in [each.lane for each in lab.codec.asked]
    lab.codec.answer()
    assert rows.is_settled


def test_a_search_that_was_overtaken_begins_anew(lab: PaperLab, rows: RowsInStep) -> None:
    lab.session.show_row("graph", True)
    lab.session.swap_stops()
    lab.session.swap_stops()
    search = lab.codec.take("homotopy-graph")
    np.testing.assert_array_equal(search.array, [[0, 0], [200, 100]])
    search.done(detour(search.array), [])
    lab.codec.answer()
    assert rows.is_settled


# -- curves ------------------------------------------------------------------------------------


def test_without_the_dataset_curves_are_against_decoded_images(rows: RowsInStep) -> None:
    assert rows.curves.against == "decoded test images"
    assert set(rows.curves.lines) == {"distance", "feature", "step", "norm", "label"}
    assert rows.curves.of("feature") == {}, "nobody there has features"
    assert set(rows.curves.of("norm")) == {"latent"}


def test_a_dataset_that_comes_later_is_what_one_measures_against(
    lab: PaperLab, rows: RowsInStep
) -> None:
    from latentlab.data.dataset import Dataset

    splits = {"train": np.arange(20), "validation": np.arange(0), "test": np.arange(20, 30)}
    images = paint(np.linspace(0, 200, 60).reshape(30, 2))
    lab.dataset = Dataset(
        "d", "D", images, np.arange(30) % 3, ("0", "1", "2"), None, (), splits, "h", "none"
    )
    lab.dataset_changed.emit()
    lab.codec.answer()
    assert rows.curves.against == "training images"


def test_while_the_dataset_is_being_read_nothing_is_measured() -> None:
    lab = PaperLab()
    lab.dataset_problem = ""
    lab.homotopy.want("tab", True)
    lab.session.set_homotopy(stops=(A, B))
    lab.codec.answer()
    assert lab.homotopy.curves is None
    assert not lab.homotopy.is_settled


def test_a_model_without_encoded_images_still_has_steps_and_norms() -> None:
    lab = PaperLab()
    lab.latents = None
    lab.homotopy.want("tab", True)
    lab.session.set_homotopy(stops=(A, B))
    lab.codec.answer()
    assert lab.homotopy.curves.of("distance") == {}
    assert set(lab.homotopy.curves.of("step")) == {"pixel", "latent"}


def note(rows: RowsInStep, kind: str) -> str:
    return next(fact.note for fact in rows.rows() if fact.kind == kind)
