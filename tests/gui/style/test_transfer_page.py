"""The Transfer page by mouse and by keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu, QSlider, QWidget

from latentlab.app.style_first import COUNT
from latentlab.gui.style import facts
from latentlab.gui.style.transfer_page import TransferPage
from latentlab.gui.tabs.style import PAGES, TAB, StyleTab
from latentlab.gui.theme import theme
from tests.app.style_bench import first_numbers, told_classes, without_latents
from tests.helpers import write_model, write_npz

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from latentlab.app.exports import Proposal
    from latentlab.app.lab import Lab

    Open = Callable[..., StyleTab]

LEFT = Qt.MouseButton.LeftButton


def settle(page: TransferPage, qtbot: QtBot) -> None:
    qtbot.waitUntil(page.is_settled, timeout=15_000)
    QApplication.processEvents()


def click(page: TransferPage, row: int, column: int) -> None:
    """On a cell."""
    matrix = page.pane.matrix
    index = row * matrix.lines.columns + column
    QTest.mouseClick(matrix, LEFT, pos=matrix.cell(index).center())


def drop(target: QWidget, data: QMimeData, place: QPoint) -> None:
    copy, move = Qt.DropAction.CopyAction, Qt.KeyboardModifier.NoModifier
    target.dropEvent(QDropEvent(QPointF(place), copy, data, LEFT, move))


def picture_file(folder: Path) -> QMimeData:
    pixels = np.zeros((8, 8), np.uint8)
    pixels[0, :2], pixels[4, 4] = 30, 200
    Image.fromarray(pixels).save(folder / "drawn.png")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(folder / "drawn.png"))])
    return data


def menu_titles(menu: QMenu) -> list[str]:
    return [entry.text() for entry in menu.actions() if entry.text()]


# -- first sight -------------------------------------------------------------------------------


def test_a_newcomer_finds_ten_styles_of_one_label_and_it_is_no_step(
    open_style: Open, styled_lab: Lab
) -> None:
    tab = open_style()
    page = tab.page
    assert isinstance(page, TransferPage)
    assert len(page.pane.rows.heads) == COUNT
    assert [head.label for head in page.pane.rows.heads] == ["label 0"] * COUNT
    assert [head.title for head in page.pane.columns.heads] == ["0", "1", "2"]
    assert page.pane.matrix.count == 3 * COUNT
    assert page.pane.matrix.own == frozenset(range(0, 3 * COUNT, 3))
    assert not styled_lab.session.history.can_undo
    assert page.proposal() is not None


def test_the_tab_is_found_and_needs_a_label() -> None:
    assert (TAB.name, TAB.title) == ("style", "Style")
    assert TAB.order > 30
    assert "transfer" in PAGES


# -- cells -------------------------------------------------------------------------------------


def test_a_click_sends_z_and_label_to_the_inspector(page: TransferPage, styled_lab: Lab) -> None:
    click(page, 2, 1)
    state = styled_lab.session.state
    assert state.z == (150, 7)
    assert (state.label, state.style.row) == (1, 2)
    styled_lab.session.undo()
    assert styled_lab.session.state.z != (150, 7)


def test_p_pins_the_cell_that_the_keys_chose(page: TransferPage, styled_lab: Lab) -> None:
    matrix = page.pane.matrix
    click(page, 1, 0)
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_P):
        QTest.keyClick(matrix, key)
    (pin,) = styled_lab.session.state.pins
    assert (pin.z, pin.label) == ((150, 7), 1)


def test_the_cell_under_the_mouse_is_enlarged_and_said_in_words(
    page: TransferPage, qtbot: QtBot
) -> None:
    QTest.mouseMove(page.pane.matrix, page.pane.matrix.cell(4).center())
    qtbot.waitUntil(page.card.isVisible)
    assert page.card.title == "label 1 · style of row 2"
    assert page.card.picture is not None
    page.pane.matrix.hovered.emit(1)
    assert page.card.title == "label 1 · style of row 1 · its own label"
    page.pane.matrix.hovered.emit(7)
    assert page.card.title == "label 1 · style of row 3 · seen as 0"
    page.pane.matrix.hovered.emit(-1)
    assert not page.card.isVisible()


def test_what_does_not_obey_is_marked_and_low_columns_are_told(page: TransferPage) -> None:
    assert page.pane.matrix.marks == {7: "1→0", 8: "2→0"}
    heads = page.pane.columns.heads
    assert [head.share for head in heads] == pytest.approx([1, 2 / 3, 2 / 3])
    assert "a low score" in heads[1].tip
    findings = page.findings
    assert findings.obedience.full_text.startswith("7 of 9 pictures show the label")
    assert findings.tone_of(findings.obedience) == "warn"
    assert findings.leakage.full_text.startswith("z tells the label in")


def test_marks_go_while_cells_move_and_come_back(
    page: TransferPage, styled_lab: Lab, qtbot: QtBot
) -> None:
    styled_lab.session.set_style(strength=0.5)
    qtbot.waitUntil(lambda: page.pane.matrix.marks == {})
    settle(page, qtbot)
    assert page.pane.matrix.marks == {}
    assert page.findings.tone_of(page.findings.obedience) == "good"
    styled_lab.session.undo()
    settle(page, qtbot)
    assert page.pane.matrix.marks == {7: "1→0", 8: "2→0"}


def test_judging_can_be_switched_off(page: TransferPage, styled_lab: Lab, qtbot: QtBot) -> None:
    page.findings.judged.click()
    settle(page, qtbot)
    assert not styled_lab.session.state.style.judged
    assert page.pane.matrix.marks == {}
    assert [head.share for head in page.pane.columns.heads] == [None] * 3
    assert page.findings.obedience.full_text.startswith("Not judged")


def test_a_cell_leaves_by_itself_with_its_row_or_column(
    page: TransferPage, styled_lab: Lab
) -> None:
    wanted: list[Proposal] = []
    styled_lab.exports.wanted.connect(wanted.append)
    click(page, 1, 2)
    matrix = page.pane.matrix
    assert matrix.ask("export")
    assert matrix.ask("sheet")
    for what in ("row", "column"):
        matrix.part_wanted.emit(what, 5)
    assert [proposal.name for proposal in wanted] == [
        "told-style-2-2", "told-styles", "told-style-2", "told-styles-2",
    ]  # fmt: skip


# -- rows --------------------------------------------------------------------------------------


def test_keys_in_the_heads_choose_and_remove_rows(
    page: TransferPage, styled_lab: Lab, qtbot: QtBot
) -> None:
    heads = page.pane.rows
    QTest.keyClick(heads, Qt.Key.Key_Down)
    assert styled_lab.session.state.style.row == 1
    assert heads.row == 1
    QTest.keyClick(heads, Qt.Key.Key_Delete)
    assert styled_lab.session.state.style.sources == ("label:1", "z:150,7")
    settle(page, qtbot)
    assert told_classes(page.pane.matrix.pictures) == [0, 1, 2] * 2  # type: ignore[arg-type]
    styled_lab.session.undo()
    settle(page, qtbot)
    assert page.pane.matrix.count == 9


def test_a_letter_takes_a_sample_for_the_row(page: TransferPage, styled_lab: Lab) -> None:
    QTest.keyClick(page.pane.rows, Qt.Key.Key_R)
    assert styled_lab.session.state.style.sources[0].startswith("seed:")
    assert styled_lab.session.state.style.sources[1:] == ("label:2", "z:150,7")


def test_a_file_on_a_row_replaces_it_and_elsewhere_is_one_more(
    page: TransferPage, styled_lab: Lab, tmp_path: Path, qtbot: QtBot
) -> None:
    data, heads = picture_file(tmp_path), page.pane.rows
    drop(heads, data, QPoint(5, round(1.5 * page.pane.matrix.lines.pitch)))
    qtbot.waitUntil(lambda: styled_lab.session.state.style.sources[1].startswith("picture:"))
    drop(page, data, QPoint(5, 5))
    qtbot.waitUntil(lambda: len(styled_lab.session.state.style.sources) == 4)
    settle(page, qtbot)
    assert [head.label for head in heads.heads] == ["label 1", "seen as 0", "no label", "seen as 0"]
    assert first_numbers(styled_lab)[1] == 30


def test_rubbish_that_is_dropped_is_told_and_changes_nothing(
    page: TransferPage, styled_lab: Lab, tmp_path: Path, qtbot: QtBot
) -> None:
    (tmp_path / "x.png").write_text("no picture")
    data, told = QMimeData(), []
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "x.png"))])
    styled_lab.message.connect(lambda text, severity: told.append((text, severity)))
    drop(page, data, QPoint(5, 5))
    qtbot.waitUntil(lambda: bool(told))
    assert told[0][1] == "error"
    assert len(styled_lab.session.state.style.sources) == 3


def test_the_menu_adds_sets_of_rows(page: TransferPage, styled_lab: Lab, qtbot: QtBot) -> None:
    styled_lab.session.select([0, 3])
    menu = page.presenter.rows.add_menu()
    titles = menu_titles(menu)
    assert titles[:4] == [
        "One random test image per label", "Ten test images of", "Ten samples",
        "Average style of the selection (2)",
    ]  # fmt: skip
    assert "Lock" not in titles
    by_title = {entry.text(): entry for entry in menu.actions()}
    by_title["Average style of the selection (2)"].trigger()
    sources = styled_lab.session.state.style.sources
    assert len(sources) == 4
    assert sources[3].endswith("@0")
    by_title["One random test image per label"].trigger()
    by_title["Ten samples"].trigger()
    assert len(styled_lab.session.state.style.sources) == 4 + 3 + 10
    by_title["Remove all rows"].trigger()
    settle(page, qtbot)
    assert styled_lab.session.state.style.sources == ()
    assert page.note.full_text.startswith("No styles yet")
    assert page.proposal() is None
    for _ in range(4):
        styled_lab.session.undo()
    settle(page, qtbot)
    assert page.pane.matrix.count == 9
    menu.deleteLater()


def test_others_by_chance_are_one_step(page: TransferPage, styled_lab: Lab) -> None:
    page.bar.chance.click()
    sources = styled_lab.session.state.style.sources
    assert len(sources) == 3
    assert all(text.startswith("data:") for text in sources)
    styled_lab.session.undo()
    assert styled_lab.session.state.style.sources == ("label:1", "label:2", "z:150,7")


def test_a_row_that_cannot_be_had_says_so_in_its_place(open_style: Open, styled_lab: Lab) -> None:
    page = open_style("label:1", "label:9").page
    heads = page.pane.rows.heads
    assert heads[1].label == "not there"
    assert "Is no label" not in heads[1].problem
    assert "label" in heads[1].tip
    assert page.pane.matrix.picture_at(0) is not None
    assert page.pane.matrix.picture_at(3) is None
    page.pane.rows.chosen.emit(1)
    assert page.panel.slot.problem


# -- sliders and bar ---------------------------------------------------------------------------


def test_sliders_move_the_whole_row_and_reset_moves_it_back(
    page: TransferPage, styled_lab: Lab, qtbot: QtBot
) -> None:
    page.bar.panel.click()
    assert page.panel.isVisible()
    page.pane.rows.chosen.emit(2)
    slider = page.panel.sliders.findChild(QSlider)
    slider.setValue(slider.minimum())
    settle(page, qtbot)
    nudge = styled_lab.session.state.style.nudges[2]
    assert nudge[0] < 0
    assert nudge[1] == 0
    assert first_numbers(styled_lab)[2] == int(150 + nudge[0]) % 256, "as a byte"
    assert page.panel.reset.isEnabled()
    page.panel.reset.click()
    settle(page, qtbot)
    assert styled_lab.session.state.style.nudges == ()
    assert first_numbers(styled_lab)[2] == 150
    assert page.panel.sliders.values.tolist() == [150, 7]


def test_a_typed_z_is_taken_and_nonsense_is_not(page: TransferPage, styled_lab: Lab) -> None:
    page.pane.rows.chosen.emit(2)
    sliders = page.panel.sliders
    sliders.values_edited.emit(np.array([12.0, 7.0]))
    assert styled_lab.session.state.style.nudges[2] == (-138.0, 0.0)
    sliders.values_edited.emit(np.array([np.nan, 7.0]))
    assert styled_lab.session.state.style.nudges[2] == (-138.0, 0.0)


def test_what_was_typed_wrongly_is_said_where_it_is_seen(open_style: Open, styled_lab: Lab) -> None:
    panel = open_style("z:150,7", width=1300).page.panel
    edit = panel.sliders.findChild(QLineEdit)
    edit.setText("abc")
    edit.setModified(True)
    edit.editingFinished.emit()
    assert "“abc” is no number" in panel.words.full_text
    assert panel.words.isVisible()
    QTest.keyClick(edit, Qt.Key.Key_Escape)
    assert not panel.words.isVisible()
    assert styled_lab.session.state.style.nudges == ()


def test_sixty_two_labels_go_on_beyond_and_stay_readable(
    shipped: Path, lab: Lab, open_style: Open, styled_lab: Lab, qtbot: QtBot
) -> None:
    names = tuple("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
    record = {
        **styled_lab.model.require().data.model_dump(),
        "label_names": names,
        "content_hash": "6" * 64,
    }  # type: ignore[union-attr]
    gan = write_model(shipped, "letters", capabilities=("decode", "label", "sample"), data=record)
    without_latents(gan)
    lab.registry.rescan()
    lab.choose_model("letters")
    page = open_style("seed:1", "seed:2").page
    qtbot.waitUntil(lambda: page.pane.matrix.count == 124)
    assert [head.title for head in page.pane.columns.heads] == list(names)
    assert page.pane.matrix.lines.side == 24
    assert page.pane.matrix.width() > page.pane.scroll.width()
    QTest.keyClick(page.pane.matrix, Qt.Key.Key_End)
    page.pane.reveal_cell(61)
    assert page.pane.scroll.horizontalScrollBar().value() > 0
    assert not page.grab().isNull()


def test_the_label_a_picture_is_read_with_is_a_choice(
    page: TransferPage, styled_lab: Lab, qtbot: QtBot
) -> None:
    page.pane.rows.chosen.emit(2)
    box = page.panel.label
    assert box.itemText(0) == "no label"
    box.setCurrentIndex(3)
    box.activated.emit(3)
    assert styled_lab.session.state.style.told == (None, None, 2)
    settle(page, qtbot)
    assert page.pane.rows.heads[2].label == "label 2"
    assert 8 in page.pane.matrix.own
    box.activated.emit(0)
    assert styled_lab.session.state.style.told == ()


def test_strength_by_slider_and_by_number(page: TransferPage, styled_lab: Lab) -> None:
    page.bar.strength.setValue(50)
    assert styled_lab.session.state.style.strength == 0.5
    assert page.bar.exact.value() == 0.5
    page.bar.exact.setValue(3.0)
    assert page.bar.strength.value() == page.bar.strength.maximum()


def test_a_blend_is_a_live_column(page: TransferPage, styled_lab: Lab, qtbot: QtBot) -> None:
    page.bar.blend.click()
    assert styled_lab.session.state.style.blend == (1, 2)
    settle(page, qtbot)
    assert [head.title for head in page.pane.columns.heads] == ["0", "1", "2", "1+2"]
    assert page.pane.columns.heads[3].is_blend
    page.bar.share.setValue(90)
    assert styled_lab.session.state.style.share == 0.9
    settle(page, qtbot)
    assert page.pane.matrix.count == 12
    click(page, 0, 3)
    label = styled_lab.session.state.label
    assert label == pytest.approx((0, 0.1, 0.9))
    page.bar.blend.click()
    assert styled_lab.session.state.style.blend is None


# -- models ------------------------------------------------------------------------------------


def test_without_a_classifier_the_command_is_offered(
    open_style: Open, styled_lab: Lab, shipped: Path, qtbot: QtBot
) -> None:
    page = open_style("label:1").page
    (shipped / "judge" / "manifest.json").unlink()
    styled_lab.registry.rescan()
    settle(page, qtbot)
    assert "no classifier of Digits is here" in page.findings.obedience.full_text
    assert page.findings.copy.isVisibleTo(page)
    copied: list[str] = []
    styled_lab.exports.text_copied.connect(copied.append)
    page.findings.copy.click()
    assert copied == ["latentlab train classifier --data mnist"]
    assert QGuiApplication.clipboard() is not None


def test_a_model_without_an_encoder_offers_samples(
    open_style: Open, styled_lab: Lab, qtbot: QtBot
) -> None:
    page = open_style("label:1").page
    styled_lab.choose_model("gan")
    qtbot.waitUntil(lambda: "has no encoder" in page.note.full_text)
    page.offer.click()
    settle(page, qtbot)
    assert len(page.pane.rows.heads) == 10
    assert page.note.full_text == ""
    assert page.findings.leakage.full_text.startswith("This model draws z")


def test_images_of_other_labels_are_guessed_and_it_is_said(
    open_style: Open, styled_lab: Lab, tmp_path: Path, qtbot: QtBot
) -> None:
    spec = write_npz(tmp_path / "other.npz", classes=5)
    page = open_style(f"data:{spec}/all/3", "label:1").page
    assert page.pane.rows.heads[0].label == "seen as 0"
    assert page.note.full_text.startswith("1 row of npz:")
    assert page.note.full_text.endswith(
        "its labels are not those of this model; a classifier says what they show."
    )
    styled_lab.session.tell_source(0, 1)
    settle(page, qtbot)
    assert page.note.full_text == ""


def test_another_model_says_what_it_cannot_do(
    open_style: Open, styled_lab: Lab, qtbot: QtBot
) -> None:
    page = open_style("label:1").page
    styled_lab.choose_model("plain")
    qtbot.waitUntil(lambda: "takes no label" in page.note.full_text)
    settle(page, qtbot)
    assert page.proposal() is None
    styled_lab.choose_model("by-attributes")
    qtbot.waitUntil(lambda: len(page.pane.columns.heads) == 3 and page.is_settled())
    assert [head.title for head in page.pane.columns.heads] == ["none", "big", "red"]


def test_the_document_comes_back(open_style: Open, styled_lab: Lab) -> None:
    page = open_style("label:1", "z:3,4", strength=2.0, blend=(0, 1), row=1, judged=False).page
    assert page.bar.strength.value() == 200
    assert page.bar.blend.isChecked()
    assert page.pane.rows.row == 1
    assert not page.findings.judged.isChecked()


@pytest.mark.parametrize(("width", "scale"), [(420, 1.0), (790, 1.0), (1400, 1.0), (760, 2.0)])
def test_in_any_room_the_cells_stay_within_the_page(
    open_style: Open, styled_lab: Lab, width: int, scale: float
) -> None:
    theme().configure("dark", scale)
    tab = open_style("label:1", "label:2", width=width)
    page = tab.page
    assert tab.minimumSizeHint().width() <= max(width, 420 * scale)
    assert page.pane.geometry().right() <= page.width()
    assert page.pane.matrix.lines.side >= 24 * scale
    assert not tab.grab().isNull()
    assert page.panel.isVisible() == (width > 900 * scale)


def test_marks_of_long_names_say_what_is_seen(page: TransferPage, styled_lab: Lab) -> None:
    scores = styled_lab.styles.scores
    assert scores is not None
    assert facts.marks(scores, ("zero", "one", "two")) == {7: "→zero", 8: "→zero"}
