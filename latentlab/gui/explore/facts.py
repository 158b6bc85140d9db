"""What the map must know, gathered from the lab; and why there may be no map."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from latentlab.engine import runs
from latentlab.gui.explore.scene import Facts, Offers

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from latentlab.app.lab import Lab

_NO_POSTERIOR = "This model encodes to points, not to distributions: it has no q(z|x)"
_NO_PRIOR = "This model was not trained towards N(0, I): it has no prior to draw"
# Five stops of viridis (S. van der Walt, N. Smith 2015, CC0).
_VIRIDIS = ((68, 1, 84), (59, 82, 139), (33, 145, 140), (94, 201, 98), (253, 231, 37))
_NO_WEIGHTS = "This model has no weights yet, so nothing can be decoded"
_NO_DECODER = "This model only reads pictures: it cannot decode places of the map"


def ramp() -> NDArray[np.uint8]:
    """Colours of a number from low to high, (256, 3): dark to light for every kind of eye."""
    at = np.linspace(0, 1, 256)
    stops = np.linspace(0, 1, len(_VIRIDIS))
    columns = [np.interp(at, stops, column) for column in np.array(_VIRIDIS, float).T]
    return np.rint(np.stack(columns, axis=1)).astype(np.uint8)


def gather(lab: Lab) -> Facts:
    """Facts of the current model, whose latents are there."""
    assert lab.latents is not None
    assert lab.model is not None
    record = lab.model.require().data
    dataset = lab.dataset
    attributes, names = None, ()
    if dataset is not None and dataset.attributes is not None:
        attributes, names = dataset.attributes[lab.latents.indices], dataset.attribute_names
    total = record.test_images
    return Facts(lab.latents, lab.label_names, total, tuple(names), attributes, ramp())


def offers(lab: Lab, facts: Facts) -> Offers:
    """Which switches this model can serve."""
    assert lab.model is not None
    refusals = []
    if not lab.model.is_usable:
        refusals.append(("manifold", _NO_WEIGHTS))
    elif not lab.decodes:
        refusals.append(("manifold", _NO_DECODER))
    if facts.latents.logvar is None:
        refusals += [("posterior", _NO_POSTERIOR), ("sampled", _NO_POSTERIOR)]
    if "posterior" not in lab.model.require().capabilities:
        refusals.append(("prior", _NO_PRIOR))
    return Offers(facts.latents.size, facts.attribute_names, tuple(refusals))


def why_empty(lab: Lab) -> str:
    """One sentence instead of a map."""
    if lab.model is None:
        return "There is no model yet. Train one in the Train tab: its map grows here."
    if lab.model.manifest is None:
        return lab.model.broken or f"{lab.model.title} cannot be read."
    if runs.LATENTS in lab.model.manifest.files:
        return lab.latents_problem or f"Reading the encoded images of {lab.model.title} ..."
    if lab.model.is_active:
        return f"{lab.model.title} is in its first epoch; its map appears when that ends."
    return f"{lab.model.title} has no encoded images. Choose another model, or train this one."


def is_loading(lab: Lab) -> bool:
    """Whether points will come by themselves."""
    if lab.model is None or lab.model.manifest is None or lab.latents_problem:
        return False
    here = lab.latents is not None and lab.plane is not None
    return runs.LATENTS in lab.model.manifest.files and not here
