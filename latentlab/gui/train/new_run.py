"""The form of a new run: dataset, family, its settings, its recipe, and the same as a command."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QElapsedTimer, Qt, Signal
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QGridLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from latentlab.app.form_fields import fields_of
from latentlab.core.spec import TrainSpec
from latentlab.gui.stylesheet import set_look
from latentlab.gui.theme import theme
from latentlab.gui.train.command_row import CommandRow
from latentlab.gui.widgets.combo_box import ComboBox
from latentlab.gui.widgets.dataset_picker import DatasetPicker
from latentlab.gui.widgets.form import Form

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

DEVICES = ("auto", "cpu", "cuda", "mps")
_FAMILY = "vae"  # what most people come for
_DEFAULTS = "defaults"
_LOADING = "The model families are being loaded…"


class NewRun(QFrame):
    """Emits `start_requested` with a TrainSpec that is valid as far as the form can know."""

    start_requested = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_look(self, "panel")
        self.setAccessibleName("new run")
        self._families: dict[str, Mapping[str, Any]] = {}
        self._problem = _LOADING
        self.picker = DatasetPicker(self)
        self.family = ComboBox(self, name="family", tip="What kind of model")
        self.preset = ComboBox(self, name="preset", tip="Settings that belong together")
        self.config, self.recipe = Form(self), Form(self)
        self.device = ComboBox(self, name="device", tip="Where it computes; auto is the fastest")
        self.name = QLineEdit(self)
        self.command = CommandRow(self)
        self.start = QPushButton("Start", self)
        self.why = QLabel(self)
        self._asked: TrainSpec | None = None
        self._since = QElapsedTimer()
        self._labels: list[QLabel] = []
        self._grids: list[QGridLayout] = []
        self._build()
        self._connect()
        self._restyle()
        theme().changed.connect(self._restyle)
        self.refresh()

    # -- facts ---------------------------------------------------------------------------------

    def show_families(self, families: Sequence[Mapping[str, Any]]) -> None:
        """Descriptions as `latentlab.models.describe` gives them."""
        self._families = {family["name"]: family for family in families}
        self._problem = "" if families else "There are no model families."
        self.family.clear()
        for family in families:
            self.family.addItem(family["title"], family["name"])
            tip = f"{family['summary']}\n{family['paper']}"
            self.family.setItemData(self.family.count() - 1, tip, Qt.ItemDataRole.ToolTipRole)
        self.family.setCurrentIndex(max(self.family.findData(_FAMILY), 0))
        self._on_family_changed()

    def show_problem(self, sentence: str) -> None:
        """Why nothing can be started."""
        self._problem = sentence
        self.refresh()

    def show_device(self, title: str) -> None:
        """Where "auto" leads."""
        self.device.setItemText(0, f"auto ({title})" if title else "auto")

    def show_busy(self, busy: bool) -> None:
        """Another run works: this one would wait for its turn."""
        text = "Add to the queue" if busy else "Start"
        if self.start.text() != text:
            self.start.setText(text)
            self._shorten()

    # -- what is asked for ---------------------------------------------------------------------

    def problem(self) -> str:
        """Why the run cannot be started, one sentence; empty when it can."""
        return (
            self._problem or self.picker.problem or self.config.problem() or self.recipe.problem()
        )

    def spec(self) -> TrainSpec:
        """The run that the form asks for."""
        return TrainSpec(
            family=self.family.currentData() or _FAMILY,
            config=self.config.changes(),
            recipe=self.recipe.changes(),
            data=self.picker.spec,
            device=self.device.currentData(),
            name=self.name.text().strip() or None,
        )

    def fill(self, spec: TrainSpec) -> None:
        """Show the settings of another run; a family that is not here changes nothing."""
        if spec.family not in self._families:
            return
        self.family.setCurrentIndex(self.family.findData(spec.family))
        self._on_family_changed()
        for form, values in ((self.config, spec.config), (self.recipe, spec.recipe)):
            form.reset()
            form.set_values(values)
        self.device.setCurrentIndex(max(self.device.findData(spec.device), 0))
        if spec.data != self.picker.spec:
            self.picker.choose(spec.data)

    # -- inside --------------------------------------------------------------------------------

    def _on_family_changed(self) -> None:
        family = self._families.get(self.family.currentData())
        if family is None:
            return
        self.family.setToolTip(f"{family['summary']}\n{family['paper']}")
        for form, part in ((self.config, "config"), (self.recipe, "recipe")):
            form.show_fields(fields_of(family[part]["schema"], family[part]["defaults"]))
        self.preset.clear()
        self.preset.addItems([_DEFAULTS, *family["presets"]])
        self.preset.setEnabled(bool(family["presets"]))
        self._order_focus()
        self.refresh()

    def _on_preset_chosen(self) -> None:
        family = self._families[self.family.currentData()]
        values = family["presets"].get(self.preset.currentText(), {})
        for form in (self.config, self.recipe):
            form.reset()
            form.set_values({name: values[name] for name in values if name in form.rows})

    def refresh(self) -> None:
        """Say anew what is asked for, and whether it can be started."""
        problem = self.problem()
        self.start.setEnabled(not problem)
        self.start.setToolTip(problem or "Train this model now (Ctrl+Return)")
        self.why.setText(problem)
        self.why.setVisible(bool(problem))
        if self._families:
            self.preset.setCurrentIndex(self._preset_in_use())
            self.command.show_spec(self.spec())

    def _order_focus(self) -> None:
        """Tab goes down the form, also through editors that came later than what is below them."""
        editors = [row.editor for form in (self.config, self.recipe) for row in form.rows.values()]
        top = [self.picker.combo, self.picker.sheet, self.picker.fetch, self.family, self.preset]
        chain = [*top, *editors, self.device, self.name, self.command.copy, self.start]
        for before, after in pairwise(chain):
            QWidget.setTabOrder(before, after)

    def _preset_in_use(self) -> int:
        """Which preset says exactly what the form says; -1 for none."""
        presets = self._families[self.family.currentData()]["presets"]
        rows = {**self.config.rows, **self.recipe.rows}
        now = {**self.config.changes(), **self.recipe.changes()}
        for number, values in enumerate(({}, *presets.values())):
            known = {name: value for name, value in values.items() if name in rows}
            if now == {k: value for k, value in known.items() if value != rows[k].field.default}:
                return number
        return -1

    def _on_start(self) -> None:
        self.refresh()
        spec = self.spec()
        hasty = self._since.isValid() and self._since.elapsed() < QApplication.doubleClickInterval()
        if self.problem() or (hasty and spec == self._asked):  # a double click means one run
            return
        self._asked = spec
        self._since.start()
        self.start_requested.emit(spec)

    def _connect(self) -> None:
        self.family.activated.connect(self._on_family_changed)
        self.preset.activated.connect(self._on_preset_chosen)
        for form in (self.config, self.recipe):
            form.changed.connect(self.refresh)
        self.device.currentIndexChanged.connect(self.refresh)
        self.name.textChanged.connect(self.refresh)
        self.start.clicked.connect(self._on_start)

    def _build(self) -> None:
        self.preset.setPlaceholderText("own")
        self.name.setPlaceholderText("made from the settings")
        self.name.setAccessibleName("name")
        self.name.setToolTip("Id of the new model; a number is added when it exists")
        for device in DEVICES:
            self.device.addItem(device, device)
        set_look(self.start, "primary")
        set_look(self.why, "small")
        self.why.setWordWrap(True)
        self.start.setAccessibleName("start the run")
        self._shorten()
        self.title = QLabel("New run", self)
        set_look(self.title, "title")
        layout = QVBoxLayout(self)
        layout.addWidget(self.title)
        layout.addWidget(self._scroll(), 1)
        layout.addWidget(self.command)
        layout.addWidget(self.why)
        layout.addWidget(self.start)

    def _shorten(self) -> None:
        self.start.setShortcut("Ctrl+Return")

    def _scroll(self) -> QScrollArea:
        inside = QWidget()
        inside.setProperty("look", "bare")
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.picker)
        column.addLayout(self._grid((("family", self.family), ("preset", self.preset))))
        column.addWidget(self.config)
        column.addWidget(self.recipe)
        column.addLayout(self._grid((("device", self.device), ("name", self.name))))
        column.addStretch(1)
        area = QScrollArea(self)
        area.setWidget(inside)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._column = column
        return area

    def _grid(self, rows: Sequence[tuple[str, QWidget]]) -> QGridLayout:
        grid = QGridLayout()
        grid.setColumnStretch(1, 1)
        for number, (text, widget) in enumerate(rows):
            label = QLabel(text, self)
            label.setBuddy(widget)
            set_look(label, "dim")
            grid.addWidget(label, number, 0)
            grid.addWidget(widget, number, 1)
            self._labels.append(label)
        self._grids.append(grid)
        return grid

    def _restyle(self) -> None:
        px = theme().px
        self.layout().setContentsMargins(px(10), px(8), px(4), px(10))
        self.layout().setSpacing(px(6))
        self._column.setSpacing(px(2))
        self._column.setContentsMargins(0, 0, px(8), 0)
        for grid in self._grids:
            grid.setHorizontalSpacing(px(8))
            grid.setVerticalSpacing(px(2))
        for label in (*self._labels, self.picker.label):
            label.setFixedWidth(px(88))
        for form in (self.config, self.recipe):
            form.set_label_width(px(88))
        for editor in (self.family, self.preset, self.device, self.name):
            editor.setFixedHeight(px(26))
            editor.setMinimumWidth(px(60))
