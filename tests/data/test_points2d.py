from __future__ import annotations

import numpy as np
import pytest

from latentlab import data
from latentlab.core.errors import DataError
from latentlab.core.points import LEVEL, to_plane
from latentlab.data import cache
from latentlab.data.entries.points2d import modes_of
from latentlab.data.entry import Decoded

SPECS = ["ring", "grid", "moons", "spiral", "spiral&modes=3", "ring&modes=5&sigma=0.05"]


@pytest.mark.parametrize("form", SPECS)
def test_points_lie_at_the_modes_that_their_labels_name(form: str) -> None:
    dataset = data.load(f"points2d?shape={form}&count=4000")
    modes = modes_of(dataset.name)
    assert modes is not None
    assert modes.sigma > LEVEL
    nearest, away = modes.nearest(to_plane(dataset.images))
    assert dataset.labels is not None
    assert (nearest == dataset.labels).mean() > 0.99
    assert np.ptp(np.bincount(dataset.labels)) <= 1
    # A plane's Gaussian keeps 1 - exp(-9/2) = 98.9 % within 3 sigma, a curve's 99.7 %.
    assert 0.98 < (away < 3 * modes.sigma).mean() < 0.9995


def test_a_mode_is_as_wide_as_it_says_up_to_the_rounding() -> None:
    dataset = data.load("points2d?shape=ring&count=8000&sigma=0.03")
    plane, modes = to_plane(dataset.images), modes_of(dataset.name)
    assert modes is not None
    off = plane - modes.spines[dataset.labels, 0]
    assert np.abs(off.mean(0)).max() < 0.002
    assert np.allclose(off.std(0), np.hypot(0.03, LEVEL / 12**0.5), rtol=0.05)


def test_the_seed_is_the_dataset() -> None:
    one, again = (data.load("points2d?count=50&seed=3") for _ in range(2))
    other = data.load("points2d?count=50&seed=4")
    assert np.array_equal(one.images, again.images)
    assert not np.array_equal(one.images, other.images)
    assert one.splits["test"].size == 5


@pytest.mark.parametrize(
    ("spec", "sentence"),
    [
        ("points2d?shape=grid&modes=24", "a grid has a square number of modes, not 24; try 16"),
        ("points2d?shape=moons&modes=3", "there are two moons, not 3"),
        ("points2d?shape=star", "shape=star does not do"),
        ("points2d?sigma=0.001", "sigma=0.001 does not do"),
    ],
)
def test_what_no_form_has_is_said_in_a_sentence(spec: str, sentence: str) -> None:
    with pytest.raises(DataError, match=sentence):
        data.load(spec)


def test_other_datasets_have_no_known_modes() -> None:
    assert modes_of("mnist") is None
    assert modes_of("points2d?shape=grid&modes=7") is None


def test_two_channels_are_points_or_nothing() -> None:
    cache._check("own", Decoded(np.zeros((5, 2, 1, 1), np.uint8)))
    with pytest.raises(DataError, match="not uint8"):
        cache._check("own", Decoded(np.zeros((5, 2, 8, 8), np.uint8)))
