"""Cards, filter, tabs that a model cannot serve, axes of long latents, messages of care."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QMessageBox, QPushButton, QWidget

from latentlab.app.registry import ModelCard
from latentlab.core.manifest import Metric
from latentlab.gui.docks.models import ModelsPanel, card_of, dimensions
from latentlab.gui.latent_axes import DIRECTIONS, MOST_RAW, LatentAxes
from latentlab.gui.model_care import ModelCare
from latentlab.gui.widgets.elided import ElidedLabel
from latentlab.gui.widgets.heat_map import HeatMap
from latentlab.gui.widgets.latent_sliders import LatentSliders, parse_number, subscript
from latentlab.gui.widgets.model_cards import ModelCards
from latentlab.gui.widgets.trust_line import TrustLine, judge, ordinal
from tests.helpers import manifest_of, write_model

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytestqt.qtbot import QtBot

    from latentlab.gui.window import Window


def model(name: str = "tiny-vae-2", **fields: object) -> ModelCard:
    manifest = manifest_of(name, **fields)
    return ModelCard(name, Path("nowhere") / name, False, manifest, manifest.state)


# -- cards --------------------------------------------------------------------------------------


def test_a_card_says_what_the_model_is_and_its_figure() -> None:
    card = card_of(model(latent=20))
    assert card.kind == "VAE · 20-D · digits"
    assert card.figure == "−ELBO 41.5"
    assert "41.5 nats per image, 60 images" in card.tooltip


def test_maps_and_small_figures_are_written_for_people() -> None:
    assert dimensions(manifest_of(latent_shape=(4, 7, 7))) == "4×7×7"
    metric = Metric(value=2.376, unit="squared error", n=9, title="Reconstruction error")
    assert card_of(model(metrics={"elbo": metric})).figure == "error 2.38"


@pytest.mark.parametrize(
    ("state", "figure"), [("running", "running, epoch 2"), ("failed", "failed, epoch 2")]
)
def test_states_are_told(state: str, figure: str) -> None:
    assert card_of(model(state=state, metrics={}, headline="")).figure == figure


def test_a_broken_model_has_a_card_with_its_sentence() -> None:
    broken = ModelCard("x", Path("x"), False, None, None, "x/manifest.json is damaged")
    card = card_of(broken)
    assert card.state == "broken"
    assert card.tooltip == "x/manifest.json is damaged"


def test_the_filter_appears_with_nine_models_and_finds_words(qtbot: QtBot) -> None:
    panel = ModelsPanel()
    qtbot.addWidget(panel)
    panel.show_models([model(f"m{i}") for i in range(8)])
    assert panel.filter.isHidden()
    panel.show_models([model(f"m{i}", latent=i + 1) for i in range(9)])
    assert not panel.filter.isHidden()
    panel.filter.setText("vae 3-d")
    assert [panel.cards.filter.index(row, 0).data() for row in range(1)] == ["m2"]
    assert panel.cards.filter.rowCount() == 1


def test_an_empty_library_teaches(qtbot: QtBot) -> None:
    panel = ModelsPanel()
    qtbot.addWidget(panel)
    panel.show_models([])
    assert not panel._empty.isHidden()
    assert "Train one" in panel._empty.text()


def test_cards_paint_in_every_state(qtbot: QtBot) -> None:
    view = ModelCards()
    qtbot.addWidget(view)
    cards = [card_of(model(f"m{i}", state=s)) for i, s in enumerate(("running", "paused"))]
    cards.append(card_of(ModelCard("broken", Path("x"), False, None, None, "damaged")))
    view.resize(200, 300)
    blank = view.grab().toImage()
    view.show_cards(cards)
    view.show_chosen("m1")
    assert view.grab().toImage() != blank
    assert view.currentIndex().data() == "m1"


def test_shipped_models_cannot_be_removed(window: Window) -> None:
    remove = window.models.menu_of("mnist-vae-2").actions()[-1]
    assert not remove.isEnabled()
    assert "ships with latentlab" in remove.text()


def test_remove_asks_and_keeps_by_default(
    window: Window, library: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    folder = write_model(library, "mine")
    window.lab.registry.rescan()
    monkeypatch.setattr(QMessageBox, "exec", lambda box: box.defaultButton().click())
    window.care.remove("mine")
    assert folder.is_dir()
    monkeypatch.setattr(ModelCare, "may_remove", lambda *_: True)
    window.care.remove("mine")
    assert not folder.exists()
    assert "mine was removed" in window.messages.texts
    assert "mine" not in [card.id for card in window.lab.registry.cards()]
    QApplication.processEvents()


def test_verify_and_export_tell_their_result(
    window: Window, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "out.zip"
    monkeypatch.setattr("latentlab.gui.model_care.ask_path", lambda *_: target)
    window.care.export("mnist-vae-2")
    qtbot.waitUntil(target.is_file)
    window.care.verify("mnist-vae-2")
    qtbot.waitUntil(lambda: len(window.messages.texts) == 2)
    assert any("every file is as its manifest says" in text for text in window.messages.texts)


# -- tabs ---------------------------------------------------------------------------------------


def test_tabs_are_built_when_first_shown(window: Window) -> None:
    assert window.tabs.hosts["explore"].tab is not None
    assert window.tabs.hosts["train"].tab is None
    window.views["tab.train"].trigger()
    assert window.tabs.hosts["train"].tab is not None
    assert window.lab.session.state.tab == "train"


def words_of(widget: QWidget) -> str:
    """All that its labels say."""
    return " ".join(label.text() for label in widget.findChildren(QLabel))


def test_a_tab_that_the_model_cannot_serve_says_which_can(
    open_window: Callable[[], Window], shipped: Path, qtbot: QtBot
) -> None:
    window = open_window()
    window.views["tab.style"].trigger()
    host = window.tabs.hosts["style"]
    assert "None of your models can yet" in words_of(host)
    write_model(shipped, "mnist-cvae", capabilities=("encode", "decode", "label"))
    window.lab.registry.rescan()
    assert host.tab is None
    assert "models that can obey a label" in words_of(host)
    assert "mnist-vae-2 is told no label" in words_of(host)
    button = next(b for b in host.findChildren(QPushButton) if b.text() == "mnist-cvae")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.model_id == "mnist-cvae" and window.is_settled())
    assert host.tab is not None
    assert not window.inspector.panel.label.isHidden(), "a conditional model has a label"


def test_a_convolutional_latent_is_steered_by_directions_and_seen_as_maps(
    window: Window, shipped: Path, qtbot: QtBot
) -> None:
    write_model(shipped, "mnist-ae-conv", latent=196, latent_shape=(4, 7, 7))
    window.lab.registry.rescan()
    window.lab.choose_model("mnist-ae-conv")
    qtbot.waitUntil(lambda: window.model_id == "mnist-ae-conv" and window.is_settled())
    panel, before = window.inspector.panel, np.array(window.lab.session.state.z)
    assert len(panel.sliders.values) == DIRECTIONS
    assert not panel.heat.isHidden()
    assert "196 numbers" in panel.direction_note.text()
    panel.sliders._sliders[0].setValue(0)
    moved = np.array(window.lab.session.state.z) - before
    assert np.abs(moved).max() > 0
    axes = window.inspector._axes
    assert np.allclose(moved, (axes.basis[0] @ moved) * axes.basis[0], atol=1e-5)


# -- axes, sliders, trust -----------------------------------------------------------------------


@settings(max_examples=10)
@given(size=st.sampled_from([1, 2, 30, MOST_RAW, MOST_RAW + 1]), seed=st.integers(0, 99))
def test_axes_move_z_there_and_back(size: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    data = rng.normal(size=(100, size)) * np.linspace(3, 0.5, size)
    axes, z = LatentAxes.of(data, size), rng.normal(size=size)
    assert axes.latent_size == size
    here = axes.coordinates(z)
    assert np.allclose(axes.moved(z, here), z)
    moved = axes.moved(z, here + 0.5)
    assert np.allclose(axes.coordinates(moved), here + 0.5)
    assert len(axes.names) == (size if axes.is_raw else DIRECTIONS)


def test_what_the_directions_do_not_show_stays() -> None:
    rng = np.random.default_rng(0)
    axes = LatentAxes.of(rng.normal(size=(400, 100)), 100)
    z = rng.normal(size=100)
    moved = axes.moved(z, np.zeros(DIRECTIONS)) - z
    assert np.allclose(moved - axes.basis.T @ (axes.basis @ moved), 0)


def test_axes_without_data_cover_the_prior() -> None:
    axes = LatentAxes.of(None, 4)
    assert axes.low.tolist() == [-3] * 4
    assert axes.names == ("z₁", "z₂", "z₃", "z₄")


@pytest.mark.parametrize(
    ("typed", "value"),
    [("1.5", 1.5), (" −2 ", -2.0), ("+0,25", 0.25), ("1e-3", 0.001), ("inf", None), ("x", None)],
)
def test_numbers_as_people_type_them(typed: str, value: float | None) -> None:
    assert parse_number(typed) == value


@given(st.integers(0, 200))
def test_subscripts_count_from_one(index: int) -> None:
    digits = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
    assert subscript("z", index).translate(digits) == f"z{index + 1}"


def test_showing_values_emits_nothing(qtbot: QtBot) -> None:
    sliders = LatentSliders()
    qtbot.addWidget(sliders)
    sliders.set_axes(("a", "b"), [-1, -1], [1, 1])
    with qtbot.assertNotEmitted(sliders.values_edited):
        sliders.show_values([0.5, 9.0])
    assert sliders._sliders[1].value() == sliders._sliders[1].maximum()
    assert sliders._edits[1].text() == "+9.00", "typed values go beyond the slider's end"
    sliders.set_axes(("a",), [-1], [1])
    assert len(sliders.values) == 1


def test_the_heat_map_shows_every_channel(qtbot: QtBot) -> None:
    heat = HeatMap()
    qtbot.addWidget(heat)
    heat.resize(290, 70)
    heat.set_reach(2.0)
    heat.show_values(np.full(4 * 7 * 7, 2.0), (4, 7, 7))
    image = heat.grab().toImage()
    assert image.pixelColor(5, 5).red() > image.pixelColor(5, 5).blue()
    heat.show_values(np.full(4 * 7 * 7, -2.0), (4, 7, 7))
    assert heat.grab().toImage().pixelColor(5, 5).blue() > 120
    assert "4 maps of 7×7" in heat.toolTip()


@pytest.mark.parametrize(
    ("percentile", "token"), [(0, "good"), (62, "good"), (97, "warn"), (100, "bad")]
)
def test_trust_has_three_colours_and_plain_words(
    qtbot: QtBot, percentile: float, token: str
) -> None:
    line = TrustLine()
    qtbot.addWidget(line)
    line.show_percentile(percentile)
    assert line.token == token == judge(percentile)[0]
    assert line.words
    line.show_percentile(None)
    assert line.token == "faint"


@pytest.mark.parametrize(
    ("number", "text"), [(1, "1st"), (2, "2nd"), (3, "3rd"), (11, "11th"), (62, "62nd")]
)
def test_ordinals(number: int, text: str) -> None:
    assert ordinal(number) == text


def test_long_text_is_elided_in_the_middle_and_kept_in_the_tooltip(qtbot: QtBot) -> None:
    label = ElidedLabel("mnist-vae-with-a-very-long-name-2")
    qtbot.addWidget(label)
    label.show()
    label.resize(90, 20)
    assert "…" in label.text()
    assert label.text().startswith("m")
    assert label.text().endswith("2")
    assert label.toolTip() == "mnist-vae-with-a-very-long-name-2"
    label.resize(900, 20)
    assert label.toolTip() == ""
