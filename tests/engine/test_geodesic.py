from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from latentlab.core.route import through
from latentlab.engine import geodesic
from latentlab.engine.codec import Codec
from latentlab.models.family import LatentModel, Posterior
from tests.codec_helpers import vae_manifest, write_vae

if TYPE_CHECKING:
    from pathlib import Path

    from torch import Tensor

CPU = torch.device("cpu")
SIDE = 3


class Dome(LatentModel):
    """Decodes the plane to a dome in pixel space, whose shortest paths are great circles.

    Stereographic projection: Pixels 0, 1, 2 are a point of the sphere of radius 0.4 about the
    middle of the colour cube.
    """

    def __init__(self) -> None:
        super().__init__()
        self.latent_shape = (2,)

    def encode(self, x: Tensor) -> Posterior:
        return Posterior(x.flatten(1)[:, :2])

    def decode(self, z: Tensor, y: Tensor | None = None) -> Tensor:
        square = z.square().sum(1, keepdim=True)
        sphere = torch.cat([2 * z, square - 1], 1) / (square + 1)
        return torch.nn.functional.pad(0.5 + 0.4 * sphere, (0, 6)).reshape(-1, 1, SIDE, SIDE)

    def sample_prior(self, n: int, generator: torch.Generator) -> Tensor:
        return torch.randn(n, 2, generator=generator)


@pytest.fixture(scope="module")
def dome() -> Codec:
    return Codec(Dome(), vae_manifest(shape=(1, SIDE, SIDE)), CPU)


@pytest.fixture(scope="module")
def vae(tmp_path_factory: pytest.TempPathFactory) -> Codec:
    """An untrained network of two hidden layers: a bent surface in 64 pixels."""
    folder: Path = write_vae(tmp_path_factory.mktemp("models"), latent=3, depth=2, seed=5)
    return Codec.open(folder, "cpu")


def descend(codec: Codec, a, b, knots: int = 12, **named) -> list[geodesic.Curve]:
    """The straight line and all that came of it."""
    start = geodesic.curve_of(codec, through([a, b]).at(np.linspace(0, 1, knots)))
    found = geodesic.shorten(codec, start, **named)
    return [start, *(curve for curve in found if curve is not None)]


def test_on_a_sphere_it_is_the_great_circle(dome: Codec) -> None:
    curves = descend(dome, [-1.5, 0.4], [1.2, 0.8])
    ends = (curves[-1].pictures[[0, -1], :3] - 0.5) / 0.4  # unit vectors
    angle = np.arccos(np.clip(ends[0] @ ends[1], -1, 1))
    arc = 0.4 * angle  # its length; 11 chords are a little shorter
    assert curves[0].steps.sum() > 1.02 * arc
    assert curves[-1].steps.sum() == pytest.approx(11 * 0.8 * np.sin(angle / 22), rel=1e-3)
    assert curves[-1].steps.std() < 0.02 * curves[-1].steps.mean()  # at even speed
    normal = np.cross(ends[0], ends[1])
    heights = (curves[-1].pictures[:, :3] - 0.5) @ normal
    assert np.abs(heights).max() < 0.01


@given(seed=st.integers(0, 10**6), spread=st.floats(0.1, 30), knots=st.integers(3, 9))
@settings(max_examples=15)
def test_energy_never_rises_and_ends_stay(vae: Codec, seed: int, spread: float, knots: int) -> None:
    a, b = (np.random.default_rng(seed).normal(size=(2, 3)) * spread).astype(np.float32)
    curves = descend(vae, a, b, knots, iterations=8)
    energies = [curve.energy for curve in curves]
    assert all(later < before for before, later in pairwise(energies))
    for curve in curves:
        assert curve.z.dtype == np.float32
        np.testing.assert_array_equal(curve.z[[0, -1]], [a, b])
        np.testing.assert_array_equal(
            curve.pictures, vae.means(curve.z).reshape(knots, -1).astype(np.float64)
        )
        assert curve.energy == pytest.approx(np.square(np.diff(curve.pictures, axis=0)).sum())


def test_it_stops_where_nothing_is_to_be_gained(vae: Codec) -> None:
    curves = descend(vae, [2, 0, 1], [-2, 1, 0])
    assert 1 < len(curves) < geodesic.ITERATIONS
    again = [curve for curve in geodesic.shorten(vae, curves[-1]) if curve is not None]
    assert [*curves, *again][-1].energy > 0.95 * curves[-1].energy


def test_no_more_iterations_than_allowed(vae: Codec) -> None:
    assert len(descend(vae, [9, 0, 1], [-9, 1, 0], iterations=1)) <= 2


@pytest.mark.parametrize("knots", [2, 3])
def test_nothing_between_two_knots_can_move(vae: Codec, knots: int) -> None:
    curves = descend(vae, [1, 0, 0], [0, 1, 0], knots)
    assert (len(curves) == 1) == (knots == 2)


def test_a_path_that_leads_nowhere_stays(vae: Codec) -> None:
    curves = descend(vae, [1, 2, 3], [1, 2, 3])
    assert len(curves) == 1
    np.testing.assert_array_equal(curves[0].times, np.linspace(0, 1, 12))


def test_a_decoder_that_ignores_z_has_no_energy_to_lower(dome: Codec) -> None:
    flat = Codec(Dome(), dome.manifest, CPU)
    flat._model.decode = lambda z, y=None: (
        (z * 0).sum(1)[:, None, None, None].expand(-1, 1, SIDE, SIDE)
    )
    assert len(descend(flat, [0, 0], [1, 1])) == 1


@pytest.mark.parametrize("size", [1e300, 1e30, np.nan])
def test_a_step_beyond_all_numbers_is_not_taken(
    dome: Codec, monkeypatch: pytest.MonkeyPatch, size: float
) -> None:
    leaps: list[float] = []

    def leap(equations: geodesic._Equations, damping: float) -> np.ndarray:
        leaps.append(damping)
        return np.full(tuple(equations.slope.shape), size)

    monkeypatch.setattr(geodesic._Equations, "solve", leap)
    assert len(descend(dome, [-1.5, 0.4], [1.2, 0.8])) == 1
    assert len(leaps) > 5  # each shorter than the one before, as far as it knew


def test_times_follow_the_change(dome: Codec) -> None:
    curve = geodesic.curve_of(dome, np.array([[0, 0], [0.1, 0], [3, 0]], np.float32))
    assert curve.times[0] == 0
    assert curve.times[-1] == 1
    assert curve.times[1] == pytest.approx(curve.steps[0] / curve.steps.sum())


def test_between_two_columns_it_gives_way(vae: Codec) -> None:
    start = geodesic.curve_of(vae, through([[2, 0, 1], [-2, 1, 0]]).at(np.linspace(0, 1, 6)))
    first = [
        curve is None for curve, _ in zip(geodesic.shorten(vae, start), range(4), strict=False)
    ]
    assert first == [True, True, True, False]  # one for each number of z, then the better curve
