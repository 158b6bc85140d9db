"""Pictures mixed pixel by pixel: the homotopy that knows nothing of what the pictures show."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from latentlab.core.errors import ConfigError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from latentlab.core.images import Pixels


def blend(stops: Pixels, t: ArrayLike) -> Pixels:
    """(1 - t) A + t B at each t (n,) in [0, 1], uint8 (n, C, H, W), rounded once.

    `stops` is uint8 (m, C, H, W), m >= 2; every leg takes equal time, as on a `Route`, and the
    stops themselves are exact. Raises ConfigError when there are fewer than two.
    """
    if len(stops) < 2:
        raise ConfigError("A blend of one picture goes nowhere; give it at least two.")
    along = np.clip(np.atleast_1d(np.asarray(t, np.float64)), 0, 1) * (len(stops) - 1)
    leg = np.minimum(along.astype(np.int64), len(stops) - 2)
    share = (along - leg)[:, None, None, None]
    mixed = (1 - share) * stops[leg].astype(np.float64) + share * stops[leg + 1]
    return np.asarray(np.rint(mixed), np.uint8)
