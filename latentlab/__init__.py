"""latentlab: a desktop laboratory for generative models. In Python: see `latentlab.api`."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from latentlab.api import Endpoint, Model, Sheet, load, replay

__all__ = ["Endpoint", "Model", "Sheet", "load", "replay"]


def __getattr__(name: str) -> Any:
    """The names of `latentlab.api`, which is imported when one of them is asked for."""
    if name not in __all__:
        raise AttributeError(f"module 'latentlab' has no attribute '{name}'")
    return getattr(importlib.import_module("latentlab.api"), name)
