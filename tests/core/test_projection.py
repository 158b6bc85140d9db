from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from latentlab.core.errors import ConfigError
from latentlab.core.projection import PcaPlane, Plane, RawPlane


@st.composite
def planes(draw: st.DrawFn) -> tuple[Plane, np.random.Generator]:
    """A plane of either kind in 2 to 20 dimensions."""
    size, rng = draw(st.integers(2, 20)), np.random.default_rng(draw(st.integers(0, 999)))
    x, y = draw(st.permutations(range(size)))[:2]
    if draw(st.booleans()):
        return RawPlane(size, (x, y)), rng
    spread = rng.uniform(0, 3, size)
    return PcaPlane.fit(rng.normal(1.0, spread, (draw(st.integers(1, 60)), size)), (x, y)), rng


@given(planes())
def test_a_point_inverted_projects_back_to_itself(case) -> None:
    plane, rng = case
    xy = rng.normal(scale=3, size=(30, 2)).astype(np.float32)
    z = plane.invert(xy, rng.normal(size=plane.latent_size))
    assert z.shape == (30, plane.latent_size)
    assert z.dtype == np.float32
    np.testing.assert_allclose(plane.project(z), xy, atol=1e-4)


@given(planes())
def test_a_latent_projected_inverts_to_itself_with_itself_as_anchor(case) -> None:
    plane, rng = case
    z = rng.normal(scale=3, size=plane.latent_size).astype(np.float32)
    np.testing.assert_allclose(plane.invert(plane.project(z), z)[0], z, atol=1e-4)


@given(planes())
def test_the_anchors_residual_is_kept(case) -> None:
    plane, rng = case
    anchor = rng.normal(size=plane.latent_size)
    here, there = plane.invert([[0, 0], [5, -3]], anchor).astype(np.float64)
    moved = there - here
    if isinstance(plane, RawPlane):
        rest = np.delete(moved, plane.dims)
    else:
        rest = moved - plane.components.T @ (plane.components @ moved)
    np.testing.assert_allclose(rest, 0, atol=1e-4)
    assert np.linalg.norm(moved) == pytest.approx(np.hypot(5, 3), rel=1e-4)


@given(st.integers(0, 999))
def test_pca_finds_the_axes_of_a_known_ellipsoid(seed: int) -> None:
    rng = np.random.default_rng(seed)
    rotation = np.linalg.qr(rng.normal(size=(5, 5)))[0]
    data = rng.normal(size=(4000, 5)) * (9, 4, 1, 0.5, 0.1) @ rotation.T + 7
    plane = PcaPlane.fit(data)
    cosines = np.abs(plane.components @ rotation[:, :2])
    np.testing.assert_allclose(cosines, np.eye(2), atol=0.1)
    np.testing.assert_allclose(plane.mean, data.mean(axis=0))
    assert plane.explained[0] == pytest.approx(81 / 98.26, abs=0.05)
    np.testing.assert_allclose(plane.components @ plane.components.T, np.eye(2), atol=1e-9)


def test_signs_do_not_depend_on_the_order_of_the_data() -> None:
    rng = np.random.default_rng(3)
    data = rng.normal(size=(500, 6)) * np.arange(1, 7)
    one, other = PcaPlane.fit(data), PcaPlane.fit(rng.permutation(data))
    np.testing.assert_allclose(one.components, other.components, atol=1e-9)
    largest = np.abs(one.components).argmax(axis=1)
    assert (one.components[[0, 1], largest] > 0).all()


def test_lower_components_may_be_looked_at() -> None:
    data = np.random.default_rng(0).normal(size=(2000, 4)) * (8, 4, 2, 1)
    plane = PcaPlane.fit(data, (2, 3))
    assert plane.axis_titles == ("PC 3 (5% of variance)", "PC 4 (1% of variance)")
    assert plane.title == (
        "principal components 3 and 4, 6% of the variance; "
        "the other 2 directions are as at the cursor"
    )


@pytest.mark.parametrize(
    ("plane", "title"),
    [
        (RawPlane(1), "the whole latent space"),
        (RawPlane(2), "the whole latent space"),
        (RawPlane(3, (0, 2)), "z[0] and z[2]; the other dimension is as at the cursor"),
        (RawPlane(20, (3, 1)), "z[3] and z[1]; the other 18 dimensions are as at the cursor"),
    ],
)
def test_the_view_says_which_it_is(plane: RawPlane, title: str) -> None:
    assert plane.title == title


def test_a_single_latent_dimension_is_a_line() -> None:
    plane = RawPlane(1)
    np.testing.assert_array_equal(plane.project([[2.0], [3.0]]), [[2, 0], [3, 0]])
    np.testing.assert_array_equal(plane.invert([[5.0, 9.0]], [1.0]), [[5.0]])
    assert plane.axis_titles == ("z[0]", "")


def test_one_row_and_equal_rows_make_a_plane_too() -> None:
    for rows in (np.ones((1, 3)), np.ones((9, 3))):
        plane = PcaPlane.fit(rows)
        np.testing.assert_allclose(plane.project(rows), 0, atol=1e-6)
        np.testing.assert_array_equal(plane.explained, 0)


@pytest.mark.parametrize("dims", [(0, 0), (0, 2), (-1, 1)])
def test_dimensions_that_span_no_plane_are_refused(dims: tuple[int, int]) -> None:
    with pytest.raises(ConfigError, match="two different ones"):
        RawPlane(2, dims)
    with pytest.raises(ConfigError, match="two different ones"):
        PcaPlane.fit(np.ones((3, 2)), dims)


@pytest.mark.parametrize("rows", [np.ones(3), np.ones((0, 3)), np.full((2, 3), np.nan)])
def test_principal_components_of_nothing_are_refused(rows) -> None:
    with pytest.raises(ConfigError, match="at least one row"):
        PcaPlane.fit(rows)


def test_rows_of_another_width_are_refused() -> None:
    with pytest.raises(ConfigError, match="rows of 2 numbers"):
        RawPlane(2).project(np.ones((4, 3)))
