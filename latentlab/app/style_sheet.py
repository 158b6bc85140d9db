"""What the manifold page asks of a model: places of a plane under one label; pure, Qt-free."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from latentlab.app import grids, named_ends, proposals
from latentlab.app.exports import Proposal, weights_of
from latentlab.app.state import MapView, Style
from latentlab.core import label as labels
from latentlab.core import reference
from latentlab.core.projection import PcaPlane, RawPlane
from latentlab.core.recipe import Latents

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from latentlab.app.calls import Call
    from latentlab.app.lab import Lab
    from latentlab.app.state import State
    from latentlab.core.label import Label
    from latentlab.core.projection import Plane
    from latentlab.core.recipe import Recipe

    Range = tuple[float, float]

SPAN = 3.0  # sigma of N(0, I) from the middle to each edge, where steps are equal
_DRIFT = 1e-4  # latents that differ less decode to the same pictures
_STRIDES = (4, 2)  # of the coarse pictures of a sheet that is still to come


@dataclass(frozen=True, eq=False)
class ManifoldSheet:
    """Latents z (side, side, latent), the top row first, and what is told of all of them."""

    z: NDArray[np.float32]
    label: Label
    model: str
    weights: str  # sha256: a run that trains has others after every save
    plane: Plane
    start: NDArray[np.float32]  # (latent,) what the plane does not show
    x: Range | None  # None: equally probable places
    y: Range | None

    @property
    def side(self) -> int:
        """Pictures in a row."""
        return len(self.z)

    @property
    def is_whole(self) -> bool:
        """Whether the plane is all of the latent space."""
        return int(self.z.shape[-1]) <= 2

    def is_like(self, other: ManifoldSheet | None) -> bool:
        """Whether both are the same pictures; a cursor that moves within the plane shifts none."""
        if other is None or self.z.shape != other.z.shape:
            return False
        same = (self.label, self.model, self.weights) == (other.label, other.model, other.weights)
        return same and float(np.abs(self.z - other.z).max()) <= _DRIFT

    def place(self, index: int) -> tuple[float, float]:
        """Where a picture, counted row by row, lies on the plane."""
        x, y = self.plane.project(self.z[divmod(index, self.side)])[0].tolist()
        return x, y


def assemble(lab: Lab) -> ManifoldSheet | None:
    """The sheet that the session asks for; None while the model or its plane is not there."""
    model, state = lab.model, lab.session.state
    if model is None or not lab.decodes:
        return None
    manifest = model.require()
    plane = plane_of(lab)
    if plane is None or not labels.fits(state.label, manifest):
        return None
    start = np.zeros(manifest.latent_size, np.float32)
    if manifest.latent_size > 2 and state.style.through == "cursor" and state.z:
        start = np.asarray(state.z, np.float32)
    x, y = _ranges(plane) if state.style.spacing == "linear" else (None, None)
    z = grids.manifold_latents(plane, start, state.style.side, x, y)
    weights = manifest.files.get(weights_of(None), "")
    return ManifoldSheet(z, state.label, model.id, weights, plane, start, x, y)


def plane_of(lab: Lab) -> Plane | None:
    """Both numbers of a 2-D latent, else the plane of the map; None while that is to come."""
    manifest, view = lab.model.require() if lab.model else None, lab.session.state.map
    if manifest is None:
        return None
    size = manifest.latent_size
    if size <= 2:
        return RawPlane(size)
    if view.plane == "raw" or "encode" not in manifest.capabilities:
        return RawPlane(size, view.dims)
    fits = lab.plane is not None and lab.plane.latent_size == size
    return lab.plane if fits else None


def sheet_proposal(lab: Lab, sheet: ManifoldSheet) -> Proposal:
    """The whole sheet, ready to leave, with the command that makes it."""
    manifest = lab.registry.find(sheet.model).require()
    rows = [
        row.model_copy(update={"label": sheet.label})
        for row in grids.manifold_rows(sheet.plane, sheet.start, sheet.x, sheet.y, sheet.side)
    ]
    smooth = lab.session.state.smooth
    look = proposals.look_of(manifest.data.shape, sheet.side**2, smooth=smooth)
    recipe = lab.exports.recipe(rows, look.model_copy(update={"columns": None}))
    kind, dims = _words_of(sheet.plane)
    start, told = reference.of_latent(sheet.start), labels.written(sheet.label, manifest)
    recipe = named_ends.manifold(
        recipe, str(start), sheet.side, sheet.x, sheet.y, kind, dims, label=told
    )
    name = "-".join(filter(None, (sheet.model, "manifold", _in_name(sheet.label, told))))
    return Proposal(name, recipe)


def fields_of(call: Call, recipe: Recipe, state: State) -> dict[str, Any] | None:
    """What to change in a document to see an exported sheet again, the inverse of the above.

    None where it is no sheet of one label, or of places that the page cannot show.
    """
    given, row = call.values, recipe.rows[0]
    if call.verb != "grid" or given.get("corners") or not isinstance(row, Latents):
        return None
    start = reference.parse(given["start"]).z if "start" in given else ()
    known = bool(start) or len(row.z[0]) <= 2  # else the plane goes through some mean
    wide = [high - low for low, high in (given.get(name, (0.0, 0.0)) for name in ("x", "y"))]
    if row.label is None or not known or not (given.get("quantiles") or wide == [2 * SPAN] * 2):
        return None
    style = {
        "page": "manifold",
        "side": given.get("n", 8),
        "spacing": "equal" if given.get("quantiles") else "linear",
        "through": "cursor" if any(start) else "zero",
    }
    plane = {"plane": given.get("plane", "raw"), "dims": given.get("dims", (0, 1))}
    try:
        shown = Style(**{**dict(state.style), **style}), MapView(**{**dict(state.map), **plane})
    except ValueError:  # more places, or fewer, than the page has
        return None
    there = {"z": start} if any(start) else {}
    return {"tab": "style", "style": shown[0], "map": shown[1], "label": row.label, **there}


def coarse_first(side: int) -> tuple[NDArray[np.int64], tuple[tuple[int, NDArray[np.int64]], ...]]:
    """In which order to decode a sheet, so that it can be shown coarsely before it is whole.

    Returns:
        All indices (side * side,), and for every coarse level how many of them it takes and which
        picture stands for each place (side * side,) then.
    """
    order = np.empty(0, np.int64)
    levels = []
    for stride in _STRIDES:
        nearest = np.minimum(np.arange(side) // stride * stride + stride // 2, side - 1)
        stands = (nearest[:, None] * side + nearest).ravel()
        order = np.concatenate([order, np.setdiff1d(stands, order)])
        levels.append((len(order), stands))
    rest = np.setdiff1d(np.arange(side * side), order)
    return np.concatenate([order, rest]), tuple(levels)


def _ranges(plane: Plane) -> tuple[Range, Range]:
    """So many sigma around the shadow of the prior."""
    x, y = plane.project(np.zeros((1, plane.latent_size)))[0].astype(float).tolist()
    return (x - SPAN, x + SPAN), (y - SPAN, y + SPAN)


def _words_of(plane: Plane) -> tuple[str, tuple[int, int]]:
    """The plane as the command line has it."""
    if isinstance(plane, PcaPlane):
        return "pca", plane.ranks
    assert isinstance(plane, RawPlane)
    return "raw", plane.dims


def _in_name(label: Label, told: str) -> str:
    return "mixed" if isinstance(label, tuple) else told
