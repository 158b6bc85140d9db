"""Features of real images on disk: a classifier needs seconds for them, and they never change."""

from __future__ import annotations

import hashlib
import logging
from typing import TYPE_CHECKING

import numpy as np

from latentlab.core import paths
from latentlab.core.errors import ModelError
from latentlab.engine import files

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

_NAME = "features"

log = logging.getLogger(__name__)


def load(key: str, count: int) -> NDArray[np.float32] | None:
    """Features (count, d) kept by `save`; None where there are none that can be used."""
    path = _path(key)
    if not path.is_file():
        return None
    try:
        found = files.read_arrays(path.parent, path.name).get(_NAME)
    except ModelError as error:
        log.warning("%s; features are computed anew.", error)
        return None
    if found is None or found.ndim != 2 or len(found) != count or found.dtype != np.float32:
        return None
    return found.astype(np.float32, copy=False)


def save(key: str, features: NDArray[np.float32]) -> None:
    """Keep features (n, d); a disk that takes no more is no reason to show nothing."""
    path = _path(key)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        files.write_whole(path, files.pack_arrays({_NAME: features}), durable=False)
    except OSError as error:
        log.warning("%s", files.explain(error, f"{path} cannot be written"))


def _path(key: str) -> Path:
    digest = hashlib.sha256(key.encode()).hexdigest()[:32]
    return paths.cache() / "features" / f"{digest}.safetensors"
