"""latentlab: a desktop laboratory for generative models. In Python: see `latentlab.api`."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from latentlab.api import Endpoint, Model, Sheet, load, replay
    from latentlab.app.number_files import Numbers, history, latents

__all__ = ["Endpoint", "Model", "Numbers", "Sheet", "history", "latents", "load", "replay"]
_NUMBERS = {"Numbers", "history", "latents"}  # they need no torch


def __getattr__(name: str) -> Any:
    """The names of `latentlab.api` and of numbers, imported when one of them is asked for."""
    if name not in __all__:
        raise AttributeError(f"module 'latentlab' has no attribute '{name}'")
    home = "latentlab.app.number_files" if name in _NUMBERS else "latentlab.api"
    return getattr(importlib.import_module(home), name)
