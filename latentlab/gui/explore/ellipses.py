"""Posteriors q(z|x) as one-sigma ellipses on a plane."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from latentlab.core.projection import Plane

_TURN = np.linspace(0, 2 * np.pi, 37)
_CIRCLE = np.stack([np.cos(_TURN), np.sin(_TURN)])  # (2, 37), closed


def basis(plane: Plane) -> NDArray[np.float64]:
    """The linear part of a plane's projection, (2, latent): unit steps in z, projected."""
    size = plane.latent_size
    origin = plane.project(np.zeros((1, size)))
    return (plane.project(np.eye(size)) - origin).astype(np.float64).T


def outlines(
    plane: Plane, mu: NDArray[np.floating], logvar: NDArray[np.floating]
) -> list[NDArray[np.float64]]:
    """Closed polylines (37, 2), one per row: the shadow of the one-sigma ellipsoid of q.

    Args:
        plane: where they are drawn.
        mu: (n, latent).
        logvar: (n, latent), log of the diagonal of the covariance.
    """
    across = basis(plane)
    variance = np.exp(np.clip(logvar.astype(np.float64), -40, 40))
    covariance = np.einsum("ij,nj,kj->nik", across, variance, across)
    values, vectors = np.linalg.eigh(covariance)
    reach = vectors * np.sqrt(np.clip(values, 0, None))[:, None, :]
    return list(np.einsum("nij,jm->nmi", reach, _CIRCLE) + plane.project(mu)[:, None, :])


def prior_rings(plane: Plane) -> list[NDArray[np.float64]]:
    """N(0, I) at one and two sigma: its shadow on orthonormal axes is N(project(0), I)."""
    centre = plane.project(np.zeros((1, plane.latent_size)))[0].astype(np.float64)
    turn = np.linspace(0, 2 * np.pi, 241)
    circle = np.stack([np.cos(turn), np.sin(turn)], axis=1)
    return [centre + sigma * circle for sigma in (1.0, 2.0)]


def thinned(rows: NDArray[np.integer], most: int) -> NDArray[np.integer]:
    """At most `most` of the rows, evenly spread over them."""
    if len(rows) <= most:
        return rows
    return rows[np.linspace(0, len(rows) - 1, most).astype(np.int64)]
