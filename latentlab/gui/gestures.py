"""Where one gesture of the user ends and the next begins, for undo."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from latentlab.app.session import Session


def as_one_step(session: Session, change: Callable[[], object]) -> None:
    """Makes a change that undo takes back by itself, however quickly others come around it.

    The history joins quick changes of one kind, as a drag makes them; a click is none.
    """
    session.history.seal()
    change()
    session.history.seal()
