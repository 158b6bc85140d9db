"""The application's actions as Qt shows them: one QAction each, in menus, toolbar and shortcuts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from latentlab.app.actions import MENUS
from latentlab.gui.theme import theme

if TYPE_CHECKING:
    from latentlab.app.actions import Action, Actions


class ActionViews(QObject):
    """Keeps QActions true to `Actions`; call `refresh` when what is possible may have changed."""

    def __init__(self, actions: Actions, window: QWidget) -> None:
        super().__init__(window)
        self._actions = actions
        self._window = window
        self._views: dict[str, QAction] = {}
        theme().changed.connect(self._restyle)
        self.add_new()

    def __getitem__(self, action_id: str) -> QAction:
        return self._views[action_id]

    def add_new(self) -> None:
        """Views for actions that have none yet."""
        for action in self._actions:
            if action.id not in self._views:
                self._add(action)
        self.refresh()
        self._restyle()

    def toolbar(self) -> list[QAction]:
        """Those of the toolbar, in order."""
        return [self._views[action.id] for action in self._actions.of_toolbar()]

    def menu(self, parent: QWidget) -> QMenu:
        """Everything, one submenu each."""
        whole = QMenu(parent)
        for title in MENUS:
            found = self._actions.of_menu(title)
            if found:
                submenu = whole.addMenu(title)
                for action in found:
                    submenu.addAction(self._views[action.id])
        whole.aboutToShow.connect(self.refresh)
        return whole

    def refresh(self) -> None:
        """Enabled, checked, tooltip."""
        for action in self._actions:
            view = self._views[action.id]
            view.setEnabled(action.is_enabled)
            view.setToolTip(action.tooltip)
            if action.is_checked is not None:
                view.setChecked(action.is_checked())

    def _add(self, action: Action) -> None:
        view = QAction(action.title, self._window)
        view.setObjectName(action.id)
        view.setCheckable(action.is_checked is not None)
        if action.shortcut:
            view.setShortcut(QKeySequence(action.shortcut))
        view.triggered.connect(lambda _=False: self._trigger(action))
        self._window.addAction(view)
        self._views[action.id] = view

    def _trigger(self, action: Action) -> None:
        action.trigger()
        self.refresh()

    def _restyle(self) -> None:
        for action in self._actions:
            if action.icon:
                self._views[action.id].setIcon(theme().icon(action.icon))
