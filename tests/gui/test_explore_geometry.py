"""Hits, regions, tiles, ellipses, home views: all of the map that is maths."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from latentlab.core.projection import PcaPlane, RawPlane
from latentlab.gui.explore.ellipses import outlines, prior_rings, thinned
from latentlab.gui.explore.hits import PointIndex
from latentlab.gui.explore.home import home_view
from latentlab.gui.explore.lattice import MAX_TILES, Lattice, View, fit, from_centre
from latentlab.gui.explore.regions import box, in_polygon
from latentlab.gui.explore.tiles import TileStore

RNG = np.random.default_rng(3)
POINTS = RNG.normal(size=(500, 2))
PLACES = st.tuples(st.floats(-4, 4), st.floats(-4, 4))


# -- hits ---------------------------------------------------------------------------------------


@given(PLACES, st.floats(0.01, 3), st.floats(0.01, 3))
def test_nearest_agrees_with_looking_at_every_point(
    place: tuple[float, float], across: float, up: float
) -> None:
    found = PointIndex(POINTS).nearest(*place, (across, up))
    distance = (((POINTS - place) / (across, up)) ** 2).sum(axis=1)
    if distance.min() > 1:
        assert found is None
    else:
        assert found is not None
        assert distance[found] == distance.min()


def test_hidden_points_are_not_found() -> None:
    index, shown = PointIndex(POINTS), np.ones(len(POINTS), np.bool_)
    shown[7] = False
    assert index.nearest(*POINTS[7], (0.001, 0.001)) == 7
    assert index.nearest(*POINTS[7], (0.001, 0.001), shown) is None


def test_points_that_are_not_finite_are_never_found() -> None:
    index = PointIndex(np.array([[np.nan, 0.0], [1.0, 1.0]]))
    assert index.nearest(0, 0, (5, 5)) == 1
    assert PointIndex(np.full((3, 2), np.nan)).nearest(0, 0, (9, 9)) is None


@pytest.mark.parametrize("points", [np.empty((0, 2)), np.zeros((1, 2)), np.ones((50, 2))])
def test_degenerate_points_can_be_searched(points: np.ndarray) -> None:
    found = PointIndex(points).nearest(*(points[0] if len(points) else (0, 0)), (0.1, 0.1))
    assert (found is None) == (len(points) == 0)


# -- regions ------------------------------------------------------------------------------------


@given(PLACES, PLACES)
def test_a_box_holds_what_lies_between_its_corners(
    one: tuple[float, float], other: tuple[float, float]
) -> None:
    assume(one[0] != other[0] and one[1] != other[1])
    low, high = np.minimum(one, other), np.maximum(one, other)
    between = ((low <= POINTS) & (high >= POINTS)).all(axis=1)
    assert np.array_equal(in_polygon(POINTS, box(one, other)), between)


@given(st.permutations(range(9)))
def test_a_box_holds_the_points_on_its_edges_and_corners(order: list[int]) -> None:
    """Whichever corner it begins with, and whichever way round."""
    one, other = POINTS[order[0]], POINTS[order[1]]
    drawn = box(tuple(one), tuple(other))
    middles = (drawn + np.roll(drawn, -1, axis=0)) / 2
    for turned in (drawn, drawn[::-1], np.roll(drawn, 1, axis=0)):
        assert in_polygon(np.concatenate([drawn, middles]), turned).all()
        assert in_polygon(drawn.astype(np.float32), turned).all(), "as points are stored"
        assert not in_polygon(drawn + (drawn - middles.mean(axis=0)) * 1e-4, turned).any()


def test_four_corners_that_are_no_box_hold_no_box() -> None:
    kite = np.array([[0.0, 0.0], [1.0, 1.0], [0.0, 4.0], [-1.0, 1.0]])
    assert in_polygon(np.array([[0.0, 1.0], [0.9, 3.9]]), kite).tolist() == [True, False]
    bow = np.array([[0.0, 0.0], [2.0, 2.0], [2.0, 0.0], [0.0, 2.0]])
    assert in_polygon(np.array([[0.5, 1.0], [1.0, 0.2]]), bow).tolist() == [True, False]


def test_a_round_lasso_holds_the_disc() -> None:
    turn = np.linspace(0, 2 * np.pi, 400, endpoint=False)
    circle = np.stack([np.cos(turn), np.sin(turn)], axis=1)
    radius = np.linalg.norm(POINTS, axis=1)
    clear = np.abs(radius - 1) > 0.01
    assert np.array_equal(in_polygon(POINTS, circle)[clear], (radius < 1)[clear])


def test_a_lasso_that_crosses_itself_leaves_out_the_overlap() -> None:
    twice = np.array([[0, 0], [2, 0], [2, 2], [0, 2], [0, 0], [1, 0], [1, 2], [0, 2]], float)
    assert in_polygon(np.array([[0.5, 1.0], [1.5, 1.0]]), twice).tolist() == [False, True]


def test_two_corners_enclose_nothing() -> None:
    assert not in_polygon(POINTS, np.array([[-9.0, -9.0], [9.0, 9.0]])).any()


def test_points_that_are_not_finite_are_in_no_region() -> None:
    assert in_polygon(np.array([[np.nan, 0.0], [0.0, 0.0]]), box((-1, -1), (1, 1))).tolist() == [
        False,
        True,
    ]


# -- lattice and tiles --------------------------------------------------------------------------

VIEWS = st.builds(
    lambda x, y, span, w, h: View(x, x + span, y, y + span * h / w, w, h),
    st.floats(-100, 100),
    st.floats(-100, 100),
    st.floats(1e-3, 1e3),
    st.integers(50, 3000),
    st.integers(50, 2000),
)


@given(VIEWS, st.floats(0.5, 2))
def test_tiles_cover_the_view_at_about_the_wished_size(view: View, aspect: float) -> None:
    lattice = fit(view, 40, aspect)
    assert lattice is not None
    left, bottom, width, height = lattice.bounds()
    slack = 1e-9 * max(abs(view.left), abs(view.right), abs(view.bottom), abs(view.top), 1)
    assert left <= view.left + slack
    assert bottom <= view.bottom + slack
    assert left + width >= view.right - slack
    assert bottom + height >= view.top - slack
    tile_px = lattice.step / (view.right - view.left) * view.width_px
    assert lattice.size <= MAX_TILES
    assert tile_px >= 40 / math.sqrt(2) - 1e-6
    assert math.log2(lattice.step).is_integer()


def test_panning_and_zooming_meet_the_same_places() -> None:
    view = View(-2, 2, -2, 2, 400, 400)
    here = fit(view, 40)
    beside = fit(View(-1, 3, -2, 2, 400, 400), 40)
    finer = fit(View(-1, 1, -1, 1, 400, 400), 40)
    assert here is not None
    assert beside is not None
    assert finer is not None
    common = set(here.places()) & set(beside.places())
    assert len(common) >= 0.7 * here.size
    assert finer.step == here.step / 2
    assert len(set(here.places()) & set(finer.places())) >= finer.size / 5


@pytest.mark.parametrize(
    "view",
    [
        View(0, 0, 0, 1, 100, 100),
        View(0, math.nan, 0, 1, 100, 100),
        View(0, math.inf, 0, 1, 100, 100),
        View(0, 1, 0, 1, 0, 100),
    ],
)
def test_a_view_of_nothing_has_no_tiles(view: View) -> None:
    assert fit(view, 40) is None


def test_tiles_near_the_middle_come_first() -> None:
    lattice = Lattice(1.0, 1.0, -5, -5, 11, 11)
    ordered = from_centre(lattice, lattice.places())
    assert ordered[0] == (0.0, 0.0)
    assert sorted(ordered) == sorted(lattice.places())


def _number_pictures(lattice: Lattice) -> np.ndarray:
    pictures = np.zeros((lattice.size, 1, 2, 3), np.uint8)
    pictures[:] = np.arange(1, lattice.size + 1, dtype=np.uint8)[:, None, None, None]
    return pictures


def test_a_mosaic_reads_like_the_plane() -> None:
    lattice = Lattice(0.5, 2 / 3, 0, 0, 3, 2)
    store = TileStore()
    assert store.mosaic(lattice) is None
    store.put(lattice.places(), _number_pictures(lattice))
    mosaic = store.mosaic(lattice)
    assert mosaic is not None
    assert mosaic.shape == (1, 2 * 4, 3 * 5)
    assert mosaic[0, 1::4, 1::5].tolist() == [[4, 5, 6], [1, 2, 3]]  # the top row is the higher one
    assert mosaic[0, 2::4, 3::5].tolist() == [[4, 5, 6], [1, 2, 3]]
    assert not mosaic[0, ::4].any(), "tiles do not touch"


def test_missing_tiles_are_black_and_named() -> None:
    lattice = Lattice(1.0, 1.0, 0, 0, 2, 1)
    store = TileStore()
    store.put([(0.0, 0.0)], np.full((1, 1, 2, 2), 9, np.uint8))
    assert store.missing(lattice) == [(1.0, 0.0)]
    mosaic = store.mosaic(lattice)
    assert mosaic is not None
    assert mosaic[0, 1:3].tolist() == [[0, 9, 9, 0, 0, 0, 0, 0]] * 2


def test_a_full_store_forgets_what_was_not_used() -> None:
    store = TileStore(capacity_bytes=3 * 4)
    picture = np.zeros((1, 1, 2, 2), np.uint8)
    for column in range(3):
        store.put([(float(column), 0.0)], picture)
    store.missing(Lattice(1.0, 1.0, 0, 0, 1, 1))  # the oldest is used again
    store.put([(3.0, 0.0)], picture)
    assert store.missing(Lattice(1.0, 1.0, 0, 0, 4, 1)) == [(1.0, 0.0)]


# -- ellipses -----------------------------------------------------------------------------------


def test_raw_ellipses_have_the_standard_deviations_as_half_axes() -> None:
    plane = RawPlane(3, (2, 0))
    lines = outlines(plane, np.array([[1.0, 2.0, 3.0]]), np.log(np.array([[4.0, 1.0, 0.25]])))
    (line,) = lines
    assert line.mean(axis=0)[0] == pytest.approx(3.0, abs=0.02)
    assert np.ptp(line, axis=0) == pytest.approx([2 * 0.5, 2 * 2.0], rel=0.01)


def test_an_isotropic_posterior_is_a_circle_on_every_plane() -> None:
    latents = RNG.normal(size=(200, 5)) * (5, 4, 3, 2, 1)
    plane = PcaPlane.fit(latents)
    (line,) = outlines(plane, latents[:1], np.zeros((1, 5)))
    centre = plane.project(latents[:1])[0]
    assert np.linalg.norm(line - centre, axis=1) == pytest.approx(1.0, abs=1e-4)


def test_prior_rings_are_centred_on_the_projected_origin() -> None:
    plane = PcaPlane.fit(RNG.normal(size=(100, 4)) + 2)
    origin = plane.project(np.zeros((1, 4)))[0]
    for sigma, ring in zip((1, 2), prior_rings(plane), strict=True):
        assert np.linalg.norm(ring - origin, axis=1) == pytest.approx(sigma, abs=1e-5)


def test_thinning_keeps_both_ends() -> None:
    rows = np.arange(1000)
    kept = thinned(rows, 30)
    assert (len(kept), kept[0], kept[-1]) == (30, 0, 999)
    assert thinned(rows[:5], 30) is not None
    assert np.array_equal(thinned(rows[:5], 30), rows[:5])


# -- home ---------------------------------------------------------------------------------------


def test_home_shows_nearly_all_points_and_not_the_far_ones() -> None:
    points = np.vstack([POINTS, [[1e6, 1e6]]])
    left, bottom, width, height = home_view(points)
    inside = ((left, bottom) < POINTS) & ((left + width, bottom + height) > POINTS)
    assert inside.all(axis=1).mean() > 0.98
    assert max(width, height) < 20


@pytest.mark.parametrize(
    "points",
    [
        np.empty((0, 2)),
        np.array([[5.0, -3.0]]),
        np.full((20, 2), 1e7),
        np.full((3, 2), np.nan),
        np.stack([np.arange(30.0), np.zeros(30)], axis=1),
    ],
)
def test_degenerate_points_get_a_view_that_holds_them(points: np.ndarray) -> None:
    left, bottom, width, height = home_view(points)
    assert width > 0
    assert height > 0
    finite = points[np.isfinite(points).all(axis=1)]
    middle = finite.mean(axis=0) if len(finite) else np.zeros(2)
    assert left < middle[0] < left + width
    assert bottom < middle[1] < bottom + height
