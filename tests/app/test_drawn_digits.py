"""What the centring is for: digits drawn off the middle, understood by a shipped model."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import numpy as np
import pytest

import latentlab
from latentlab.core import paths
from latentlab.core.ink import Ink
from latentlab.engine.latents import load_latents

if TYPE_CHECKING:
    from latentlab.api import Model

CIRCLE = np.linspace(0, 2 * np.pi, 30)
STROKES: dict[int, list[tuple[float, float]]] = {  # in shares of the sheet, as a hand draws them
    0: [(0.5 + 0.2 * np.cos(a), 0.4 + 0.25 * np.sin(a)) for a in CIRCLE],
    1: [(0.7, 0.2), (0.68, 0.6)],
    2: [(0.25, 0.3), (0.4, 0.2), (0.55, 0.3), (0.25, 0.7), (0.6, 0.7)],
    3: [(0.3, 0.25), (0.6, 0.25), (0.4, 0.42), (0.6, 0.55), (0.3, 0.65)],
    4: [(0.3, 0.2), (0.25, 0.5), (0.6, 0.5), (0.6, 0.2), (0.58, 0.8)],
    7: [(0.2, 0.2), (0.5, 0.2), (0.4, 0.6)],
}


@pytest.fixture(scope="module")
def model() -> Model:
    return latentlab.load("mnist-vae-20", library=paths.trained())


def picture(digit: int, *, centred: bool) -> np.ndarray:
    ink = Ink((28, 28))
    places = [(280 * x, 280 * y) for x, y in STROKES[digit]]
    for start, end in itertools.pairwise(places):
        ink.line(start, end, 3.0)
    return ink.picture(centred=centred)[None]


def understood(model: Model, digit: int, *, centred: bool) -> bool:
    """Whether most of the nearest encoded images are this digit."""
    known = load_latents(paths.trained() / "mnist-vae-20")
    z = np.asarray(model.encode(picture(digit, centred=centred))[0]).reshape(-1)
    nearest = np.linalg.norm(known.mu - z, axis=1).argsort()[:5]
    return int(np.bincount(known.labels[nearest], minlength=10).argmax()) == digit


def test_drawn_digits_are_understood_once_they_are_centred(model: Model) -> None:
    centred = [digit for digit in STROKES if understood(model, digit, centred=True)]
    lying = [digit for digit in STROKES if understood(model, digit, centred=False)]
    assert centred == list(STROKES)
    assert len(lying) < len(STROKES)
