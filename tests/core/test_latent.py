from __future__ import annotations

from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from latentlab.core import latent
from latentlab.core.errors import ConfigError
from latentlab.core.projection import PcaPlane, RawPlane

NUMBERS = st.floats(-100, 100, width=32)
PAIRS = st.integers(1, 12).flatmap(
    lambda d: st.tuples(*[hnp.arrays(np.float32, d, elements=NUMBERS) for _ in range(2)])
)
PATHS = pytest.mark.parametrize("path", [latent.line, latent.arc])


@PATHS
@given(pair=PAIRS, n=st.integers(2, 20))
def test_paths_end_exactly_where_they_should(path, pair, n: int) -> None:
    z = path(*pair, n)
    assert z.shape == (n, len(pair[0]))
    assert z.dtype == np.float32
    np.testing.assert_array_equal(z[0], pair[0])
    np.testing.assert_array_equal(z[-1], pair[1])


@given(pair=PAIRS, n=st.integers(2, 20))
def test_a_line_has_equal_steps(pair, n: int) -> None:
    steps = np.diff(latent.line(*pair, n).astype(np.float64), axis=0)
    wanted = (pair[1].astype(np.float64) - pair[0]) / (n - 1)
    np.testing.assert_allclose(steps, np.tile(wanted, (n - 1, 1)), atol=1e-4)


@given(pair=PAIRS, t=st.floats(0, 1), radius=st.floats(0.5, 20))
def test_an_arc_between_equal_norms_keeps_the_norm(pair, t: float, radius: float) -> None:
    norms = [np.linalg.norm(z.astype(np.float64)) for z in pair]
    if min(norms) < 1e-3:
        return
    a, b = (z.astype(np.float64) / norm * radius for z, norm in zip(pair, norms, strict=True))
    angle = 2 * np.arctan2(np.linalg.norm(a - b), np.linalg.norm(a + b))
    if np.sin(angle) < 1e-3:  # nearly opposite directions have no unique arc
        return
    assert np.linalg.norm(latent.slerp(a, b, t)) == pytest.approx(radius, rel=1e-4)


@given(pair=PAIRS, n=st.integers(3, 9))
def test_arcs_are_finite_whatever_they_join(pair, n: int) -> None:
    a, b = pair
    for ends in [(a, b), (a, a), (a, -a), (a, 0 * a), (a, np.nextafter(a, np.float32(1e9)))]:
        assert np.isfinite(latent.arc(*ends, n)).all()


def test_a_quarter_circle() -> None:
    z = latent.slerp([1, 0], [0, 3], [0.5])
    np.testing.assert_allclose(z, [[np.sqrt(2), np.sqrt(2)]], rtol=1e-6)  # 45 degrees, norm 2


def test_lerp_may_go_beyond_its_ends() -> None:
    np.testing.assert_allclose(latent.lerp([0, 0], [1, 2], [-1, 2]), [[-1, -2], [2, 4]])


@pytest.mark.parametrize("b", [[1, 2, 3], [[1, 2]]])
def test_latents_of_two_widths_are_not_joined(b) -> None:
    with pytest.raises(ConfigError, match="same width"):
        latent.lerp([1, 2], b, 0.5)


@PATHS
def test_a_path_needs_two_latents(path) -> None:
    with pytest.raises(ConfigError, match="at least 2"):
        path([0, 0], [1, 1], 1)


def test_a_grid_reads_like_a_picture() -> None:
    z = latent.grid(RawPlane(2), [9, 9], (0, 4), (10, 12), columns=4, rows=2)
    tiles = z.reshape(2, 4, 2)
    np.testing.assert_allclose(tiles[0, :, 0], [0.5, 1.5, 2.5, 3.5])
    np.testing.assert_allclose(tiles[:, 0, 1], [11.5, 10.5])  # the top row is up


@given(columns=st.integers(1, 7), rows=st.integers(1, 7), seed=st.integers(0, 99))
def test_a_grid_lies_in_its_plane_and_rectangle(columns: int, rows: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    plane = PcaPlane.fit(rng.normal(size=(50, 5)))
    anchor = rng.normal(size=5)
    xy = plane.project(latent.grid(plane, anchor, (-1, 2), (3, 5), columns, rows))
    assert len(xy) == columns * rows
    assert ((xy > (-1, 3)) & (xy < (2, 5))).all()
    assert len(np.unique(xy.round(4), axis=0)) == columns * rows


def test_an_empty_grid_is_refused() -> None:
    with pytest.raises(ConfigError, match="at least 1 x 1"):
        latent.grid(RawPlane(2), [0, 0], (0, 1), (0, 1), 0, 3)


@given(n=st.integers(1, 25))
def test_places_of_the_prior_are_equally_probable(n: int) -> None:
    z = latent.quantile_grid(RawPlane(2), [5, 5], n).reshape(n, n, 2)
    shares = np.array([[NormalDist().cdf(v) for v in row] for row in (z[0, :, 0], z[:, 0, 1])])
    centres = (np.arange(n) + 0.5) / n
    np.testing.assert_allclose(shares, [centres, centres[::-1]], atol=1e-6)
    np.testing.assert_allclose(z, -z[::-1, ::-1], atol=1e-6, err_msg="the prior is symmetric")


def test_places_on_a_plane_lie_around_the_shadow_of_the_prior() -> None:
    rng = np.random.default_rng(0)
    plane, anchor = PcaPlane.fit(rng.normal(3, 1, (50, 5))), rng.normal(size=5)
    z = latent.quantile_grid(plane, anchor, 7)
    xy = plane.project(z).reshape(7, 7, 2)
    np.testing.assert_allclose(xy[3, 3], plane.project(np.zeros(5))[0], atol=1e-5)
    step = NormalDist().inv_cdf(6.5 / 7)
    np.testing.assert_allclose(xy[0, 6] - xy[3, 3], [step, step], atol=1e-5)
    rest = (z - anchor) - (z - anchor) @ plane.components.T @ plane.components
    np.testing.assert_allclose(rest, 0, atol=1e-5, err_msg="the rest is the anchor's")


def test_no_place_at_all_is_refused() -> None:
    with pytest.raises(ConfigError, match="at least 1 x 1"):
        latent.quantile_grid(RawPlane(2), [0, 0], 0)


def test_a_traversal_moves_one_dimension_only() -> None:
    z = latent.traversal([1, 2, 3], 1, -3, 3, 5)
    np.testing.assert_allclose(z[:, 1], [-3, -1.5, 0, 1.5, 3])
    np.testing.assert_array_equal(z[:, [0, 2]], np.tile([1, 3], (5, 1)))


def test_a_traversal_of_a_missing_dimension_is_refused() -> None:
    with pytest.raises(ConfigError, match="dimensions 0 to 2"):
        latent.traversal([1, 2, 3], 3, -3, 3, 5)


@given(z=hnp.arrays(np.float32, (4, 3), elements=NUMBERS), limit=st.floats(0.125, 4, width=32))
def test_truncation_only_touches_the_tails(z, limit: float) -> None:
    cut = latent.truncate(z, limit)
    assert np.abs(cut).max() <= limit
    inside = np.abs(z) <= limit
    np.testing.assert_array_equal(cut[inside], z[inside])


def test_a_truncation_at_nothing_is_refused() -> None:
    with pytest.raises(ConfigError, match="above 0"):
        latent.truncate([1.0], 0)
