"""Shown pictures on their way out: to the export dialog, the clipboard, other programs."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QMimeData, QUrl
from PySide6.QtGui import QGuiApplication, QImage

from latentlab.app import proposals
from latentlab.engine import runs

if TYPE_CHECKING:
    from collections.abc import Callable

    from latentlab.app.exports import Exports, Proposal
    from latentlab.app.lab import Lab
    from latentlab.gui.widgets.sheet_view import SheetView

    Propose = Callable[[int], Proposal | None]

PNG = "image/png"
WHOLE = -1  # index of a sheet as a whole


class Outlet:
    """Where the pictures of one widget go; its owner says what made each of them.

    `propose(index)` gets the place of a picture, `WHOLE` for all of a sheet; None: not now.
    """

    def __init__(self, exports: Exports, propose: Propose, *, is_sheet: bool = False) -> None:
        self.is_sheet = is_sheet
        self._exports = exports
        self._propose = propose
        self._ready: tuple[Proposal, bytes] | None = None  # rendered for a drag

    def act(self, what: str, index: int) -> bool:
        """Do "export", "sheet", "copy", "command" or "python"; whether there was a picture."""
        proposal = self._propose(WHOLE if what == "sheet" else index)
        if proposal is None:
            return False
        act = {
            "export": self._exports.propose,
            "sheet": self._exports.propose,
            "copy": self._exports.copy_picture,
            "command": self._exports.copy_command,
            "python": self._exports.copy_python,
        }[what]
        act(proposal)
        return True

    def prepare(self, index: int) -> None:
        """The mouse went down on a picture: should it be dragged out, its file is ready."""
        self._ready = None
        proposal = self._propose(index)
        if proposal is not None:
            self._exports.render_png(
                proposal.recipe, lambda png: self._keep(proposal, png), lambda _: None
            )

    def mime(self, index: int) -> QMimeData | None:
        """The picture with its recipe, as pixels and as a file; None while it is not ready."""
        now = self._propose(index)
        if self._ready is None or now is None or now.recipe != self._ready[0].recipe:
            return None
        proposal, png = self._ready
        return png_mime(png, proposal.name)

    def _keep(self, proposal: Proposal, png: bytes) -> None:
        self._ready = proposal, png


class _Handed:
    """Files that were dragged or copied out; gone with the program."""

    place: TemporaryDirectory[str] | None = None

    @classmethod
    def folder(cls) -> Path:
        if cls.place is None:
            cls.place = TemporaryDirectory(prefix="latentlab-")
        return Path(cls.place.name)


def png_mime(png: bytes, name: str = "") -> QMimeData:
    """A PNG file as other programs take it: its pixels, its bytes and, with a name, a file."""
    data = QMimeData()
    data.setImageData(QImage.fromData(png, "PNG"))
    data.setData(PNG, QByteArray(png))
    if name:
        path = _Handed.folder() / f"{runs.make_id(name, 'latentlab')}.png"
        path.write_bytes(png)
        data.setUrls([QUrl.fromLocalFile(str(path))])
    return data


def connect_clipboard(exports: Exports) -> None:
    """Copied pictures and texts reach the system's clipboard."""
    exports.picture_copied.connect(_copy_picture)
    exports.text_copied.connect(_copy_text)


def outlet_of_shown(lab: Lab, name: Callable[[], str], view: SheetView) -> Outlet:
    """For pictures that no latent of the current model made: they leave as they are shown."""

    def propose(index: int) -> Proposal | None:
        shown = view.pictures
        if shown is None or not -1 <= index < len(shown):
            return None
        if index == WHOLE:
            return proposals.of_pictures(lab, name(), shown, columns=view.columns, title=name())
        return proposals.of_pictures(lab, f"{name()}-{index + 1}", shown[index][None])

    return Outlet(lab.exports, propose, is_sheet=True)


def _copy_picture(png: bytes) -> None:
    QGuiApplication.clipboard().setMimeData(png_mime(png))


def _copy_text(text: str) -> None:
    QGuiApplication.clipboard().setText(text)
