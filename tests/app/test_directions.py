"""Named directions: kept per model and weights, written whole, never lost."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import numpy as np
import pytest

from latentlab.app import directions
from latentlab.app.directions import Direction, Directions
from latentlab.core.errors import ConfigError, LatentlabError
from tests.helpers import manifest_of

if TYPE_CHECKING:
    from pathlib import Path

MANIFEST = manifest_of(files={"weights.safetensors": "a" * 64})
RETRAINED = manifest_of(files={"weights.safetensors": "b" * 64})
LATENTS = np.random.default_rng(2).normal(size=(200, 2)) * [3, 0.5]


def slant(name: str = "slant", vector: tuple[float, float] = (3.0, 4.0)) -> Direction:
    return directions.direction(name, MANIFEST, vector, LATENTS, "pin B - pin A")


@pytest.fixture
def kept(library: Path) -> Directions:
    return Directions(library)


def names(kept: Directions) -> list[str]:
    return [each.name for each in kept.of(MANIFEST)]


def test_a_direction_has_unit_length_and_the_datas_sigma() -> None:
    made = slant()
    assert made.vector == pytest.approx((0.6, 0.8))
    assert made.sigma == pytest.approx((LATENTS @ [0.6, 0.8]).std())
    assert (made.model, made.weights) == (MANIFEST.id, "a" * 64)


def test_a_direction_is_kept_over_a_restart(kept: Directions, library: Path) -> None:
    told: list[str] = []
    kept.changed.connect(told.append)
    kept.add(slant())
    assert told == [MANIFEST.id]
    again = Directions(library)
    assert again.of(MANIFEST) == (slant(),)
    assert again.find(MANIFEST, "slant").source == "pin B - pin A"


def test_other_weights_have_other_directions(kept: Directions) -> None:
    kept.add(slant())
    assert kept.of(RETRAINED) == ()
    other = slant().model_copy(update={"weights": "b" * 64, "name": "thick"})
    kept.add(other)
    assert names(kept) == ["slant"]
    assert [each.name for each in kept.of(RETRAINED)] == ["thick"]


def test_a_taken_name_gets_a_number(kept: Directions) -> None:
    for _ in range(3):
        kept.add(slant("  slant "))
    assert names(kept) == ["slant", "slant 2", "slant 3"]


def test_renaming_and_removing(kept: Directions, library: Path) -> None:
    kept.add(slant())
    kept.add(slant("thick"))
    kept.rename(MANIFEST.id, "slant", " leaning  left ")
    assert names(kept) == ["leaning left", "thick"]
    with pytest.raises(ConfigError, match="There is a direction 'thick' already"):
        kept.rename(MANIFEST.id, "leaning left", "thick")
    with pytest.raises(ConfigError, match="needs a name"):
        kept.rename(MANIFEST.id, "thick", "  ")
    kept.remove(MANIFEST.id, "leaning left")
    assert names(kept) == ["thick"]
    assert [each.name for each in Directions(library).of(MANIFEST)] == ["thick"]


def test_one_that_is_not_there_is_told_with_those_that_are(kept: Directions) -> None:
    with pytest.raises(ConfigError, match="has no direction 'x'; there are: none yet"):
        kept.find(MANIFEST, "x")
    kept.add(slant())
    with pytest.raises(ConfigError, match="there are: slant"):
        kept.find(MANIFEST, "x")


def test_nowhere_is_no_direction() -> None:
    with pytest.raises(ConfigError, match="'flat' leads nowhere"):
        slant("flat", (0.0, 0.0))
    with pytest.raises(ConfigError, match="needs a name"):
        slant("  ")


@pytest.mark.parametrize(
    "content",
    [
        b"{",
        b'{"version": 9}',
        json.dumps({"directions": [{"name": "x", "model": "m", "weights": "", "vector": [1, 1],
                                    "sigma": 1}]}).encode(),
    ],
)  # fmt: skip
def test_a_bad_file_is_set_aside(kept: Directions, library: Path, content: bytes) -> None:
    file = library / directions.FOLDER / f"{MANIFEST.id}.json"
    file.parent.mkdir()
    file.write_bytes(content)
    assert kept.of(MANIFEST) == ()
    assert "kept as" in kept.take_problem()
    assert kept.take_problem() == ""
    kept.add(slant())
    saved = file.with_name(f"{MANIFEST.id}.kept.json")
    assert saved.read_bytes() == content
    assert Directions(library).of(MANIFEST) == (slant(),)


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write everywhere")
def test_an_unwritable_folder_is_one_sentence(kept: Directions, library: Path) -> None:
    library.chmod(0o500)
    try:
        with pytest.raises(LatentlabError, match="directions cannot be saved"):
            kept.add(slant())
    finally:
        library.chmod(0o700)
    assert kept.of(MANIFEST) == ()


def test_a_file_in_the_folders_place_is_one_sentence(kept: Directions, library: Path) -> None:
    (library / directions.FOLDER).write_text("in the way")
    with pytest.raises(LatentlabError, match="directions cannot be saved"):
        kept.add(slant())


def test_a_direction_becomes_an_axis() -> None:
    axis = directions.axis_of(slant(), LATENTS)
    assert axis.title == "slant"
    assert axis.key == "name:slant"
    assert axis.sigma == pytest.approx(slant().sigma)
