"""Latents of successive moments in one plane that does not jump: PCA, turned to fit the last."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


class MovingPlane:
    """Projects the same points moment after moment; axes neither flip nor swap in between."""

    def __init__(self) -> None:
        self._last: Floats | None = None

    def project(self, latents: NDArray[np.floating]) -> Floats:
        """Latents (n, latent) to (n, 2): as they are up to two dimensions, else aligned PCA.

        Values that are not finite count as 0.
        """
        points = np.nan_to_num(latents.astype(np.float64), posinf=0.0, neginf=0.0)
        if points.shape[1] <= 2:
            return np.pad(points, ((0, 0), (0, 2 - points.shape[1])))
        plane = _principal_plane(points)
        if self._last is not None and self._last.shape == plane.shape:
            plane = plane @ _rotation(plane, self._last)
        self._last = plane
        return plane


def _principal_plane(points: Floats) -> Floats:
    """Coordinates along the two directions of most variance, (n, 2)."""
    centred = points - points.mean(axis=0)
    _, vectors = np.linalg.eigh(centred.T @ centred)  # ascending variances
    return np.asarray(centred @ vectors[:, -1:-3:-1])


def _rotation(points: Floats, target: Floats) -> Floats:
    """The orthogonal (2, 2) that brings points nearest to the target (Schönemann 1966)."""
    left, _, right = np.linalg.svd(points.T @ target)
    return np.asarray(left @ right)
