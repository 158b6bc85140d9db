"""A file tells how to make it again, and that gives the same pixels: here, and elsewhere."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch

from latentlab.app import export
from latentlab.app.registry import Registry
from latentlab.core import paths
from latentlab.core.images import png_text, read_png
from latentlab.core.label import usual
from latentlab.core.recipe import Blend, Latents, Look, Motion, Pictures, Recipe, Travel
from latentlab.core.route import through
from latentlab.engine.codec import Codec
from tests.app.test_export_films import by_pillow

if TYPE_CHECKING:
    from pathlib import Path

MAKERS = [
    card.id
    for card in Registry(paths.trained() / "no-library", paths.trained()).cards()
    if {"sample", "decode"} <= set(card.require().capabilities)
]

AGAIN = """
import hashlib, json, sys
from functools import partial
from pathlib import Path
import torch
from latentlab.app import export
from latentlab.engine.codec import Codec

told = {"threads": torch.get_num_threads()}
for file in sys.argv[2:]:
    made = export.read_recipe(Path(file))
    decode = partial(Codec.open(Path(sys.argv[1]) / made.model, "cpu").decode, alone=True)
    pixels = export.picture_of(made, decode)
    told[file] = [list(pixels.shape), hashlib.sha256(pixels.tobytes()).hexdigest()]
print(json.dumps(told))
"""


def sheet_of(codec: Codec, **fields: object) -> Recipe:
    """Every kind of row, from latents of a seed; conditional models are told one label."""
    z, label = codec.sample(4, seed=1), usual(codec.manifest)
    images = codec.decode(z, label, alone=True)
    t = tuple(np.linspace(0, 1, 11).tolist())
    pictures = tuple(map(png_text, images))
    rows = (
        Latents(z=tuple(map(tuple, z.tolist())), label=label, title="samples"),
        Travel(route=through(z[:2]), t=t, label=label, title="line"),
        Travel(route=through(z, "arc", closed=True), t=t, label=label, title="tour"),
        Blend(pictures=pictures, t=t, title="pixels"),
        Pictures(pictures=pictures, title="given"),
    )
    look = Look(scale=2, captions=True, smooth=True)
    return Recipe(latentlab="0.1.0", model=codec.manifest.id, rows=rows, look=look, **fields)


def digest(path: Path) -> list[object]:
    pixels, _ = read_png(path.read_bytes())
    return [list(pixels.shape), hashlib.sha256(pixels.tobytes()).hexdigest()]


def test_another_process_with_other_threads_makes_the_same_pixels(tmp_path: Path) -> None:
    files = []
    for name in MAKERS:
        codec = Codec.open(paths.trained() / name, "cpu")
        decode = partial(codec.decode, alone=True)
        files.append(export.save_recipe_file(tmp_path / f"{name}.png", sheet_of(codec), decode))
        np.testing.assert_array_equal(
            export.picture_of(export.read_recipe(files[-1]), decode),
            read_png(files[-1].read_bytes())[0],
        )
    threads = 1 if torch.get_num_threads() > 1 else 2  # a library may refuse more than cores
    told = subprocess.run(
        [sys.executable, "-c", AGAIN, str(paths.trained()), *map(str, files)],
        env={**os.environ, "OMP_NUM_THREADS": str(threads), "MKL_NUM_THREADS": str(threads)},
        check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    again = json.loads(told)
    assert again.pop("threads") == threads
    assert again == {str(file): digest(file) for file in files}
    assert len(again) == len(MAKERS) >= 6


@pytest.mark.parametrize("suffix", [".webp", ".apng"])
def test_a_film_made_again_has_the_same_frames(tmp_path: Path, suffix: str) -> None:
    codec = Codec.open(paths.trained() / "digits-vae-2", "cpu")
    decode = partial(codec.decode, alone=True)
    made = sheet_of(codec, motion=Motion(back=True))
    first = export.save_recipe_file(tmp_path / f"a{suffix}", made, decode)
    again = export.save_recipe_file(tmp_path / f"b{suffix}", export.read_recipe(first), decode)
    np.testing.assert_array_equal(by_pillow(first)[0], by_pillow(again)[0])
    assert first.read_bytes() == again.read_bytes()
