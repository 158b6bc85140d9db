"""What the manifold page decodes: the label, how many places, and which."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, QSize, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QToolButton, QWidget

from latentlab.gui.stylesheet import set_look
from latentlab.gui.theme import theme
from latentlab.gui.widgets.flow import Flow
from latentlab.gui.widgets.label_slider import LabelSlider
from latentlab.gui.widgets.plane_chooser import PlaneChooser
from latentlab.gui.widgets.spin_box import SpinBox

if TYPE_CHECKING:
    from latentlab.app.state import State, Style

SPACINGS = {"equal": "equal probability", "linear": "equal steps, ±3σ"}
THROUGH = {"cursor": "through the cursor", "zero": "through 0"}


class LabelRow(QWidget):
    """Play, and a slider over the labels."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.play, self.slider = QToolButton(), LabelSlider()
        self.play.setCheckable(True)
        self.play.setAccessibleName("Play the labels")
        self.play.setToolTip("Walk through the labels and back (Space)")
        set_look(self.play, "quiet")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.play)
        row.addWidget(self.slider, 1)
        theme().changed.connect(self._restyle)
        self._restyle()

    def show_playing(self, playing: bool) -> None:
        """Whether it moves by itself."""
        with QSignalBlocker(self.play):
            self.play.setChecked(playing)
        self._restyle()

    def _restyle(self) -> None:
        side = theme().px(18)
        name = "pause" if self.play.isChecked() else "play"
        self.play.setIcon(theme().icon(f"mdi6.{name}"))
        self.play.setIconSize(QSize(side, side))


class PlacesBar(Flow):
    """Emits intents, obeys `show_state`."""

    changed = Signal(str, object)  # a field of the Style document, and its value
    plane_chosen = Signal(str, int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, more="Plane")
        self.side, self.spacing, self.through = SpinBox(), QComboBox(), QComboBox()
        self.planes = PlaneChooser()
        self._build()
        self.side.valueChanged.connect(lambda side: self.changed.emit("side", side))
        for field, box in (("spacing", self.spacing), ("through", self.through)):
            box.activated.connect(
                lambda _, name=field, chosen=box: self.changed.emit(name, chosen.currentData())
            )
        self.planes.plane_chosen.connect(self.plane_chosen)

    def show_state(self, state: State, latent_size: int, *, encodes: bool) -> None:
        """As the document has it; `encodes`: whether there are principal components."""
        style: Style = state.style
        with QSignalBlocker(self.side):
            self.side.setValue(style.side)
        self.spacing.setCurrentIndex(self.spacing.findData(style.spacing))
        self.through.setCurrentIndex(self.through.findData(style.through))
        wide = latent_size > 2
        self.planes.setVisible(wide)
        self.through.setVisible(wide)
        if wide:
            kind = state.map.plane if encodes else "raw"
            self.planes.show_plane(kind, state.map.dims, latent_size)
            self.planes.kind.setEnabled(encodes)
        self.arrange()

    def _build(self) -> None:
        self.side.setRange(10, 25)
        self.side.setSuffix(" a side")
        self.side.setAccessibleName("Pictures a side of the manifold")
        self.side.setToolTip("How many pictures in a row and in a column, 10 to 25")
        boxes = (
            (self.spacing, SPACINGS, "Places of the manifold",
             "Equally probable places of N(0, I), or equal steps of z"),
            (self.through, THROUGH, "Where the plane lies",
             "What the plane does not show is as at the cursor, or 0"),
        )  # fmt: skip
        for box, titles, name, tip in boxes:
            for value, title in titles.items():
                box.addItem(title, value)
            box.setAccessibleName(name)
            box.setToolTip(tip)
        for part in (self.side, self.spacing):
            self.add(part)
        for part in (self.planes, self.through):
            self.add(part, foldable=True)
        if self.more is not None:
            self.more.setToolTip("Which plane of the latent space is decoded")
