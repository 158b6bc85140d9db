"""Parts around the map by themselves: legend, bars, chooser, card, tiles."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRect, QRectF
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QWidget

from latentlab.app.state import MapView
from latentlab.gui.explore.facts import ramp
from latentlab.gui.explore.scene import ColourBar, LegendEntry, Offers
from latentlab.gui.explore.summary import Share, Summary
from latentlab.gui.theme import theme
from latentlab.gui.widgets.colour_bar import ColourBarView
from latentlab.gui.widgets.hover_card import HoverCard
from latentlab.gui.widgets.legend import Legend
from latentlab.gui.widgets.manifold_layer import ManifoldItem
from latentlab.gui.widgets.map_bar import KEYS, MapBar
from latentlab.gui.widgets.map_tools import MapTools
from latentlab.gui.widgets.plane_chooser import PlaneChooser
from latentlab.gui.widgets.plane_view import PlaneView
from latentlab.gui.widgets.selection_panel import SelectionPanel
from latentlab.gui.widgets.share_bars import ShareBars

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


def entries(n: int, *, hidden: int = -1) -> tuple[LegendEntry, ...]:
    return tuple(
        LegendEntry(i, f"class {i}", (200, 10 * (i % 20), 50), 7, i != hidden, False)
        for i in range(n)
    )


# -- legend -------------------------------------------------------------------------------------


def test_many_classes_wrap_into_centred_lines(qtbot: QtBot) -> None:
    legend = Legend()
    qtbot.addWidget(legend)
    legend.resize(400, 20)
    legend.show_entries(entries(47))
    chips = [legend.chip(label).geometry() for label in range(47)]
    assert len({chip.y() for chip in chips}) > 3
    assert all(QRect(0, 0, 400, legend.height()).contains(chip) for chip in chips)
    first = [chip for chip in chips if chip.y() == 0]
    assert first[0].left() == pytest.approx(400 - first[-1].right(), abs=3)
    before = legend.height()
    legend.resize(1600, before)
    QApplication.processEvents()
    assert legend.height() < before


def test_chips_are_kept_so_that_focus_stays(qtbot: QtBot) -> None:
    legend = Legend()
    qtbot.addWidget(legend)
    legend.show_entries(entries(5))
    chip = legend.chip(2)
    legend.show_entries(entries(3, hidden=2))
    assert legend.chip(2) is chip
    assert "hidden" in chip.accessibleName()
    legend.show_entries(())
    assert not legend.isVisible()


def test_a_hidden_class_has_a_hollow_dot(qtbot: QtBot) -> None:
    legend = Legend()
    qtbot.addWidget(legend)
    legend.resize(300, 20)

    def middle(label: int) -> QColor:
        chip = legend.chip(label)
        return chip.grab().toImage().pixelColor(theme().px(10), chip.height() // 2)

    legend.show_entries(entries(2, hidden=1))
    assert middle(0).getRgb()[:3] == (200, 0, 50)
    assert middle(1).getRgb()[:3] != (200, 10, 50)


def test_a_long_name_is_elided_and_whole_in_the_tooltip(qtbot: QtBot) -> None:
    legend = Legend()
    qtbot.addWidget(legend)
    name = "a name that is very much longer than any legend could show"
    legend.show_entries((LegendEntry(0, name, (9, 9, 9), 1, True, False),))
    assert legend.chip(0).width() < theme().px(160)
    assert name in legend.chip(0).toolTip()


# -- bar and chooser ----------------------------------------------------------------------------


def test_what_a_model_refuses_is_off_and_says_why(qtbot: QtBot) -> None:
    bar = MapBar()
    qtbot.addWidget(bar)
    offers = Offers(2, (), (("posterior", "it has none"),))
    with qtbot.assertNotEmitted(bar.switched):
        bar.show_view(MapView(posterior=True, density=True), offers, sampled=True)
    checked = {name for name, switch in bar.switches.items() if switch.isChecked()}
    assert checked == {"manifold", "prior", "density", "sampled"}
    assert bar.switches["posterior"].toolTip() == "it has none"
    assert set(KEYS.values()) == set(bar.switches)
    assert bar.planes.isHidden()


def test_switches_and_slider_are_intents(qtbot: QtBot) -> None:
    bar = MapBar()
    qtbot.addWidget(bar)
    bar.show_view(MapView(), Offers(), sampled=False)
    with qtbot.waitSignal(bar.switched) as switched:
        bar.switches["density"].click()
    assert switched.args == ["density", True]
    with qtbot.waitSignal(bar.opacity_changed) as changed:
        bar.opacity.setValue(65)
    assert changed.args == [0.65]


def test_attributes_are_offered_and_chosen(qtbot: QtBot) -> None:
    bar = MapBar()
    qtbot.addWidget(bar)
    with qtbot.assertNotEmitted(bar.colour_chosen):
        bar.show_view(MapView(colour_by="hue"), Offers(2, ("size", "hue")), sampled=False)
    assert bar.colours.currentText() == "hue"
    with qtbot.waitSignal(bar.colour_chosen) as chosen:
        bar.colours.setCurrentText("size")
    assert chosen.args == ["size"]


def test_the_chooser_counts_from_one_and_obeys_in_silence(qtbot: QtBot) -> None:
    chooser = PlaneChooser()
    qtbot.addWidget(chooser)
    with qtbot.assertNotEmitted(chooser.plane_chosen):
        chooser.show_plane("pca", (0, 4), 20)
    assert (chooser.across.text(), chooser.up.text()) == ("PC 1", "PC 5")
    assert chooser.up.maximum() == 20
    with qtbot.waitSignal(chooser.plane_chosen) as chosen:
        chooser.up.setValue(3)
    assert chosen.args == ["pca", 0, 2]
    with qtbot.waitSignal(chooser.plane_chosen) as chosen:
        chooser.kind.setCurrentIndex(chooser.kind.findData("raw"))
    assert chosen.args == ["raw", 0, 1], "another kind begins with its first two"


def test_equal_axes_change_places(qtbot: QtBot) -> None:
    chooser = PlaneChooser()
    qtbot.addWidget(chooser)
    chooser.show_plane("raw", (2, 6), 20)
    with qtbot.waitSignal(chooser.plane_chosen) as chosen:
        chooser.up.setValue(3)
    assert chosen.args == ["raw", 6, 2]


def test_one_tool_at_a_time(qtbot: QtBot) -> None:
    tools = MapTools()
    qtbot.addWidget(tools)
    with qtbot.waitSignal(tools.tool_chosen) as chosen:
        tools.buttons["box"].click()
    assert chosen.args == ["box"]
    tools.show_tool("lasso")
    checked = [name for name, button in tools.buttons.items() if button.isChecked()]
    assert checked == ["lasso"]
    with qtbot.waitSignals([tools.zoomed_in, tools.zoomed_out, tools.reset]):
        for name in ("in", "out", "reset"):
            tools.buttons[name].click()


# -- colour bar, shares, selection --------------------------------------------------------------


def test_the_colour_bar_goes_from_low_to_high(qtbot: QtBot) -> None:
    view = ColourBarView()
    qtbot.addWidget(view)
    view.resize(400, 20)
    view.show_bar(ColourBar("slant", -1.5, 2.0), ramp())
    assert "slant: -1.5 to 2" in view.accessibleName()
    image = view.grab().toImage()
    seen = [image.pixelColor(x, 10).name() for x in range(400)]
    low, high = (QColor(*map(int, ramp()[row])) for row in (0, -1))
    first, last = (
        next(x for x in order if _near(QColor(seen[x]), colour))
        for order, colour in ((range(400), low), (range(399, -1, -1), high))
    )
    assert last - first > 100
    view.show_bar(None, ramp())
    assert not view.isVisible()


def _near(one: QColor, other: QColor) -> bool:
    return max(abs(a - b) for a, b in zip(one.getRgb(), other.getRgb(), strict=True)) < 12


def test_bars_are_as_long_as_their_counts(qtbot: QtBot) -> None:
    bars = ShareBars()
    qtbot.addWidget(bars)
    red, blue = QColor("#ff0000"), QColor("#0000ff")
    bars.show_shares((Share(1, "one", 40), Share(0, "zero", 10)), [red, blue])
    bars.resize(200, bars.sizeHint().height())
    image = bars.grab().toImage()
    lengths = [
        sum(image.pixelColor(x, y).name() == colour.name() for x in range(200))
        for y, colour in ((theme().px(8), blue), (theme().px(24), red))
    ]
    assert lengths[0] == pytest.approx(4 * lengths[1], abs=4)
    assert bars.accessibleDescription() == "one: 40, zero: 10"


def test_many_classes_are_cut_and_said(qtbot: QtBot) -> None:
    bars = ShareBars()
    qtbot.addWidget(bars)
    bars.show_shares(tuple(Share(i, str(i), 5) for i in range(62)), [QColor("red")] * 62)
    assert bars.sizeHint().height() == 13 * theme().px(16)
    assert "61: 5" in bars.toolTip()


def test_the_panel_is_there_only_with_a_selection(qtbot: QtBot) -> None:
    panel = SelectionPanel()
    qtbot.addWidget(panel)
    rows = np.array([4, 8])
    shares = (Share(0, "zero", 2),)
    panel.show_summary(
        Summary(rows, "2 selected", shares, np.zeros(2), rows), [QColor("red")], "originals"
    )
    assert not panel.isHidden()
    assert (panel.title, panel.sheet_title) == ("2 selected", "all 2 originals")
    with qtbot.waitSignal(panel.row_chosen) as chosen:
        panel.sheet.clicked.emit(1)
    assert chosen.args == [8]
    with qtbot.assertNotEmitted(panel.row_chosen):
        panel.sheet.clicked.emit(2)
    panel.show_summary(None, [], "originals")
    assert panel.isHidden()


# -- card ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("spot", [(5, 5), (395, 5), (5, 295), (395, 295), (200, 150)])
def test_the_card_stays_inside_and_beside_its_point(qtbot: QtBot, spot: tuple[int, int]) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    parent.resize(400, 300)
    parent.show()
    card = HoverCard(parent)
    card.show_point("7 · test image 3", np.zeros((1, 8, 8), np.uint8))
    card.appear_beside(QPoint(*spot), parent.rect())
    assert parent.rect().contains(card.geometry())
    assert not card.geometry().contains(QPoint(*spot))


def test_a_new_point_forgets_the_old_reconstruction(qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    card = HoverCard(parent)
    card.show_reconstruction(np.ones((1, 8, 8), np.uint8))
    card.show_point("another", None)
    assert card.reconstruction is None
    assert card.original is None


# -- tiles --------------------------------------------------------------------------------------


@pytest.fixture
def plane(qtbot: QtBot) -> PlaneView:
    view = PlaneView()
    qtbot.addWidget(view)
    view.resize(400, 400)
    view.set_home(QRectF(-1, -1, 2, 2), go=True)
    view.show()
    return view


def shown(plane: PlaneView, x: float, y: float) -> QColor:
    return plane.grab().toImage().pixelColor(plane.to_widget(x, y).toPoint())


@pytest.mark.parametrize("choice", ["dark", "light"])
def test_grey_tiles_are_ink_on_the_ground_of_the_theme(plane: PlaneView, choice: str) -> None:
    item = ManifoldItem()
    plane.add(item)
    item.set_opacity(1.0)
    mosaic = np.zeros((1, 2, 2), np.uint8)
    mosaic[0, 0, 1] = 255  # upper right
    item.show_mosaic(mosaic.repeat(8, 1).repeat(8, 2), (-1, -1, 2, 2))
    theme().set_choice(choice)  # also live
    assert shown(plane, 0.5, 0.5).name() == theme().tokens.text
    assert shown(plane, -0.5, 0.5).name() == theme().tokens.plot
    assert shown(plane, 0.5, -0.5).name() == theme().tokens.plot


def test_coloured_tiles_keep_their_colours(plane: PlaneView) -> None:
    item = ManifoldItem()
    plane.add(item)
    item.set_opacity(1.0)
    mosaic = np.zeros((3, 4, 4), np.uint8)
    mosaic[0], mosaic[2] = 200, 50
    item.show_mosaic(mosaic, (-1, -1, 2, 2))
    assert shown(plane, 0.1, 0.1).getRgb()[:3] == (200, 0, 50)


def test_the_opacity_dims(plane: PlaneView) -> None:
    item = ManifoldItem()
    plane.add(item)
    item.show_mosaic(np.full((3, 4, 4), 255, np.uint8), (-1, -1, 2, 2))
    theme().set_choice("dark")
    levels = []
    for opacity in (0.2, 0.8):
        item.set_opacity(opacity)
        levels.append(shown(plane, 0, 0).lightness())
    assert levels[0] + 80 < levels[1]
    item.show_mosaic(None, (0, 0, 0, 0))
    assert item.empty
    assert shown(plane, 0, 0).name() == theme().tokens.plot
