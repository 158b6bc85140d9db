"""What every shown picture offers: export, copy, pin and drag out, by mouse and by keyboard."""

from __future__ import annotations

from functools import partial
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
    from PySide6.QtCore import QMimeData
    from PySide6.QtGui import QKeyEvent, QMouseEvent
    from PySide6.QtWidgets import QWidget

    from latentlab.gui.picture_files import Outlet

COMMAND_KEYS = "Ctrl+Shift+C"
_ENTRIES = {
    "export": ("mdi6.export", "Export…", QKeySequence.StandardKey.Save),
    "sheet": ("mdi6.view-grid-outline", "Export the sheet…", ""),
    "data": ("mdi6.table-arrow-right", "Export the numbers…", QKeySequence()),
    "copy": ("mdi6.content-copy", "Copy", QKeySequence.StandardKey.Copy),
    "command": ("mdi6.console", "Copy as command", COMMAND_KEYS),
    "python": ("mdi6.language-python", "Copy as Python", ""),
    "pin": ("mdi6.pin-outline", "Pin to the Tray", "P"),
}


def picture_menu(
    parent: QWidget, act: Callable[[str], object], *, pinnable: bool = False, sheet: bool = False
) -> QMenu:
    """The context menu of one picture, or of one in a sheet; `act` gets a verb of `verbs`."""
    menu = QMenu(parent)
    add_entries(menu, act, verbs(pinnable=pinnable, sheet=sheet))
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    return menu


def verbs(*, pinnable: bool = False, sheet: bool = False) -> list[str]:
    """What may be asked of a picture."""
    absent = {"data"} if pinnable else {"data", "pin"}
    absent |= {"sheet"} if not sheet else set()
    return [what for what in _ENTRIES if what not in absent]


def add_entries(menu: QMenu, act: Callable[[str], object], asked: list[str]) -> None:
    """The entries of these verbs, in a menu that has others too."""
    for what in asked:
        icon, title, keys = _ENTRIES[what]
        menu.addAction(theme().icon(icon), title, QKeySequence(keys)).triggered.connect(
            partial(act, what)
        )


def picture_key(event: QKeyEvent) -> str | None:
    """What a key press asks of the focused picture: a verb, or None."""
    if event.matches(QKeySequence.StandardKey.Save):
        return "export"
    if event.matches(QKeySequence.StandardKey.Copy):
        return "copy"
    if QKeySequence(event.keyCombination()) == QKeySequence(COMMAND_KEYS):
        return "command"
    if event.key() == Qt.Key.Key_P and not event.modifiers():
        return "pin"
    return None


def far_enough(start: QPoint | None, event: QMouseEvent) -> bool:
    """Whether a press at `start` has become a drag."""
    if start is None or not event.buttons() & Qt.MouseButton.LeftButton:
        return False
    moved = (event.position().toPoint() - start).manhattanLength()
    return moved >= QApplication.startDragDistance()


def drag_out(
    source: QWidget, picture: NDArray[np.uint8], outlet: Outlet | None, index: int
) -> None:
    """Hands the picture to whatever it is dropped on, with its recipe once that is rendered."""
    data = None if outlet is None else outlet.mime(index)
    start_drag(source, picture, data or pictures.mime(picture))


def start_drag(source: QWidget, picture: NDArray[np.uint8], data: QMimeData) -> None:
    """Drags these data out, copied; the picture is under the mouse."""
    drag = QDrag(source)
    drag.setMimeData(data)
    ratio = source.devicePixelRatioF()
    drag.setPixmap(QPixmap.fromImage(pictures.thumbnail(picture, theme().px(56), ratio)))
    drag.exec(Qt.DropAction.CopyAction)
