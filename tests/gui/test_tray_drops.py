"""What is dragged onto the Tray becomes a pin: cells of sheets, endpoints, pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import QByteArray, QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QApplication

from latentlab.gui import pictures
from latentlab.gui.docks.tray import Tray
from latentlab.gui.docks.tray_drops import is_welcome
from latentlab.gui.widgets.endpoint_mime import REFERENCE_MIME
from latentlab.gui.widgets.tray_view import ROW_MIME

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot

    from latentlab.app.lab import Lab


@pytest.fixture
def tray(lab: Lab, qtbot: QtBot) -> Iterator[Tray]:
    qtbot.waitUntil(lambda: lab.latents is not None)
    made = Tray(lab)
    made.panel.resize(600, 90)
    made.panel.show()
    yield made
    made.panel.close()
    made.panel.deleteLater()
    QApplication.processEvents()


def named(reference: str) -> QMimeData:
    data = QMimeData()
    data.setData(REFERENCE_MIME, QByteArray(reference.encode()))
    return data


def drop(tray: Tray, data: QMimeData) -> QDropEvent:
    copy, none = Qt.DropAction.CopyAction, Qt.KeyboardModifier.NoModifier
    button = Qt.MouseButton.LeftButton
    event = QDropEvent(QPointF(200, 20), copy, data, button, none)
    tray.drops.eventFilter(tray.panel.view.viewport(), event)  # Qt wants a whole drag before
    return event


def test_a_latent_with_its_label_is_pinned_as_one_step(tray: Tray, lab: Lab, qtbot: QtBot) -> None:
    assert drop(tray, named("z:5,7")).isAccepted()
    qtbot.waitUntil(lambda: len(lab.session.state.pins) == 1)
    (pin,) = lab.session.state.pins
    assert (pin.z, pin.name, pin.source) == ((5, 7), "A", "cursor")
    lab.session.undo()
    assert lab.session.state.pins == ()


def test_a_picture_is_encoded_and_remembered(tray: Tray, lab: Lab, qtbot: QtBot) -> None:
    pixels = np.zeros((1, 8, 8), np.uint8)
    pixels[0, 0, :2] = 30
    drop(tray, pictures.mime(pixels))
    qtbot.waitUntil(lambda: len(lab.session.state.pins) == 1)
    (pin,) = lab.session.state.pins
    assert pin.z == (30, 30)
    assert pin.source.startswith("picture:")


def test_what_cannot_be_a_latent_is_told_and_pins_nothing(
    tray: Tray, lab: Lab, qtbot: QtBot
) -> None:
    told: list[str] = []
    lab.message.connect(lambda text, _: told.append(text))
    for reference in ("z:1,2,3", "label:99"):
        drop(tray, named(reference))
    qtbot.waitUntil(lambda: len(told) == 2)
    assert lab.session.state.pins == ()


def test_its_own_rows_and_files_alone_are_for_others(tray: Tray, lab: Lab) -> None:
    row, file = QMimeData(), QMimeData()
    row.setData(ROW_MIME, QByteArray(b"pin-1"))
    file.setUrls([QUrl.fromLocalFile("/somewhere/model.zip")])
    assert not is_welcome(row)
    assert not is_welcome(file)
    drop(tray, file)
    assert lab.session.state.pins == ()
