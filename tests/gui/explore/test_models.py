"""Other models and none; themes, names and tooltips."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QAbstractButton, QAbstractSpinBox, QApplication, QComboBox, QSlider
from safetensors.numpy import save_file

from latentlab.engine.files import read_arrays
from latentlab.gui.theme import theme
from tests.gui.explore.hand import click, move
from tests.helpers import edit_manifest, sha256, write_model

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from latentlab.app.lab import Lab
    from latentlab.gui.tabs.explore import ExploreTab


def test_tiles_come_back_at_once_when_switched_on_again(tab: ExploreTab, lab: Lab) -> None:
    switch = tab.panel.bar.switches["manifold"]
    switch.click()
    assert tab.panel.manifold.empty
    switch.click()
    assert not tab.panel.manifold.empty
    assert tab.manifold.is_settled()


def test_another_model_brings_another_map(tab: ExploreTab, lab: Lab, qtbot: QtBot) -> None:
    tab.panel.plot.zoom(5)
    lab.choose_model("mnist-vae-5")
    qtbot.waitUntil(lambda: lab.plane is not None and lab.plane.latent_size == 5)
    qtbot.waitUntil(lambda: tab.points.ready and tab.is_settled())
    assert tab.panel.plot.at_home
    assert lab.session.state.z == pytest.approx(lab.latents.mu[0])


def test_a_model_that_goes_on_training_moves_its_points_and_keeps_the_view(
    tab: ExploreTab, lab: Lab, shipped: Path, qtbot: QtBot
) -> None:
    tab.panel.plot.zoom(3)
    view, before = tab.panel.plot.view(), tab.panel.points.copy()
    folder = shipped / "mnist-vae-2"
    arrays = read_arrays(folder, "latents.safetensors")
    save_file({**arrays, "mu": arrays["mu"] + 0.25}, folder / "latents.safetensors")
    files = {path.name: sha256(path) for path in folder.glob("*.safetensors")}
    edit_manifest(folder, files=files)
    lab.registry.rescan()
    qtbot.waitUntil(lambda: not np.array_equal(tab.panel.points, before))
    assert tab.panel.points == pytest.approx(before + 0.25)
    assert tab.panel.plot.view() == view
    qtbot.waitUntil(tab.is_settled)
    assert not tab.panel.is_empty


def test_a_model_without_posterior_says_why_switches_are_off(
    open_tab: Callable[..., ExploreTab], lab: Lab, shipped: Path
) -> None:
    edit_manifest(shipped / "mnist-vae-2", capabilities=["encode", "decode"])
    lab.registry.rescan()
    tab = open_tab()
    assert not tab.panel.bar.switches["prior"].isEnabled()
    assert "prior" in tab.panel.bar.switches["prior"].toolTip()
    assert tab.panel.prior.empty


@pytest.mark.parametrize("fault", ["bytes", "nan"])
def test_latents_that_cannot_be_read_leave_a_sentence(
    open_tab: Callable[..., ExploreTab], lab: Lab, shipped: Path, qtbot: QtBot, fault: str
) -> None:
    folder = shipped / "mnist-vae-5"
    if fault == "bytes":
        (folder / "latents.safetensors").write_bytes(b"broken")
    else:
        save_file({"mu": np.full((9, 5), np.nan, np.float32)}, folder / "latents.safetensors")
        hashes = {"latents.safetensors": sha256(folder / "latents.safetensors")}
        edit_manifest(folder, files=hashes)
    tab = open_tab("mnist-vae-5", settle=False)
    qtbot.waitUntil(lambda: bool(lab.latents_problem))
    assert tab.panel.is_empty
    assert not tab.panel.bar.isVisible()
    assert tab.panel.empty.text() == lab.latents_problem
    assert tab.is_settled()


def test_a_model_without_encoded_images_says_so(
    open_tab: Callable[..., ExploreTab], lab: Lab, shipped: Path, qtbot: QtBot
) -> None:
    files = {"weights.safetensors": "0" * 64}
    edit_manifest(shipped / "mnist-vae-5", files=files)
    lab.registry.rescan()
    tab = open_tab("mnist-vae-5", settle=False)
    qtbot.waitUntil(lambda: "no encoded images" in tab.panel.empty.text())
    assert tab.panel.is_empty
    assert tab.is_settled()
    move(tab, 0, 0)
    click(tab, 0, 0)
    assert lab.session.state.pins == ()


@pytest.mark.parametrize(("n", "latent"), [(1, 2), (3, 1), (60, 49)])
def test_unusual_latents_open(
    open_tab: Callable[..., ExploreTab], lab: Lab, shipped: Path, n: int, latent: int
) -> None:
    write_model(shipped, "odd", latent=latent, n=n)
    lab.registry.rescan()
    tab = open_tab("odd")
    for switch in tab.panel.bar.switches.values():
        switch.click()
    QApplication.processEvents()
    move(tab, *map(float, tab.panel.points[0]))
    assert tab.cursor.row is not None
    assert len(lab.session.state.z) == latent


@pytest.mark.parametrize(("choice", "scale"), [("dark", 1.0), ("light", 2.0)])
def test_the_theme_changes_live(tab: ExploreTab, qtbot: QtBot, choice: Any, scale: float) -> None:
    theme().configure(choice, scale)
    qtbot.waitUntil(tab.is_settled)
    image = tab.panel.plot.grab().toImage()
    plane = tab.panel.plot.box.sceneBoundingRect().toRect()
    tab.panel.bar.switches["manifold"].click()
    image = tab.panel.plot.grab().toImage()
    corner = plane.bottomRight() - QPoint(3, 3)
    ground = image.pixelColor(corner * image.devicePixelRatio())
    assert ground == theme().color("plot")
    tools = tab.panel.tools.geometry()
    assert plane.contains(tools)


def test_every_control_has_a_name_and_a_tooltip(tab: ExploreTab, lab: Lab) -> None:
    lab.session.select([1, 2])
    kinds = (QAbstractButton, QComboBox, QAbstractSpinBox, QSlider)
    controls = [widget for kind in kinds for widget in tab.findChildren(kind)]
    inner = {"qt_spinbox_lineedit", "ScrollLeftButton", "ScrollRightButton"}
    assert len(controls) > 20
    for control in controls:
        if control.objectName() not in inner:
            assert control.accessibleName(), control
            assert control.toolTip(), control.accessibleName()


def test_settled_is_told_when_all_is_drawn(tab: ExploreTab, qtbot: QtBot) -> None:
    with qtbot.waitSignal(tab.settled, timeout=5000):
        tab.panel.plot.zoom(3)
    assert tab.is_settled()
