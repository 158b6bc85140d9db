"""Recipes of every kind and a decoder of numpy, for tests of what leaves the program."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from hypothesis import strategies as st

from latentlab.core.images import png_text
from latentlab.core.recipe import Blend, Latents, Look, Motion, Pictures, Recipe, Travel
from latentlab.core.route import Route

if TYPE_CHECKING:
    from numpy.typing import NDArray

SIDE = 8
ENDS = ((-1.5, 0.25), (1.25, -0.75))


def decode(z: NDArray[np.float32], label: int | None) -> NDArray[np.uint8]:
    """Waves whose direction is z, (n, 1, 8, 8); a label turns them negative."""
    y, x = np.mgrid[:SIDE, :SIDE] / SIDE
    phase = z[:, :1, None, None] * x + z[:, 1:2, None, None] * y
    waves = np.rint(127.5 + 127.5 * np.sin(4 * phase)).astype(np.uint8)
    return waves if label is None else 255 - waves


def decode_colour(z: NDArray[np.float32], label: int | None) -> NDArray[np.uint8]:
    """The same in three colours, (n, 3, 8, 8)."""
    return np.concatenate([decode(z * share, label) for share in (1, 2, 3)], axis=1)


def travel(n: int = 5, title: str = "latent", **fields: Any) -> Travel:
    """A straight way of n pictures."""
    t = tuple(np.linspace(0, 1, n).tolist())
    return Travel(route=Route(knots=ENDS), t=t, title=title, **fields)


def blend(n: int = 5, title: str = "pixels") -> Blend:
    """The same way, through pixels."""
    a, b = decode(np.array(ENDS, np.float32), None)
    t = tuple(np.linspace(0, 1, n).tolist())
    return Blend(pictures=(png_text(a), png_text(b)), t=t, title=title)


def recipe(*rows: Any, **fields: Any) -> Recipe:
    """A recipe of these rows; of a travel when none are given."""
    known = {"latentlab": "0.1.0", "model": "waves", "rows": rows or (travel(),)}
    return Recipe(**{**known, **fields})


_numbers = st.floats(-1e6, 1e6)
_shares = st.floats(0, 1)
_titles = st.text(max_size=12)
_labels = st.none() | st.integers(0, 9)
_points = st.lists(st.tuples(_numbers, _numbers), min_size=2, max_size=4).map(tuple)


def _tuples(of: st.SearchStrategy[Any], least: int = 1) -> st.SearchStrategy[Any]:
    return st.lists(of, min_size=least, max_size=4).map(tuple)


def _png(seed: int) -> str:
    return png_text(np.random.default_rng(seed).integers(0, 256, (1, 3, 4), np.uint8))


_pngs = st.integers(0, 9).map(_png)
_rows = st.one_of(
    st.builds(Latents, z=_tuples(st.tuples(_numbers, _numbers)), label=_labels, title=_titles),
    st.builds(
        Travel,
        route=st.builds(Route, knots=_points, join=st.sampled_from(["line", "arc"])),
        t=_tuples(_shares, 2),
        label=_labels,
        title=_titles,
    ),
    st.builds(Blend, pictures=_tuples(_pngs, 2), t=_tuples(_shares, 2), title=_titles),
    st.builds(Pictures, pictures=_tuples(_pngs), title=_titles),
)
_looks = st.builds(
    Look,
    scale=st.integers(1, 2),
    columns=st.none() | st.integers(1, 3),
    gap=st.integers(0, 2),
    border=st.integers(0, 2),
    ground=st.integers(0, 255),
    captions=st.booleans(),
    smooth=st.booleans(),
)
_motions = st.builds(Motion, fps=st.floats(1, 60), back=st.booleans(), loop=st.booleans())


def recipes(*, moving: bool) -> st.SearchStrategy[Recipe]:
    """Any recipe that can be rendered: still, or a film of two pictures or more."""
    films = st.builds(lambda rows: (travel(2), *rows), _tuples(_rows))
    return st.builds(
        Recipe,
        latentlab=_titles,
        model=_titles,
        weights=st.text("0123456789abcdef", max_size=64),
        moment=st.none() | st.integers(0, 10**9),
        dataset=_titles,
        seed=st.none() | st.integers(0, 2**32),
        rows=films if moving else _tuples(_rows),
        look=_looks,
        motion=_motions if moving else st.none(),
        command=_titles,
    )
