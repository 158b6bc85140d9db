"""One file, one tab: each module exposes a `TabSpec` as `TAB` and is found by looking."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

    from latentlab.app.lab import Lab


@dataclass(frozen=True)
class TabSpec:
    """What the window must know of a tab before it is built."""

    name: str  # "explore", as in State.tab and `latentlab shot --tab`
    title: str
    icon: str  # a qtawesome name
    order: int
    needs: frozenset[str]  # capabilities of a model; without them the tab is disabled and says why
    build: Callable[[Lab], QWidget]


def discover() -> list[TabSpec]:
    """All tabs of this package, in their order."""
    modules = (import_module(f"{__name__}.{found.name}") for found in iter_modules(__path__))
    return sorted((module.TAB for module in modules), key=lambda tab: tab.order)
