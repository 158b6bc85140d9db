"""What the window shows, as proposals to export: latents, and pictures as they are."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from latentlab.app.data_calls import DataCall
from latentlab.app.exports import Proposal
from latentlab.core import images
from latentlab.core import label as labels
from latentlab.core.points import seen_shape
from latentlab.core.recipe import Latents, Look, Pictures

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    from latentlab.app.lab import Lab
    from latentlab.app.state import Pin
    from latentlab.core.label import Told
    from latentlab.engine.latents import Latents as EncodedImages

FIRST_SIDE = 280  # pixels of a picture on its own, about, when it is first offered
_FIRST_SHEET = 3  # pixels per pixel of a sheet of small pictures
_SMALL = 64
_FIRST_ROWS = 100  # on the sheet that goes with all latents


def of_latents(
    lab: Lab,
    name: str,
    z: ArrayLike,
    *,
    label: Told = None,
    columns: int | None = None,
    title: str = "",
) -> Proposal:
    """Latents (n, latent) or (latent,) of the current model, decoded one by one.

    `label`: what a conditional model is told, one for all or an array with one for each.
    """
    row = told(Latents(z=written(z), title=title), label)
    look = look_of(_shape(lab), len(row.z), columns, smooth=lab.session.state.smooth)
    return Proposal(name, lab.exports.recipe([row], look))


def of_cursor(lab: Lab) -> Proposal | None:
    """The picture at the cursor, as the Inspector shows it."""
    state = lab.session.state
    if not state.z or not lab.decodes:
        return None
    return of_latents(lab, f"{state.model}_{place_of(state.z)}", state.z, label=state.label)


def of_pin(lab: Lab, pin: Pin) -> Proposal | None:
    """The picture of a pin, in its own model; None when that is gone."""
    card = next((card for card in lab.registry.cards() if card.id == pin.model), None)
    if card is None or card.manifest is None or len(pin.z) != card.manifest.latent_size:
        return None
    row = Latents(z=written(pin.z), label=pin.label, title=pin.name)
    look = look_of(card.manifest.data.shape, 1, smooth=lab.session.state.smooth)
    return Proposal(f"{pin.model}-{pin.name}", lab.exports.recipe([row], look, model=card))


def of_row(lab: Lab, row: int, name: str) -> Proposal | None:
    """The original that a row of the latents encodes; its reconstruction where it is not here."""
    original = lab.original(row)
    if original is not None:
        return of_pictures(lab, name, original[None])
    if lab.latents is None:
        return None
    return of_latents(lab, name, lab.latents.mu[row], label=lab.own_label(row))


def of_rows(
    lab: Lab, rows: Sequence[int], name: str, *, columns: int | None = None
) -> Proposal | None:
    """A sheet of what rows of the latents encode, originals if all of them are here."""
    originals = [picture for row in rows if (picture := lab.original(row)) is not None]
    if rows and len(originals) == len(rows):
        return of_pictures(lab, name, np.stack(originals), columns=columns)
    if lab.latents is None or not rows:
        return None
    z, label = lab.latents.mu[list(rows)], lab.own_labels(rows)
    return of_latents(lab, name, z, label=label, columns=columns)


def of_all(lab: Lab) -> Proposal | None:
    """All encoded images of the model: their numbers, and a sheet of the first."""
    latents = lab.latents
    if latents is None or not len(latents):
        return None
    name = f"{lab.session.state.model}-latents"
    sheet = of_rows(lab, list(range(min(len(latents), _FIRST_ROWS))), name)
    return sheet and replace(
        sheet,
        suffix=".npz",
        arrays=lambda: numbers_of(latents, lab.label_names),
        numbers=DataCall("latents", lab.session.state.model),
    )


def numbers_of(
    latents: EncodedImages, names: Sequence[str] = (), rows: NDArray[np.int64] | None = None
) -> dict[str, NDArray[Any]]:
    """Of all rows or some: row, index in the dataset, label (n,) and its name, z, logvar."""
    chosen = np.arange(len(latents)) if rows is None else rows
    known: dict[str, NDArray[Any] | None] = {"row": chosen, "index": latents.indices[chosen]}
    if latents.labels is not None:
        classes = latents.labels[chosen]
        words = np.array([*names, ""])
        known |= {"label": classes, "name": words[np.clip(classes, 0, len(words) - 1)]}
    known |= {
        "z": latents.mu[chosen],
        "logvar": None if latents.logvar is None else latents.logvar[chosen],
    }
    return {name: array for name, array in known.items() if array is not None}


def of_pictures(
    lab: Lab,
    name: str,
    pictures: NDArray[np.uint8],
    *,
    columns: int | None = None,
    title: str = "",
) -> Proposal:
    """Pictures (n, C, H, W) as they were shown; no model takes part."""
    row = Pictures(pictures=tuple(images.png_text(each) for each in pictures), title=title)
    look = look_of(pictures.shape[1:], len(pictures), columns, smooth=lab.session.state.smooth)
    recipe = lab.exports.recipe([row], look)
    nobody = {"model": "", "weights": "", "moment": None, "dataset": ""}
    return Proposal(name, recipe.model_copy(update=nobody))


def look_of(
    shape: Sequence[int], count: int, columns: int | None = None, *, smooth: bool = False
) -> Look:
    """A first look for `count` pictures (C, H, W): one alone large, many as a squarish sheet."""
    height, width = seen_shape(shape)[-2:]
    if count == 1:
        scale = min(64, max(1, FIRST_SIDE // max(height, width)))
        return Look(scale=scale, columns=1, smooth=smooth)  # as the command line has it
    scale = _FIRST_SHEET if max(height, width) < _SMALL else 1
    return Look(scale=scale, columns=columns or int(np.ceil(np.sqrt(count))), smooth=smooth)


def told(row: Latents, label: Told) -> Latents:
    """A row with its label, or with those of each latent."""
    if isinstance(label, np.ndarray):
        return row.model_copy(update={"labels": labels.rows_of(label, len(row.z))})
    return row.model_copy(update={"label": label})


def written(z: ArrayLike) -> tuple[tuple[float, ...], ...]:
    """Latents (n, latent) or (latent,) in the fewest digits that give every float32 again.

    So the command line, which writes them out, makes the very same recipe.
    """
    rows = np.array(z, np.float32, ndmin=2).astype(str).astype(np.float64)
    return tuple(map(tuple, rows.tolist()))


def place_of(z: Sequence[float]) -> str:
    """A latent in a file's name."""
    return "_".join(f"{value:+.2f}" for value in z[:4])


def _shape(lab: Lab) -> tuple[int, int, int]:
    manifest = lab.model.manifest if lab.model is not None else None
    return manifest.data.shape if manifest is not None else (1, 28, 28)
