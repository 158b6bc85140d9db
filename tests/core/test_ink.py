"""The drawing: soft strokes, eraser, undo, and the picture that the model gets."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from latentlab.core.errors import ConfigError
from latentlab.core.ink import MOST_UNDO, Ink

PLACES = st.tuples(st.floats(-40, 320), st.floats(-40, 320))


def stroke(ink: Ink, *places: tuple[float, float], width: float = 3.0, erase: bool = False) -> None:
    ink.begin()
    for start, end in itertools.pairwise(places):
        ink.line(start, end, width, erase=erase)


@pytest.fixture
def ink() -> Ink:
    return Ink((28, 28))


def test_a_drawing_is_finer_than_the_model(ink: Ink) -> None:
    assert ink.pixels.shape == (280, 280)
    assert Ink((8, 8)).fineness == 35
    assert Ink((64, 64)).pixels.shape == (256, 256)
    assert Ink((28, 56)).pixels.shape == (140, 280)


def test_a_stroke_is_full_inside_and_soft_at_its_rim(ink: Ink) -> None:
    stroke(ink, (60, 140), (220, 140), width=4)
    across = ink.pixels[:, 140]
    assert (across == 255).sum() >= 20
    rim = across[(across > 0) & (across < 255)]
    assert len(rim) >= 10
    assert abs(int(across.astype(int).sum()) / 255 - 40) < 1  # as wide as the brush
    assert ink.pixels[140, 20] == 0


def test_a_click_is_a_dot(ink: Ink) -> None:
    ink.line((50, 70), (50, 70), 3)
    assert ink.pixels[70, 50] == 255
    assert np.flatnonzero(ink.pixels.any(axis=0)).mean() == pytest.approx(49.5, abs=1)


def test_ink_does_not_add_up(ink: Ink) -> None:
    stroke(ink, (60, 60), (200, 200))
    once = ink.pixels.copy()
    stroke(ink, (60, 60), (200, 200))
    assert np.array_equal(ink.pixels, once)


def test_the_eraser_takes_ink_away(ink: Ink) -> None:
    stroke(ink, (60, 140), (220, 140))
    stroke(ink, (140, 60), (140, 220), width=5, erase=True)
    assert ink.pixels[140, 140] == 0
    assert ink.pixels[140, 70] == 255


def test_undo_goes_back_stroke_by_stroke(ink: Ink) -> None:
    before = [ink.pixels.copy()]
    stroke(ink, (10, 10), (100, 50), (20, 90))
    before.append(ink.pixels.copy())
    stroke(ink, (200, 10), (100, 250))
    before.append(ink.pixels.copy())
    ink.invert()
    for wanted in reversed(before):
        assert ink.can_undo
        ink.undo()
        assert np.array_equal(ink.pixels, wanted)
    assert not ink.can_undo
    ink.undo()
    assert ink.is_blank


def test_clearing_can_be_undone_and_a_clean_sheet_is_no_step(ink: Ink) -> None:
    ink.clear()
    assert not ink.can_undo
    stroke(ink, (10, 10), (100, 50))
    ink.clear()
    assert ink.is_blank
    ink.undo()
    assert not ink.is_blank


def test_undo_remembers_a_hundred_steps(ink: Ink) -> None:
    for _ in range(MOST_UNDO + 5):
        ink.begin()
    for _ in range(MOST_UNDO):
        assert ink.can_undo
        ink.undo()
    assert not ink.can_undo


def test_the_picture_is_centred_or_as_it_lies(ink: Ink) -> None:
    stroke(ink, (20, 20), (20, 100))
    centred, lying = ink.picture(), ink.picture(centred=False)
    assert centred.shape == lying.shape == (1, 28, 28)
    assert centred.dtype == np.uint8
    assert centred[0, 14, 14] == 255
    assert lying[0, 14].max() == 0
    assert lying[0, 6, 1:3].min() > 200


def test_a_colour_model_gets_three_equal_channels() -> None:
    ink = Ink((16, 16))
    stroke(ink, (40, 40), (200, 200))
    picture = ink.picture(3)
    assert picture.shape == (3, 16, 16)
    assert np.array_equal(picture[0], picture[2])


@pytest.mark.parametrize("centred", [True, False])
def test_a_blank_sheet_has_no_picture(ink: Ink, centred: bool) -> None:
    with pytest.raises(ConfigError, match="draw something first"):
        ink.picture(centred=centred)


@given(seed=st.integers(0, 1000))
def test_a_picture_that_is_loaded_is_the_picture_one_gets(seed: int) -> None:
    picture = np.random.default_rng(seed).integers(0, 256, (1, 28, 28), np.uint8)
    ink = Ink((28, 28))
    ink.load(picture)
    assert np.array_equal(ink.picture(centred=False), picture)


def test_colours_are_loaded_as_their_luminance(ink: Ink) -> None:
    picture = np.zeros((3, 28, 28), np.uint8)
    picture[1] = 200
    ink.load(picture)
    assert (ink.picture(centred=False) == round(0.587 * 200)).all()


@given(places=st.lists(PLACES, min_size=2, max_size=5), width=st.floats(0.5, 9))
def test_no_stroke_leaves_the_sheet_or_forgets_undo(
    places: list[tuple[float, float]], width: float
) -> None:
    ink = Ink((28, 28))
    stroke(ink, *places, width=width)
    assert ink.pixels.shape == (280, 280)
    ink.undo()
    assert ink.is_blank
