"""What is dropped on the window, by its content: models, sessions, files with a recipe."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QObject

from latentlab.app import replays, session_file
from latentlab.app.export import read_recipe
from latentlab.core.errors import LatentlabError
from latentlab.engine import runs
from latentlab.gui.homotopy.dropped import take_picture

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from latentlab.app.lab import Lab
    from latentlab.app.session_file import SessionFile
    from latentlab.core.recipe import Recipe
    from latentlab.gui.model_care import ModelCare

What = Literal["model", "session", "file", "folder"]
_LANE = "drops"
_ADVICE = (
    "a model's folder or zip, a saved session, or a file that latentlab exported can be dropped "
    "here. Pictures are dropped on the Homotopy tab, datasets chosen in the Train tab."
)


def what_is(path: Path) -> What:
    """What a file or folder holds, by looking inside."""
    if path.is_dir():
        return "model" if runs.is_model(path) else "folder"
    if path.suffix.lower() == ".json":
        return "session"
    if path.suffix.lower() == ".zip":
        return "model"
    if path.suffix.lower() == ".npz":  # a zip as well, which may carry a recipe
        return "file"
    return "model" if zipfile.is_zipfile(path) else "file"


class Drops(QObject):
    """Each by its content; what is none of these is told in a sentence."""

    def __init__(self, lab: Lab, care: ModelCare) -> None:
        super().__init__(care)
        self._lab = lab
        self._care = care

    def take(self, paths: Iterable[Path]) -> None:
        """One after the other."""
        for path in paths:
            kind = what_is(path)
            if kind == "model":
                self._care.take_in(path)
            elif kind == "folder":
                self._fail(f"{path.name} holds no model: {_ADVICE}")
            else:
                self._look_into(path, kind)

    def _look_into(self, path: Path, kind: What) -> None:
        """Reading a film takes a while."""
        self._lab.background.run(
            f"{_LANE}:{path}",
            lambda _: _read(path, kind),
            lambda found: self._show(path, found),
            lambda text: self._take_picture(path, text),
        )

    def _take_picture(self, path: Path, problem: str) -> None:
        """What has no recipe may still be an endpoint; if not, the problem is told."""
        if not take_picture(self._lab, path, self._fail):
            self._fail(problem)

    def _show(self, path: Path, found: Recipe | SessionFile) -> None:
        if isinstance(found, session_file.SessionFile):
            self._lab.session.adopt(found)
            self._lab.message.emit(f"Opened {path.name}; Ctrl+Z leads back", "info")
            return
        try:
            replays.show(self._lab, found, path.name)
        except LatentlabError as error:
            self._fail(str(error))

    def _fail(self, text: str) -> None:
        self._lab.message.emit(text, "error")


def _read(path: Path, kind: What) -> Recipe | SessionFile:
    if kind == "session":
        return session_file.read(path)
    try:
        return read_recipe(path)
    except LatentlabError as error:
        raise LatentlabError(f"{str(error).rstrip('.')}; {_ADVICE}") from error
