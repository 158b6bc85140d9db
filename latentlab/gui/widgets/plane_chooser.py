"""Which plane of a latent space of more than two dimensions the map shows."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from latentlab.gui.widgets.spin_box import SpinBox

_PLANES = {"pca": "PCA plane", "raw": "two of z"}


class PlaneChooser(QWidget):
    """Raw dimensions or principal components, and which two; obeys `show_plane`."""

    plane_chosen = Signal(str, int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.kind = QComboBox()
        for name, title in _PLANES.items():
            self.kind.addItem(title, name)
        self.across, self.up = SpinBox(), SpinBox()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        for part in (self.kind, self.across, self.up):
            row.addWidget(part)
        self.kind.setAccessibleName("Plane of the map")
        self.kind.setToolTip(
            "What the axes are: two principal components of the points, or two numbers of z"
        )
        for box, axis in ((self.across, "horizontal"), (self.up, "vertical")):
            box.setAccessibleName(f"Dimension of the {axis} axis")
            box.setToolTip(f"Which one the {axis} axis shows")
            box.valueChanged.connect(self._on_dims_changed)
        self.kind.currentIndexChanged.connect(self._on_kind_changed)
        self._dims = (0, 1)

    def show_plane(self, kind: str, dims: tuple[int, int], latent_size: int) -> None:
        """The plane in use; both are counted from 1, as z₁ and PC 1."""
        self._dims = dims
        with QSignalBlocker(self.kind):
            self.kind.setCurrentIndex(self.kind.findData(kind))
        for box, dim in zip((self.across, self.up), dims, strict=True):
            with QSignalBlocker(box):
                box.setRange(1, max(1, latent_size))
                box.setPrefix("PC " if kind == "pca" else "z ")
                box.setValue(dim + 1)

    def _on_kind_changed(self) -> None:
        self.plane_chosen.emit(self.kind.currentData(), 0, 1)

    def _on_dims_changed(self) -> None:
        dims = (self.across.value() - 1, self.up.value() - 1)
        if dims[0] == dims[1]:  # two equal axes span no plane: the other one makes room
            dims = (dims[0], self._dims[0]) if dims[0] != self._dims[0] else self._dims[::-1]
        self.plane_chosen.emit(self.kind.currentData(), *dims)
