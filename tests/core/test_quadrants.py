from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from latentlab.core import quadrants
from latentlab.core.errors import ConfigError


@given(st.integers(1, 40), st.integers(1, 40))
def test_every_pixel_is_of_one_quadrant(height: int, width: int) -> None:
    masks = quadrants.masks(height, width)
    assert masks.shape == (4, height, width)
    assert (masks.sum(0) == 1).all()
    assert masks[0].sum() == (height // 2) * (width // 2)


def test_they_are_numbered_in_reading_order() -> None:
    number = quadrants.masks(2, 2).argmax(0)
    assert number.tolist() == [[0, 1], [2, 3]]
    assert len(quadrants.NAMES) == quadrants.COUNT


@pytest.mark.parametrize("seen", [(0,), (0, 2), [2, 0, 0], {1, 2, 3}])
def test_flags_say_which_are_seen(seen: list[int]) -> None:
    assert [place for place, flag in enumerate(quadrants.flags(seen)) if flag] == sorted(set(seen))


@pytest.mark.parametrize("seen", [(), (0, 1, 2, 3), (4,), (-1, 0)])
def test_nothing_all_and_unknown_quadrants_are_refused(seen: tuple[int, ...]) -> None:
    with pytest.raises(ConfigError, match="one, two or three of the quadrants 0 to 3"):
        quadrants.flags(seen)


def test_what_is_not_seen_is_black() -> None:
    picture = np.full((3, 4, 6), 200, np.uint8)
    shown = quadrants.shown(picture, (1,))
    assert (shown[:, :2, 3:] == 200).all()
    assert shown.sum() == 3 * 2 * 3 * 200
