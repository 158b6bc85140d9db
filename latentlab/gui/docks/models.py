"""The Models dock: every model of the library as a card, and what can be done with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QLabel, QLineEdit, QMenu, QPushButton, QVBoxLayout, QWidget

from latentlab.gui.theme import theme
from latentlab.gui.widgets.model_cards import Card, ModelCards

if TYPE_CHECKING:
    from collections.abc import Sequence

    from latentlab.app.registry import ModelCard
    from latentlab.core.manifest import Manifest, Metric

FILTER_FROM = 9  # models
_SHORT = {"Validation loss": "val. loss", "Reconstruction error": "error"}  # a card is narrow


def dimensions(manifest: Manifest) -> str:
    """A latent's size for people: 2-D, 4×7×7."""
    shape = manifest.latent_shape
    return f"{shape[0]}-D" if len(shape) == 1 else "×".join(str(extent) for extent in shape)


def written(metric: Metric) -> str:
    """A figure with its short name: −ELBO 130.5."""
    digits = 1 if abs(metric.value) >= 20 else 2
    title = _SHORT.get(metric.title, metric.title)
    return f"{title} {metric.value:.{digits}f}".replace("-", "−")


def card_of(model: ModelCard) -> Card:
    """What is written on the card of a model, broken ones too."""
    preview = QImage(str(model.preview)) if model.preview else None
    if model.manifest is None:
        sentence = model.broken or "This model is broken."
        return Card(model.id, "broken", "cannot be opened", preview, "broken", sentence)
    about = model.manifest
    family = min(about.family_title, about.family.upper(), key=len)
    kind = f"{family} · {dimensions(about)} · {_short_data(about)}"
    state = "running" if model.state == "running" else "paused" if model.state == "paused" else None
    figure = _figure(model)
    tooltip = "\n".join(
        line
        for line in (
            f"{about.title} ({about.family_title}, {dimensions(about)})",
            f"Data: {about.data.title}",
            _long_figure(model.metric),
            f"{about.parameters:,} parameters, epoch {about.epoch}",
            about.message,
            str(model.folder),
        )
        if line
    )
    return Card(model.id, kind, figure, preview, state or "ready", tooltip)


def _figure(model: ModelCard) -> str:
    about = model.require()
    if model.is_active:
        return f"{model.state}, epoch {about.epoch}"
    if model.metric is not None:
        return written(model.metric)
    if model.state in ("failed", "interrupted", "stopped"):
        return f"{model.state}, epoch {about.epoch}"
    return f"epoch {about.epoch}"


def _long_figure(metric: Metric | None) -> str:
    return f"{metric.title} {metric.value:.4g} {metric.unit}, {metric.n:,} images" if metric else ""


def _short_data(about: Manifest) -> str:
    name = about.data.name
    return name if ":" not in name else about.data.title


class ModelsPanel(QWidget):
    """Filter, cards, and the button that leads to the Train tab. Emits intents."""

    chosen = Signal(str)
    train_requested = Signal()
    evaluate_requested = Signal(str)
    folder_requested = Signal(str)
    verify_requested = Signal(str)
    export_requested = Signal(str)
    remove_requested = Signal(str)
    import_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shipped: dict[str, bool] = {}
        self._usable: set[str] = set()
        self._chosen = ""
        self.filter = QLineEdit(placeholderText="Filter", clearButtonEnabled=True)
        self.filter.setAccessibleName("Filter models")
        self.filter.setToolTip("Show models whose name, family, data or figure holds these words")
        self.cards = ModelCards()
        self.filter.textChanged.connect(self.cards.filter.set_words)
        self.cards.chosen_by_user.connect(self.chosen)
        self.cards.menu_requested.connect(self._on_menu)
        self._empty = QLabel(
            "No models yet. Train one, or drop a model's folder or zip file on the window."
        )
        self._empty.setWordWrap(True)
        self._empty.setProperty("look", "dim")
        self.train = QPushButton("Train a new model")
        self.train.setProperty("look", "primary")
        self.train.setAccessibleName("Train a new model")
        self.train.setToolTip("Open the Train tab (Ctrl+T)")
        self.train.clicked.connect(self.train_requested)
        self.evaluate = QPushButton("Evaluate…")
        self.evaluate.setAccessibleName("Evaluate the chosen model")
        self.evaluate.setToolTip("Measure the chosen model, and see its figures")
        self.evaluate.clicked.connect(lambda: self.evaluate_requested.emit(self._chosen))
        self._column = QVBoxLayout(self)
        for widget in (self.filter, self._empty, self.cards, self.evaluate, self.train):
            self._column.addWidget(widget, 1 if widget is self.cards else 0)
        theme().changed.connect(self._restyle)
        self._restyle()

    def show_models(self, models: Sequence[ModelCard]) -> None:
        """All models of the registry."""
        self._shipped = {model.id: model.shipped for model in models}
        self._usable = {model.id for model in models if model.is_usable}
        self.filter.setVisible(len(models) >= FILTER_FROM or bool(self.filter.text()))
        self._empty.setVisible(not models)
        self.cards.show_cards([card_of(model) for model in models])
        self.evaluate.setEnabled(self._chosen in self._usable)

    def show_chosen(self, model: str) -> None:
        """Outlines the current one."""
        self._chosen = model
        self.cards.show_chosen(model)
        self.evaluate.setEnabled(model in self._usable)

    def show_evaluation(self, share: float | None) -> None:
        """How far an evaluation is, on the button; None: there is none."""
        self.evaluate.setText("Evaluate…" if share is None else f"Evaluating… {share:.0%}")

    def menu_of(self, model: str) -> QMenu:
        """What can be done with a model."""
        menu = QMenu(self)
        icon = theme().icon
        menu.addAction(icon("mdi6.check"), "Choose", lambda: self.chosen.emit(model))
        evaluate = menu.addAction(
            icon("mdi6.chart-bar"), "Evaluate…", lambda: self.evaluate_requested.emit(model)
        )
        evaluate.setEnabled(model in self._usable)
        menu.addAction(
            icon("mdi6.folder-outline"), "Show folder", lambda: self.folder_requested.emit(model)
        )
        menu.addAction(
            icon("mdi6.shield-check-outline"),
            "Verify files",
            lambda: self.verify_requested.emit(model),
        )
        menu.addSeparator()
        menu.addAction(icon("mdi6.export"), "Export…", lambda: self.export_requested.emit(model))
        menu.addAction(icon("mdi6.import"), "Import…", self.import_requested.emit)
        menu.addSeparator()
        remove = menu.addAction(
            icon("mdi6.trash-can-outline"), "Remove…", lambda: self.remove_requested.emit(model)
        )
        remove.setEnabled(not self._shipped.get(model, False))
        if not remove.isEnabled():
            remove.setText("Remove (ships with latentlab)")
        return menu

    def _on_menu(self, model: str, place: QPoint) -> None:
        menu = self.menu_of(model)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(place)

    def _restyle(self) -> None:
        px = theme().px
        self._column.setContentsMargins(px(8), px(2), px(8), px(10))
        self._column.setSpacing(px(6))
        self.setMinimumWidth(px(150))
