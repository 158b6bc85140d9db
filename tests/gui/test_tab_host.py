"""A tab that cannot serve a model says what is lacking and offers what works."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtWidgets import QLabel, QPushButton

from latentlab.gui.tab_host import TabHost
from latentlab.gui.tabs import TabSpec
from tests.helpers import edit_manifest, sha256, write_model

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from latentlab.app.lab import Lab
    from latentlab.gui.window import Window

CAN = ("decode", "sample")


def tab(name: str, *needs: str) -> TabSpec:
    return TabSpec(name, name.title(), "mdi6.circle", 1, frozenset(needs), lambda _: QLabel(name))


SPECS = [
    tab("train"),
    tab("explore", "decode", "encode"),
    tab("homotopy", "decode"),
    tab("style", "label"),
]


def write_gan(folder: Path, name: str = "gan", **fields: object) -> None:
    """A model that decodes and has no encoder."""
    made = write_model(folder, name, latent=4, capabilities=CAN, **fields)
    (made / "latents.safetensors").unlink()
    edit_manifest(made, files={"weights.safetensors": sha256(made / "weights.safetensors")})


@pytest.fixture
def host(lab: Lab, shipped: Path, qtbot: QtBot) -> TabHost:
    write_gan(shipped)
    lab.rescan()
    qtbot.waitUntil(lambda: "gan" in {card.id for card in lab.registry.cards()})
    lab.choose_model("gan")
    qtbot.waitUntil(lambda: lab.model is not None and lab.model.id == "gan")
    made = TabHost(SPECS[1], lab, SPECS)
    qtbot.addWidget(made)
    made.open()
    return made


def buttons(host: TabHost) -> dict[str, QPushButton]:
    return {button.text(): button for button in host._unserved.findChildren(QPushButton)}


def test_it_says_what_the_model_lacks(host: TabHost) -> None:
    words = " ".join(label.text() for label in host._unserved.findChildren(QLabel))
    assert "for models that can decode latents and encode pictures" in words
    assert "gan has no encoder, so that pictures have no place in its latent space." in words
    assert "its z sliders are in the Inspector" in words
    assert host.tab is None


def test_it_opens_the_tabs_that_serve_the_model(host: TabHost, lab: Lab) -> None:
    offered = buttons(host)
    assert [text for text in offered if text.startswith("Open ")] == ["Open Homotopy"]
    offered["Open Homotopy"].click()
    assert lab.session.state.tab == "homotopy"


def test_it_offers_models_that_it_can_serve(host: TabHost, lab: Lab) -> None:
    offered = buttons(host)
    assert "gan" not in offered
    offered["mnist-vae-2"].click()
    assert lab.session.state.model == "mnist-vae-2"


def test_the_cursor_of_a_model_without_a_map_begins_at_zero(
    window: Window, shipped: Path, qtbot: QtBot
) -> None:
    write_gan(shipped)
    window.lab.registry.rescan()
    window.lab.choose_model("gan")
    qtbot.waitUntil(lambda: window.lab.session.state.z == (0.0,) * 4)
    qtbot.waitUntil(window.inspector.is_settled)
    assert window.inspector.panel.image.picture is not None
    assert np.allclose(window.inspector.panel.sliders.values, 0)


def test_many_models_to_choose_from_scroll_and_do_not_stretch_the_window(host: TabHost) -> None:
    host._unserved.show_reason("It cannot.", [f"model-{number}" for number in range(8)])
    assert host.minimumSizeHint().height() < host._unserved.minimumSizeHint().height()
    host.resize(300, 120)
    assert host._unserved.height() >= host._unserved.minimumSizeHint().height()
