"""Services of the lab that do nothing until somebody looks."""

from __future__ import annotations


class Watched:
    """Belongs to the thread of the lab."""

    _is_watched = False

    def watch(self, *, watched: bool) -> None:
        """Somebody looks, or does no more."""
        self._is_watched = watched
        if watched:
            self.refresh()

    def refresh(self) -> None:
        """Ask for everything that is not known, if somebody looks."""
        raise NotImplementedError
