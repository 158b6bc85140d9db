"""The manifold of each label in the Train tab: live, by slider, beside the samples or instead."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from latentlab.app.run_record import Moment, read_moment
from latentlab.engine.files import pack_arrays
from latentlab.gui.train.pictures_row import PicturesRow
from tests.helpers import manifest_of, write_model

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray
    from pytestqt.qtbot import QtBot

ABLE = ("encode", "decode", "sample", "label")
SAMPLES = np.zeros((32, 1, 8, 8), np.uint8)


def sheets(labels: int = 3, side: int = 4, more: int = 0) -> NDArray[np.uint8]:
    """Every picture is of one grey: ten times its label."""
    grey = np.arange(labels, dtype=np.uint8)[:, None, None, None, None, None] * 10 + more
    return np.tile(grey, (1, side, side, 1, 8, 8)).astype(np.uint8)


@pytest.fixture
def row(qtbot: QtBot) -> PicturesRow:
    made = PicturesRow()
    qtbot.addWidget(made)
    made.resize(900, 200)
    made.show()
    return made


def grey(row: PicturesRow) -> int:
    shown = row.manifold.sheet.pictures
    assert shown is not None
    return int(np.unique(shown).item())


def test_the_slider_goes_through_the_labels_and_stays_from_look_to_look(row: PicturesRow) -> None:
    moment = Moment(samples=SAMPLES, manifolds=sheets(), sheet_names=("zero", "one", "two"))
    row.show_moment(moment, None, ", epoch 1")
    assert row.manifold.isVisible()
    assert row.manifold.sheet.count == 16
    assert grey(row) == 0
    for _ in range(2):
        QTest.keyClick(row.manifold.slider.track, Qt.Key.Key_Right)
    assert grey(row) == 20
    later = Moment(samples=SAMPLES, manifolds=sheets(more=1), sheet_names=("zero", "one", "two"))
    row.show_moment(later, None, ", epoch 2")
    assert (row.manifold.label, grey(row)) == (2, 21)


def test_a_plain_model_has_one_sheet_and_no_slider(row: PicturesRow) -> None:
    row.show_moment(Moment(samples=SAMPLES, manifolds=sheets(1)), None, "")
    assert row.manifold.isVisible()
    assert row.manifold.slider.isHidden()


def test_other_models_show_what_they_always_did(row: PicturesRow) -> None:
    row.show_moment(Moment(samples=SAMPLES, manifolds=sheets(2), sheet_names=("a", "b")), None, "")
    row.show_moment(Moment(samples=SAMPLES), None, "")
    assert not row.manifold.isVisible()
    assert row.samples.isVisible()
    assert row.manifold.sheet.count == 0


def test_where_room_is_short_it_stands_for_the_samples(row: PicturesRow) -> None:
    row.show_moment(Moment(samples=SAMPLES, manifolds=sheets(2), sheet_names=("a", "b")), None, "")
    assert row.samples.isVisible()
    row.resize(520, 200)
    assert not row.samples.isVisible()
    assert row.manifold.isVisible()
    row.resize(900, 200)
    assert row.samples.isVisible()


@pytest.mark.parametrize(
    ("condition", "names"),
    [("labels", ("0", "1", "2")), ("attributes", ("none", "round", "tall"))],
)
def test_a_moment_knows_what_its_sheets_were_told(
    library: Path, condition: str, names: tuple[str, ...]
) -> None:
    data = manifest_of().data.model_copy(update={"attribute_names": ("round", "tall")})
    config = {"latent": 2, "condition": condition}
    folder = write_model(library, "told", capabilities=ABLE, data=data, config=config)
    (folder / "samples").mkdir()
    (folder / "samples" / "1.safetensors").write_bytes(pack_arrays({"manifolds": sheets()}))
    moment = read_moment(folder, "samples/1.safetensors")
    assert moment.sheet_names == names
    np.testing.assert_array_equal(moment.manifolds, sheets())


def test_a_moment_of_an_older_run_has_no_sheets(library: Path) -> None:
    folder = write_model(library, "told", capabilities=ABLE)
    (folder / "samples").mkdir()
    (folder / "samples" / "1.safetensors").write_bytes(pack_arrays({"samples": SAMPLES}))
    moment = read_moment(folder, "samples/1.safetensors")
    assert (moment.manifolds, moment.sheet_names) == (None, ())
