"""Actions as data: one list makes menus, toolbar, shortcuts, palette and help.

The window adds its actions to an `Actions`; nothing here knows how they are drawn.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from latentlab.core.errors import LatentlabError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Menu = Literal["File", "Edit", "View", "Model", "Train", "Help"]
MENUS: tuple[Menu, ...] = ("File", "Edit", "View", "Model", "Train", "Help")


def _always() -> str:
    return ""


@dataclass(frozen=True)
class Action:
    """Something a person can ask for, in every way there is to ask."""

    id: str  # "edit.undo", unique
    title: str  # "Undo", as in menu and palette
    run: Callable[[], None]
    menu: Menu
    help: str = ""  # one sentence: tooltip and help page
    shortcut: str = ""  # as Qt writes it: "Ctrl+Z"
    icon: str = ""  # a qtawesome name
    toolbar: bool = False
    refusal: Callable[[], str] = _always  # why it cannot be done now, one sentence; "" when it can
    is_checked: Callable[[], bool] | None = None  # a switch; None: a push

    @property
    def is_enabled(self) -> bool:
        """Whether it can be done now."""
        return not self.refusal()

    @property
    def tooltip(self) -> str:
        """What it does, with its shortcut, or why it cannot be done now."""
        text = self.refusal() or self.help or self.title
        return f"{text} ({self.shortcut})" if self.shortcut else text

    def trigger(self) -> None:
        """Do it; raises LatentlabError with the sentence when it cannot be done now."""
        if sentence := self.refusal():
            raise LatentlabError(sentence)
        self.run()


class Actions:
    """All actions in the order they were added; ids and shortcuts are unique."""

    def __init__(self) -> None:
        self._actions: dict[str, Action] = {}

    def __iter__(self) -> Iterator[Action]:
        return iter(self._actions.values())

    def __len__(self) -> int:
        return len(self._actions)

    def __getitem__(self, action_id: str) -> Action:
        return self._actions[action_id]

    def add(self, *actions: Action) -> None:
        """Add actions; raises ValueError when an id or a shortcut is taken."""
        for action in actions:
            taken = {other.shortcut.lower(): other.id for other in self if other.shortcut}
            if action.id in self._actions:
                raise ValueError(f"two actions are called {action.id}")
            if action.shortcut.lower() in taken:
                other = taken[action.shortcut.lower()]
                raise ValueError(f"{action.shortcut} belongs to {other}, not to {action.id}")
            self._actions[action.id] = action

    def of_menu(self, menu: Menu) -> list[Action]:
        """The actions of one menu."""
        return [action for action in self if action.menu == menu]

    def of_toolbar(self) -> list[Action]:
        """The actions of the toolbar."""
        return [action for action in self if action.toolbar]

    def search(self, text: str) -> list[Action]:
        """Actions for the palette: all words occur; those whose title starts with it first."""
        words = text.lower().split()
        hits = [
            action
            for action in self
            if all(word in f"{action.title} {action.menu} {action.help}".lower() for word in words)
        ]
        return sorted(hits, key=lambda action: _rank(action, text.lower().strip()))


def _rank(action: Action, text: str) -> tuple[bool, bool]:
    title = action.title.lower()
    return (not title.startswith(text), text not in title)
