"""What leaves the window: proposals to export, pictures and commands to copy, work in the back.

Qt-free. Whoever shows a picture proposes it with its recipe; the window opens the dialog, which
saves through here; everything ends in `app.export`.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from psygnal import Signal

from latentlab.app.blocking_decode import blocking_decode, no_decode
from latentlab.core import images
from latentlab.core.recipe import KEY, Look, Motion, Recipe, Row
from latentlab.engine import runs

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from latentlab.app.background import Cancel
    from latentlab.app.blocking_decode import Decode
    from latentlab.app.lab import Lab
    from latentlab.app.post import Post

    Arrays = Callable[[], dict[str, NDArray[Any]]]

_COPY = "export-copy"  # lanes, of the background and of the codec process alike


@dataclass(frozen=True)
class Proposal:
    """Something that is shown and can leave: what made it, and how to call it."""

    name: str  # for the file, without ending
    recipe: Recipe
    arrays: Arrays | None = None  # its data by name; None: the recipe's latents


class Exports:
    """Belongs to one thread, which it never holds up."""

    wanted = Signal(object)  # Proposal: the window opens the dialog
    picture_copied = Signal(object)  # bytes: a PNG file with its recipe inside
    text_copied = Signal(str)  # a command line or Python

    def __init__(self, lab: Lab, post: Post) -> None:
        """`lab` gives the current model, the codec process and the background."""
        self._lab = lab
        self._post = post

    def recipe(
        self,
        rows: Sequence[Row],
        look: Look = Look(),  # noqa: B008 - frozen
        motion: Motion | None = None,
        seed: int | None = None,
    ) -> Recipe:
        """These rows, as the current model decodes them at the current moment."""
        model = self._lab.model
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
        moment = self._lab.session.state.moment
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
        recipe = proposal.recipe

        def work(cancel: Cancel) -> bytes:
            from latentlab.app.export import render

            decode = make(lambda: cancel.wanted)
            picture = render.picture_of(recipe, decode, lambda _: None, lambda: cancel.wanted)
            return images.png_bytes(picture, 1, {KEY: recipe.model_dump_json()})

        make = self.decoder(recipe, _COPY)
        self._lab.background.run(_COPY, work, self._on_copied, self._fail)

    def copy_command(self, proposal: Proposal) -> None:
        """The command line that makes the same file."""
        from latentlab.app import words

        self._copy_text(words.as_command(proposal.recipe, f"{proposal.name}.png"), "Command")

    def copy_python(self, proposal: Proposal) -> None:
        """The Python lines that make the same file."""
        from latentlab.app import words

        self._copy_text(words.as_python(proposal.recipe, f"{proposal.name}.png"), "Python")

    # -- the model that decodes ----------------------------------------------------------------

    def decoder(self, recipe: Recipe, lane: str) -> Callable[[Callable[[], bool]], Decode]:
        """What makes a `decode` for a background thread, given how to know of a cancel.

        Raises ModelError when the recipe's model is missing.
        """
        if not recipe.model:
            return lambda _: no_decode
        folder = self._lab.registry.find(recipe.model).folder
        if recipe.moment is not None:
            folder = folder / snapshot(recipe.moment)
        codec, post = self._lab.codec, self._post
        return lambda cancel: blocking_decode(codec, folder, post, lane, cancel)

    # -- inside --------------------------------------------------------------------------------

    def _on_copied(self, png: bytes) -> None:
        self.picture_copied.emit(png)
        self._lab.message.emit("Picture copied", "info")

    def _copy_text(self, text: str, what: str) -> None:
        self.text_copied.emit(text)
        self._lab.message.emit(f"{what} copied", "info")

    def _fail(self, text: str) -> None:
        self._lab.message.emit(text, "error")


def snapshot(moment: int) -> str:
    """Where a model folder keeps what it was after so many images."""
    return f"snapshots/{moment:012d}"


def weights_of(moment: int | None) -> str:
    """The weights file of a snapshot, or of the end, relative to the model's folder."""
    return runs.WEIGHTS if moment is None else f"{snapshot(moment)}/{runs.WEIGHTS}"
