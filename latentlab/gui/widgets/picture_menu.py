"""What every shown picture offers: save, copy, pin and drag out, by mouse and by keyboard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QDrag, QKeySequence, QPixmap
from PySide6.QtWidgets import QApplication, QMenu

from latentlab.gui import pictures
from latentlab.gui.theme import theme

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray
    from PySide6.QtGui import QKeyEvent, QMouseEvent
    from PySide6.QtWidgets import QWidget


def picture_menu(
    parent: QWidget,
    save: Callable[[], object],
    copy: Callable[[], object],
    pin: Callable[[], object] | None,
) -> QMenu:
    """The context menu of one picture."""
    menu = QMenu(parent)
    icon = theme().icon
    menu.addAction(
        icon("mdi6.content-save-outline"), "Save PNG…", QKeySequence.StandardKey.Save, save
    )
    menu.addAction(icon("mdi6.content-copy"), "Copy", QKeySequence.StandardKey.Copy, copy)
    if pin is not None:
        menu.addAction(icon("mdi6.pin-outline"), "Pin to the Tray", QKeySequence("P"), pin)
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
