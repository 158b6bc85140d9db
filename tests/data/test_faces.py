"""Drawn faces: the same on every machine, known in every attribute, and visibly so."""

from __future__ import annotations

import hashlib
from itertools import combinations, product
from typing import TYPE_CHECKING

import numpy as np
import pytest

from latentlab import data
from latentlab.core.errors import DataError
from latentlab.data.faces import drawing, people

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

NAMES = (
    *("smile", "glasses", "beard", "long_hair", "hat", "open_mouth"),
    *("dark_skin", "blond", "turned"),
)
OF_THE_FIRST_500 = "a95f7f7ae4cf2d0852da2037cea5220be312dc68bd0681fc9bc356247b605831"
SEEN = 25  # grey values by which a pixel must change to be noticed


def test_faces_are_small_colour_pictures_with_named_attributes() -> None:
    faces = data.load("faces?count=300")
    assert faces.images.shape == (300, 3, 32, 32)
    assert faces.images.dtype == np.uint8
    assert faces.attribute_names == NAMES
    assert faces.labels is None
    assert not faces.label_names
    assert faces.attributes is not None
    assert faces.attributes.shape == (300, 9)
    assert set(np.unique(faces.attributes[:, :6])) == {0.0, 1.0}
    shades = faces.attributes[:, 6:]
    assert shades.min() >= 0
    assert shades.max() <= 1
    assert len(np.unique(shades)) > 890, "the last three are continuous"
    assert {name: len(part) for name, part in faces.splits.items()} == {
        "train": 240,
        "validation": 30,
        "test": 30,
    }


def test_a_seed_is_a_dataset() -> None:
    one, other = data.load("faces?count=100"), data.load("faces?count=100&seed=1")
    assert one.content_hash != other.content_hash
    more = data.load("faces?count=130")
    assert np.array_equal(more.images[:100], one.images), "more of a seed begin with the same"
    larger = data.load("faces?count=100&size=64")
    assert larger.images.shape == (100, 3, 64, 64)
    assert np.array_equal(larger.attributes, one.attributes)


def test_the_pictures_are_those_that_shipped_models_know() -> None:
    """Whatever changes this hash takes the data from under all models of faces."""
    found = hashlib.sha256(drawing.draw(*people.draw(500, seed=0), 32).tobytes())
    assert found.hexdigest() == OF_THE_FIRST_500


def test_a_face_does_not_depend_on_its_batch() -> None:
    attributes, chance = people.draw(40, seed=3)
    whole = drawing.draw(attributes, chance, 32)
    alone = drawing.draw(attributes[17:18], chance[17:18], 32)
    assert np.array_equal(whole[17:18], alone)


def test_attributes_are_independent_and_balanced() -> None:
    attributes, chance = people.draw(20_000, seed=0)
    correlations = np.corrcoef(np.concatenate([attributes, chance], axis=1).T)
    np.fill_diagonal(correlations, 0)
    assert abs(correlations).max() < 0.03, "four standard errors"
    assert abs(attributes.mean(0) - 0.5).max() < 0.02
    for pair in combinations(range(6), 2):
        both = (attributes[:, pair] == 1).all(axis=1).mean()
        assert both == pytest.approx(0.25, abs=0.02)


@pytest.mark.parametrize("name", NAMES)
def test_every_attribute_shows_under_every_combination(name: str) -> None:
    place = NAMES.index(name)
    every = np.array(list(product((0, 1), repeat=9)), np.float32)
    without = every[every[:, place] == 0]
    changed = _pixels_changed(without, place, chance=people.draw(len(without), seed=5)[1])
    assert changed.min() >= 4, without[changed.argmin()]


def test_hair_shows_under_a_hat_and_a_smile_in_a_beard() -> None:
    shown = _person(hat=1, long_hair=0)
    assert _pixels_changed(shown, NAMES.index("blond"), _average()) >= 15
    hidden = _person(beard=1, blond=0, dark_skin=1)
    assert _pixels_changed(hidden, NAMES.index("smile"), _average()) >= 4


@pytest.mark.parametrize("row", range(12))
def test_what_is_left_to_chance_varies_the_picture(row: int) -> None:
    low, high = _average(), _average()
    low[:, row] = people.draw(500, seed=0)[1][:, row].min()
    high[:, row] = people.draw(500, seed=0)[1][:, row].max()
    person = _person(hat=1)
    before, after = (drawing.draw(person, chance, 64).astype(int) for chance in (low, high))
    assert abs(after - before).max() > SEEN / 2


@pytest.mark.parametrize("option", ["count=0", "size=8", "size=200", "seed=-1", "hats=2"])
def test_options_out_of_range_are_refused_in_a_sentence(option: str) -> None:
    with pytest.raises(DataError, match="faces"):
        data.load(f"faces?{option}")


def _person(**attributes: float) -> Floats:
    return np.array([[attributes.get(name, 0.0) for name in NAMES]], np.float32)


def _average() -> Floats:
    mean: Floats = people.draw(500, seed=0)[1].mean(axis=0, keepdims=True)
    return mean


def _pixels_changed(persons: Floats, place: int, chance: Floats) -> NDArray[np.int64]:
    """How many pixels of each person change visibly when one attribute goes from 0 to 1."""
    turned = persons.copy()
    turned[:, place] = 1
    before, after = (drawing.draw(rows, chance, 32).astype(int) for rows in (persons, turned))
    seen: NDArray[np.int64] = (abs(after - before).max(axis=1) > SEEN).sum(axis=(1, 2))
    return seen
