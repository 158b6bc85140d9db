"""Labels as values: read from people, mixed on the way, one for all or one for each."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from latentlab.core import label as labels
from latentlab.core.errors import ConfigError, ModelError
from tests.helpers import manifest_of


def told(condition: str = "labels", names: tuple[str, ...] = ("7", "8", "1")) -> Any:
    made = manifest_of(capabilities=("decode", "label"), config={"condition": condition})
    data = {"label_names": names, "attribute_names": ("big", "red")}
    return made.model_copy(update={"data": made.data.model_copy(update=data)})


CLASSES, ATTRIBUTES, PLAIN = told(), told("attributes"), manifest_of()


def test_every_model_has_a_label_that_fits() -> None:
    assert labels.usual(PLAIN) is None
    assert labels.usual(CLASSES) == 0
    assert labels.usual(ATTRIBUTES) == (0.0, 0.0)
    for manifest in (PLAIN, CLASSES, ATTRIBUTES):
        assert labels.fits(labels.usual(manifest), manifest)


@pytest.mark.parametrize(
    ("label", "manifest", "fits"),
    [
        (2, CLASSES, True),
        (3, CLASSES, False),
        (-1, CLASSES, False),
        ((0.5, 0.5, 0.0), CLASSES, True),
        ((0.5, 0.5), CLASSES, False),
        ((0.5, float("nan"), 0.0), CLASSES, False),
        (None, CLASSES, False),
        (1, ATTRIBUTES, False),
        ((1.0, 0.0), ATTRIBUTES, True),
        (0, PLAIN, False),
        (None, PLAIN, True),
    ],
)
def test_what_a_model_can_be_told(label: Any, manifest: Any, fits: bool) -> None:
    assert labels.fits(label, manifest) is fits


@pytest.mark.parametrize(
    ("text", "manifest", "label"),
    [
        ("8", CLASSES, 1),  # the name before the place
        (" 2 ", CLASSES, 2),
        ("0.5,0.5,0", CLASSES, (0.5, 0.5, 0.0)),
        ("red", ATTRIBUTES, (0.0, 1.0)),
        ("red, big", ATTRIBUTES, (1.0, 1.0)),
        ("0.25,1", ATTRIBUTES, (0.25, 1.0)),
    ],
)
def test_a_label_as_people_write_it(text: str, manifest: Any, label: Any) -> None:
    assert labels.read(text, manifest) == label


@pytest.mark.parametrize(
    ("text", "manifest", "words"),
    [
        ("9", CLASSES, "'9' is no label of Tiny VAE; it has 7, 8, 1."),
        ("0.5,0.5", CLASSES, "is told 3 finite numbers, but 2 were given; the order is 7, 8, 1."),
        ("nan,0,0", CLASSES, "3 finite numbers"),
        ("rde", ATTRIBUTES, "'rde' is no attribute of Tiny VAE; did you mean red."),
        ("1", ATTRIBUTES, "is told 2 finite numbers"),
        ("", CLASSES, "'' is no label"),
    ],
)
def test_a_wrong_label_is_one_sentence(text: str, manifest: Any, words: str) -> None:
    with pytest.raises(ConfigError) as caught:
        labels.read(text, manifest)
    assert words in str(caught.value)


def test_a_model_that_is_told_nothing_refuses_in_words() -> None:
    with pytest.raises(ModelError, match="takes no label"):
        labels.read("3", PLAIN)


def test_python_gives_labels_in_every_form() -> None:
    assert labels.given(None, CLASSES) is None
    assert labels.given("8", CLASSES) == 1
    assert labels.given(np.int64(2), CLASSES) == 2
    assert labels.given([0.1, 0.9, 0], CLASSES) == (0.1, 0.9, 0.0)
    assert labels.given([1, 0], ATTRIBUTES) == (1.0, 0.0)
    np.testing.assert_array_equal(labels.given([2, 0, 1], CLASSES), [2, 0, 1])
    assert np.shape(labels.given(np.eye(3)[:2], CLASSES)) == (2, 3)
    with pytest.raises(ConfigError, match="one label"):
        labels.one([2, 0, 1, 1], CLASSES)


@given(st.lists(st.integers(0, 61), min_size=1, max_size=20))
def test_classes_joined_and_taken_apart_are_the_same(classes: list[int]) -> None:
    again = labels.rows_of(labels.joined(classes), len(classes))
    assert again == tuple(classes)


@given(
    st.lists(
        st.lists(st.floats(0, 1, width=32), min_size=3, max_size=3).map(tuple),
        min_size=1,
        max_size=6,
    )
)
def test_numbers_joined_and_taken_apart_are_the_same(rows: list[Any]) -> None:
    again = np.array(labels.rows_of(labels.joined(rows), len(rows)))
    np.testing.assert_array_equal(again.astype(np.float32), np.array(rows, np.float32))


def test_labels_of_some_pictures_only_do_not_join() -> None:
    with pytest.raises(ConfigError, match="some have none"):
        labels.joined([1, None])
    mixed = labels.joined([1, (0.5, 0.5, 0.0)])
    np.testing.assert_array_equal(mixed, [[0, 1, 0], [0.5, 0.5, 0]])


@given(st.lists(st.integers(0, 4), min_size=2, max_size=5), st.floats(0, 1))
def test_labels_on_the_way_are_shares_that_meet_every_stop(stops: list[int], t: float) -> None:
    shares = [labels.numbers(stop, 5) for stop in stops]
    at_stops = labels.mixed(shares, np.linspace(0, 1, len(stops)))
    assert at_stops.argmax(1).tolist() == stops
    assert labels.mixed(shares, [t]).sum() == pytest.approx(1, abs=1e-6)


def test_a_whole_share_is_its_class_and_attributes_stay() -> None:
    assert labels.plain((0.0, 1.0, 0.0), CLASSES) == 1
    assert labels.plain((0.25, 0.75, 0.0), CLASSES) == (0.25, 0.75, 0.0)
    assert labels.plain((0.0, 1.0), ATTRIBUTES) == (0.0, 1.0)


def test_samples_take_turns() -> None:
    np.testing.assert_array_equal(labels.in_turn(5, CLASSES), [0, 1, 2, 0, 1])
    np.testing.assert_array_equal(labels.in_turn(4, ATTRIBUTES), [[0, 0], [1, 0], [0, 1], [0, 0]])
    assert labels.in_turn(4, PLAIN) is None


def test_words_for_people() -> None:
    names = CLASSES.told_names
    assert labels.words(1, names) == "8"
    assert labels.words((0.4, 0.6, 0.0), names) == "8 60%, 7 40%"
    assert labels.words((0.0, 0.0, 0.0), names) == labels.words(None, names) == "none"
