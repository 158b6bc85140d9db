"""The nearest of many vectors, whatever they mean."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from latentlab.app import nearest
from latentlab.app.background import CancelledError
from latentlab.app.nearest import Nearest
from latentlab.core.errors import ConfigError

RNG = np.random.default_rng(0)
VECTORS = RNG.normal(size=(120, 6)).astype(np.float32)


@given(st.integers(1, 40), st.integers(1, 7), st.integers(1, 12), st.integers(0, 99))
def test_it_finds_what_a_search_by_hand_finds(n: int, width: int, k: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    real, asked = (rng.normal(size=(m, width)).astype(np.float32) for m in (n, 9))
    rows, far = Nearest(real).neighbours(asked, k)
    apart = np.linalg.norm(asked[:, None].astype(float) - real[None], axis=2)
    assert rows.shape == far.shape == (9, min(k, n))
    np.testing.assert_allclose(far, np.sort(apart, axis=1)[:, :k], atol=1e-5)
    np.testing.assert_allclose(np.take_along_axis(apart, rows, 1), far, atol=1e-5)


def test_blocks_agree_with_the_whole_and_can_be_left(monkeypatch: pytest.MonkeyPatch) -> None:
    found = Nearest(VECTORS[:90])
    whole = found.neighbours(VECTORS[90:], 3)
    monkeypatch.setattr(nearest, "_BLOCK_CELLS", 7 * 90)
    blocks: list[int] = []
    parts = found.neighbours(VECTORS[90:], 3, check=lambda: blocks.append(1))
    assert len(blocks) == 5
    for one, other in zip(parts, whole, strict=True):
        np.testing.assert_array_equal(one, other)

    def leave() -> None:
        raise CancelledError

    with pytest.raises(CancelledError):
        found.neighbours(VECTORS[90:], check=leave)


def test_far_from_zero_it_is_exact() -> None:
    """The fast distances cancel there; the candidates' own differences do not."""
    moved = VECTORS + np.float32(1000)
    rows, far = Nearest(moved).neighbours(moved)
    assert (far == 0).all()
    np.testing.assert_array_equal(rows[:, 0], np.arange(120))


@pytest.mark.parametrize("shape", [(0, 4), (4, 0), (4,), (2, 2, 2)])
def test_nothing_to_measure_to_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ConfigError, match="at least one vector"):
        Nearest(np.zeros(shape, np.float32))


def test_other_widths_and_counts_are_refused() -> None:
    with pytest.raises(ConfigError, match="vectors of 6 numbers"):
        Nearest(VECTORS).neighbours(VECTORS[:, :5])
    with pytest.raises(ConfigError, match="at least 1"):
        Nearest(VECTORS).neighbours(VECTORS, 0)
    assert Nearest(VECTORS).neighbours(VECTORS[:0])[0].shape == (0, 1)
