"""Latent traversals as rows: which directions, and the recipe's routes along them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from latentlab.app.directions import Directions, axis_of
from latentlab.core import axes
from latentlab.core.errors import ConfigError
from latentlab.core.recipe import Travel
from latentlab.core.route import steps as even_steps

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import ArrayLike

    from latentlab.core.axes import Axis
    from latentlab.core.manifest import Manifest
    from latentlab.engine.latents import Latents

USUAL_ROWS = 10
MOST_STEPS = 10_000
_PREFIX = {"raw": "z:", "pca": "pc:", "named": "name:"}
_NOUN = {"raw": "dimension", "pca": "principal direction", "named": "named direction"}


def axes_of(
    basis: str, manifest: Manifest, latents: Latents | None, library: Path
) -> tuple[Axis, ...]:
    """All directions of a basis; raises ConfigError where it has none."""
    mu = None if latents is None else latents.mu
    if basis == "raw":
        return axes.raw_axes(mu, manifest.latent_size)
    if basis == "pca":
        if mu is None:
            raise ConfigError("There are no encoded images to find directions of; choose raw.")
        return axes.principal(mu)
    if basis == "named":
        return tuple(axis_of(each, mu) for each in Directions(library).of(manifest))
    raise ConfigError(f"There is no basis '{basis}'; choose raw, pca or named.")


def choose(
    there: Sequence[Axis], basis: str, dims: Sequence[int | str] | None = None
) -> tuple[Axis, ...]:
    """Those of a basis that `dims` names, in this order; by default the first ten.

    Raises ConfigError where there is none of that name.
    """
    if not there:
        raise ConfigError("No direction of this model has a name yet; name one in the window.")
    if dims is None:
        return tuple(there[:USUAL_ROWS])
    by_key = {axis.key: axis for axis in there}
    missing = [dim for dim in dims if f"{_PREFIX[basis]}{dim}" not in by_key]
    if missing or not dims:
        names = ", ".join(axis.title for axis in there) if basis == "named" else ""
        raise ConfigError(
            f"There is no {_NOUN[basis]} '{missing[0] if missing else ''}'; "
            f"there are {names or f'0 to {len(there) - 1}'}."
        )
    return tuple(by_key[f"{_PREFIX[basis]}{dim}"] for dim in dims)


def basis_of(chosen: Sequence[Axis]) -> str:
    """Which basis they are of; there must be one at least."""
    kind = chosen[0].key.partition(":")[0]
    return next(basis for basis, prefix in _PREFIX.items() if prefix == f"{kind}:")


def names_of(chosen: Sequence[Axis]) -> tuple[int | str, ...]:
    """What `dims` would name them by."""
    texts = (axis.key.partition(":") for axis in chosen)
    return tuple(name if kind == "name" else int(name) for kind, _, name in texts)


def rows_of(
    chosen: Sequence[Axis], start: ArrayLike, span: float, steps: int
) -> tuple[Travel, ...]:
    """One row per axis, from -span to span in `steps` pictures, `start` (latent,) moved along it.

    Raises ConfigError for a span that is not above 0.
    """
    if not 0 < span <= 100:
        raise ConfigError(f"A span of {span:g} standard deviations leads nowhere; choose 0 to 100.")
    t = tuple(even_steps(steps).tolist())
    return tuple(Travel(route=axis.route(start, span), t=t, title=axis.title) for axis in chosen)


def require_steps(steps: int) -> None:
    """Refuse rows that are no rows; ConfigError."""
    if steps < 2:
        raise ConfigError(f"A path of {steps} pictures has no two ends; ask for at least 2 steps.")
    if steps > MOST_STEPS:
        raise ConfigError(f"{steps:,} steps are too many; ask for at most {MOST_STEPS:,}.")
