"""latentlab: a desktop laboratory for generative models. In Python: see `latentlab.api`."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from latentlab.api import Endpoint, Model, Sheet, load, replay
    from latentlab.app.number_files import Numbers, history, latents
    from latentlab.gui.plot_command import plot

__all__ = ["Endpoint", "Model", "Numbers", "Sheet", "history", "latents", "load", "plot", "replay"]
_ELSEWHERE = dict.fromkeys(("Numbers", "history", "latents"), "latentlab.app.number_files")
_ELSEWHERE["plot"] = "latentlab.gui.plot_command"


def __getattr__(name: str) -> Any:
    """The names of `latentlab.api`, numbers and plots, imported when one of them is asked for."""
    if name not in __all__:
        raise AttributeError(f"module 'latentlab' has no attribute '{name}'")
    home = importlib.import_module(_ELSEWHERE.get(name, "latentlab.api"))
    return getattr(home, name)
