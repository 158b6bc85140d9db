"""Square sheets and traversals, as rows."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from latentlab.app import grids, traversals
from latentlab.core.axes import principal, raw_axes
from latentlab.core.errors import ConfigError
from latentlab.core.latent import slerp

numbers = st.floats(-5, 5, width=32)


@given(
    corners=arrays.arrays(np.float32, (4, 3), elements=numbers),
    n=st.integers(2, 6),
    join=st.sampled_from(["line", "arc"]),
)
def test_corners_are_met_exactly(corners: np.ndarray, n: int, join: str) -> None:
    z = grids.corner_latents(corners, n, join)  # type: ignore[arg-type]
    assert z.shape == (n, n, 3)
    assert np.array_equal(z[[0, 0, -1, -1], [0, -1, 0, -1]], corners)


@given(corners=arrays.arrays(np.float32, (4, 2), elements=numbers))
def test_lines_between_corners_are_bilinear(corners: np.ndarray) -> None:
    z = grids.corner_latents(corners, 3)
    assert np.allclose(z[1, 1], corners.mean(axis=0), atol=1e-5)


def test_arcs_between_corners_keep_the_norm() -> None:
    corners = np.random.default_rng(0).normal(size=(4, 6))
    corners /= np.linalg.norm(corners, axis=1, keepdims=True)
    z = grids.corner_latents(corners, 5, "arc")
    assert np.allclose(np.linalg.norm(z, axis=2), 1, atol=1e-5)
    assert np.allclose(z[:, 0], slerp(corners[0], corners[2], np.linspace(0, 1, 5)))


@pytest.mark.parametrize("n", [-1, 0, 1, 1000])
def test_a_square_of_no_size_is_refused(n: int) -> None:
    with pytest.raises(ConfigError):
        grids.corner_rows(np.zeros((4, 2)), n)


@pytest.mark.parametrize("shape", [(3, 2), (4,), (5, 2)])
def test_other_than_four_corners_are_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ConfigError, match="four latents"):
        grids.corner_latents(np.zeros(shape), 3)


@given(z=arrays.arrays(np.float32, (2, 3), elements=numbers))
def test_a_row_keeps_every_bit_and_is_short(z: np.ndarray) -> None:
    row = grids.latents_row(z)
    assert np.array_equal(np.asarray(row.z, np.float32), z)
    assert all(len(repr(value)) <= 15 for latent in row.z for value in latent)


def test_a_plane_needs_encoded_images_for_its_directions() -> None:
    with pytest.raises(ConfigError, match="no encoded images"):
        grids.plane_of("pca", (0, 1), None, 3)
    plane = grids.plane_of("raw", (2, 0), None, 3)
    rows = grids.manifold_rows(plane, [7, 7, 7], (-1, 1), (0, 2), 2)
    assert rows[0].z == ((1.5, 7.0, -0.5), (1.5, 7.0, 0.5))


def test_directions_are_chosen_by_number_or_are_the_first_ten() -> None:
    mu = np.random.default_rng(0).normal(size=(50, 20)) * np.arange(1, 21)
    there = raw_axes(mu, 20)
    assert traversals.names_of(traversals.choose(there, "raw"))[:3] == (19, 18, 17)
    assert len(traversals.choose(there, "raw")) == 10
    chosen = traversals.choose(principal(mu), "pca", ["3", 1])
    assert traversals.names_of(chosen) == (3, 1)
    for dims in ([20], ["x"], [], [-1]):
        with pytest.raises(ConfigError, match="there are 0 to 19"):
            traversals.choose(there, "raw", dims)


def test_rows_go_from_end_to_end() -> None:
    there = raw_axes(None, 2)
    (row,) = traversals.rows_of(there[:1], [5.0, 1.0], 2.0, 3)
    assert row.t == (0.0, 0.5, 1.0)
    assert row.route.at(row.t).tolist() == [[-2, 1], [0, 1], [2, 1]]
