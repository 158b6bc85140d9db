"""Actions as data: unique, searchable, and honest about what cannot be done now."""

from __future__ import annotations

import pytest

from latentlab.app.actions import MENUS, Action, Actions
from latentlab.core.errors import LatentlabError


def action(name: str, title: str = "", **fields: object) -> Action:
    values = {"run": lambda: None, "menu": "Edit", **fields}
    return Action(name, title or name.title(), **values)


@pytest.fixture
def actions() -> Actions:
    found = Actions()
    found.add(
        action("edit.undo", "Undo", shortcut="Ctrl+Z", help="Takes back the last step."),
        action("edit.redo", "Redo", toolbar=True),
        action("model.import", "Import a model", menu="Model"),
        action("help.undo", "What is undone", menu="Help"),
    )
    return found


def test_they_keep_their_order_and_places(actions: Actions) -> None:
    assert [a.id for a in actions] == ["edit.undo", "edit.redo", "model.import", "help.undo"]
    assert len(actions) == 4
    assert actions["edit.redo"].title == "Redo"
    assert [a.id for a in actions.of_menu("Edit")] == ["edit.undo", "edit.redo"]
    assert [a.id for a in actions.of_toolbar()] == ["edit.redo"]
    assert {a.menu for a in actions} <= set(MENUS)


def test_ids_and_shortcuts_are_unique(actions: Actions) -> None:
    with pytest.raises(ValueError, match=r"two actions are called edit\.undo"):
        actions.add(action("edit.undo"))
    with pytest.raises(ValueError, match=r"ctrl\+z belongs to edit\.undo, not to edit\.other"):
        actions.add(action("edit.other", shortcut="ctrl+z"))
    actions.add(action("no.shortcut"), action("none.either"))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", ["edit.undo", "edit.redo", "model.import", "help.undo"]),
        ("undo", ["edit.undo", "help.undo"]),
        ("what", ["help.undo"]),
        ("MODEL imp", ["model.import"]),
        ("last step", ["edit.undo"]),
        ("nothing such", []),
    ],
)
def test_the_palette_finds_words_anywhere(actions: Actions, text: str, found: list[str]) -> None:
    assert [a.id for a in actions.search(text)] == found


def test_what_cannot_be_done_says_why() -> None:
    done: list[int] = []
    reason = ["There is nothing to undo."]
    undo = action(
        "edit.undo", run=lambda: done.append(1), refusal=lambda: reason[0], shortcut="Ctrl+Z"
    )
    assert not undo.is_enabled
    assert undo.tooltip == "There is nothing to undo. (Ctrl+Z)"
    with pytest.raises(LatentlabError, match=r"There is nothing to undo\."):
        undo.trigger()
    assert done == []
    reason[0] = ""
    assert undo.is_enabled
    undo.trigger()
    assert done == [1]


def test_the_tooltip_is_the_help_with_the_shortcut(actions: Actions) -> None:
    assert actions["edit.undo"].tooltip == "Takes back the last step. (Ctrl+Z)"
    assert actions["edit.redo"].tooltip == "Redo"
