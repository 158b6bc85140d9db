"""The Complete page by mouse and by keys: draw, choose quadrants, look at the answers."""

from __future__ import annotations

from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from latentlab.app.sources import picture_reference
from latentlab.app.style_complete import EMPTY
from latentlab.gui.style.complete_page import CompletePage
from latentlab.gui.tabs.style import TAB, StyleTab
from latentlab.gui.theme import theme
from tests.helpers import write_completer_card

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from latentlab.app.exports import Proposal
    from latentlab.app.lab import Lab
    from tests.gui.conftest import Show

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def completer(shipped: Path, lab: Lab, qtbot: QtBot) -> Lab:
    """The lab, with a model that completes pictures."""
    write_completer_card(shipped)
    lab.registry.scan()
    lab.registry.adopt(lab.registry.scan())
    lab.choose_model("completer")
    qtbot.waitUntil(lambda: lab.model is not None and lab.model.id == "completer")
    return lab


@pytest.fixture
def page(completer: Lab, show: Show, qtbot: QtBot) -> CompletePage:
    made = show(CompletePage(completer), 760, 520)
    qtbot.waitUntil(made.is_settled)
    return made


def stroke(page: CompletePage, qtbot: QtBot) -> None:
    """A line down the left half."""
    canvas = page.pad.canvas
    x, bottom = canvas.width() // 4, canvas.height() - 20
    QTest.mousePress(canvas, LEFT, pos=QPoint(x, 20))
    QTest.mouseMove(canvas, QPoint(x, bottom))
    QTest.mouseRelease(canvas, LEFT, pos=QPoint(x, bottom))
    qtbot.waitUntil(lambda: page.is_settled() and page.answers.count > 0)


def shows(page: CompletePage, count: int) -> bool:
    return page.answers.count == count


def seen(page: CompletePage) -> tuple[int, ...]:
    return page.picker.seen


def settle(page: CompletePage, qtbot: QtBot) -> None:
    qtbot.waitUntil(page.is_settled)


# -- drawing -----------------------------------------------------------------------------------


def test_an_empty_sheet_says_what_to_do(page: CompletePage) -> None:
    assert page.answers.count == 0
    assert page.answers.hint == EMPTY
    assert not page.again.isEnabled()
    assert page.proposal() is None


def test_answers_follow_the_pen(page: CompletePage, completer: Lab, qtbot: QtBot) -> None:
    stroke(page, qtbot)
    assert page.answers.count == 9, "the mean and eight answers"
    assert seen(page) == (0, 2)
    assert page.pad.title.full_text == "your drawing"
    drawn = page.presenter.picture
    assert drawn is not None
    shown = page.answers.pictures
    assert shown is not None
    assert (shown[..., :4] == drawn[..., :4]).all()
    assert completer.session.state.style.drawing.startswith("picture:")
    assert page.answers.hint == ""


def test_the_sheet_is_cleared_and_the_session_brings_it_back(
    page: CompletePage, completer: Lab, qtbot: QtBot
) -> None:
    stroke(page, qtbot)
    completer.session.history.seal()
    page.pad.buttons["clear"].click()
    assert page.answers.hint == EMPTY
    assert completer.session.state.style.drawing == ""
    completer.session.undo()
    qtbot.waitUntil(lambda: page.answers.count == 9)
    assert not page.pad.canvas.ink.is_blank


def test_the_pad_s_own_undo_and_eraser(page: CompletePage, qtbot: QtBot) -> None:
    stroke(page, qtbot)
    page.pad.buttons["undo"].click()
    assert page.answers.hint == EMPTY
    page.pad.buttons["erase"].click()
    assert page.pad.canvas.erases


def test_by_keys_alone(page: CompletePage, qtbot: QtBot) -> None:
    canvas = page.pad.canvas
    for key in (Qt.Key.Key_Space, *[Qt.Key.Key_Left] * 12, Qt.Key.Key_Space):
        QTest.keyClick(canvas, key)
    qtbot.waitUntil(lambda: page.answers.count > 0)
    QTest.keyClick(page, Qt.Key.Key_R)
    settle(page, qtbot)
    assert page.presenter.answers is not None
    assert page.presenter.answers[0].max() % 10 in (1, 5)


# -- what is given -----------------------------------------------------------------------------


def test_a_click_on_a_quadrant_gives_it(page: CompletePage, qtbot: QtBot) -> None:
    stroke(page, qtbot)
    top_right = page.picker.quadrant_rect(1).center().toPoint()
    QTest.mouseClick(page.picker, LEFT, pos=top_right)
    assert seen(page) == (0, 1, 2)
    assert not page.automatic.isChecked()
    QTest.mouseClick(page.picker, LEFT, pos=top_right)
    assert seen(page) == (0, 2)
    page.automatic.click()
    assert page.presenter.is_automatic
    settle(page, qtbot)


def test_quadrants_by_keys(page: CompletePage, qtbot: QtBot) -> None:
    stroke(page, qtbot)
    picker = page.picker
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Space):
        QTest.keyClick(picker, key)
    assert seen(page) == (0, 2, 3)
    QTest.keyClick(picker, Qt.Key.Key_1)
    assert seen(page) == (2, 3)
    for key in (Qt.Key.Key_Up, Qt.Key.Key_Left, Qt.Key.Key_Return):
        QTest.keyClick(picker, key)
    assert seen(page) == (0, 2, 3)
    assert "top left, bottom left, bottom right" in picker.accessibleDescription()
    settle(page, qtbot)


def test_quadrants_share_the_picker(page: CompletePage) -> None:
    for quadrant in range(4):
        center = page.picker.quadrant_rect(quadrant).center().toPoint()
        assert page.picker.quadrant_at(center) == quadrant
    assert page.picker.quadrant_at(QPoint(-5, -5)) == -1


