"""Leakage in words: what a probe reads from z, beside what somebody gets who does not look."""

from __future__ import annotations

import pytest

from latentlab.app.style_leakage import chance_of, is_high, leakage_words
from latentlab.engine.leakage import Leakage


@pytest.mark.parametrize(
    ("accuracy", "words", "high"),
    [
        (0.14, "chance 11%: the style carries next to nothing", False),
        (0.2, "the style carries little of the label", False),
        (0.6, "some of the label has leaked", True),
    ],
)
def test_leakage_is_told_in_plain_words(accuracy: float, words: str, high: bool) -> None:
    found = Leakage(accuracy, 0.11, 0.1, 500, (None,) * 10, None)
    assert words in leakage_words(found)
    assert is_high(found) == high


def test_chance_is_the_better_of_both_ways_not_to_look() -> None:
    assert chance_of(Leakage(0.5, 0.04, 0.1, 50, (), None)) == 0.1, "few points, a rare label"
    assert chance_of(Leakage(0.9, 0.8, 0.5, 50, (), None)) == 0.8, "an attribute that most have"


def test_with_few_labels_high_is_half_the_way_from_chance() -> None:
    assert not is_high(Leakage(0.7, 0.5, 0.5, 50, (), None))
    assert is_high(Leakage(0.8, 0.5, 0.5, 50, (), None))
