"""Pictures that are dragged out with their latent: dropped on an endpoint, that is what it gets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray

from latentlab.gui import pictures
from latentlab.gui.homotopy.strip import Strip
from latentlab.gui.widgets.endpoint_mime import REFERENCE_MIME
from latentlab.gui.widgets.image_view import ImageView
from latentlab.gui.widgets.picture_menu import far_enough, start_drag
from latentlab.gui.widgets.sheet_view import SheetView

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray
    from PySide6.QtGui import QMouseEvent
    from PySide6.QtWidgets import QWidget

    from latentlab.gui.picture_files import Outlet


def _nameless(_: int) -> str:
    return ""


class NamedSheet(SheetView):
    """A sheet whose owner says what each picture is: `name_at(index)`, a text or nothing."""

    name_at: Callable[[int], str] = staticmethod(_nameless)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Hover, or a drag out."""
        picture = self.picture
        if picture is None or not far_enough(self._pressed, event):
            super().mouseMoveEvent(event)
            return
        self._pressed = None
        drag_named(self, picture, self.outlet, self._current, self.name_at(self._current))


class NamedStrip(NamedSheet, Strip):
    """The same in one row."""


class NamedImage(ImageView):
    """One picture, `name_at(0)`."""

    name_at: Callable[[int], str] = staticmethod(_nameless)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """A drag out."""
        if self._picture is not None and far_enough(self._pressed, event):
            self._pressed = None
            drag_named(self, self._picture, self.outlet, 0, self.name_at(0))


def drag_named(
    source: QWidget, picture: NDArray[np.uint8], outlet: Outlet | None, index: int, name: str
) -> None:
    """Drags a picture out: a reference for this window, a file for other programs."""
    data = None if outlet is None else outlet.mime(index)
    data = data or pictures.mime(picture)
    if name:
        data.setData(REFERENCE_MIME, QByteArray(name.encode()))
    start_drag(source, picture, data)
