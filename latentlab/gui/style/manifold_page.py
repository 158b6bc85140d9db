"""The manifold of one label beside its latents: what is left in z when the label is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from latentlab.app.style_clouds import StyleClouds
from latentlab.app.style_manifold import StyleManifold
from latentlab.core.label import words
from latentlab.gui.explore.scene import plane_note, short_plane_note
from latentlab.gui.gestures import as_one_step
from latentlab.gui.homotopy.square_sheet import SquareSheet
from latentlab.gui.homotopy.step_card import StepCard
from latentlab.gui.picture_files import WHOLE, Outlet
from latentlab.gui.room import Room
from latentlab.gui.style.manifold_bar import LabelRow, PlacesBar
from latentlab.gui.style.manifold_clouds import CloudsPane
from latentlab.gui.stylesheet import set_look
from latentlab.gui.tab_host import Unserved
from latentlab.gui.theme import theme
from latentlab.gui.widgets.elided import ElidedLabel
from latentlab.gui.widgets.label_control import LabelControl
from latentlab.gui.widgets.page_switch import Page, PageSwitch
from latentlab.gui.widgets.swing import Swing

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PySide6.QtGui import QHideEvent, QShowEvent

    from latentlab.app.exports import Proposal
    from latentlab.app.lab import Lab
    from latentlab.app.state import State
    from latentlab.core.manifest import Manifest

NARROW, LOW = 600, 380  # pixels at 100 %: in less, sheet and latents are seen one at a time
_PER_LABEL_S = 0.9  # of playing


class ManifoldPage(QWidget):
    """A page of the Style tab."""

    drawn = Signal()  # what is shown has changed

    def __init__(self, lab: Lab) -> None:
        super().__init__()
        self._lab = lab
        self.presenter, self.clouds = StyleManifold(lab), StyleClouds(lab)
        self.room = Room(self, narrow=NARROW, low=LOW)
        self.stack, self.pages, self.unserved = QStackedWidget(), PageSwitch(self), Unserved()
        self.row, self.control = LabelRow(), LabelControl()
        self.sheet, self.bar, self.note = SquareSheet("manifold"), PlacesBar(), ElidedLabel()
        self.latents = CloudsPane(lab, self.clouds)
        self.card = StepCard(self)
        self.player = Swing(
            self, lambda: self.row.slider.share, self._play_to, way_s=self._way_s
        )  # fmt: skip
        self._shown: NDArray[np.uint8] | None = None
        self._build()
        self._connect()
        theme().changed.connect(self._restyle)
        self._restyle()
        self._show_model()

    def is_settled(self) -> bool:
        """Whether nothing more will be drawn unless something changes."""
        lab = self._lab
        if lab.model is None or not self._is_served():
            return True
        drawn = self.presenter.sheet is not None or bool(self.presenter.problem)
        return drawn and self.presenter.is_settled and self.latents.is_settled()

    def proposal(self) -> Proposal | None:
        """The sheet, ready to be exported."""
        return self.presenter.sheet_proposal()

    def showEvent(self, event: QShowEvent) -> None:
        """Works while it is seen."""
        super().showEvent(event)
        self._show_model()
        self.presenter.watch(watched=True)
        self.clouds.watch(watched=True)
        self.latents.refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks."""
        super().hideEvent(event)
        self.card.hide()
        self.player.play(False)
        self.presenter.watch(watched=False)
        self.clouds.watch(watched=False)

    # -- facts ---------------------------------------------------------------------------------

    def _show_model(self) -> None:
        """What the model can be told, or that it is told nothing."""
        manifest = self._manifest()
        served = self._is_served()
        self.stack.setCurrentIndex(0 if served else 1)
        if manifest is None or not served:
            self.player.play(False)
            self.unserved.show_reason(self._why(manifest), self._offers())
            return
        names, by_attributes = manifest.told_names, manifest.is_told_attributes
        self.row.setVisible(not by_attributes)
        self.row.slider.show_names(() if by_attributes else names)
        reach = self._lab.attribute_reach
        self.control.show_names(names if by_attributes else (), by_attributes=True, reach=reach)
        self._show_document()

    def _show_document(self) -> None:
        manifest, state = self._manifest(), self._lab.session.state
        if manifest is None:
            return
        encodes = "encode" in manifest.capabilities
        self.bar.show_state(state, manifest.latent_size, encodes=encodes)
        self.row.slider.show_label(state.label)
        self.control.show_label(state.label)
        self.sheet.show_side(state.style.side)

    def _show(self) -> None:
        presenter = self.presenter
        if presenter.sheet is not None:
            self.sheet.show_side(presenter.sheet.side)
        if presenter.pictures is not self._shown:
            self._shown = presenter.pictures
            self.sheet.show_pictures(presenter.pictures)
        text, short = (presenter.problem, "") if presenter.problem else self._words()
        if self.note.full_text != text:
            set_look(self.note, "error" if presenter.problem else "small")
            self.note.set_full_text(text, short=short)
        self.drawn.emit()

    def _words(self) -> tuple[str, str]:
        """Which manifold it is, also in short."""
        sheet, manifest = self.presenter.sheet, self._manifest()
        if sheet is None or manifest is None:
            return "The plane is on its way.", ""
        label = f"label {words(sheet.label, manifest.told_names)}"
        if sheet.is_whole:
            return f"{label}: a click goes there, P pins, hovering enlarges", label
        note = plane_note(sheet.plane)
        if not sheet.start.any():
            note = note.replace("at the cursor", "at 0")
        return f"{label}, {note}", f"{label}, {short_plane_note(sheet.plane)}"

    def _on_hovered(self, index: int) -> None:
        picture, sheet = self.sheet.picture_at(index), self.presenter.sheet
        if picture is None or sheet is None or index >= sheet.side**2:
            self.card.hide()
            return
        x, y = sheet.place(index)
        cell = self.sheet.cell(index)
        cell.moveTopLeft(self.sheet.mapTo(self, cell.topLeft()))
        across, up = ("z₁", "z₂") if sheet.is_whole else ("→", "↑")
        self.card.show_step(picture, f"{across} {x:+.2f}  {up} {y:+.2f}".replace("-", "−"), cell)

    def _manifest(self) -> Manifest | None:
        return self._lab.model.manifest if self._lab.model is not None else None

    def _is_served(self) -> bool:
        manifest = self._manifest()
        return manifest is not None and bool(manifest.told_names) and self._lab.decodes

    def _why(self, manifest: Manifest | None) -> str:
        who = "There is no model yet" if manifest is None else f"{manifest.title} is told no label"
        offer = "choose one that is" if self._offers() else "train a cvae in the Train tab"
        return f"{who}, so there is no manifold of each label: {offer}."

    def _offers(self) -> list[str]:
        cards = [card for card in self._lab.registry.cards() if card.manifest and card.is_usable]
        return [
            card.id
            for card in cards
            if card.require().told_names and "decode" in card.require().capabilities
        ]

    # -- intents -------------------------------------------------------------------------------

    def _on_session_changed(self, new: State, old: State) -> None:
        if new.model != old.model or not self.isVisible():
            return
        if (new.style, new.label, new.map) != (old.style, old.label, old.map):
            self._show_document()

    def _play_to(self, share: float) -> None:
        """Passing by is no step of undo."""
        label = self.row.slider.label_of_share(share)
        self._lab.session.update(record=False, label=label)

    def _way_s(self) -> float:
        manifest = self._manifest()
        return _PER_LABEL_S * max(1, len(manifest.told_names) - 1 if manifest else 1)

    def _change(self, field: str, value: object) -> None:
        session = self._lab.session
        as_one_step(session, lambda: session.set_style(**{field: value}))

    def _choose_plane(self, kind: str, across: int, up: int) -> None:
        session = self._lab.session
        as_one_step(session, lambda: session.set_map(plane=kind, dims=(across, up)))

    def _propose(self, index: int) -> Proposal | None:
        if index == WHOLE:
            return self.presenter.sheet_proposal()
        return self.presenter.picture_proposal(index)

    def _on_moved(self, label: object) -> None:
        """A hand on the slider: it plays no longer; a drag is one step of undo."""
        self.player.play(False)
        self._lab.session.choose_label(label)

    # -- building ------------------------------------------------------------------------------

    def _build(self) -> None:
        self.setAccessibleName("Manifold of a label")
        self._left, whole = QWidget(), QWidget()
        left = QVBoxLayout(self._left)
        left.setContentsMargins(0, 0, 0, 0)
        for part in (self.row, self.control, self.sheet, self.bar, self.note):
            left.addWidget(part, 1 if part is self.sheet else 0)
        self._beside = QHBoxLayout()
        self._beside.addWidget(self._left, 4)
        self._beside.addWidget(self.latents, 3)
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.pages)
        column.addLayout(self._beside, 1)
        self.stack.addWidget(whole)
        self.stack.addWidget(self.unserved)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.stack)
        self.setFocusProxy(self.row.slider)
        self.sheet.outlet = Outlet(self._lab.exports, self._propose, is_sheet=True)

    def _connect(self) -> None:
        lab, session = self._lab, self._lab.session
        self.row.slider.moved.connect(self._on_moved)
        self.row.slider.released.connect(session.history.seal)
        self.row.slider.play_wanted.connect(self.player.toggle)
        self.row.play.clicked.connect(self.player.toggle)
        self.player.toggled.connect(self.row.show_playing)
        self.control.moved.connect(session.choose_label)
        self.control.chosen.connect(
            lambda label: as_one_step(session, lambda: session.choose_label(label))
        )
        self.bar.changed.connect(self._change)
        self.bar.plane_chosen.connect(self._choose_plane)
        self.sheet.hovered.connect(self._on_hovered)
        self.sheet.clicked.connect(self.presenter.go_to)
        self.sheet.pin_requested.connect(self.presenter.pin)
        self.presenter.changed.connect(self._show)
        self.clouds.changed.connect(self.drawn.emit)
        for view in (self.latents.own.view, self.latents.plain.view):
            view.scatter.drawn.connect(self.drawn)
        self.unserved.model_chosen.connect(lab.choose_model)
        self.room.changed.connect(self._arrange)
        for signal in (lab.model_changed, lab.dataset_changed):
            signal.connect(self._show_model)
        session.changed.connect(self._on_session_changed)

    def _arrange(self) -> None:
        """Side by side, or one at a time."""
        small = self.room.is_narrow or self.room.is_low
        sheet = Page("sheet", "Sheet", "What the label looks like", (self._left,))
        cloud = Page("clouds", "Latents", "What is left in z", (self.latents,))
        self.pages.show_pages((sheet, cloud) if small else ())
        self.note.setVisible(not self.room.is_low)

    def _restyle(self) -> None:
        px = theme().px
        self._left.layout().setSpacing(px(6))
        self._beside.setSpacing(px(12))
        self._arrange()