# -- answers -----------------------------------------------------------------------------------


def test_more_answers_stay_within_the_sheet(page: CompletePage, qtbot: QtBot) -> None:
    stroke(page, qtbot)
    for count in (1, 12, 32):
        page.count.setValue(count)
        qtbot.waitUntil(partial(shows, page, count + 1))
        area = page.answers.rect()
        cells = [page.answers.cell(index) for index in range(page.answers.count)]
        assert all(area.contains(cell) for cell in cells)
        assert not any(a.intersects(b) for a, b in pairwise(cells))


def test_hovering_enlarges_and_says_which_it_is(page: CompletePage, qtbot: QtBot) -> None:
    stroke(page, qtbot)
    page.answers.hovered.emit(0)
    assert page.card.title == "mean of many answers"
    page.answers.hovered.emit(3)
    assert page.card.title == "answer 3"
    shown = page.answers.pictures
    assert shown is not None
    assert np.array_equal(np.asarray(page.card.picture), shown[3])
    page.answers.hovered.emit(-1)
    assert page.card.isHidden()


def test_one_answer_and_all_of_them_leave(page: CompletePage, completer: Lab, qtbot: QtBot) -> None:
    stroke(page, qtbot)
    wanted: list[Proposal] = []
    completer.exports.wanted.connect(wanted.append)
    outlet = page.answers.outlet
    assert outlet is not None
    assert outlet.act("export", 2)
    assert outlet.act("sheet", 0)
    counts = [len(proposal.recipe.rows[0].pictures) for proposal in wanted]  # type: ignore[union-attr]
    assert counts == [1, 9]
    whole = page.proposal()
    assert whole is not None
    assert len(whole.recipe.rows[0].pictures) == 10  # type: ignore[union-attr]


# -- pictures from elsewhere -------------------------------------------------------------------


def test_a_dropped_file_is_completed(page: CompletePage, tmp_path: Path, qtbot: QtBot) -> None:
    path = tmp_path / "seven.png"
    Image.fromarray(np.eye(8, dtype=np.uint8) * 255).save(path)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    event = QDropEvent(
        QPointF(5, 5), Qt.DropAction.CopyAction, data, LEFT, Qt.KeyboardModifier.NoModifier
    )
    page.dropEvent(event)
    qtbot.waitUntil(lambda: page.answers.count == 9)
    assert seen(page) == (0, 3)
    assert not page.pad.canvas.ink.is_blank


def test_a_pasted_picture_is_completed(page: CompletePage, qtbot: QtBot) -> None:
    picture = np.zeros((1, 8, 8), np.uint8)
    picture[0, 6, 6] = 255
    data = QMimeData()
    data.setData("application/x-latentlab-reference", picture_reference(picture).encode())
    QGuiApplication.clipboard().setMimeData(data)
    page._paste()
    qtbot.waitUntil(lambda: page.answers.count == 9)
    assert seen(page) == (3,)


def test_bad_files_are_told_and_nothing_is_lost(
    page: CompletePage, completer: Lab, tmp_path: Path, qtbot: QtBot
) -> None:
    stroke(page, qtbot)
    path = tmp_path / "broken.png"
    path.write_bytes(b"no picture")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    heard: list[str] = []
    completer.message.connect(lambda text, _severity: heard.append(text))
    page.take(data)
    qtbot.waitUntil(lambda: bool(heard))
    assert "broken.png" in heard[0]
    assert page.answers.count == 9


# -- models ------------------------------------------------------------------------------------


def test_models_that_cannot_are_said_and_those_that_can_offered(
    page: CompletePage, completer: Lab, qtbot: QtBot
) -> None:
    completer.choose_model("mnist-vae-2")
    qtbot.waitUntil(lambda: page.stack.currentWidget() is page.unserved)
    assert page.is_settled()
    page.unserved.model_chosen.emit("completer")
    qtbot.waitUntil(lambda: page.stack.currentWidget() is not page.unserved)


def test_the_tab_opens_on_the_page_that_the_model_is_for(
    completer: Lab, show: Show, qtbot: QtBot
) -> None:
    tab = show(StyleTab(completer), 760, 560)
    qtbot.waitUntil(tab.is_settled)
    assert list(tab.pages) == ["complete"]
    completer.session.set_style(page="transfer")
    assert tab.page is tab.unserved
    assert tab.is_settled()
    tab.export.click()


def test_it_serves_models_that_complete_and_models_that_obey() -> None:
    assert TAB.serves(frozenset({"complete"}))
    assert TAB.serves(frozenset({"encode", "label"}))
    assert not TAB.serves(frozenset({"encode", "decode", "sample"}))


# -- room --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("scheme", "scale"), [("dark", 1.0), ("light", 2.0)])
@pytest.mark.parametrize("size", [(760, 520), (400, 520), (760, 300)])
def test_nothing_overlaps_in_any_room(
    scheme: Literal["dark", "light"],
    scale: float,
    size: tuple[int, int],
    page: CompletePage,
    qtbot: QtBot,
) -> None:
    theme().configure(scheme, scale)
    page.resize(*(round(side * scale) for side in size))
    stroke(page, qtbot)
    QApplication.processEvents()
    parts = (page.pad, page.picker, page.automatic, page.answers)
    places = [part.rect().translated(part.mapTo(page, QPoint(0, 0))) for part in parts]
    for number, place in enumerate(places):
        assert not any(place.intersects(other) for other in places[number + 1 :])
    pad = page.pad
    tools = pad.image.rect().translated(pad.image.mapTo(pad, QPoint(0, 0)))
    assert not tools.intersects(pad.canvas.geometry())
