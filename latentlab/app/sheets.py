"""Rows of pictures as Python and the command line hold them: arrays now, a file when asked."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

import numpy as np

from latentlab.app import export
from latentlab.app.export import films, pictures, render, saving
from latentlab.app.export.output import Watch, never, unheard
from latentlab.core.errors import ConfigError
from latentlab.core.recipe import Look, Motion, Recipe

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from latentlab.app.export import Cancel, Decode, Progress

USUAL_SCALE = 4


class Sheet:
    """Rows of pictures and what made them. Nothing is decoded before somebody looks.

    `pictures` and `z` are numpy arrays; `save` writes any format that latentlab knows.
    """

    def __init__(self, recipe: Recipe, decode: Decode) -> None:
        """`decode(z (n, latent), label)` gives uint8 pictures (n, C, H, W)."""
        self._recipe = recipe
        self._decode = decode

    def __repr__(self) -> str:
        sizes = " + ".join(str(render.count_of(row)) for row in self._recipe.rows)
        return f"<Sheet of {self._recipe.model or 'pictures'}: {sizes} pictures>"

    @property
    def titles(self) -> tuple[str, ...]:
        """What each row is."""
        return tuple(row.title for row in self._recipe.rows)

    @cached_property
    def rows(self) -> tuple[NDArray[np.uint8], ...]:
        """The pictures of each row, uint8 (n, C, H, W).

        Every latent is decoded in a batch of its own, so that these are the pixels of the file.
        """
        return tuple(render.row_pictures(self._recipe, self._decode, Watch()))

    @property
    def pictures(self) -> NDArray[np.uint8]:
        """All rows as one array, uint8 (rows, n, C, H, W).

        Raises ConfigError where rows differ in length; `rows` has them then.
        """
        if len({row.shape for row in self.rows}) > 1:
            raise ConfigError("The rows of this sheet differ in length; take them from `rows`.")
        return np.stack(self.rows)

    @property
    def z(self) -> NDArray[np.float32]:
        """Latents, float32 (rows, n, latent); NaN in rows that no latent made."""
        counts = {render.count_of(row) for row in self._recipe.rows}
        found = [render.shown_latents(row) for row in self._recipe.rows]
        width = next((z.shape[1] for z in found if z is not None), 0)
        if len(counts) > 1:
            raise ConfigError("The rows of this sheet differ in length; they fit in no array.")
        nothing = np.full((*counts, width), np.nan, np.float32)
        return np.stack([nothing if z is None else z for z in found])

    def recipe(
        self,
        *,
        scale: int | None = None,
        columns: int | None = None,
        gap: int | None = None,
        border: int | None = None,
        ground: int | None = None,
        captions: bool | None = None,
        smooth: bool | None = None,
        fps: float | None = None,
        back: bool | None = None,
        loop: bool | None = None,
        film: bool = False,
    ) -> Recipe:
        """Everything that makes the picture again; see `save` for the arguments."""
        look = {
            "scale": scale, "columns": columns, "gap": gap, "border": border, "ground": ground,
            "captions": captions, "smooth": smooth,
        }  # fmt: skip
        motion = {"fps": fps, "back": back, "loop": loop}
        base, moves = self._recipe, film or self._recipe.motion is not None
        return base.model_copy(
            update={
                "look": _changed(Look, base.look, look),
                "motion": _changed(Motion, base.motion or Motion(), motion) if moves else None,
            }
        )

    def picture(self, **look: Any) -> NDArray[np.uint8]:
        """The sheet as one picture, uint8 (C, H, W); arguments as of `save`."""
        return render.compose(self.recipe(**look), self.rows)

    def save(
        self,
        path: str | Path,
        *,
        scale: int | None = None,
        columns: int | None = None,
        gap: int | None = None,
        border: int | None = None,
        ground: int | None = None,
        captions: bool | None = None,
        smooth: bool | None = None,
        fps: float | None = None,
        back: bool | None = None,
        loop: bool | None = None,
        film: bool = False,
        overwrite: bool = True,
        progress: Progress = unheard,
        cancel: Cancel = never,
    ) -> Path:
        """Write a file whose ending says what it is, with its recipe inside; returns its path.

        .png .jpg .webp .tif: one picture. .gif .apng .mp4, and .webp with `film`: one frame per
        step, the rows below each other. .npz .csv: the latents.

        Args:
            path: The file; written whole or not at all.
            scale: Every pixel becomes a square of this many, 1 to 64; usually 4.
            columns: Of a single row: wrap after so many pictures.
            gap: Pixels between pictures, before scaling; usually 1.
            border: Pixels around all, before scaling.
            ground: Grey of gaps and border, 0 to 255.
            captions: Write row titles and step numbers.
            smooth: Interpolate when scaling, instead of hard pixels.
            fps: Frames per second of a film, usually 10.
            back: Play a film to its end and back again.
            loop: Let a film begin again at its end, where the format can; usual.
            film: Make a film of .webp, which can be both.
            overwrite: Replace a file that is there already.
            progress: Told the share that is done, 0 to 1.
            cancel: Asked again and again whether to give up.

        Raises:
            LatentlabError: In one sentence; nothing is left behind.
        """
        target = Path(path)
        recipe = self.recipe(
            scale=scale, columns=columns, gap=gap, border=border, ground=ground,
            captions=captions, smooth=smooth, fps=fps, back=back, loop=loop,
            film=film or is_film(target),
        )  # fmt: skip
        return export.save_recipe_file(
            target, recipe, self._decode, overwrite=overwrite, progress=progress, cancel=cancel
        )


def is_film(path: PurePath) -> bool:
    """Whether a file of this ending can be nothing but a film."""
    suffix = path.suffix.lower()
    return suffix in films.ENDINGS and suffix not in pictures.ENDINGS


def require_ending(path: Path) -> None:
    """Refuse a file of a format that is not known, before the work is done; ConfigError."""
    if path.suffix and path.suffix.lower() not in saving.ENDINGS:
        raise ConfigError(f"{path}: name a file that ends in {', '.join(saving.ENDINGS)}.")


def _changed(kind: type[Any], value: Any, changes: Mapping[str, Any]) -> Any:
    """A checked copy; what is None stays."""
    given = {name: change for name, change in changes.items() if change is not None}
    try:
        return kind.model_validate({**value.model_dump(), **given})
    except ValueError as error:
        raise ConfigError(_refusal(error)) from error


def _refusal(error: Any) -> str:
    first = error.errors()[0]
    return f"{first['loc'][0]}={first['input']} does not do: {str(first['msg']).lower()}."
