"""A line for queries as "smile and not glasses": completed word by word, checked as it is typed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from PySide6.QtCore import QStringListModel, Qt, Signal
from PySide6.QtWidgets import QCompleter, QLabel, QLineEdit, QVBoxLayout, QWidget

from latentlab.gui.stylesheet import set_look

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtGui import QFocusEvent, QKeyEvent

WORDS = ("and", "not", "or")
_AT = re.compile(r"at character (\d+)")
_WORD = re.compile(r"[\w.]+$")
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class QueryEdit(QLineEdit):
    """Enter takes, Escape gives the old text back; the word at the caret is completed."""

    taken = Signal()
    cancelled = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._model = QStringListModel(list(WORDS), self)
        self.completer_ = QCompleter(self._model, self)
        self.completer_.setWidget(self)
        self.completer_.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.completer_.activated[str].connect(self.complete)
        self.textEdited.connect(self._offer)

    def show_names(self, names: Sequence[str]) -> None:
        """What may be completed."""
        self._model.setStringList([*names, *WORDS])

    def complete(self, word: str) -> None:
        """Put a word in the place of the one at the caret."""
        before, after = self.text()[: self.cursorPosition()], self.text()[self.cursorPosition() :]
        start = before[: len(before) - len(self._word())]
        self.setText(f"{start}{word}{after}")
        self.setCursorPosition(len(start) + len(word))
        self.textEdited.emit(self.text())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys of the list first, if it is open."""
        popup = self.completer_.popup()
        if popup.isVisible() and event.key() in (*_ENTER, Qt.Key.Key_Escape, Qt.Key.Key_Tab):
            event.ignore()  # the list takes it
        elif event.key() in _ENTER:
            self.taken.emit()
        elif event.key() == Qt.Key.Key_Escape and self.isModified():
            self.cancelled.emit()
        else:
            super().keyPressEvent(event)

    def _word(self) -> str:
        found = _WORD.search(self.text()[: self.cursorPosition()])
        return found[0] if found else ""

    def _offer(self) -> None:
        word, box = self._word(), self.completer_
        box.setCompletionPrefix(word)
        whole = box.completionCount() == 1 and box.currentCompletion().lower() == word.lower()
        if word and box.completionCount() and not whole:
            box.complete()
        else:
            box.popup().hide()


class QueryField(QWidget):
    """Emits `taken`; obeys `show_*`. A text that `check` refuses is not taken: it says where."""

    taken = Signal(str)
    complained = Signal()  # the sentence under the line came or went

    def __init__(self, name: str, *, hint: str = "smile and not glasses") -> None:
        super().__init__()
        self.edit, self.words = QueryEdit(), QLabel()
        self._shown, self._told = "", ""
        self.check: Callable[[str], str] = lambda _: ""  # a sentence with the position of a mistake
        self.edit.setAccessibleName(name)
        self.edit.setPlaceholderText(hint)
        set_look(self.words, "error")
        self.words.setWordWrap(True)
        self.words.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.edit)
        column.addWidget(self.words)
        self.setFocusProxy(self.edit)
        self.edit.textEdited.connect(self._on_edited)
        self.edit.taken.connect(self._take)
        self.edit.cancelled.connect(lambda: self._write(self._shown))

    @property
    def problem(self) -> str:
        """The sentence under the line; empty: all is well."""
        return self.words.text()

    def show_query(self, text: str) -> None:
        """What was taken last; what is being typed stays."""
        if text != self._shown:
            self._shown = text
            self._write(text)

    def show_names(self, names: Sequence[str], hint: str = "") -> None:
        """What may be asked for, and an example of it."""
        self.edit.show_names(names)
        if hint:
            self.edit.setPlaceholderText(hint)
        known = ", ".join(names)
        self.edit.setToolTip(
            "Fill by a query, as “smile and not glasses”, “no smile, long_hair” or "
            f"“dark_skin > 0.7”. Known: {known}. Enter takes it"
            if names else "This model's data have no names to ask for"
        )  # fmt: skip
        self.setEnabled(bool(names))

    def show_problem(self, sentence: str) -> None:
        """What was wrong with it, told from elsewhere: nothing matches."""
        if sentence != self._told:
            self._told = sentence
            self._say(sentence)

    # -- inside --------------------------------------------------------------------------------

    def _write(self, text: str) -> None:
        self.edit.setText(text)
        if not self.edit.hasFocus():
            self.edit.setCursorPosition(0)  # a long one is read from its beginning
        self.edit.setModified(False)
        self._say("")

    def _on_edited(self, text: str) -> None:
        """Red as soon as it cannot be read; the sentence comes when it is taken."""
        self._mark(invalid=bool(text.strip() and self.check(text.strip())))
        self._put("")

    def _take(self) -> None:
        text = self.edit.text().strip()
        if text and (problem := self.check(text)):
            self._say(problem)
            self._point_at(problem)
            return
        self._say("")
        self._shown = text
        self.taken.emit(text)

    def _point_at(self, problem: str) -> None:
        """Select what is wrong: characters count from one."""
        if found := _AT.search(problem):
            text, start = self.edit.text(), int(found[1]) - 1
            rest = re.match(r"\w+|\S", text[start:])
            if rest:
                self.edit.setSelection(start, len(rest[0]))
            else:
                self.edit.setCursorPosition(min(start, len(text)))

    def _say(self, sentence: str) -> None:
        self._put(sentence)
        self._mark(invalid=bool(sentence))

    def _put(self, sentence: str) -> None:
        if sentence != self.words.text():
            self.words.setText(sentence)
            self.words.setVisible(bool(sentence))
            self.complained.emit()

    def _mark(self, *, invalid: bool) -> None:
        if bool(self.edit.property("invalid")) != invalid:
            self.edit.setProperty("invalid", invalid)
            self.edit.style().unpolish(self.edit)
            self.edit.style().polish(self.edit)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The line has it."""
        super().focusInEvent(event)
        self.edit.setFocus(event.reason())
