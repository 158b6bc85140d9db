"""What every shown picture offers: save, copy, pin and drag out, by mouse and by keyboard."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import SIGNAL, QPoint, Qt
from PySide6.QtGui import QDrag, QKeySequence, QPixmap
from PySide6.QtWidgets import QApplication, QMenu

from latentlab.gui import pictures
from latentlab.gui.picture_files import save_picture
from latentlab.gui.theme import theme

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray
    from PySide6.QtGui import QKeyEvent, QMouseEvent
    from PySide6.QtWidgets import QWidget


def picture_menu(parent: QWidget, act: Callable[[str], object], *, pinnable: bool) -> QMenu:
    """The context menu of one picture; `act` gets "save", "copy" or "pin"."""
    menu = QMenu(parent)
    icon = theme().icon
    entries = [
        ("save", "mdi6.content-save-outline", "Save PNG…", QKeySequence.StandardKey.Save),
        ("copy", "mdi6.content-copy", "Copy", QKeySequence.StandardKey.Copy),
        ("pin", "mdi6.pin-outline", "Pin to the Tray", QKeySequence("P")),
    ]
    for what, picture, title, keys in entries if pinnable else entries[:2]:
        action = menu.addAction(icon(picture), title, keys)
        action.triggered.connect(partial(act, what))
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    return menu


def picture_key(event: QKeyEvent) -> str | None:
    """What a key press asks of the focused picture: "save", "copy", "pin" or None."""
    if event.matches(QKeySequence.StandardKey.Save):
        return "save"
    if event.matches(QKeySequence.StandardKey.Copy):
        return "copy"
    if event.key() == Qt.Key.Key_P and not event.modifiers():
        return "pin"
    return None


def ask(widget: QWidget, what: str, picture: NDArray[np.uint8] | None, *where: int) -> bool:
    """Emits `save_requested`, `copy_requested` or `pin_requested`; whether it was understood.

    A widget whose owner does not listen saves and copies by itself.
    """
    if picture is None:
        return False
    name = f"{what}_requested({'int' if where else ''})"
    if widget.receivers(SIGNAL(name)):
        getattr(widget, f"{what}_requested").emit(*where)
    elif what == "copy":
        pictures.copy(picture)
    elif what == "save":
        save_picture(widget, picture, widget.accessibleName())
    return True


def far_enough(start: QPoint | None, event: QMouseEvent) -> bool:
    """Whether a press at `start` has become a drag."""
    if start is None or not event.buttons() & Qt.MouseButton.LeftButton:
        return False
    moved = (event.position().toPoint() - start).manhattanLength()
    return moved >= QApplication.startDragDistance()


def drag_out(source: QWidget, picture: NDArray[np.uint8]) -> None:
    """Hands the picture to whatever it is dropped on."""
    drag = QDrag(source)
    drag.setMimeData(pictures.mime(picture))
    ratio = source.devicePixelRatioF()
    drag.setPixmap(QPixmap.fromImage(pictures.thumbnail(picture, theme().px(56), ratio)))
    drag.exec(Qt.DropAction.CopyAction)
