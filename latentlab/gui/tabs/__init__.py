"""One file, one tab: each module exposes a `TabSpec` as `TAB` and is found by looking."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

    from latentlab.app.lab import Lab

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class TabSpec:
    """What the window must know of a tab before it is built."""

    name: str  # "explore", as in State.tab and `latentlab shot --tab`
    title: str
    icon: str  # a qtawesome name
    order: int
    needs: frozenset[str]  # capabilities of a model; without them the tab is disabled and says why
    build: Callable[[Lab], QWidget]


def discover(tell: Callable[[str], object] = log.warning) -> list[TabSpec]:
    """All tabs of this package, in their order.

    One that cannot be loaded takes no other with it: `tell` gets a sentence, the log the rest.
    """
    tabs = []
    for found in iter_modules(__path__):
        try:
            tabs.append(import_module(f"{__name__}.{found.name}").TAB)
        except Exception as error:  # whatever is wrong with somebody's file
            log.exception("tab %s", found.name)
            tell(_sentence(found.name, error))
    return sorted(tabs, key=lambda tab: tab.order)


def _sentence(name: str, error: Exception) -> str:
    first_line = (str(error).splitlines() or [""])[0]
    what = f"{type(error).__name__}: {first_line}".rstrip(": .")
    return f"The tab in {name}.py cannot be loaded and is left out ({what}); correct the file."
