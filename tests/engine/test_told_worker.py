"""The codec process with conditional models: labels for all rows, and labels for each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from latentlab.core.errors import ConfigError, ModelError
from latentlab.engine import pathways
from latentlab.engine.codec import Codec
from tests.codec_helpers import write_cvae, write_vae
from tests.engine.asking import Sent, joined, latents, request, run

if TYPE_CHECKING:
    from pathlib import Path

    from latentlab.engine.codec_worker import CodecWorker


@pytest.fixture
def told(library: Path) -> Path:
    return write_cvae(library)


def close(made: Any, wanted: Any) -> bool:
    """Other slices add in another order, which may move a grey value by one."""
    return bool(np.abs(made.astype(int) - wanted.astype(int)).max() <= 1)


@pytest.mark.parametrize("label", [0, 2, [0.5, 0.25, 0.25]])
def test_one_label_is_told_of_all_rows(
    label: Any, worker: CodecWorker, sent: Sent, told: Path
) -> None:
    z = latents(90)
    run(worker, request(1, "map", "decode", told, z=z, label=label))
    assert close(joined(sent), Codec.open(told, "cpu").decode(z, label))


@pytest.mark.parametrize("as_numbers", [False, True])
def test_labels_of_each_row_are_sliced_along(
    as_numbers: bool, worker: CodecWorker, sent: Sent, told: Path
) -> None:
    z, classes = latents(90), np.arange(90) % 3
    labels = np.eye(3, dtype=np.float32)[classes] if as_numbers else classes
    run(worker, request(1, "map", "decode", told, z=z, told=labels))
    assert len(sent.messages) > 1, "in slices"
    assert close(joined(sent), Codec.open(told, "cpu").decode(z, classes))


def test_encode_and_reconstruct_are_told_too(worker: CodecWorker, sent: Sent, told: Path) -> None:
    codec, classes = Codec.open(told, "cpu"), np.array([0, 1, 2, 2, 1])
    pictures = np.random.default_rng(1).integers(0, 256, (5, 1, 8, 8), np.uint8)
    run(worker, request(1, "a", "encode", told, images=pictures, told=classes))
    np.testing.assert_allclose(joined(sent, "mu"), codec.encode(pictures, classes)[0], atol=1e-5)
    sent.messages.clear()
    run(worker, request(2, "a", "reconstruct", told, images=pictures, label=1))
    assert close(joined(sent), codec.reconstruct(pictures, 1))
    assert not close(joined(sent), codec.reconstruct(pictures, 2))


def test_paths_of_least_change_are_those_of_the_label(
    worker: CodecWorker, sent: Sent, told: Path
) -> None:
    knots = np.array([[-2, 0], [2, 1]], np.float32)
    found = []
    for label in (0, 1):
        sent.messages.clear()
        run(worker, request(1, "path", "route", told, path="geodesic", knots=knots, label=label))
        found.append(sent.messages[-1][1]["knots"])
        codec = Codec.open(told, "cpu").telling(label)
        route = pathways.find("geodesic", codec, knots)
        np.testing.assert_allclose(found[-1], np.asarray(route.knots), atol=1e-6)
    assert not np.allclose(*found)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({}, "Told must be told a label: 7, 8, 1."),
        ({"label": 3}, "Told knows no label 3; it has 7, 8, 1."),
        ({"label": [0.5, 0.5]}, "Told is told 3 numbers"),
        ({"told": np.zeros(4, np.int64)}, "4 labels came with 5 rows; send one for each."),
    ],
)
def test_a_wrong_label_is_one_sentence(
    more: dict[str, Any], words: str, worker: CodecWorker, sent: Sent, told: Path
) -> None:
    run(worker, request(1, "a", "decode", told, z=latents(5), **more))
    ((header, _),) = sent.messages
    assert header["kind"] == "error"
    assert words in header["message"]


def test_telling_leaves_the_codec_as_it_was(library: Path) -> None:
    codec = Codec.open(write_cvae(library), "cpu")
    twin = codec.telling(2)
    z = latents(3)
    np.testing.assert_array_equal(twin.decode(z), codec.decode(z, 2))
    np.testing.assert_array_equal(twin.decode(z, 1), codec.decode(z, 1))
    with pytest.raises(ModelError, match="must be told"):
        codec.decode(z)
    plain = Codec.open(write_vae(library), "cpu")
    np.testing.assert_array_equal(plain.telling(None).decode(z), plain.decode(z))


def test_attributes_are_told_as_numbers(library: Path) -> None:
    codec = Codec.open(write_cvae(library, by_attributes=True), "cpu")
    z = latents(4)
    assert codec.decode(z, (1.0, 0.0)).shape == (4, 1, 8, 8)
    with pytest.raises(ConfigError, match="attributes, not a class"):
        codec.decode(z, 1)
