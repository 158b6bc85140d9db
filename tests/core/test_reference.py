from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from latentlab.core import reference
from latentlab.core.errors import ConfigError

FORMS = [
    "data:mnist/test/17",
    "data:folder:/pictures?size=32/all/0",
    "file:img.png",
    "file:C:\\pictures\\a b.png",
    "picture:aGVsbG8=",
    "z:0.1,-1.5",
    "seed:42",
    "label:3",
    "pin:A",
    "pin:my: best",
]


@pytest.mark.parametrize("text", FORMS)
def test_a_reference_is_the_text_it_was_read_from(text: str) -> None:
    found = reference.parse(text)
    assert str(found) == text
    assert reference.parse(str(found)) == found
    assert found.kind == text.split(":")[0]


def test_spaces_around_are_no_part_of_it() -> None:
    assert str(reference.parse("  seed: 42\n")) == "seed:42"


@given(
    name=st.text(min_size=1, max_size=20).filter(lambda name: name.strip() == name != ""),
    part=st.sampled_from(["train", "validation", "test", "all"]),
    index=st.integers(0, 10**6),
)
def test_an_image_of_a_dataset_keeps_its_name_part_and_place(name, part, index: int) -> None:
    made = reference.of_data(name, part, index)
    assert made.data == (name, part, index)
    assert reference.parse(str(made)) == made


@given(
    z=hnp.arrays(np.float32, st.integers(1, 30), elements=st.floats(-(2.0**99), 2.0**99, width=32))
)
def test_a_latent_is_kept_to_its_last_bit(z) -> None:
    made = reference.parse(str(reference.of_latent(z)))
    np.testing.assert_array_equal(np.array(made.z, np.float32), z)


def test_a_latent_may_be_a_list_or_a_row() -> None:
    assert reference.of_latent([0.1, 2]).z == reference.of_latent([[0.1, 2]]).z == (0.1, 2.0)


@pytest.mark.parametrize("text", ["", ":", "mnist", "seed", "seed:", "dream:3", "data", " : 3"])
def test_what_names_nothing_is_told_the_forms_there_are(text: str) -> None:
    with pytest.raises(ConfigError, match=r"names no picture or latent; write data:mnist/test/17"):
        reference.parse(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("data:mnist", "write data:DATASET/SPLIT/NUMBER"),
        ("data:mnist/17", "names no image"),
        ("data:mnist/exam/17", "one of train, validation, test, all"),
        ("data:mnist/test/-1", "names no image"),
        ("data:mnist/test/1.5", "names no image"),
        ("data:/test/1", "names no image"),
        ("z:one,two", "is no latent"),
        ("z:1,,2", "is no latent"),
        ("z:1,nan", "is no latent"),
        ("z:inf", "is no latent"),
        ("seed:-1", "whole number from 0 on"),
        ("seed:1.5", "whole number from 0 on"),
        ("seed:x", "whole number from 0 on"),
    ],
)
def test_a_reference_that_cannot_be_meant_is_one_sentence(text: str, words: str) -> None:
    with pytest.raises(ConfigError, match=words) as told:
        reference.parse(text)
    assert "\n" not in str(told.value)


def test_a_long_text_is_not_told_whole() -> None:
    with pytest.raises(ConfigError) as told:
        reference.parse("x" * 10_000)
    assert len(str(told.value)) < 300


@given(st.text(max_size=40))
def test_any_text_is_a_reference_or_a_sentence(text: str) -> None:
    try:
        found = reference.parse(text)
    except ConfigError:
        return
    assert reference.parse(str(found)) == found


@pytest.mark.parametrize("label", [None, 0, 7, (0.5, 0.25), (1.0, 0.0, 0.0)])
def test_a_latent_brings_what_is_told_beside_it(label: Any) -> None:
    named = reference.of_latent([0.1, -1.5], label)
    again = reference.parse(str(named))
    assert (again.z, again.told) == ((0.1, -1.5), label)


@pytest.mark.parametrize("text", ["z:0.1@", "z:0.1@seven", "z:@3", "z:0.1@1,nan", "z:0.1@3@4"])
def test_what_follows_the_sign_must_be_a_label(text: str) -> None:
    with pytest.raises(ConfigError, match="is no latent"):
        reference.parse(text)
