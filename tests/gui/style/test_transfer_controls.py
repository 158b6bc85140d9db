"""Sliders, strength, blend and models of the Transfer page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QSlider

from latentlab.gui.style import facts
from latentlab.gui.theme import theme
from tests.app.style_bench import first_numbers, without_latents
from tests.gui.style.hand import click, settle
from tests.helpers import write_model, write_npz

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from latentlab.app.lab import Lab
    from latentlab.gui.style.transfer_page import TransferPage
    from latentlab.gui.tabs.style import StyleTab

    Open = Callable[..., StyleTab]

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
