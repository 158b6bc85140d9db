"""What a model can be measured by: names, words, and what each figure asks of the model.

How each is measured is in `engine.measures`, which needs torch; this table does not, so that the
window can offer a choice.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

from latentlab.core.points import is_points

if TYPE_CHECKING:
    from collections.abc import Callable

    from latentlab.core.manifest import Manifest

Group = Literal["Samples", "Latent space", "Likelihood", "Reconstruction", "Labels and style"]
GROUPS: tuple[Group, ...] = get_args(Group)  # in the order in which a window shows them

FACTORS = ("shapes", "faces")  # datasets drawn by known factors that know nothing of each other

_LACKS = {
    "encode": "it has no encoder",
    "decode": "it makes no pictures",
    "sample": "it draws no samples",
    "likelihood": "it gives no likelihood",
    "label": "it is told no labels",
    "posterior": "its codes are points, not distributions",
    "classify": "it is no classifier",
    "complete": "it does not complete half-seen pictures",
    "score": "it has no critic",
}


def takes_all(manifest: Manifest) -> str:  # noqa: ARG001 - others look at it
    """No reason against any model."""
    return ""


@dataclass(frozen=True)
class Kind:
    """One way to measure a model; it may give several figures."""

    title: str  # for people
    words: str  # what it says, one line
    group: Group
    needs: frozenset[str] = frozenset()  # capabilities of the model
    judged: bool = False  # whether a classifier of the dataset must look at the pictures
    on_plane: bool = False  # ... unless they are points, which have coordinates
    slow: bool = False  # measured only when asked for
    refuses: Callable[[Manifest], str] = takes_all  # why a model is not measured so, or ""

    def asks_judge(self, manifest: Manifest) -> bool:
        """Whether a classifier is needed to measure this model."""
        return self.judged and not (self.on_plane and is_points(manifest.data.shape))

    def lacking(self, manifest: Manifest) -> str:
        """What the model would have to be able to do; nothing where it is."""
        missing = sorted(self.needs - set(manifest.capabilities))
        return _LACKS.get(missing[0], f"it lacks {missing[0]}") if missing else ""

    def obstacle(self, manifest: Manifest, *, has_judge: bool) -> str:
        """Why a model is not measured so, as half a sentence; nothing where it is."""
        if lack := self.lacking(manifest):
            return lack
        if self.asks_judge(manifest) and not has_judge:
            return (
                f"there is no classifier of {manifest.data.title} to judge the pictures; train "
                f"one by latentlab train classifier --data {manifest.data.name}"
            )
        return self.refuses(manifest)


def _one_label(manifest: Manifest) -> str:
    """Pictures that share a label are compared."""
    return "it is told attributes, not one label" if manifest.is_told_attributes else ""


def _loss_per_picture(manifest: Manifest) -> str:
    """The losses of a game tell which side is ahead, not how good the model is."""
    able = set(manifest.capabilities)
    is_game = "score" in able or able.isdisjoint({"encode", "likelihood", "complete"})
    return "its losses are those of two networks, or sets, against each other" if is_game else ""


def _ink(manifest: Manifest) -> str:
    """Colour pictures have no strokes."""
    return "" if manifest.data.shape[0] == 1 else "its pictures are in colour and have no strokes"


def _labels_to_read(manifest: Manifest) -> str:
    """Without labels there is nothing to read; and one who is to keep them does not leak them."""
    if "classify" in manifest.capabilities:
        return "a classifier keeps all of the label on purpose"
    names = len(manifest.data.label_names), len(manifest.data.attribute_names)
    return "" if names[0] > 1 or names[1] else "its dataset has no labels"


def _labels_to_count(manifest: Manifest) -> str:
    """Modes are labels, or those that points are drawn from."""
    if is_points(manifest.data.shape):
        known = manifest.data.name.split("?")[0] == "points2d"
        return "" if known else "the modes of its points are not known"
    return "" if len(manifest.data.label_names) > 1 else "its dataset has no labels"


def _factors(manifest: Manifest) -> str:
    if manifest.data.name.split("?")[0] in FACTORS:
        taught = "classify" in manifest.capabilities
        return "a classifier is taught these factors on purpose" if taught else ""
    return f"the factors of its pictures are not known, as they are of {' and '.join(FACTORS)}"


def _attributes(manifest: Manifest) -> str:
    """What a model is told need not lie in z."""
    if manifest.told_names:
        return "what its pictures show is told beside z"
    return "" if manifest.data.attribute_names else "its dataset has no attributes"


_AUTOENCODES = frozenset({"encode", "decode"})
_TRANSFERS = frozenset({"encode", "decode", "label"})
_MAKES = frozenset({"sample", "decode"})
_LABELLED = _MAKES | {"label"}
_ENCODES = frozenset({"encode"})

KINDS: dict[str, Kind] = {  # in the order in which they are shown
    "reconstruction": Kind(
        "Reconstruction error", "How much of a picture is lost on its way through z.",
        "Reconstruction", _AUTOENCODES,
    ),
    "psnr": Kind("PSNR", "The same in decibels.", "Reconstruction", _AUTOENCODES),
    "objective": Kind(
        "Objective", "The loss that the family minimises.", "Reconstruction",
        refuses=_loss_per_picture,
    ),
    "elbo": Kind("-ELBO", "A bound on the likelihood of unseen pictures.", "Likelihood",
                 frozenset({"likelihood"})),
    "iwae": Kind("IWAE", "A tighter bound, of k importance samples.", "Likelihood",
                 frozenset({"likelihood"})),
    "kl": Kind("KL", "How much each number of z says of the picture.", "Likelihood",
               frozenset({"posterior"})),
    "active_units": Kind("Active units", "How many numbers of z are used at all.", "Likelihood",
                         frozenset({"posterior"})),
    "accuracy": Kind("Accuracy", "How often a classifier is right.", "Labels and style",
                     frozenset({"classify"})),
    "completion": Kind("Completion", "How likely the unseen quadrants of pictures are.",
                       "Likelihood", frozenset({"complete"})),
    "probe": Kind("Label read from z", "How well a linear probe tells the label from z.",
                  "Latent space", _ENCODES, refuses=_labels_to_read),
    "mig": Kind("MIG", "Whether one number of z alone knows each factor (mutual information gap).",
                "Latent space", _ENCODES, refuses=_factors),
    "sap": Kind("SAP", "How far the best number of z is ahead in predicting each factor.",
                "Latent space", _ENCODES, refuses=_factors),
    "dci": Kind("DCI", "Disentanglement, completeness and informativeness, by random forests.",
                "Latent space", _ENCODES, refuses=_factors),
    "obedience": Kind("Obedience", "Whether pictures turn into the label that they are told.",
                      "Labels and style", _TRANSFERS, judged=True),
    "slant": Kind("Slant kept", "Whether they go on leaning as before.", "Labels and style",
                  _TRANSFERS, refuses=_ink),
    "thickness": Kind("Stroke thickness kept", "Whether strokes stay as thick as before.",
                      "Labels and style", _TRANSFERS, refuses=_ink),
    "label_fidelity": Kind("Label fidelity", "Whether samples show the label that they are told.",
                           "Labels and style", _LABELLED, judged=True),
    "diversity": Kind("Diversity", "How different samples of one label are, beside real ones.",
                      "Labels and style", _LABELLED, refuses=_one_label),
    "cfid": Kind("cFID", "Distance of samples from real images, as two Gaussians.", "Samples",
                 _MAKES, judged=True, on_plane=True),
    "ckid": Kind("cKID", "The same without assuming a shape (kernel distance).", "Samples",
                 _MAKES, judged=True, on_plane=True),
    "density": Kind("Density", "How well samples lie among real images; above 1 in their midst.",
                    "Samples", _MAKES, judged=True, on_plane=True),
    "coverage": Kind("Coverage", "The share of real images that have a sample near them.",
                     "Samples", _MAKES, judged=True, on_plane=True),
    "precision": Kind("Precision", "The share of samples that could be real.", "Samples", _MAKES,
                      judged=True, on_plane=True),
    "recall": Kind("Recall", "The share of real images that could be samples.", "Samples", _MAKES,
                   judged=True, on_plane=True),
    "two_sample": Kind("1-NN test", "How often the nearest neighbour tells samples from real "
                       "images; half is ideal.", "Samples", _MAKES, judged=True, on_plane=True),
    "modes": Kind("Modes", "How many labels, or modes of points, the samples have.", "Samples",
                  _MAKES, judged=True, on_plane=True, refuses=_labels_to_count),
    "label_kl": Kind("KL of labels", "How far the labels of samples are from those of the data.",
                     "Samples", _MAKES, judged=True, on_plane=True, refuses=_labels_to_count),
    "gan_train": Kind("GAN-train", "What a classifier learns from samples alone; minutes.",
                      "Samples", _LABELLED, slow=True, refuses=_one_label),
    "memorisation": Kind("Memorisation", "Whether samples are copies of training images.",
                         "Samples", _MAKES),
    "interpolation": Kind("Interpolation", "Whether paths between samples are even and stay "
                          "near the data.", "Latent space", _MAKES, judged=True, on_plane=True),
    "arithmetic": Kind("Arithmetic", "Whether adding the difference of two means turns one "
                       "attribute and keeps all others.", "Latent space", _MAKES, judged=True,
                       refuses=_attributes),
}  # fmt: skip
