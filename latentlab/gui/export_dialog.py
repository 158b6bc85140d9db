"""The one export dialog: what it becomes, how it looks, where it goes, how far it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from latentlab.app import export_choice
from latentlab.app.export_choice import FORMATS, Choice, Kind
from latentlab.core.errors import LatentlabError
from latentlab.gui.export_form import ExportForm
from latentlab.gui.export_subjects import Language, PictureSubject, subject_of
from latentlab.gui.export_target import ExportTarget
from latentlab.gui.file_places import last_folder, remember_folder
from latentlab.gui.stylesheet import set_look
from latentlab.gui.theme import theme
from latentlab.gui.widgets.film_view import FilmView

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtGui import QImage

    from latentlab.app.exports import Job, Proposal
    from latentlab.app.lab import Lab
    from latentlab.gui.plot_files import PlotProposal


class ExportDialog(QDialog):
    """Closes when the file is written; nothing is left of one that was cancelled."""

    exported = Signal(object)  # Path

    def __init__(self, lab: Lab, proposal: Proposal | PlotProposal, parent: QWidget) -> None:
        super().__init__(parent)
        self._lab = lab
        self._subject = subject_of(lab.exports, proposal)
        self._job: Job | None = None
        self._agreed: Path | None = None  # may be replaced
        self._asked = 0  # previews
        self.preview = FilmView()
        self.form = ExportForm(self._subject.kinds)
        self.target = ExportTarget(self._subject.name, last_folder(lab.preferences))
        self.problem = QLabel()
        self.bar = QProgressBar()
        self.command = _button("Copy as command", "The command line that makes the same file")
        self.python = _button("Copy as Python", "The Python lines that make the same file")
        self.cancel = _button("Cancel", "Close; what is being written is given up (Esc)")
        self.go = _button("Export", "Write the file (Enter)")
        self._later = QTimer(self, singleShot=True, interval=60)  # typing makes many changes
        self._build()
        self._connect()
        kinds, suffix = self._subject.kinds, self._subject.suffix
        self._show_kind(export_choice.kind_of(suffix, kinds) if suffix else kinds[0], suffix)

    @property
    def path(self) -> Path:
        """Where it will go."""
        return self.target.path(self.form.choice().suffix)

    @property
    def is_running(self) -> bool:
        """Whether a file is being written."""
        return self._job is not None

    def reject(self) -> None:
        """Esc and Cancel: first what is being written, then the dialog."""
        if self._job is not None:
            self._job.cancel()
            self.cancel.setEnabled(False)
            self.bar.setFormat("being given up…")
        else:
            super().reject()

    def done(self, result: int) -> None:
        """Previews that come later are for nobody."""
        self._asked += 1
        self._later.stop()
        super().done(result)

    # -- what is chosen ------------------------------------------------------------------------

    def _show_kind(self, kind: Kind, suffix: str = "") -> None:
        known = self._lab.preferences.settings.export_formats.get(kind, "")
        suffix = next((each for each in (suffix, known) if each in FORMATS[kind]), "")
        choice = self._subject.first_choice(kind, suffix or next(iter(FORMATS[kind])))
        self.form.show_choice(choice, self._counts())
        self._show_languages(kind)
        self._on_changed()

    def _counts(self) -> list[int]:
        return self._subject.counts if isinstance(self._subject, PictureSubject) else [1]

    def _on_changed(self) -> None:
        self._agreed = None
        self._check()
        self._later.start()

    def _check(self) -> None:
        """One sentence about the path; what stands there is asked about."""
        problem = self.target.problem(self.form.choice().suffix)
        taken = not problem and self.path.exists()
        self.go.setText("Replace" if taken and self._agreed == self.path else "Export")
        self.go.setEnabled(not problem and self._job is None)
        self._say(problem)

    def _show_preview(self) -> None:
        choice = self.form.choice()
        self._asked += 1
        if choice.kind == "data":
            self.preview.show_words("numbers have no picture")
            self.form.size.setText("")
            return
        number = self._asked
        self._subject.preview(
            choice,
            lambda frames: self._draw(number, choice, frames),
            lambda text: self._fail_preview(number, text),
        )

    def _draw(self, number: int, choice: Choice, frames: list[QImage]) -> None:
        if number == self._asked:
            self.preview.show_frames(frames, choice.motion.fps, loop=choice.motion.loop)
            self.form.size.setText(self._words(choice, frames))

    def _fail_preview(self, number: int, text: str) -> None:
        if number == self._asked:
            self.preview.show_words("")
            self._say(text)

    def _words(self, choice: Choice, frames: list[QImage]) -> str:
        """What the file will be, in numbers."""
        width, height = frames[0].width(), frames[0].height()
        if choice.suffix in (".svg", ".pdf"):
            ratio = frames[0].devicePixelRatio()
            return f"{width / ratio:.0f} × {height / ratio:.0f} pixels at 100 %"
        size = f"{width} × {height} pixels"
        if choice.kind != "film" or not isinstance(self._subject, PictureSubject):
            return size
        count = len(export_choice.order(self._subject.recipe(choice)))
        return f"{size}, {count} frames, {count / choice.motion.fps:.1f} s"

    # -- writing -------------------------------------------------------------------------------

    def _on_go(self) -> None:
        path = self.path
        if path.exists() and self._agreed != path:
            self._agreed = path
            self._check()
            self._say(f"{path.name} exists already; press Replace to replace it.")
            return
        choice = self.form.choice()
        self._remember(path, choice)
        self._show_running(True)
        try:
            self._job = self._subject.save(
                path, choice, self._on_progress, self._on_done, self._on_failed
            )
        except LatentlabError as error:
            self._on_failed(str(error))

    def _on_progress(self, share: float) -> None:
        self.bar.setValue(round(1000 * share))
        if self._job is not None and not self._job.is_cancelled:
            self.bar.setFormat("writing, %p %" if share < 1 else "finishing…")

    def _on_done(self, path: Path | None) -> None:
        self._show_running(False)
        if path is None:
            self._say("Cancelled; nothing was written.")
            return
        self._lab.message.emit(f"Exported {path}", "info")
        self.exported.emit(path)
        self.accept()

    def _on_failed(self, text: str) -> None:
        self._show_running(False)
        self._say(text)

    def _show_running(self, running: bool) -> None:
        if not running:
            self._job = None
        self.bar.setVisible(running)
        self.bar.setRange(0, 1000)
        self.bar.setValue(0)
        self.bar.setFormat("beginning…")
        for widget in (self.form, self.target, self.command, self.python, self.go):
            widget.setEnabled(not running)
        self.cancel.setEnabled(True)
        self.cancel.setText("Stop" if running else "Cancel")

    def _remember(self, path: Path, choice: Choice) -> None:
        preferences = self._lab.preferences
        remember_folder(preferences, path.parent)
        formats = {**preferences.settings.export_formats, choice.kind: choice.suffix}
        preferences.update(export_formats=formats)

    def _copy(self, language: Language) -> None:
        """The words for what is chosen now, under the name that is typed."""
        self._subject.copy(language, self.form.choice(), self.path.name)

    def _show_languages(self, kind: Kind) -> None:
        known = self._subject.languages(kind)
        self.command.setVisible("command" in known)
        self.python.setVisible("python" in known)

    def _say(self, text: str) -> None:
        self.problem.setText(text)
        self.problem.setVisible(bool(text))

    # -- building ------------------------------------------------------------------------------

    def _connect(self) -> None:
        self._later.timeout.connect(self._show_preview)
        self.form.changed.connect(self._on_changed)
        self.form.kind_chosen.connect(self._show_kind)
        self.target.changed.connect(self._on_target_changed)
        self.command.clicked.connect(lambda: self._copy("command"))
        self.python.clicked.connect(lambda: self._copy("python"))
        self.cancel.clicked.connect(self.reject)
        self.go.clicked.connect(self._on_go)

    def _on_target_changed(self) -> None:
        self._agreed = None
        self._check()

    def _build(self) -> None:
        px = theme().px
        self.setWindowTitle("Export")
        self.setAccessibleName("Export")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.go.setDefault(True)
        set_look(self.go, "primary")
        set_look(self.problem, "error")
        self.problem.setWordWrap(True)
        self.problem.setAccessibleName("What stands in the way")
        self.bar.hide()
        self.bar.setAccessibleName("Progress of the export")
        for button in (self.command, self.python):
            set_look(button, "quiet")
        seen = QVBoxLayout()
        seen.addWidget(self.preview, 1)
        seen.addWidget(self.form.size)
        upper = QHBoxLayout()
        upper.setSpacing(px(16))
        upper.addLayout(seen, 1)
        upper.addWidget(self.form)
        self.form.setFixedWidth(px(240))
        buttons = QHBoxLayout()
        buttons.addWidget(self.command)
        buttons.addWidget(self.python)
        buttons.addStretch(1)
        buttons.addWidget(self.cancel)
        buttons.addWidget(self.go)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(16), px(16), px(16), px(14))
        column.setSpacing(px(10))
        column.addLayout(upper, 1)
        column.addWidget(self.target)
        column.addWidget(self.problem)
        column.addWidget(self.bar)
        column.addLayout(buttons)
        self.go.setFocus()
        room = self.parentWidget().screen().availableSize()
        self.resize(min(px(660), room.width()), min(px(520), room.height()))


def _button(text: str, tip: str) -> QPushButton:
    button = QPushButton(text)
    button.setAccessibleName(text)
    button.setToolTip(tip)
    button.setAutoDefault(False)
    return button
