"""How child processes of the application are started."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def python(module: str, *arguments: str) -> list[str]:
    """The command line of one of our modules; -P: a stray torch.py where one works is not ours."""
    return [sys.executable, "-P", "-m", module, *arguments]


def environment(**settings: str) -> dict[str, str]:
    """The environment of a child that finds this very package, also in a plain checkout."""
    root = Path(__file__).resolve().parents[2]
    found = [path for path in os.environ.get("PYTHONPATH", "").split(os.pathsep) if path]
    if root.name not in {"site-packages", "dist-packages"} and str(root) not in found:
        found.append(str(root))
    return {**os.environ, **settings, "PYTHONPATH": os.pathsep.join(found)}
