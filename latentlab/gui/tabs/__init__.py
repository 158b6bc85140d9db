"""One file, one tab: each module exposes a `TabSpec` as `TAB` and is found by looking."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from latentlab.core.plugins import modules

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
    or_needs: frozenset[str] | None = None  # capabilities that do as well

    def serves(self, abilities: frozenset[str]) -> bool:
        """Whether it has something for a model with these capabilities."""
        instead = self.or_needs is not None and self.or_needs <= abilities
        return instead or self.needs <= abilities


def discover(tell: Callable[[str], object] = log.warning) -> list[TabSpec]:
    """All tabs of this package, in their order.

    One that cannot be loaded takes no other with it: `tell` gets a sentence, the log the rest.
    """
    found = modules(__name__, __path__, kind="tab", holding="TAB", tell=tell)
    return sorted((module.TAB for module in found), key=lambda tab: tab.order)
