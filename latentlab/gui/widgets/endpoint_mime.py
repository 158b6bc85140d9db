"""What can be dropped or pasted on an endpoint, and what an endpoint gives when dragged away."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QMimeData
from PySide6.QtGui import QImage, QPixmap

from latentlab.core.errors import LatentlabError
from latentlab.gui import pictures
from latentlab.gui.picture_files import PNG
from latentlab.gui.widgets.tray_view import ROW_MIME

if TYPE_CHECKING:
    from collections.abc import Callable

    from latentlab.app.endpoints import Endpoint
    from latentlab.app.sources import Sources

REFERENCE_MIME = "application/x-latentlab-reference"
NOTHING = "There is no picture in the clipboard; copy one first."


def offer(endpoint: Endpoint, file: QMimeData | None = None) -> QMimeData:
    """The reference for other endpoints, the picture (as a file where it is ready) for others."""
    data = file or pictures.mime(endpoint.picture)
    data.setData(REFERENCE_MIME, QByteArray(endpoint.reference.encode()))
    return data


def is_welcome(data: QMimeData) -> bool:
    """Whether something in it can become an endpoint."""
    ours = data.hasFormat(REFERENCE_MIME) or data.hasFormat(ROW_MIME)
    return ours or data.hasImage() or bool(files_of(data))


def files_of(data: QMimeData) -> list[Path]:
    """Files of this machine."""
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]


def take(
    data: QMimeData, sources: Sources, done: Callable[[str], None], failed: Callable[[str], None]
) -> None:
    """Make a reference of what was dropped or pasted; the most exact form of it is taken."""
    try:
        if data.hasFormat(REFERENCE_MIME):
            done(_text(data, REFERENCE_MIME))
        elif data.hasFormat(ROW_MIME):
            done(_of_pin(_text(data, ROW_MIME), sources))
        elif found := files_of(data):
            sources.read_file(found[0], done, failed)
        elif latent := sources.latent_in(bytes(data.data(PNG).data())):
            done(latent)
        elif data.hasImage():
            done(sources.picture(pictures.from_qimage(_image(data))))
        else:
            failed(NOTHING)
    except LatentlabError as error:
        failed(str(error))


def _of_pin(pin_id: str, sources: Sources) -> str:
    for pin in sources.pins():
        if pin.id == pin_id:
            return pin.reference
    raise LatentlabError("This pin is of another model; choose one of the model that is shown.")


def _image(data: QMimeData) -> QImage:
    image = data.imageData()
    image = image.toImage() if isinstance(image, QPixmap) else image
    if not isinstance(image, QImage) or image.isNull():
        raise LatentlabError(NOTHING)
    return image


def _text(data: QMimeData, kind: str) -> str:
    return bytes(data.data(kind).data()).decode()
