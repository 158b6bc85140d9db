"""Where things live: shipped files inside the package or the checkout, the user's in their home."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

_PACKAGE = Path(__file__).resolve().parent.parent


def _shipped(folder: str) -> Path:
    """A folder that a wheel carries as `latentlab/_<folder>` and a checkout as `<folder>`."""
    in_wheel = _PACKAGE / f"_{folder}"
    return in_wheel if in_wheel.is_dir() else _PACKAGE.parent / folder


def resources() -> Path:
    """Read-only icons, help texts and lessons."""
    return _shipped("resources")


def trained() -> Path:
    """Read-only folder of the models that ship with latentlab."""
    return _shipped("trained")


def library(choice: str | Path | None = None) -> Path:
    """The user's folder of runs and models: `choice`, else $LATENTLAB_LIBRARY, else the home's."""
    named = choice or os.environ.get("LATENTLAB_LIBRARY")
    return Path(named).expanduser() if named else _user_data() / "library"


def data_sources() -> list[Path]:
    """Folders that may hold datasets already (torchvision layout, `usps.npz`), best first."""
    named = os.environ.get("LATENTLAB_DATA")
    return [*([Path(named).expanduser()] if named else []), downloads()]


def downloads() -> Path:
    """Where fetched datasets are written."""
    return _user_data() / "data"


def cache() -> Path:
    """Decoded datasets and other files that can be made again: $LATENTLAB_CACHE or the home's."""
    named = os.environ.get("LATENTLAB_CACHE")
    return Path(named).expanduser() if named else Path(platformdirs.user_cache_dir("latentlab"))


def settings() -> Path:
    """Window layout, preferences and the last session: $LATENTLAB_SETTINGS or the home's."""
    named = os.environ.get("LATENTLAB_SETTINGS")
    return Path(named).expanduser() if named else Path(platformdirs.user_config_dir("latentlab"))


def _user_data() -> Path:
    return Path(platformdirs.user_data_dir("latentlab"))
