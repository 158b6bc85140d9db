"""Pictures that are dragged onto the Tray from anywhere in the window become pins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QDropEvent

from latentlab.app.endpoints import Resolver
from latentlab.app.sources import Sources
from latentlab.gui.gestures import as_one_step
from latentlab.gui.picture_files import PNG
from latentlab.gui.widgets import endpoint_mime
from latentlab.gui.widgets.tray_view import ROW_MIME

if TYPE_CHECKING:
    from PySide6.QtCore import QMimeData
    from PySide6.QtWidgets import QWidget

    from latentlab.app.endpoints import Endpoint
    from latentlab.app.lab import Lab

_EVENTS = (QEvent.Type.DragEnter, QEvent.Type.DragMove, QEvent.Type.Drop)
_OWN = ("data:", "picture:")  # references of pictures, which a pin remembers


class TrayDrops(QObject):
    """Hears of drags before the widgets do; pins of the Tray itself stay theirs to move."""

    def __init__(self, lab: Lab, *widgets: QWidget) -> None:
        super().__init__(widgets[0])
        self._lab = lab
        self._sources, self._resolver = Sources(lab), Resolver(lab)
        self._count = 0
        for widget in widgets:
            widget.setAcceptDrops(True)
            widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Takes what can be pinned, copied, never moved."""
        if event.type() not in _EVENTS or not isinstance(event, QDropEvent):
            return super().eventFilter(watched, event)
        if not is_welcome(event.mimeData()):
            return super().eventFilter(watched, event)
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        if event.type() == QEvent.Type.Drop:
            self.take(event.mimeData())
        return True

    def take(self, data: QMimeData) -> None:
        """Find the latent of what was dropped, and keep it."""
        endpoint_mime.take(data, self._sources, self._resolve, self._fail)

    def _resolve(self, text: str) -> None:
        self._count += 1  # several may be on their way
        self._resolver.resolve(
            text, lane=f"tray-drop-{self._count % 8}", done=self._pin, failed=self._fail
        )

    def _pin(self, end: Endpoint) -> None:
        session = self._lab.session
        source = end.reference if end.reference.startswith(_OWN) else "cursor"
        as_one_step(session, lambda: session.pin(end.z, source=source, label=end.told))

    def _fail(self, problem: str) -> None:
        self._lab.message.emit(problem, "error")


def is_welcome(data: QMimeData) -> bool:
    """A picture of this window, or pixels; files alone are opened by the window."""
    if data.hasFormat(ROW_MIME):
        return False
    return data.hasFormat(endpoint_mime.REFERENCE_MIME) or data.hasFormat(PNG) or data.hasImage()
