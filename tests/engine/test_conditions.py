"""What conditional models are told: rows made of labels, classes and shares."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import torch

from latentlab import data
from latentlab.core.errors import ConfigError, ModelError
from latentlab.core.manifest import DataRecord, Manifest
from latentlab.engine.conditions import Conditions, batches, told_rows

CPU = torch.device("cpu")


def manifest(*, conditional: bool = True, **config: object) -> Manifest:
    record = DataRecord(
        name="digits", title="Digits", content_hash="", shape=(1, 8, 8),
        label_names=("zero", "one", "two"), attribute_names=("round", "thick"),
    )  # fmt: skip
    able = ("decode", "label") if conditional else ("decode",)
    return Manifest(
        id="m", title="The model", family="cvae", family_title="cVAE", config=config, recipe={},
        capabilities=able, latent_shape=(2,), data=record,
    )  # fmt: skip


def test_labels_are_told_one_hot_and_nothing_to_those_who_read_nothing() -> None:
    digits = data.load("digits")
    rows = np.array([0, 5, 9])
    y = Conditions(digits, "labels", CPU).of(rows)
    assert y is not None
    assert digits.labels is not None
    assert y.shape == (3, 10)
    assert y.argmax(1).tolist() == digits.labels[rows].tolist()
    assert Conditions(digits, "", CPU).of(rows) is None
    assert Conditions(digits, "", CPU).in_turn(4) is None


def test_samples_are_told_each_class_in_turn() -> None:
    y = Conditions(data.load("digits"), "labels", CPU).in_turn(12)
    assert y is not None
    assert y.argmax(1).tolist() == [*range(10), 0, 1]


def test_attributes_are_told_as_they_are() -> None:
    digits = data.load("digits")
    attributes = np.random.default_rng(0).random((len(digits.images), 3)).astype(np.float32)
    known = dataclasses.replace(digits, attributes=attributes, attribute_names=("a", "b", "c"))
    y = Conditions(known, "attributes", CPU).of(np.array([7]))
    assert y is not None
    np.testing.assert_array_equal(y.numpy(), attributes[[7]])


def test_batches_keep_pictures_and_what_is_told_together() -> None:
    images, y = torch.arange(5)[:, None], torch.arange(5)[:, None] * 10
    assert [(len(x), told.tolist()) for x, told in batches(images, y, 2) if told is not None] == [
        (2, [[0], [10]]), (2, [[20], [30]]), (1, [[40]])
    ]  # fmt: skip
    assert [told for _, told in batches(images, None, 2)] == [None] * 3


@pytest.mark.parametrize(
    ("label", "rows"),
    [
        (2, [[0, 0, 1], [0, 0, 1]]),
        (np.array([0, 1]), [[1, 0, 0], [0, 1, 0]]),
        ([0.25, 0.75, 0.0], [[0.25, 0.75, 0], [0.25, 0.75, 0]]),
        ([[1.0, 0.0, 0.0], [0.0, 0.5, 0.5]], [[1, 0, 0], [0, 0.5, 0.5]]),
    ],
)
def test_a_class_classes_and_shares_become_rows(label: object, rows: list[list[float]]) -> None:
    told = told_rows(manifest(), label, 2)  # type: ignore[arg-type]
    assert told is not None
    assert told.dtype == np.float32
    assert told.tolist() == rows


def test_models_that_read_nothing_take_no_label() -> None:
    assert told_rows(manifest(conditional=False), None, 2) is None
    with pytest.raises(ModelError, match="The model takes no label"):
        told_rows(manifest(conditional=False), 1, 2)


def test_attributes_are_numbers_and_no_class() -> None:
    by_attributes = manifest(condition="attributes")
    told = told_rows(by_attributes, [1.0, 0.0], 1)
    assert told is not None
    assert told.tolist() == [[1, 0]]
    with pytest.raises(ConfigError, match="is told attributes, not a class; give 2 numbers"):
        told_rows(by_attributes, 1, 1)


@pytest.mark.parametrize(
    ("label", "sentence"),
    [
        (None, "must be told a label: zero, one, two"),
        (3, "knows no label 3; it has zero, one, two"),
        (-1, "knows no label -1"),
        (np.array([0, 1, 2]), "3 labels were given for 2 pictures"),
        ([0.5, 0.5], "told 3 numbers for each of 2 pictures"),
        ([0.5, np.nan, 0.0], "not finite"),
    ],
)
def test_wrong_labels_are_refused_in_words(label: object, sentence: str) -> None:
    with pytest.raises((ConfigError, ModelError), match=sentence):
        told_rows(manifest(), label, 2)  # type: ignore[arg-type]
