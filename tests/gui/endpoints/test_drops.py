"""An endpoint takes what is dropped on it, and lets its own be dragged away."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QByteArray, QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QImage
from PySide6.QtWidgets import QApplication

from latentlab.app.sources import picture_reference
from latentlab.core import images
from latentlab.gui import pictures
from latentlab.gui.widgets import endpoint_mime
from latentlab.gui.widgets.tray_view import ROW_MIME

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from latentlab.app.lab import Lab
    from latentlab.gui.widgets.endpoint_slot import EndpointSlot
from tests.gui.endpoints.hand import COPY, LEFT, PICTURE, Told, drop, endpoint


def test_a_pin_of_the_tray_is_dropped(slot: EndpointSlot, ready: Lab, told: Told) -> None:
    pin = ready.session.pin([1.0, 2.0])
    data = QMimeData()
    data.setData(ROW_MIME, QByteArray(pin.id.encode()))
    event = drop(slot, data)
    assert told.last == "z:1.0,2.0"
    assert event.dropAction() == COPY  # the Tray keeps it
    data.setData(ROW_MIME, QByteArray(b"pin-99"))
    drop(slot, data)
    assert "pin is of another model" in slot.problem


def test_one_endpoint_is_dropped_on_another(slot: EndpointSlot, told: Told) -> None:
    drop(slot, endpoint_mime.offer(endpoint("label:2")))
    assert told.last == "label:2"


def test_a_picture_of_another_program_is_dropped(slot: EndpointSlot, told: Told) -> None:
    drop(slot, pictures.mime(PICTURE))
    pasted = images.read_png_text(told.last.removeprefix("picture:"))
    assert np.array_equal(pasted, PICTURE)
    broken = QMimeData()
    broken.setImageData(QImage())
    drop(slot, broken)
    assert slot.problem == endpoint_mime.NOTHING


def test_words_are_not_welcome(slot: EndpointSlot, told: Told) -> None:
    data = QMimeData()
    data.setText("hello")
    drop(slot, data)
    assert told.texts == []
    assert slot.problem == ""


def test_a_frame_shows_where_it_would_land(slot: EndpointSlot) -> None:
    before = slot.picture.grab().toImage()
    data = pictures.mime(PICTURE)
    event = QDragEnterEvent(QPoint(20, 40), COPY, data, LEFT, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(slot, event)
    framed = slot.picture.grab().toImage()
    assert framed != before
    slot.dragLeaveEvent(QDragLeaveEvent())
    assert slot.picture.grab().toImage() != framed


def test_what_is_dragged_away_holds_reference_and_picture(slot: EndpointSlot) -> None:
    data = endpoint_mime.offer(endpoint("data:digits/test/3"))
    assert bytes(data.data(endpoint_mime.REFERENCE_MIME).data()) == b"data:digits/test/3"
    assert data.hasImage()


def test_a_picture_enlarged_by_us_comes_back_exactly(
    slot: EndpointSlot, told: Told, tmp_path: Path, qtbot: QtBot
) -> None:
    file = tmp_path / "large.png"
    file.write_bytes(images.png_bytes(PICTURE, 5))
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(file))])
    drop(slot, data)
    qtbot.waitUntil(lambda: told.last != "")
    assert told.last == picture_reference(PICTURE)
