"""Latents coloured by label, of the model that is told labels and of a plain one, on one scale."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QRectF, QSignalBlocker, QSize, Qt
from PySide6.QtWidgets import QBoxLayout, QMenu, QVBoxLayout, QWidget

from latentlab.core.projection import RawPlane
from latentlab.gui.explore import legend_rules
from latentlab.gui.explore.ellipses import prior_rings
from latentlab.gui.explore.home import home_view
from latentlab.gui.explore.scene import Facts, Scene, resolve
from latentlab.gui.gestures import as_one_step
from latentlab.gui.plot_files import VERBS, PlotOutlet, PlotProposal
from latentlab.gui.stylesheet import set_look
from latentlab.gui.theme import theme
from latentlab.gui.widgets.combo_box import ComboBox
from latentlab.gui.widgets.elided import ElidedLabel
from latentlab.gui.widgets.legend import Legend
from latentlab.gui.widgets.map_marks import LinesItem, path_of
from latentlab.gui.widgets.picture_menu import add_entries
from latentlab.gui.widgets.plane_view import PlaneView
from latentlab.gui.widgets.scatter import ScatterItem

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray
    from PySide6.QtGui import QContextMenuEvent, QResizeEvent

    from latentlab.app.lab import Lab
    from latentlab.app.state import State
    from latentlab.app.style_clouds import Cloud, StyleClouds

_SIDE = 200  # pixels of a comfortable square, at 100 %
_COPIED = [verb for verb in VERBS if verb not in ("command", "python")]
_NO_PLAIN = "There is no plain model of this data yet: train a VAE, and it stands here."
_NO_OWN = "This model has no encoded images yet."


class CloudView(PlaneView):
    """Points by label, and the prior at one and two sigma; a picture, not a control."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.scatter, self.prior = ScatterItem(), LinesItem("text", dashed=True, alpha=0.7, z=5)
        self.outlet: PlotOutlet | None = None
        self.add(self.scatter)
        self.add(self.prior)
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def show_scene(self, cloud: Cloud, scene: Scene) -> None:
        """Its points, those the legend shows."""
        places = cloud.xy[scene.order]
        self.scatter.show_points(places, scene.index, scene.palette, scene.below)
        rings = prior_rings(RawPlane(2)) if cloud.latents.size == 2 else []
        self.prior.show_path(path_of(rings))

    def show_nothing(self) -> None:
        """An empty plane."""
        nothing = np.empty((0, 2)), np.empty(0, np.int64), np.zeros((1, 3), np.uint8)
        self.scatter.show_points(*nothing)
        self.prior.show_path(None)

    def restyle(self) -> None:
        """Numbers on its axes need little room."""
        super().restyle()
        px = theme().px
        self._frame.setContentsMargins(px(30), px(4), px(4), px(20))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Out of the window."""
        if (outlet := self.outlet) is not None and outlet.proposal() is not None:
            menu = QMenu(self)
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            add_entries(menu, lambda what, *_: outlet.act(what), _COPIED)
            menu.popup(event.globalPos())

    def sizeHint(self) -> QSize:
        """A comfortable square."""
        return QSize(theme().px(_SIDE), theme().px(_SIDE))

    def minimumSizeHint(self) -> QSize:
        """Smaller, where there is no room."""
        return QSize(theme().px(90), theme().px(90))


class CloudCard(QWidget):
    """A title, the points, and what a probe reads from them."""

    def __init__(self, name: str, chooser: QWidget | None = None) -> None:
        super().__init__()
        self.title, self.view = ElidedLabel(parent=self), CloudView(name)
        self.title.setVisible(chooser is None)
        self.caption, self.plane = ElidedLabel(), ElidedLabel()
        self.caption.setAccessibleName(f"{name}: what a linear probe reads")
        set_look(self.title, "title")
        for words in (self.caption, self.plane):
            set_look(words, "small")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(chooser or self.title)
        column.addWidget(self.view, 1)
        column.addWidget(self.caption)
        column.addWidget(self.plane)

    def show_cloud(self, cloud: Cloud | None, scene: Scene | None, missing: str) -> None:
        """What is known of a model, or why nothing is."""
        if cloud is None or scene is None:
            self.view.show_nothing()
            self.caption.set_full_text(missing)
            self.plane.set_full_text("")
            return
        self.title.set_full_text(cloud.title)
        self.view.show_scene(cloud, scene)
        self.caption.set_full_text(cloud.words, short=cloud.short_words, tip=_TIP)
        self.plane.set_full_text(cloud.plane_words)
        self.view.setToolTip(f"{cloud.title}: {len(cloud.xy):,} encoded images")


class CloudsPane(QWidget):
    """Obeys `StyleClouds` and the session; its legend is the map's."""

    def __init__(self, lab: Lab, clouds: StyleClouds) -> None:
        super().__init__()
        self._lab, self._clouds = lab, clouds
        self.pool = ComboBox(name="Plain model beside", tip="Which plain model to compare with")
        self.own, self.plain = CloudCard("told labels"), CloudCard("told nothing", self.pool)
        self.legend = Legend()
        self._scene: Scene | None = None
        self._build()
        self.pool.activated.connect(self._on_chosen)
        self.legend.toggled.connect(self._on_toggled)
        self.legend.soloed.connect(self._on_soloed)
        lab.session.changed.connect(self._on_session_changed)
        clouds.changed.connect(self.refresh)
        theme().changed.connect(self.refresh)

    def is_settled(self) -> bool:
        """Whether all points are in the pictures."""
        shown = [card.view for card in (self.own, self.plain) if card.view.isVisible()]
        return self._clouds.is_settled and all(view.scatter.complete for view in shown)

    def refresh(self) -> None:
        """Both clouds with the colours and the legend of now."""
        clouds = self._clouds
        own, plain = self._scene_of(clouds.own), self._scene_of(clouds.plain)
        waiting = "" if clouds.is_settled else "reading …"
        shown = [cloud for cloud in (clouds.own, clouds.plain) if cloud is not None]
        for card in (self.own, self.plain):  # also where one has no such words: planes of one size
            card.plane.setVisible(any(cloud.plane_words for cloud in shown))
        self.own.show_cloud(clouds.own, own, waiting or clouds.problem or _NO_OWN)
        self.plain.show_cloud(clouds.plain, plain, waiting or clouds.problem or self._no_plain())
        self._scene = own or plain
        self.legend.show_entries(() if self._scene is None else self._scene.legend)
        self._show_pools()
        self._aim(shown)
        self.arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Side by side, or one above the other: whichever makes larger squares."""
        super().resizeEvent(event)
        self.arrange()

    def arrange(self) -> None:
        """After another size."""
        wide, high = self.width(), max(1, self.height() - self.legend.height())
        way = QBoxLayout.Direction
        beside = min(wide / 2, high) >= min(wide, high / 2)
        self._row.setDirection(way.LeftToRight if beside else way.TopToBottom)

    # -- inside --------------------------------------------------------------------------------

    def _scene_of(self, cloud: Cloud | None) -> Scene | None:
        if cloud is None:
            return None
        view = self._lab.session.state.map.model_copy(update={"colour_by": "label"})
        one = theme().color("accent").getRgb()[:3]
        return resolve(Facts(cloud.latents, cloud.label_names), view, (), one, one)

    def _no_plain(self) -> str:
        return _NO_PLAIN if self._clouds.pool is None else ""

    def _show_pools(self) -> None:
        cards, pool = self._clouds.choices, self._clouds.pool
        with QSignalBlocker(self.pool):
            self.pool.clear()
            for card in cards:
                self.pool.addItem(card.title, card.id)
            self.pool.setCurrentIndex(self.pool.findData(pool.id) if pool is not None else -1)
        self.pool.setEnabled(bool(cards))
        self.own.title.setMinimumHeight(self.pool.sizeHint().height())  # planes of one size

    def _aim(self, shown: Sequence[Cloud]) -> None:
        """The same units and the same extent for both, so that they compare by eye."""
        if not shown:
            return
        home = QRectF(*home_view(np.concatenate([cloud.xy for cloud in shown])))
        for card in (self.own, self.plain):
            card.view.set_home(home, go=True)

    def _on_session_changed(self, new: State, old: State) -> None:
        hides = (new.map.hidden_labels, new.map.solo_label)
        if hides != (old.map.hidden_labels, old.map.solo_label) and self.isVisible():
            self.refresh()

    def _on_chosen(self, row: int) -> None:
        session, model = self._lab.session, self.pool.itemData(row)
        as_one_step(session, lambda: session.set_style(pool=model))

    def _on_toggled(self, label: int) -> None:
        session, classes = self._lab.session, len(self._scene.legend) if self._scene else 0
        session.set_map(**legend_rules.toggled(session.state.map, label, classes))

    def _on_soloed(self, label: int) -> None:
        session = self._lab.session
        session.set_map(**legend_rules.soloed(session.state.map, label))

    def _build(self) -> None:
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        for card in (self.own, self.plain):
            self._row.addWidget(card, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(self._row, 1)
        column.addWidget(self.legend)
        clouds = self._clouds
        _connect_outlet(self._lab, self.own.view, lambda: clouds.own)
        _connect_outlet(self._lab, self.plain.view, lambda: clouds.plain)


_TIP = (
    "A linear probe learns to read labels from one half of the latents and is tested on the other. "
    "Near chance, z is free of the label: the model is told it, and z holds the style alone."
)


def _connect_outlet(lab: Lab, view: CloudView, cloud: Callable[[], Cloud | None]) -> None:
    def propose() -> PlotProposal | None:
        shown = cloud()
        if shown is None:
            return None
        return PlotProposal(f"{shown.model}-latents", view, lambda: _arrays(shown))

    view.outlet = PlotOutlet(lab.exports, propose)


def _arrays(cloud: Cloud) -> dict[str, NDArray[np.generic]]:
    """What is drawn: places xy (n, 2), and label (n,) where there are labels."""
    found: dict[str, NDArray[np.generic]] = {"index": cloud.latents.indices, "xy": cloud.xy}
    return found if cloud.latents.labels is None else {**found, "label": cloud.latents.labels}
