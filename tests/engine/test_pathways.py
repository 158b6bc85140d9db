from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from latentlab.core.errors import ConfigError, ModelError
from latentlab.core.route import by_length, through
from latentlab.engine import geodesic, pathways
from latentlab.engine.codec import Codec
from latentlab.engine.graph_cache import GraphCache
from latentlab.engine.neighbourhood import NeighbourGraph
from tests.codec_helpers import write_latents, write_vae

if TYPE_CHECKING:
    from pathlib import Path

KINDS = pytest.mark.parametrize("kind", ["graph", "geodesic"])
POINTS = np.random.default_rng(0).normal(size=(50, 3)).astype(np.float32)


@pytest.fixture(scope="module")
def codec(tmp_path_factory: pytest.TempPathFactory) -> Codec:
    return Codec.open(write_vae(tmp_path_factory.mktemp("models"), latent=3, depth=2), "cpu")


@KINDS
@given(seed=st.integers(0, 10**6), stops=st.integers(2, 4))
@settings(max_examples=8)
def test_every_stop_is_met_on_time(codec: Codec, kind, seed: int, stops: int) -> None:
    knots = np.random.default_rng(seed).normal(size=(stops, 3)).astype(np.float32)
    route = pathways.find(kind, codec, knots, NeighbourGraph(POINTS), iterations=2)
    np.testing.assert_array_equal(route.at(np.linspace(0, 1, stops)), knots)


def test_a_path_through_the_data_visits_it_at_even_speed(codec: Codec) -> None:
    graph = NeighbourGraph(POINTS, k=4)
    ends = POINTS[[POINTS[:, 0].argmin(), POINTS[:, 0].argmax()]]
    route = pathways.find("graph", codec, ends, graph)
    knots = np.array(route.knots, np.float32)
    assert len(knots) > 2
    np.testing.assert_array_equal(knots, graph.path(*ends))
    assert route.times == pytest.approx(by_length(knots).times)


def test_a_geodesic_starts_from_the_best_guess_and_its_energy_falls(codec: Codec) -> None:
    knots = POINTS[[0, 1, 2]]
    graph = NeighbourGraph(POINTS)
    found = [step for step in pathways.search("geodesic", codec, knots, graph) if step]
    energies = [step.energy for step in found]
    assert len(energies) > 2
    assert all(later < before for before, later in pairwise(energies))
    t = np.linspace(0, 1, pathways.KNOTS)
    for legs in (
        [through([a, b]) for a, b in pairwise(knots)],
        [through([a, b], "arc") for a, b in pairwise(knots)],
        [by_length(graph.path(a, b)) for a, b in pairwise(knots)],
    ):
        given_energy = sum(geodesic.curve_of(codec, leg.at(t)).energy for leg in legs)
        assert energies[0] <= given_energy + 1e-9
    assert pathways.find("geodesic", codec, knots, graph) == found[-1].route


def test_a_geodesic_changes_the_picture_evenly(codec: Codec) -> None:
    route = pathways.find("geodesic", codec, [[3, 0, 1], [-3, 2, 0]])
    pictures = codec.means(route.at(np.linspace(0, 1, 12))).reshape(12, -1)
    steps = np.linalg.norm(np.diff(pictures, axis=0), axis=1)
    assert steps.max() < 1.1 * steps.mean()


def test_it_can_be_left_at_any_step(codec: Codec) -> None:
    found = pathways.search("geodesic", codec, POINTS[:4], NeighbourGraph(POINTS))
    for _ in range(5):
        next(found)
    found.close()
    with pytest.raises(StopIteration):
        next(found)


def test_legs_that_are_joined_keep_their_way_and_share_the_time() -> None:
    first, second = through([[0.0], [1.0], [5.0]]), by_length([[5.0], [6.0], [9.0]])
    both = pathways.joined([first, second])
    t = np.linspace(0, 1, 9)
    np.testing.assert_allclose(both.at(t / 2), first.at(t), atol=1e-6)
    np.testing.assert_allclose(both.at(0.5 + t / 2), second.at(t), atol=1e-6)
    assert both.times == pytest.approx((0, 0.25, 0.5, 0.625, 1))


@given(st.lists(st.integers(2, 5), min_size=1, max_size=7))
def test_any_number_of_legs_can_be_joined(sizes: list[int]) -> None:
    place, legs = 0, []
    for size in sizes:
        legs.append(through([[float(place + i)] for i in range(size)]))
        place += size - 1
    both = pathways.joined(legs)
    stops = [leg.knots[0] for leg in legs] + [legs[-1].knots[-1]]
    np.testing.assert_array_equal(both.at(np.linspace(0, 1, len(stops))), np.array(stops))


@KINDS
@pytest.mark.parametrize(
    ("knots", "words"),
    [
        ([[1, 2, 3]], "one point leads nowhere"),
        ([[1, 2], [3, 4]], r"latents of 3 finite numbers.*give \(points, 3\)"),
        ([[1, 2, 3], [1, 2, np.inf]], "finite numbers"),
        (np.zeros((2, 2, 3)), "finite numbers"),
        (np.zeros((0, 3)), "one point leads nowhere"),
    ],
)
def test_what_is_no_chain_of_latents_is_refused(codec: Codec, kind, knots, words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        pathways.find(kind, codec, knots, NeighbourGraph(POINTS))


def test_a_kind_that_is_none_and_a_graph_that_is_missing(codec: Codec) -> None:
    with pytest.raises(ConfigError, match="'teleport' is no path"):
        pathways.find("teleport", codec, POINTS[:2])  # type: ignore[arg-type]
    with pytest.raises(ConfigError, match="needs encoded images"):
        pathways.find("graph", codec, POINTS[:2])


def test_large_pictures_and_latents_get_fewer_knots(codec: Codec) -> None:
    data = codec.manifest.data.model_copy(update={"shape": (3, 64, 64)})
    large = codec.manifest.model_copy(update={"data": data, "latent_shape": (512,)})
    assert pathways._knots_for(codec) == pathways.KNOTS
    assert pathways._knots_for(Codec(codec._model, large, codec.device)) == 15


def test_graphs_are_kept_by_the_images_they_are_of(library: Path) -> None:
    folder = write_vae(library)
    cache = GraphCache(kept=1)
    assert cache.get(folder, needed=False) is None
    with pytest.raises(ModelError, match="no encoded images yet"):
        cache.get(folder)
    write_latents(folder, POINTS[:, :2])
    first = cache.get(folder)
    assert cache.get(folder) is first
    assert cache.get(folder / "snapshots" / "000000000048") is first
    write_latents(folder, POINTS[:, 1:])
    second = cache.get(folder)
    assert second is not first
    other = write_vae(library, "other")
    write_latents(other, POINTS[:, :2])
    cache.get(other)
    assert cache.get(folder) is not second  # one was to be kept


def test_damaged_latents_are_told_only_when_they_are_needed(library: Path) -> None:
    folder = write_vae(library)
    write_latents(folder, POINTS[:, :2])
    (folder / "latents.safetensors").write_bytes(b"nothing")
    assert GraphCache().get(folder, needed=False) is None
    with pytest.raises(ModelError, match=r"latents\.safetensors"):
        GraphCache().get(folder)
