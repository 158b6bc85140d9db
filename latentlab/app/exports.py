"""What leaves the window: proposals to export, pictures and commands to copy, work in the back.

Qt-free. Whoever shows a picture proposes it with its recipe; the window opens the dialog, which
saves through here; everything ends in `app.export`.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Literal

from psygnal import Signal

from latentlab.app import words
from latentlab.app.blocking_decode import blocking_decode, no_decode
from latentlab.app.export import (
    ExportCancelledError,
    metadata,
    pictures,
    render,
    save_recipe_file,
)
from latentlab.app.export.output import Watch
from latentlab.core import paths
from latentlab.core.errors import ModelError
from latentlab.core.recipe import Look, Motion, Recipe, Row
from latentlab.engine import runs

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from latentlab.app import background
    from latentlab.app.data_calls import DataCall
    from latentlab.app.export import Cancel, Decode, Progress
    from latentlab.app.lab import Lab
    from latentlab.app.post import Post
    from latentlab.app.registry import ModelCard

    Arrays = Callable[[], dict[str, NDArray[Any]]]
    Pictures = NDArray[np.uint8]
    Work = Callable[[Progress, Cancel], Path]

_COPY, _DRAG, _PREVIEW, _SAVE = "export-copy", "export-drag", "export-preview", "export-save"
_STEP = 0.01  # progress is told in steps of this


@dataclass(frozen=True)
class Proposal:
    """Something that is shown and can leave: what made it, and how to call it."""

    name: str  # for the file, without ending
    recipe: Recipe
    arrays: Arrays | None = None  # its data by name; None: the recipe's latents
    suffix: str = ""  # the format to begin with, ".csv"; empty: the last one used
    numbers: DataCall | None = None  # what makes `arrays` again


class Job:
    """Work on its way to a file."""

    def __init__(self) -> None:
        self._given_up = threading.Event()

    def cancel(self) -> None:
        """Give it up; `done(None)` tells when nothing is left of it."""
        self._given_up.set()

    @property
    def is_cancelled(self) -> bool:
        """Whether it was given up."""
        return self._given_up.is_set()


class Exports:
    """Belongs to one thread, which it never holds up."""

    wanted = Signal(object)  # Proposal: the window opens the dialog
    picture_copied = Signal(object)  # bytes: a PNG file with its recipe inside
    text_copied = Signal(str)  # a command line or Python

    def __init__(self, lab: Lab, post: Post) -> None:
        """`lab` gives the current model, the codec process and the background."""
        self._lab = lab
        self._post = post
        self._rendered: tuple[Recipe, list[Pictures]] | None = None  # of the last preview

    def recipe(
        self,
        rows: Sequence[Row],
        look: Look = Look(),  # noqa: B008 - frozen
        motion: Motion | None = None,
        seed: int | None = None,
        *,
        model: ModelCard | None = None,
    ) -> Recipe:
        """These rows, as the current model decodes them at the current moment; or another one."""
        moment = self._lab.session.state.moment if model is None else None
        model = model or self._lab.model
        manifest = model.manifest if model is not None else None
        base = Recipe(
            latentlab=version("latentlab"),
            model="",
            rows=tuple(rows),
            look=look,
            motion=motion,
            seed=seed,
        )
        if model is None or manifest is None:
            return base
        return base.model_copy(
            update={
                "model": model.id,
                "weights": manifest.files.get(weights_of(moment), ""),
                "moment": moment,
                "dataset": manifest.data.content_hash,
            }
        )

    # -- intents -------------------------------------------------------------------------------

    def propose(self, proposal: Proposal) -> None:
        """Ask the window for its export dialog."""
        self.wanted.emit(proposal)

    def copy_picture(self, proposal: Proposal) -> None:
        """To the clipboard, made from the recipe."""
        self.render_png(proposal.recipe, self._on_copied, self._fail, lane=_COPY)

    def copy_png(self, png: bytes, what: str) -> None:
        """A PNG file that is there already, to the clipboard; `what` it shows, for people."""
        self.picture_copied.emit(png)
        self._lab.message.emit(f"{what} copied", "info")

    def copy_command(self, proposal: Proposal, out: str = "") -> None:
        """The command line that makes the same file."""
        out = out or f"{proposal.name}.png"
        text = words.as_command(proposal.recipe, out, self.unusual_library)
        self.copy_text(text, "Command")

    def copy_python(self, proposal: Proposal, out: str = "") -> None:
        """The Python lines that make the same file."""
        out = out or f"{proposal.name}.png"
        text = words.as_python(proposal.recipe, out, self.unusual_library)
        self.copy_text(text, "Python")

    def copy_numbers(
        self, call: DataCall, language: Literal["command", "python"], out: str
    ) -> None:
        """The words that make the same numbers."""
        if language == "command":
            self.copy_text(call.command(out, self.unusual_library), "Command")
        else:
            self.copy_text(call.python(out, self.unusual_library), "Python")

    def copy_text(self, text: str, what: str) -> None:
        """Words that are there already, to the clipboard; `what` they are, for people."""
        self.text_copied.emit(text)
        self._lab.message.emit(f"{what} copied", "info")

    @property
    def unusual_library(self) -> Path | None:
        """The library of the window, where a command would look into another one."""
        library = self._lab.registry.library
        return None if library == paths.library() else library

    # -- work ----------------------------------------------------------------------------------

    def render_png(
        self,
        recipe: Recipe,
        done: Callable[[bytes], None],
        failed: Callable[[str], None],
        *,
        lane: str = _DRAG,
    ) -> None:
        """The still picture of a recipe as a PNG file with the recipe inside."""

        def work(cancel: background.Cancel) -> bytes:
            decode = self._decoder(recipe, lane, lambda: cancel.wanted)
            picture = render.picture_of(recipe, decode, cancel=lambda: cancel.wanted)
            return pictures.encoded(picture, ".png", metadata.text_of(recipe))

        self._lab.background.run(lane, work, done, failed)

    def preview(
        self,
        recipe: Recipe,
        done: Callable[[list[Pictures]], None],
        failed: Callable[[str], None],
        *,
        most_pixels: int,
    ) -> None:
        """The still picture, or the frames of a film, (C, H, W) each, as the file will have them.

        Of a film that has more pixels in all, only the first frame. Newest wins.
        """

        def work(cancel: background.Cancel) -> list[Pictures]:
            rows = self._row_pictures(recipe, lambda: cancel.wanted)
            if recipe.motion is None:
                return [render.compose(recipe, rows)]
            frames = render.Frames(recipe, rows)
            whole = frames[0].size * len(frames) <= most_pixels
            return [_checked(cancel, frames[i]) for i in range(len(frames) if whole else 1)]

        self._lab.background.run(_PREVIEW, work, done, failed)

    def save(
        self,
        path: Path,
        recipe: Recipe,
        *,
        progress: Progress,
        done: Callable[[Path | None], None],
        failed: Callable[[str], None],
    ) -> Job:
        """Write a picture or film; whatever stands there is replaced, once all is written."""

        def work(progress: Progress, cancel: Cancel) -> Path:
            return save_recipe_file(
                path,
                recipe,
                self._decoder(recipe, _SAVE, cancel),
                overwrite=True,
                progress=progress,
                cancel=cancel,
            )

        return self.run(work, progress=progress, done=done, failed=failed)

    def run(
        self,
        work: Work,
        *,
        progress: Progress,
        done: Callable[[Path | None], None],
        failed: Callable[[str], None],
    ) -> Job:
        """Work of any kind that writes a file; `done(None)` when it was cancelled."""
        job = Job()

        def whole(cancel: background.Cancel) -> Path | None:
            try:
                return work(self._heard(progress), lambda: job.is_cancelled or cancel.wanted)
            except ExportCancelledError:
                return None

        self._lab.background.run(_SAVE, whole, done, failed)
        return job

    # -- inside --------------------------------------------------------------------------------

    def _row_pictures(self, recipe: Recipe, cancel: Cancel) -> list[Pictures]:
        """Decoded once for all looks; on the preview's thread only."""
        plain = recipe.model_copy(update={"look": Look(), "motion": None})
        if self._rendered is None or self._rendered[0] != plain:
            decode = self._decoder(recipe, _PREVIEW, cancel)
            watch = Watch(cancel=cancel)
            self._rendered = plain, render.row_pictures(recipe, decode, watch)
        return self._rendered[1]

    def _decoder(self, recipe: Recipe, lane: str, cancel: Cancel) -> Decode:
        """A `decode` for background threads; raises ModelError for a missing or changed model."""
        if not recipe.model:
            return no_decode
        card = next((card for card in self._lab.registry.cards() if card.id == recipe.model), None)
        if card is None or card.manifest is None:
            raise ModelError(f"{recipe.model} is not there any more, so it cannot draw this.")
        if card.manifest.files.get(weights_of(recipe.moment), "") != recipe.weights:
            raise ModelError(
                f"{recipe.model} has changed since this was shown; look at it again, then export."
            )
        folder = card.folder if recipe.moment is None else card.folder / snapshot(recipe.moment)
        return blocking_decode(self._lab.codec, folder, self._post, lane, cancel)

    def _heard(self, progress: Progress) -> Progress:
        """Progress on the owner's thread, and not more often than can be seen."""
        last = -1.0

        def tell(share: float) -> None:
            nonlocal last
            if share - last >= _STEP or share >= 1:
                last = share
                self._post(lambda: progress(share))

        return tell

    def _on_copied(self, png: bytes) -> None:
        self.copy_png(png, "Picture")

    def _fail(self, text: str) -> None:
        self._lab.message.emit(text, "error")


def _checked(cancel: background.Cancel, frame: Pictures) -> Pictures:
    cancel.check()
    return frame


def snapshot(moment: int) -> str:
    """Where a model folder keeps what it was after so many images."""
    return f"snapshots/{moment:012d}"


def weights_of(moment: int | None) -> str:
    """The weights file of a snapshot, or of the end, relative to the model's folder."""
    return runs.WEIGHTS if moment is None else f"{snapshot(moment)}/{runs.WEIGHTS}"
