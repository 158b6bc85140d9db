"""The window: toolbar, docks and tabs around one Lab."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QEvent, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication, QMainWindow

from latentlab.app import proposals
from latentlab.app.cursor_recorder import CursorRecorder
from latentlab.core import paths
from latentlab.engine import runs
from latentlab.gui.action_views import ActionViews
from latentlab.gui.closing import Closing
from latentlab.gui.commands import CommandPalette
from latentlab.gui.dock_layout import DockLayout
from latentlab.gui.docks.history import History
from latentlab.gui.docks.inspector import Inspector
from latentlab.gui.docks.models import ModelsPanel
from latentlab.gui.docks.panel import PanelDock
from latentlab.gui.docks.tray import Tray
from latentlab.gui.drops import Drops
from latentlab.gui.export_dialog import ExportDialog
from latentlab.gui.help_dialogs import show_about, show_shortcuts
from latentlab.gui.model_care import ModelCare
from latentlab.gui.picture_files import connect_clipboard
from latentlab.gui.preferences_dialog import PreferencesDialog
from latentlab.gui.session_care import SessionCare
from latentlab.gui.tab_area import TabArea
from latentlab.gui.theme import theme
from latentlab.gui.toolbar import Toolbar
from latentlab.gui.widgets.image_view import ImageView
from latentlab.gui.widgets.messages import Messages
from latentlab.gui.widgets.sheet_view import SheetView
from latentlab.gui.widgets.tray_view import TrayView
from latentlab.gui.window_actions import build_actions, tab_actions, with_models

if TYPE_CHECKING:
    from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent

    from latentlab.app.exports import Proposal
    from latentlab.app.lab import Lab
    from latentlab.app.preferences import Settings
    from latentlab.app.state import State
    from latentlab.gui.plot_files import PlotProposal

FIRST_SIZE = (1280, 800)


class Window(QMainWindow):
    """Wires views to the Lab: intents go in, facts come out."""

    settled = Signal()  # everything that is to be seen is drawn
    closed = Signal()

    def __init__(self, lab: Lab) -> None:
        super().__init__()
        self.lab = lab
        self.setObjectName("window")
        self.setWindowTitle("latentlab")
        self.setWindowIcon(QIcon(str(paths.resources() / "latentlab.svg")))
        self.setAcceptDrops(True)
        self.setDockNestingEnabled(True)
        settings = lab.preferences.settings
        theme().configure(settings.theme, settings.ui_scale)
        self.care = ModelCare(lab, self)
        self.drops = Drops(lab, self.care)
        self.sessions = SessionCare(lab, self)
        self.recorder = CursorRecorder(lab)
        self.models = ModelsPanel()
        self.inspector = Inspector(lab, self)
        self.tray = Tray(lab, self)
        self.history = History(lab, self)
        self.docks = self._make_docks()
        self.dock_layout = DockLayout(self, self.docks)
        self.messages = Messages(self, self.dock_layout.floor)
        self.tabs = TabArea(lab)
        self.setCentralWidget(self.tabs)
        self.toolbar = Toolbar()
        self.addToolBar(self.toolbar)
        self.actions_list = build_actions(self)
        self.views = ActionViews(self.actions_list, self)
        self.toolbar.show_actions(self.views.toolbar())
        self._closing = Closing(lab, self)
        self._model_told = False
        self._able = (False, False)  # to undo, to redo
        self._had_picture = False
        self._is_fresh = True
        self._connect()
        self._lay_out()
        self._show_models()

    # -- state ---------------------------------------------------------------------------------

    @property
    def model_id(self) -> str:
        """The current model's id, empty without one."""
        return self.lab.model.id if self.lab.model is not None else ""

    def is_settled(self) -> bool:
        """Whether the model, its latents, the picture and the current tab are drawn."""
        manifest = self.lab.model.manifest if self.lab.model is not None else None
        encoded = manifest is not None and runs.LATENTS in manifest.files
        if not self._model_told or (encoded and self.lab.support is None):
            return False
        return self.inspector.is_settled() and self.tabs.is_settled()

    def has_picture(self) -> bool:
        """Whether Ctrl+S and Ctrl+C have something to act on."""
        return self._focused_picture() is not None or (
            self.inspector.panel.image.picture is not None
        )

    # -- commands ------------------------------------------------------------------------------

    def toggle_dock(self, name: str) -> None:
        """Hide what can be seen; show the rest, in front of what shares its place."""
        dock = self.docks[name]
        seen = dock.isVisible() and not dock.visibleRegion().isEmpty()
        dock.setVisible(not seen)
        if not seen:
            dock.raise_()

    def act_on_picture(self, what: str) -> None:
        """Export, copy or pin the focused picture, else the Inspector's."""
        focused = self._focused_picture()
        if focused is None or not focused.ask(what):
            self.inspector.panel.image.ask(what)

    def export_latents(self) -> None:
        """All encoded images of the current model, as numbers."""
        proposal = proposals.of_all(self.lab)
        if proposal is not None:
            self.lab.exports.propose(proposal)

    def open_palette(self) -> None:
        """Ctrl+K."""
        palette = CommandPalette(with_models(self.actions_list, self), self)
        palette.open()
        palette.field.setFocus()

    def open_preferences(self) -> None:
        """Colours, size, folders, device."""
        data = paths.data_sources()[0]
        PreferencesDialog(self.lab.preferences, self.lab.registry.library, data, self).open()

    def open_shortcuts(self) -> None:
        """One page with every shortcut."""
        show_shortcuts(self.actions_list, self)

    def open_about(self) -> None:
        """Version and places."""
        show_about(self.lab.registry.library, self)

    def open_menu(self) -> None:
        """The toolbar's menu, from the keyboard."""
        self.toolbar.menu_button.showMenu()

    def toggle_theme(self) -> None:
        """To the other one, whatever the system says."""
        self.lab.preferences.update(theme="light" if theme().dark else "dark")

    def scale_by(self, step: float) -> None:
        """Larger or smaller, within 100 to 200 %."""
        scale = round(self.lab.preferences.settings.ui_scale + step, 2)
        self.lab.preferences.update(ui_scale=min(max(scale, 1.0), 2.0))

    def toggle_smooth(self) -> None:
        """Hard or interpolated pixels."""
        self.lab.session.update(smooth=not self.lab.session.state.smooth)

    def focus_models(self) -> None:
        """The keyboard goes to the list of models."""
        self.docks["models"].show()
        self.models.cards.setFocus(Qt.FocusReason.ShortcutFocusReason)

    # -- building ------------------------------------------------------------------------------

    def _make_docks(self) -> dict[str, PanelDock]:
        tray = self.tray.panel
        return {
            "models": PanelDock("models", "Models", self.models, self),
            "inspector": PanelDock("inspector", "Inspector", self.inspector.panel, self),
            "tray": PanelDock("tray", "Tray", tray, self, upright=True),
            "history": PanelDock("history", "History", self.history.panel, self),
        }

    def _connect(self) -> None:
        lab = self.lab
        lab.session.changed.connect(self._on_session_changed)
        lab.preferences.changed.connect(self._on_preferences_changed)
        lab.registry.changed.connect(self._show_models)
        lab.registry.changed.connect(self.tabs.refresh)
        lab.model_changed.connect(self._on_model_changed)
        lab.message.connect(self._on_message)
        lab.background.failed.connect(self._on_failed)
        lab.exports.wanted.connect(self._open_export)
        lab.latents_changed.connect(self._on_latents_changed)
        connect_clipboard(lab.exports)
        lab.codec.state_changed.connect(self._show_device)
        for signal in (lab.latents_changed, lab.support_changed, lab.plane_changed):
            signal.connect(self._check_settled)
        self.inspector.drawn.connect(self._show_device)
        self.inspector.settled.connect(self._on_inspector_settled)
        self.inspector.settled.connect(self._check_settled)
        self.tray.panel.status.opened.connect(lambda: lab.session.choose_tab("train"))
        self.toolbar.model_chosen.connect(lab.choose_model)
        self.tabs.settled_changed.connect(self._check_settled)
        self._connect_models()

    def _focus_tab(self) -> None:
        """The keyboard begins in the tab; Qt would give it to the first control there is."""
        if self.isActiveWindow() and self.tabs.count():
            self._is_fresh = False
            self.tabs.currentWidget().setFocus(Qt.FocusReason.OtherFocusReason)

    def _connect_models(self) -> None:
        models, care = self.models, self.care
        models.chosen.connect(self.lab.choose_model)
        models.train_requested.connect(lambda: self.lab.session.choose_tab("train"))
        models.evaluate_requested.connect(care.evaluate)
        self.lab.evaluations.changed.connect(self._show_evaluation)
        models.folder_requested.connect(care.show_folder)
        models.verify_requested.connect(care.verify)
        models.export_requested.connect(care.export)
        models.remove_requested.connect(care.remove)
        models.import_requested.connect(care.ask_import)

    def _lay_out(self) -> None:
        px = theme().px
        self.setContentsMargins(px(8), 0, px(8), px(8))
        room = self.screen().availableSize()
        self.resize(QSize(*FIRST_SIZE).boundedTo(room))
        self.dock_layout.place()
        self.docks["history"].hide()
        settings = self.lab.preferences.settings
        if settings.geometry:
            self.restoreGeometry(QByteArray.fromBase64(settings.geometry.encode()))
        if settings.layout:
            self.dock_layout.restore(settings.layout)

    # -- showing -------------------------------------------------------------------------------

    def show_first_tab(self) -> None:
        """What may come after the window is on the screen: icons, tabs, the menu."""
        theme().load_icons()
        self.tabs.fill()
        self.actions_list.add(*tab_actions(self))
        self.views.add_new()
        self.toolbar.show_menu(self.views.menu(self))
        self._show_device()
        self.inspector.refresh()
        self._on_model_changed()
        self._focus_tab()

    def _on_session_changed(self, new: State, old: State) -> None:
        history = self.lab.session.history
        able = (history.can_undo, history.can_redo)
        elsewhere = any(
            getattr(new, name) is not getattr(old, name) for name in type(new).model_fields
            if name != "z"
        )  # fmt: skip
        if elsewhere or able != self._able:  # a cursor that only moves changes no action
            self._able = able
            self.views.refresh()

    def _on_model_changed(self) -> None:
        self._model_told = True
        self._show_models()
        self.tabs.refresh()
        self.views.refresh()
        self.setWindowTitle(f"{self.model_id} · latentlab" if self.model_id else "latentlab")
        self._check_settled()

    def _show_evaluation(self) -> None:
        running = self.lab.evaluations.running
        self.models.show_evaluation(None if running is None else running.share)

    def _show_models(self) -> None:
        cards = self.lab.registry.cards()
        self.models.show_models(cards)
        self.models.show_chosen(self.model_id)
        usable = [card.id for card in cards if card.manifest is not None]
        self.toolbar.show_models(usable, self.model_id)

    def _show_device(self, *_: object) -> None:
        state, title = self.lab.codec.state, self.lab.codec.device_title
        words = {"starting": "starting…", "dead": "decoder stopped"}.get(state, title)
        self.toolbar.show_device(words, self.lab.codec.last_decode_ms)

    def _on_preferences_changed(self, new: Settings, old: Settings) -> None:
        if (new.theme, new.ui_scale) != (old.theme, old.ui_scale):
            theme().configure(new.theme, new.ui_scale)
            px = theme().px
            self.setContentsMargins(px(8), 0, px(8), px(8))
            self.dock_layout.rescale()
            self._show_models()
        self.views.refresh()

    def _on_message(self, text: str, severity: str) -> None:
        if severity == "info":
            self.messages.note(text)
        else:
            self.messages.error(text)

    def _on_latents_changed(self) -> None:
        self.views.refresh()

    def _on_inspector_settled(self) -> None:
        """The first picture, or none any more: what can be done with it changes."""
        if self.has_picture() != self._had_picture:
            self._had_picture = self.has_picture()
            self.views.refresh()

    def _open_export(self, proposal: Proposal | PlotProposal) -> None:
        ExportDialog(self.lab, proposal, self).open()

    def _on_failed(self, text: str) -> None:
        self.messages.error(text)

    def _check_settled(self, *_: object) -> None:
        if self.is_settled():
            self.settled.emit()

    def _focused_picture(self) -> ImageView | SheetView | TrayView | None:
        focused = QApplication.focusWidget()
        kinds = ImageView | SheetView | TrayView
        shows = isinstance(focused, kinds) and focused.picture is not None
        return focused if shows and focused.window() is self else None

    # -- Qt's events ---------------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Files and folders of this machine."""
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Each by its content; after the drag has ended, so that the other program is free."""
        found = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        event.acceptProposedAction()
        QTimer.singleShot(0, self, lambda: self.drops.take(found))

    def changeEvent(self, event: QEvent) -> None:
        """Another window or a shell may have trained something meanwhile."""
        super().changeEvent(event)
        if event.type() != QEvent.Type.ActivationChange or not self.isActiveWindow():
            return
        if self._is_fresh:  # later: Qt chooses a control of its own after this event
            QTimer.singleShot(0, self, self._focus_tab)
        else:
            self.lab.rescan()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Asks when trainings run; saves layout and session; ends every process."""
        if not self._closing.may_close():
            event.ignore()
            return
        self.lab.preferences.update(
            geometry=base64.b64encode(self.saveGeometry().data()).decode(),
            layout=self.dock_layout.saved(),
        )
        self.messages.dismiss_all()
        self.lab.close()
        event.accept()
        self.closed.emit()
