"""What the export dialog is about: pictures with their recipe, or a plot."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal, Protocol, get_args

from latentlab.app import columns, export_choice
from latentlab.app.export import render
from latentlab.app.export.output import write
from latentlab.app.export_choice import Choice, Kind
from latentlab.core.recipe import Look
from latentlab.gui import pictures, plot_files
from latentlab.gui.plot_files import PlotProposal

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray
    from PySide6.QtGui import QImage

    from latentlab.app.export import Cancel, Progress
    from latentlab.app.exports import Exports, Job, Proposal
    from latentlab.core.recipe import Recipe

    Show = Callable[[list[QImage]], None]
    Done = Callable[[Path | None], None]
    Say = Callable[[str], None]

Language = Literal["command", "python"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
_MOST_PREVIEW = 60_000_000  # bytes of all frames of a film; of a larger one only the first is seen


class Subject(Protocol):
    """Something that can be previewed and saved."""

    name: str
    kinds: tuple[Kind, ...]
    suffix: str  # to begin with; empty: any

    def first_choice(self, kind: Kind, suffix: str) -> Choice:
        """As it is proposed."""

    def languages(self, kind: Kind) -> tuple[Language, ...]:
        """In which of "command" and "python" the file can be asked for."""

    def copy(self, language: Language, choice: Choice, out: str) -> None:
        """The words that make the same file under the name `out`, to the clipboard."""

    def preview(self, choice: Choice, show: Show, fail: Say) -> None:
        """Ask for one picture, or for all frames; none for what cannot be seen."""

    def save(self, path: Path, choice: Choice, progress: Progress, done: Done, fail: Say) -> Job:
        """Begin to write; `done(None)` when it was cancelled."""


class PictureSubject:
    """Rows of pictures; their recipe follows every choice."""

    def __init__(self, exports: Exports, proposal: Proposal) -> None:
        self.proposal = proposal
        self.name, self.suffix = proposal.name, proposal.suffix
        self.kinds = export_choice.kinds_of(proposal.recipe)
        self._exports = exports

    @property
    def counts(self) -> list[int]:
        """Pictures in each row."""
        return [render.count_of(row) for row in self.proposal.recipe.rows]

    def first_choice(self, kind: Kind, suffix: str) -> Choice:
        """As it is proposed."""
        return export_choice.first_choice(self.proposal.recipe, kind, suffix)

    def recipe(self, choice: Choice) -> Recipe:
        """Of the file that is wanted."""
        return export_choice.chosen(self.proposal.recipe, choice)

    def languages(self, kind: Kind) -> tuple[Language, ...]:
        """Both, as far as somebody says what the numbers are."""
        unknown = self.proposal.arrays is not None and self.proposal.numbers is None
        return () if kind == "data" and unknown else LANGUAGES

    def copy(self, language: Language, choice: Choice, out: str) -> None:
        """As it is chosen now."""
        exports, numbers = self._exports, self.proposal.numbers
        if choice.kind == "data" and numbers is not None:
            exports.copy_numbers(numbers, language, out)
            return
        copy = {"command": exports.copy_command, "python": exports.copy_python}[language]
        copy(replace(self.proposal, recipe=self.recipe(choice)), out)

    def preview(self, choice: Choice, show: Show, fail: Say) -> None:
        """The pixels of the file."""

        def draw(frames: list[NDArray[np.uint8]]) -> None:
            show([pictures.to_qimage(frame) for frame in frames])

        self._exports.preview(self.recipe(choice), draw, fail, most_pixels=_MOST_PREVIEW)

    def save(self, path: Path, choice: Choice, progress: Progress, done: Done, fail: Say) -> Job:
        """Begin to write."""
        arrays = self.proposal.arrays
        if choice.kind != "data" or arrays is None:
            recipe = self.recipe(choice)
            return self._exports.save(path, recipe, progress=progress, done=done, failed=fail)
        found = arrays()

        def work(_progress: Progress, _cancel: Cancel) -> Path:
            return columns.save_data(path, found, overwrite=True)

        return self._exports.run(work, progress=progress, done=done, failed=fail)


class PlotSubject:
    """A plot, as lines or as a picture, and the numbers in it."""

    def __init__(self, exports: Exports, proposal: PlotProposal) -> None:
        self.proposal = proposal
        self.name, self.suffix = proposal.name, proposal.suffix
        self.kinds: tuple[Kind, ...] = ("plot",) if proposal.arrays is None else ("plot", "data")
        self._exports = exports

    def first_choice(self, kind: Kind, suffix: str) -> Choice:
        """Two pixels for one of the screen."""
        return Choice(kind=kind, suffix=suffix, look=Look(scale=plot_files.COPY_SCALE, gap=0))

    def languages(self, kind: Kind) -> tuple[Language, ...]:
        """Both, as far as somebody says what it is."""
        numbers = self.proposal.numbers if kind == "data" else None
        return () if numbers is None and self.proposal.call is None else LANGUAGES

    def copy(self, language: Language, choice: Choice, out: str) -> None:
        """As it is chosen now."""
        exports, numbers, call = self._exports, self.proposal.numbers, self.proposal.call
        if choice.kind == "data" and numbers is not None:
            exports.copy_numbers(numbers, language, out)
        elif call is not None:
            say = call.command if language == "command" else call.python
            library, scale = exports.unusual_library, choice.look.scale
            text = say(out, library, light=choice.light, scale=scale)
            exports.copy_text(text, "Command" if language == "command" else "Python")

    def preview(self, choice: Choice, show: Show, fail: Say) -> None:  # noqa: ARG002 - never fails
        """As a picture, whatever the format."""
        scale = choice.look.scale if choice.suffix == ".png" else 1
        show([plot_files.image_of(self.proposal.figure, scale, light=choice.light)])

    def save(self, path: Path, choice: Choice, progress: Progress, done: Done, fail: Say) -> Job:
        """Drawn here, where widgets live; written in the back."""
        arrays = self.proposal.arrays
        if choice.kind == "data" and arrays is not None:
            found = arrays()

            def work(_progress: Progress, _cancel: Cancel) -> Path:
                return columns.save_data(path, found, overwrite=True)
        else:
            scale, light = choice.look.scale, choice.light
            data = plot_files.bytes_of(self.proposal.figure, choice.suffix, scale, light=light)

            def work(_progress: Progress, _cancel: Cancel) -> Path:
                return write(path, data, overwrite=True)

        return self._exports.run(work, progress=progress, done=done, failed=fail)


def subject_of(exports: Exports, proposal: Proposal | PlotProposal) -> Subject:
    """The subject of a proposal."""
    if isinstance(proposal, PlotProposal):
        return PlotSubject(exports, proposal)
    return PictureSubject(exports, proposal)
