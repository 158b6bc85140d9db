"""Short messages over a corner of the window; what matters stays until it is dismissed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from latentlab.gui.stylesheet import set_look
from latentlab.gui.theme import theme

if TYPE_CHECKING:
    from collections.abc import Callable

Kind = Literal["note", "error"]
NOTE_MS = 6000
MOST = 4
_ICONS: dict[Kind, tuple[str, str]] = {
    "note": ("mdi6.information-outline", "accent"),
    "error": ("mdi6.alert-circle-outline", "bad"),
}


class Toast(QFrame):
    """One message with an optional button."""

    dismissed = Signal(QWidget)

    def __init__(self, kind: Kind, text: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.text = text
        set_look(self, "card")
        self.setAccessibleName(text)
        row = QHBoxLayout(self)
        icon = QLabel()
        icon.setPixmap(theme().icon(*_ICONS[kind]).pixmap(QSize(theme().px(18), theme().px(18))))
        label = QLabel(text)
        label.setWordWrap(True)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        row.addWidget(icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(label, 1)
        self._row = row
        self._timer = QTimer(self, singleShot=True, interval=NOTE_MS)
        self._timer.timeout.connect(self.dismiss)
        self._add_close()
        if kind == "note":
            self._timer.start()

    def add_button(self, text: str, act: Callable[[], object]) -> None:
        """A button left of the cross; a message with a button waits for the user."""
        button = QPushButton(text)
        button.clicked.connect(lambda: act())
        self._row.insertWidget(2, button, 0, Qt.AlignmentFlag.AlignTop)

    def dismiss(self) -> None:
        """Goes away."""
        self._timer.stop()
        self.dismissed.emit(self)

    def enterEvent(self, event: QEvent) -> None:
        """Stays while it is being read."""
        self._timer.stop()
        super().enterEvent(event)

    def _add_close(self) -> None:
        close = QToolButton()
        set_look(close, "quiet")
        close.setIcon(theme().icon("mdi6.close", "dim"))
        close.setAccessibleName("Dismiss message")
        close.setToolTip("Dismiss (Esc)")
        close.clicked.connect(self.dismiss)
        self._row.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)

    def keyPressEvent(self, event: QEvent) -> None:
        """Escape dismisses."""
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
        else:
            super().keyPressEvent(event)


class Messages(QObject):
    """The stack of toasts at the lower right of `host`."""

    def __init__(self, host: QWidget, floor: Callable[[], int] | None = None) -> None:
        """`floor` says above which y of the host the stack stands; by default its lower edge."""
        super().__init__(host)
        self._host = host
        self._floor = floor or host.height
        self._toasts: list[Toast] = []
        host.installEventFilter(self)

    @property
    def texts(self) -> list[str]:
        """What is shown now, oldest first."""
        return [toast.text for toast in self._toasts]

    def note(self, text: str, button: str = "", act: Callable[[], object] | None = None) -> None:
        """Good to know; gone after a few seconds."""
        self._show("note", text, button, act)

    def error(self, text: str, details: str = "") -> None:
        """What went wrong, in one sentence; `details` open in a dialog."""
        act = (lambda: show_details(self._host, text, details)) if details else None
        self._show("error", text, "Details…" if details else "", act)

    def dismiss_all(self) -> None:
        """Clears the corner."""
        for toast in tuple(self._toasts):
            toast.dismiss()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keeps to the corner when the window is resized."""
        if event.type() == QEvent.Type.Resize:
            self._place()
        return super().eventFilter(watched, event)

    def _show(self, kind: Kind, text: str, button: str, act: Callable[[], object] | None) -> None:
        if text in self.texts:  # the same mistake a hundred times is one message
            return
        toast = Toast(kind, text, self._host)
        if act is not None:
            toast.add_button(button, act)
        toast.dismissed.connect(self._on_dismissed)
        self._toasts.append(toast)
        toast.show()
        if len(self._toasts) > MOST:
            self._toasts[0].dismiss()
        self._place()

    def _on_dismissed(self, toast: Toast) -> None:
        if toast in self._toasts:
            self._toasts.remove(toast)
            toast.hide()
            toast.deleteLater()
            self._place()

    def _place(self) -> None:
        margin = theme().px(16)
        width = min(theme().px(440), self._host.width() - 2 * margin)
        bottom = self._floor() - margin
        for toast in reversed(self._toasts):
            height = toast.layout().totalHeightForWidth(width)
            bottom -= height
            toast.setGeometry(self._host.width() - margin - width, bottom, width, height)
            toast.raise_()
            bottom -= theme().px(8)


def show_details(parent: QWidget, text: str, details: str) -> QDialog:
    """The traceback, to read and to copy."""
    dialog = QDialog(parent)
    dialog.setWindowTitle("latentlab: what went wrong")
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    column = QVBoxLayout(dialog)
    label = QLabel(text)
    label.setWordWrap(True)
    column.addWidget(label)
    body = QPlainTextEdit(details)
    body.setReadOnly(True)
    body.setAccessibleName("Details of the error")
    column.addWidget(body)
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
    buttons.rejected.connect(dialog.reject)
    column.addWidget(buttons)
    dialog.resize(theme().px(640), theme().px(420))
    dialog.open()
    return dialog
