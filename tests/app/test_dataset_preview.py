"""What a dataset says of itself before training."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from latentlab.app import dataset_preview
from latentlab.core.errors import DataError
from tests.helpers import digits_like

if TYPE_CHECKING:
    from pathlib import Path


def test_digits_in_words_and_pictures() -> None:
    seen = dataset_preview.preview("digits")
    assert seen.here
    assert seen.words == "1,797 images · 8×8 grey · 10 labels"
    assert seen.pictures is not None
    assert seen.pictures.shape == (16, 1, 8, 8)
    assert len({picture.tobytes() for picture in seen.pictures}) == 16


def test_colour_without_labels(tmp_path: Path) -> None:
    images, _ = digits_like(40, channels=3)
    np.savez(tmp_path / "plain.npz", images=images)
    seen = dataset_preview.preview(f"npz:{tmp_path / 'plain.npz'}")
    assert seen.words == "40 images · 8×8 colour"
    assert seen.pictures is not None
    assert seen.pictures.shape == (16, 3, 8, 8)


def test_what_is_not_here_can_be_fetched() -> None:
    seen = dataset_preview.preview("kmnist")
    assert (seen.here, seen.downloadable) == (False, True)
    assert seen.words.startswith("Not on this machine: fetch it")


def test_a_broken_choice_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(DataError):
        dataset_preview.preview(f"npz:{tmp_path / 'none.npz'}")


def test_the_list_begins_with_what_is_here() -> None:
    found = dataset_preview.choices()
    here = [choice.here for choice in found]
    assert here == sorted(here, reverse=True)
    assert {"digits", "mnist", "shapes"} <= {choice.spec for choice in found}
    assert all(choice.title and choice.description for choice in found)


def test_fetching_what_is_here_only_opens_it() -> None:
    told: list[object] = []
    seen = dataset_preview.fetch("digits", told.append, lambda: False)
    assert seen.here
