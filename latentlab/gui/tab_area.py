"""The tabs in the middle: found when the window is already on the screen, built when shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QTabWidget

from latentlab.gui import tabs
from latentlab.gui.tab_host import TabHost

if TYPE_CHECKING:
    from latentlab.app.lab import Lab
    from latentlab.app.state import State
    from latentlab.gui.tabs import TabSpec


class TabArea(QTabWidget):
    """Follows the session's tab, tells it what the user shows."""

    settled_changed = Signal()  # ask `is_settled` again

    def __init__(self, lab: Lab) -> None:
        super().__init__()
        self._lab = lab
        self.specs: list[TabSpec] = []
        self.hosts: dict[str, TabHost] = {}
        self.setDocumentMode(True)
        self.setAccessibleName("Tabs")
        self.tabBar().setDrawBase(False)
        self.tabBar().setAccessibleName("Tabs")
        lab.session.changed.connect(self._on_session_changed)

    def fill(self) -> None:
        """Finds all tabs, which imports their modules, and shows the session's."""
        self.specs = tabs.discover(lambda text: self._lab.message.emit(text, "error"))
        for number, spec in enumerate(self.specs, 1):
            host = self.hosts[spec.name] = TabHost(spec, self._lab, self.specs)
            host.built.connect(self._on_built)
            self.addTab(host, spec.title)
            self.setTabToolTip(number - 1, f"{spec.title} (Ctrl+{number})")
        self.follow()
        self.currentChanged.connect(self._on_shown)
        self._on_shown()

    def follow(self) -> None:
        """Shows the session's tab."""
        host = self.hosts.get(self._lab.session.state.tab)
        if host is not None:
            self.setCurrentWidget(host)

    def refresh(self) -> None:
        """The model changed: each tab is served by it or says why not."""
        for host in self.hosts.values():
            if host is self.currentWidget():
                host.open()
            else:
                host.refresh()

    def is_settled(self) -> bool:
        """Whether the current tab is drawn."""
        host = self.currentWidget()
        return isinstance(host, TabHost) and host.is_settled()

    def _on_session_changed(self, new: State, old: State) -> None:
        if new.tab != old.tab:
            self.follow()

    def _on_shown(self, *_: object) -> None:
        host = self.currentWidget()
        if isinstance(host, TabHost):
            host.open()
            self._lab.session.choose_tab(host.spec.name)
            self.settled_changed.emit()

    def _on_built(self) -> None:
        host = self.currentWidget()
        signal = getattr(host.tab, "settled", None) if isinstance(host, TabHost) else None
        if signal is not None:
            signal.connect(self.settled_changed)
