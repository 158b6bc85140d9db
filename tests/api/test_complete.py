"""Completion from Python and the command line: sheets, the same every time, refusals."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image

import latentlab
from latentlab.app import export
from latentlab.core.errors import ConfigError, ModelError
from latentlab.core.recipe import Pictures
from tests.api.test_picture_commands import refusal, run
from tests.codec_helpers import write_completer, write_vae

if TYPE_CHECKING:
    from latentlab.api import Model


@pytest.fixture
def model(library: Path) -> Model:
    write_completer(library)
    write_vae(library)
    return latentlab.load("completer")


def half(grey: int = 200) -> np.ndarray:
    """The left half of 8 x 8 pixels is drawn."""
    picture = np.zeros((1, 8, 8), np.uint8)
    picture[0, 1:7, 1:4] = grey
    return picture


def test_a_row_is_what_is_seen_the_mean_and_the_answers(model: Model) -> None:
    sheet = model.complete(half(), n=3, seed=5)
    assert sheet.pictures.shape == (1, 5, 1, 8, 8)
    seen, *rest = sheet.pictures[0]
    np.testing.assert_array_equal(seen, half())
    for made in rest:
        np.testing.assert_array_equal(made[..., :4], half()[..., :4])
    assert not np.array_equal(rest[1], rest[2])
    again = model.complete([half(), half(90)], (0, 2), n=3, seed=5).pictures
    np.testing.assert_array_equal(again[0], sheet.pictures[0])
    assert again.shape == (2, 5, 1, 8, 8)


def test_other_quadrants_and_seeds_give_other_answers(model: Model) -> None:
    first = model.complete(half(), (0,), n=2).pictures
    assert (first[0, 0, :, 4:] == 0).all()
    assert not np.array_equal(first, model.complete(half(), (0,), n=2, seed=1).pictures)


def test_what_means_nothing_is_refused(model: Model) -> None:
    with pytest.raises(ConfigError, match="is no picture"):
        model.complete("seed:3")
    with pytest.raises(ConfigError, match="one, two or three"):
        model.complete(half(), (0, 1, 2, 3))
    with pytest.raises(ModelError, match="was not trained to complete"):
        latentlab.load("vae").complete(half())


def test_the_command_writes_the_same_sheet(
    model: Model, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = tmp_path / "half.png"
    Image.fromarray(half()[0]).save(source)
    out = tmp_path / "sheet.png"
    run(
        "complete",
        "completer",
        "--from",
        f"file:{source}",
        "-n",
        "4",
        "--seed",
        "2",
        "-o",
        str(out),
    )
    assert "answers 4" in capsys.readouterr().out
    (row,) = export.read_recipe(out).rows
    assert isinstance(row, Pictures)
    assert len(row.pictures) == 6
    np.testing.assert_array_equal(
        latentlab.replay(out).pictures, model.complete(half(), n=4, seed=2).pictures
    )


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--seen", "left"), "names no quadrants; write them as 0,2"),
        (("--seen", "0,1,2,3"), "one, two or three of the quadrants"),
        (("--from", "z:0,0"), "is no picture"),
        (("--from", "nonsense"), "names no picture or latent"),
    ],
)
def test_bad_words_are_one_sentence(
    words: tuple[str, ...],
    sentence: str,
    model: Model,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    source = ("--from", f"file:{tmp_path / 'x.png'}") if words[0] == "--seen" else ()
    out = str(tmp_path / "sheet.png")
    assert sentence in refusal(capsys, "complete", "completer", *source, *words, "-o", out)
    assert not Path(out).exists()
