"""The Train tab: a new run at the left, the runs below it, the one that is looked at beside."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from latentlab.core.errors import LatentlabError
from latentlab.gui.room import Room
from latentlab.gui.tabs import TabSpec
from latentlab.gui.theme import theme
from latentlab.gui.train.dataset_loader import DatasetLoader
from latentlab.gui.train.moments import Moments
from latentlab.gui.train.new_run import NewRun
from latentlab.gui.train.run_exports import connect_dataset, connect_exports
from latentlab.gui.train.run_shelf import RunShelf
from latentlab.gui.train.run_view import RunView
from latentlab.gui.train.runs_card import RunsCard
from latentlab.gui.widgets.page_key import PageKey
from latentlab.gui.widgets.page_switch import Page, PageSwitch
from latentlab.gui.wiring import connect_slots

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QHideEvent, QShowEvent

    from latentlab.app.lab import Lab
    from latentlab.app.preferences import Settings
    from latentlab.app.run_manager import RunHandle
    from latentlab.app.state import State
    from latentlab.core.spec import TrainSpec

NARROW, LOW = 640, 480  # pixels at 100 %: below, parts are seen one at a time
FORM_PX = 250  # beside the run that is looked at
_NEW, _WATCH, _RUNS = "new", "watch", "runs"  # pages
DRAW_MS = 100  # events come up to ten times a second from each run; drawn at most this often


class TrainTab(QWidget):
    """Joins the form, the list and the view with the lab; draws only what can be seen."""

    settled = Signal()

    def __init__(self, lab: Lab) -> None:
        super().__init__()
        self._lab = lab
        self.room = Room(self, narrow=NARROW, low=LOW)
        self.pages = PageSwitch(self)
        self.form = NewRun(self)
        self.runs = RunsCard(lab.registry, self)
        self.view = RunView(self)
        self.shelf = RunShelf(lab.runs, lab.background, self)
        self.loader = DatasetLoader(self.form.picker, lab.background)
        self.moments = Moments(self.view.pictures, lab.background)
        self._families_asked = self._families_known = False
        self._followed = ""  # the session's model that was opened last
        self._timer = QTimer(self)
        self._timer.setObjectName("draw runs")
        self._timer.setSingleShot(True)
        self._timer.setInterval(DRAW_MS)
        self._build()
        self._connect()
        self._restyle()
        theme().changed.connect(self._restyle)

    def is_settled(self) -> bool:
        """Whether all that is asked for has come and is drawn."""
        waiting = self.loader.is_busy or self.shelf.is_opening or self.moments.is_reading
        return self._families_known and not waiting and not self._timer.isActive()

    # -- Qt ------------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        """Begin to look: ask for what is not known yet, then keep a trainer warm, and draw."""
        super().showEvent(event)
        if not self._families_asked:
            self._families_asked = True
            self._lab.codec.describe(self._show_families, self._show_no_families)
            self.loader.look_for_datasets()
        if self._families_known:
            self._lab.runs.warm()
        self.shelf.watch(watching=True)
        self._open_current_model()
        self._draw()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks: nothing is drawn and nothing is followed."""
        super().hideEvent(event)
        self._timer.stop()
        self.shelf.watch(watching=False)

    # -- drawing -------------------------------------------------------------------------------

    def _on_shelf_touched(self) -> None:
        """Draw soon, once for all that happens until then."""
        if self.isVisible() and not self._timer.isActive():
            self._timer.start()

    def _draw(self) -> None:
        shown = self.shelf.shown
        rows = [entry.row() for entry in self.shelf.entries]
        self.runs.show_rows(rows, shown.key if shown else "")
        self.form.show_busy(bool(self._lab.runs.active))
        self.view.show_run(shown)
        self.moments.show_newest(shown)
        self._tell_settled()

    def _tell_settled(self) -> None:
        if self.is_settled():
            self.settled.emit()

    # -- what comes ----------------------------------------------------------------------------

    def _show_families(self, families: list[dict[str, Any]]) -> None:
        self._families_known = True
        self.form.show_families(families)
        if self.isVisible():
            self._lab.runs.warm()  # not earlier: the codec process starts faster alone
        self._tell_settled()

    def _show_no_families(self, sentence: str) -> None:
        self._families_known = True
        self.form.show_problem(sentence)
        self._tell_settled()

    def _on_codec_state_changed(self, *_: str) -> None:
        """The codec process knows the device first."""
        self.form.show_device(self._lab.codec.device_title)

    def _on_loader_changed(self) -> None:
        self.form.refresh()
        self._tell_settled()

    def _on_preferences_changed(self, new: Settings, old: Settings) -> None:
        """Another folder may hold other datasets."""
        if new.data != old.data and self._families_asked:
            self.loader.look_for_datasets()
            self.form.picker.choose(self.form.picker.spec)

    def _on_session_changed(self, new: State, old: State) -> None:
        if new.model != old.model and self.isVisible():
            self._open_current_model()

    def _open_current_model(self) -> None:
        """Look at the run of the session's model, when that is another than before."""
        model = self._lab.session.state.model
        if model == self._followed:
            return
        self._followed = model
        card = next((card for card in self._lab.registry.cards() if card.id == model), None)
        if card is not None and card.manifest is not None:
            self.shelf.open(card.folder)

    # -- wishes --------------------------------------------------------------------------------

    def _start(self, spec: TrainSpec) -> None:
        run = self._lab.runs.start(spec)
        self.shelf.choose(f"run:{run.number}")
        self.pages.turn_to(_WATCH)

    def _steer(self, wish: Callable[[RunHandle], None]) -> None:
        """For the shown run, if it is one of this window."""
        if self.shelf.shown and self.shelf.shown.run:
            wish(self.shelf.shown.run)

    def _on_header_pause_requested(self) -> None:
        self._steer(self._lab.runs.pause)

    def _on_header_resume_requested(self) -> None:
        self._steer(self._lab.runs.resume)

    def _on_header_stop_requested(self) -> None:
        self._steer(self._lab.runs.stop)

    def _on_game_step_requested(self, side: str) -> None:
        runs = self._lab.runs
        self._steer(runs.step_critic if side == "critic" else runs.step_generator)

    def _on_game_slow_requested(self, steps_per_s: float) -> None:
        self._steer(lambda run: self._lab.runs.slow_down(run, steps_per_s))

    def _on_header_go_on_requested(self) -> None:
        """The rest of a run that ended early, on the same curves."""
        shown = self.shelf.shown
        if shown is None or shown.folder is None:
            return
        try:
            run = self._lab.runs.go_on(shown.folder, self.form.spec().device)
        except LatentlabError as error:
            self._lab.message.emit(str(error), "error")
            return
        run.history = shown.history.again(run.state)
        self.shelf.choose(f"run:{run.number}")

    def _on_header_retry_requested(self) -> None:
        """The run that went wrong once more, with the one setting that is to blame changed."""
        shown = self.shelf.shown
        retry = shown.offer().retry if shown is not None else None
        if shown is None or shown.run is None or retry is None:
            return
        if not shown.run.is_over:
            self._lab.runs.stop(shown.run)
        spec = shown.run.spec
        recipe = {**spec.recipe, retry.field: retry.value}
        changed = spec.model_copy(update={"recipe": recipe})
        self.form.fill(changed)
        self._start(changed)

    def _on_list_reused(self, key: str) -> None:
        """The settings of a run into the form, to change one of them."""
        entry = self.shelf.find(key)
        if entry is None:
            return
        try:
            self.form.fill(entry.spec())
        except LatentlabError as error:
            self._lab.message.emit(str(error), "error")
        else:
            self.pages.turn_to(_NEW)

    def _on_header_explore_requested(self) -> None:
        """A run is a model: make it current and look into its latent space."""
        shown = self.shelf.shown
        if shown is None or shown.folder is None:
            return
        model = shown.folder.name
        if model not in {card.id for card in self._lab.registry.cards() if card.is_usable}:
            self._lab.registry.rescan()
        self._followed = model
        self._lab.choose_model(model)
        self._lab.session.choose_tab("explore")

    def _name(self) -> str:
        return self.shelf.shown.title if self.shelf.shown else "latentlab"

    # -- building ------------------------------------------------------------------------------

    def _connect(self) -> None:
        lab = self._lab
        self.form.start_requested.connect(self._start)
        self.runs.open_requested.connect(self.shelf.open)
        self.runs.list.chosen.connect(self.shelf.choose)
        self.runs.list.moved.connect(self.shelf.move)
        self.runs.list.removed.connect(self.shelf.remove)
        self.runs.list.itemClicked.connect(lambda: self.pages.turn_to(_WATCH))
        self.shelf.failed.connect(lambda text: lab.message.emit(text, "error"))
        self.moments.drawn.connect(self._tell_settled)
        self.moments.changed.connect(self.view.show_moment)
        connect_exports(lab, self.view, self._name, lambda: self.moments.path)
        connect_dataset(lab, self.form.picker.sheet, lambda: self.form.picker.spec)
        self._timer.timeout.connect(self._draw)
        parts = {"header": self.view.header, "game": self.view.game}
        parts |= {"list": self.runs.list, "shelf": self.shelf}
        facts = {"session": lab.session, "preferences": lab.preferences, "codec": lab.codec}
        connect_slots(self, loader=self.loader, **parts, **facts)
        self._on_codec_state_changed()

    def _build(self) -> None:
        self._left = QWidget(self)
        column = QVBoxLayout(self._left)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.form, 1)
        column.addWidget(self.runs)
        self._row = QHBoxLayout()
        self._row.addWidget(self._left)
        self._row.addWidget(self.view, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.pages)
        layout.addLayout(self._row, 1)
        self.room.changed.connect(self._arrange)
        PageKey(self.form.start, self.pages, _NEW)
        PageKey(self.runs.opener, self.pages, _RUNS)
        for button in (self.view.header.pause, self.view.header.stop, self.view.header.explore):
            PageKey(button, self.pages, _WATCH)

    def _arrange(self) -> None:
        """All side by side, or what there is room for at a time."""
        narrow = self.room.is_narrow
        self.form.title.setVisible(not narrow)
        self._left.setMinimumWidth(0 if narrow else theme().px(FORM_PX))
        self._left.setMaximumWidth(self.maximumWidth() if narrow else theme().px(FORM_PX))
        self.pages.show_pages(self._pages() if narrow else ())

    def _pages(self) -> tuple[Page, ...]:
        form = Page(_NEW, "New run", "What to train, and Start", (self._left, self.form))
        runs = Page(_RUNS, "Runs", "Running, waiting and opened runs", (self._left, self.runs))
        curves, pictures = self.view.card, self.view.pictures
        if not self.room.is_low:
            watch = Page(_WATCH, "Watch", "The chosen run", (self.view, curves, pictures))
            return form, watch, runs
        watch = Page(_WATCH, "Curves", "The chosen run and its curves", (self.view, curves))
        look = Page("pictures", "Pictures", "What it makes", (self.view, pictures))
        return form, watch, look, runs

    def _restyle(self) -> None:
        px = theme().px
        self._left.layout().setSpacing(px(8))
        self._row.setSpacing(px(8))
        self.layout().setSpacing(px(4))
        self._arrange()


TAB = TabSpec(
    name="train",
    title="Train",
    icon="mdi6.school-outline",
    order=10,
    needs=frozenset(),
    build=TrainTab,
)
