"""The line above the map: how many points, which plane, which layers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QLabel,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from latentlab.gui.stylesheet import set_look
from latentlab.gui.theme import theme
from latentlab.gui.widgets.elided import ElidedLabel
from latentlab.gui.widgets.flow import Flow
from latentlab.gui.widgets.plane_chooser import PlaneChooser

if TYPE_CHECKING:
    from latentlab.app.state import MapView
    from latentlab.gui.explore.scene import Offers

_SWITCHES = {
    "manifold": "Decoded pictures under the map (M)",
    "prior": "Rings of the prior N(0, I) at one and two sigma (R)",
    "posterior": "One-sigma ellipses of q(z|x), of the selection or of some points (Q)",
    "density": "Lines around the densest 50, 80 and 95 % of the points (D)",
    "sampled": "Points are draws from q(z|x) instead of its mean (S)",
}
_ALWAYS = "manifold"  # the switch that never folds
KEYS = {"M": "manifold", "R": "prior", "Q": "posterior", "D": "density", "S": "sampled"}


class MapBar(QWidget):
    """Emits intents; obeys `show_view`."""

    switched = Signal(str, bool)
    opacity_changed = Signal(float)
    plane_chosen = Signal(str, int, int)  # "raw" or "pca", two dimensions
    colour_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.count = ElidedLabel()
        self.note = ElidedLabel()
        self.switches = {name: QCheckBox(name) for name in _SWITCHES}
        self.opacity = QSlider(Qt.Orientation.Horizontal)
        self.planes = PlaneChooser()
        self.colours = QComboBox()
        self._colour_title = QLabel("colour")
        self._build()
        self._connect()
        theme().changed.connect(self._restyle)
        self._restyle()

    def show_view(self, view: MapView, offers: Offers, *, sampled: bool) -> None:
        """The document's choices; what the model does not offer is off and says why."""
        refusals = dict(offers.refusals)
        for name, switch in self.switches.items():
            wanted = sampled if name == "sampled" else bool(getattr(view, name))
            with QSignalBlocker(switch):
                switch.setChecked(wanted and name not in refusals)
            switch.setEnabled(name not in refusals)
            switch.setToolTip(refusals.get(name, _SWITCHES[name]))
        with QSignalBlocker(self.opacity):
            self.opacity.setValue(round(view.manifold_opacity * 100))
        self.opacity.setEnabled(self.switches["manifold"].isChecked())
        self.planes.show_plane(view.plane, view.dims, offers.latent_size)
        self.planes.setVisible(offers.latent_size > 2)
        self._show_colours(view.colour_by, offers.attributes)
        self._second.setVisible(offers.latent_size > 2 or bool(offers.attributes))

    def add_switch(self, switch: QCheckBox) -> None:
        """One more layer, which its owner switches."""
        self._first.add(switch, foldable=True)

    def show_count(self, text: str, tip: str) -> None:
        """How many points of how many images, "n of N images"; `tip` says more."""
        short = " ".join(text.split()[:3])  # words go before digits
        self.count.set_full_text(text, short=short, tip=tip)

    def _show_colours(self, chosen: str, attributes: tuple[str, ...]) -> None:
        names = ("label", *attributes)
        with QSignalBlocker(self.colours):
            if names != tuple(self.colours.itemText(i) for i in range(self.colours.count())):
                self.colours.clear()
                self.colours.addItems(list(names))
            self.colours.setCurrentText(chosen if chosen in names else "label")
        for part in (self.colours, self._colour_title):
            part.setVisible(bool(attributes))

    def _build(self) -> None:
        set_look(self.count, "dim")
        set_look(self.note, "small")
        set_look(self._colour_title, "dim")
        self._first = Flow(more="layers")
        self._first.more.setToolTip("What else is drawn on the map")
        self._first.add(self.count, greedy=True)
        for name, switch in self.switches.items():
            self._first.add(switch, foldable=name != _ALWAYS)
            if name == _ALWAYS:
                self._first.add(self.opacity)
        self._second = Flow()
        for part in (self.planes, self._colour_title, self.colours):
            self._second.add(part)
        self._second.add(self.note, greedy=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self._first)
        column.addWidget(self._second)

    def _connect(self) -> None:
        for name, switch in self.switches.items():
            switch.setAccessibleName(_SWITCHES[name].split(" (")[0])
            switch.toggled.connect(lambda on, chosen=name: self.switched.emit(chosen, on))
        self.opacity.setRange(5, 100)
        self.opacity.setAccessibleName("Opacity of the pictures under the map")
        self.opacity.setToolTip("Opacity of the pictures under the map")
        self.opacity.valueChanged.connect(lambda value: self.opacity_changed.emit(value / 100))
        self.colours.setAccessibleName("Colour by")
        self.colours.setToolTip("What the colours of the points mean")
        self.colours.currentTextChanged.connect(self.colour_chosen)
        self.planes.plane_chosen.connect(self.plane_chosen)

    def _restyle(self) -> None:
        self.opacity.setFixedWidth(theme().px(56))
