"""The fields of the export dialog; which are there follows from kind and format."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QFormLayout,
    QGridLayout,
    QLabel,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from latentlab.app.export_choice import FORMATS, MOST_FRAMES, NOTES, Choice, Kind
from latentlab.core.recipe import Look, Motion
from latentlab.gui.stylesheet import set_look
from latentlab.gui.theme import theme
from latentlab.gui.widgets.combo_box import ComboBox
from latentlab.gui.widgets.spin_box import DecimalBox, SpinBox

TITLES: dict[Kind, str] = {
    "picture": "Picture",
    "sheet": "Sheet",
    "film": "Film",
    "data": "Data",
    "plot": "Plot",
}
_STILL = {"picture", "sheet", "film"}


class ExportForm(QWidget):
    """Tells `changed` at every edit; `choice` is what it says now."""

    changed = Signal()
    kind_chosen = Signal(str)

    def __init__(self, kinds: tuple[Kind, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._choice = Choice(kind=kinds[0], suffix=next(iter(FORMATS[kinds[0]])))
        self._counts: list[int] = [1]
        self._kinds = kinds
        self.kinds = QTabBar()
        self.suffix = ComboBox(name="Format", tip="The kind of file")
        self.note = QLabel()
        self.size = QLabel()
        self.scale = _whole(1, 64, "Scale", "Every pixel becomes a square of this many")
        self.columns = _whole(0, 999, "Columns", "Pictures side by side; 0 keeps them in one row")
        self.columns.setSpecialValueText("one row")
        self.gap = _whole(0, 64, "Gap", "Pixels between pictures, before scaling")
        self.border = _whole(0, 64, "Border", "Pixels around all, before scaling")
        self.fps = DecimalBox(minimum=0.5, maximum=60, decimals=1, singleStep=1)
        self.frames = _whole(2, MOST_FRAMES, "Frames", "Pictures from one end to the other")
        self.captions = _check("Captions", "Row titles and step numbers")
        self.smooth = _check("Smooth", "Interpolate when scaling, instead of hard pixels")
        self.white = _check("White ground", "Gaps and border white instead of black")
        self.back = _check("Back and forth", "Play to the end and back again")
        self.loop = _check("Loop", "Begin again at the end, where the format can")
        self.light = _check("Print colours", "Dark ink on white, whatever the theme")
        self._build()

    def show_choice(self, choice: Choice, counts: list[int]) -> None:
        """All fields, told to nobody; `counts` are the pictures of each row."""
        self._choice, self._counts = choice, counts
        with self._silence():
            self.kinds.setCurrentIndex(self._kinds.index(choice.kind))
            self.suffix.clear()
            for suffix, title in FORMATS[choice.kind].items():
                self.suffix.addItem(title, suffix)
            self.suffix.setCurrentIndex(max(0, self.suffix.findData(choice.suffix)))
            look, motion = choice.look, choice.motion
            self.scale.setValue(look.scale)
            self.columns.setValue(look.columns or 0)
            self.gap.setValue(look.gap)
            self.border.setValue(look.border)
            self.fps.setValue(motion.fps)
            self.frames.setValue(choice.frames)
            for box, on in (
                (self.captions, look.captions),
                (self.smooth, look.smooth),
                (self.white, look.ground > 127),
                (self.back, motion.back),
                (self.loop, motion.loop),
                (self.light, choice.light),
            ):
                box.setChecked(on)
        self._show_fields()

    def choice(self) -> Choice:
        """What the fields say."""
        look = Look(
            scale=self.scale.value(),
            columns=self.columns.value() or None,
            gap=self.gap.value(),
            border=self.border.value(),
            ground=255 if self.white.isChecked() else 0,
            captions=self.captions.isChecked(),
            smooth=self.smooth.isChecked(),
        )
        if look.ground == 0 and self._choice.look.ground <= 127:
            look = look.model_copy(update={"ground": self._choice.look.ground})
        motion = Motion(
            fps=self.fps.value(), back=self.back.isChecked(), loop=self.loop.isChecked()
        )
        said = {
            "suffix": self.suffix.currentData(),
            "look": look,
            "motion": motion,
            "frames": self.frames.value() if self._choice.frames else 0,
            "light": self.light.isChecked(),
        }
        return self._choice.model_copy(update=said)

    # -- inside --------------------------------------------------------------------------------

    def _show_fields(self) -> None:
        """Only what this kind and format have."""
        choice = self.choice()
        kind, several = choice.kind, sum(self._counts) > 1
        pixels = kind in _STILL or choice.suffix == ".png"
        shown: dict[QWidget, bool] = {
            self.scale: pixels and kind != "data",
            self.columns: kind == "sheet" and len(self._counts) == 1 and several,
            self.gap: kind in ("sheet", "film") and (kind == "sheet" or len(self._counts) > 1),
            self.border: kind in _STILL,
            self.fps: kind == "film",
            self.frames: kind == "film" and choice.frames > 0,
        }
        for widget, visible in shown.items():
            self._form.setRowVisible(widget, visible)
        switches = {
            self.captions: kind in ("sheet", "film"),
            self.smooth: kind in _STILL,
            self.white: kind in _STILL,
            self.back: kind == "film",
            self.loop: kind == "film",
            self.light: kind == "plot",
        }
        for box in switches:
            self._switches.removeWidget(box)
            box.setVisible(switches[box])
        for at, box in enumerate(box for box in switches if switches[box]):
            self._switches.addWidget(box, at // 2, at % 2)
        self.note.setText(NOTES[choice.suffix])

    def _build(self) -> None:
        self.kinds.setObjectName("segments")
        self.kinds.setAccessibleName("What to export")
        self.kinds.setDrawBase(False)
        self.kinds.setExpanding(False)
        self.kinds.setUsesScrollButtons(False)
        for kind in self._kinds:
            at = self.kinds.addTab(TITLES[kind])
            self.kinds.setTabToolTip(at, f"Export as {TITLES[kind].lower()} (arrows)")
        self.kinds.currentChanged.connect(lambda at: self.kind_chosen.emit(self._kinds[at]))
        self._form = QFormLayout()
        self._form.setHorizontalSpacing(theme().px(12))
        self._form.setVerticalSpacing(theme().px(6))
        self._form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
        self._form.addRow("Format", self.suffix)
        self._form.addRow("", self.note)
        self.fps.setAccessibleName("Frames per second")
        self.fps.setToolTip("Pictures shown in one second")
        for title, field in (
            ("Scale", self.scale),
            ("Columns", self.columns),
            ("Gap", self.gap),
            ("Border", self.border),
            ("Frames / s", self.fps),
            ("Frames", self.frames),
        ):
            self._form.addRow(title, field)
            field.valueChanged.connect(self._on_edited)
        self._switches = QGridLayout()
        self._switches.setSpacing(theme().px(2))
        for box in self._boxes():
            box.setParent(self)  # or it would be a window while it is in no row
            box.toggled.connect(self._on_edited)
        self._form.addRow(self._switches)
        self.suffix.currentIndexChanged.connect(self._on_edited)
        set_look(self.note, "small")
        self.note.setWordWrap(True)
        set_look(self.size, "dim")
        self.size.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme().px(10))
        column.addWidget(self.kinds)
        column.addLayout(self._form)
        column.addStretch(1)
        fields = (self.scale, self.columns, self.gap, self.border, self.fps, self.frames)
        order: tuple[QWidget, ...] = (self.kinds, self.suffix, *fields, *self._boxes())
        for before, after in pairwise(order):
            self.setTabOrder(before, after)
        for field in fields:
            field.lineEdit().setTextMargins(theme().px(4), 0, 0, 0)

    def _boxes(self) -> tuple[QCheckBox, ...]:
        return (self.captions, self.smooth, self.white, self.back, self.loop, self.light)

    def _on_edited(self, *_: object) -> None:
        self._show_fields()
        self.changed.emit()

    def _silence(self) -> _Silence:
        fields: tuple[QWidget, ...] = (self.scale, self.columns, self.gap, self.border, self.fps)
        return _Silence((*fields, self.frames, self.suffix, self.kinds, *self._boxes()))


class _Silence:
    """Widgets that tell nothing for a while."""

    def __init__(self, widgets: tuple[QWidget, ...]) -> None:
        self._widgets = widgets
        self._blockers: list[QSignalBlocker] = []

    def __enter__(self) -> None:
        self._blockers = [QSignalBlocker(widget) for widget in self._widgets]

    def __exit__(self, *_: object) -> None:
        for blocker in self._blockers:
            blocker.unblock()


def _whole(low: int, high: int, name: str, tip: str) -> SpinBox:
    box = SpinBox(minimum=low, maximum=high)
    box.setAccessibleName(name)
    box.setToolTip(tip)
    return box


def _check(title: str, tip: str) -> QCheckBox:
    box = QCheckBox(title)
    box.setAccessibleName(title)
    box.setToolTip(tip)
    return box
