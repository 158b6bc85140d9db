"""How much of the label can still be read from z, measured beside the window, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from latentlab.engine import runs
from latentlab.engine.leakage import Leakage, leakage

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from latentlab.app.lab import Lab
    from latentlab.core.manifest import Manifest

HIGH = 2.0  # times chance: above this, more than a trace of the label is in z
_NOTHING = 1.35  # times chance: what is left may be by chance
_LANE = "style-leakage"


class LeakageWatch:
    """Belongs to the thread of the lab. Measured once for the latents that the map shows."""

    def __init__(self, lab: Lab, told: Callable[[], None]) -> None:
        self._lab, self._told = lab, told
        self._asked: object = None
        self.found: Leakage | None = None
        self.problem = ""  # one sentence: why there is none

    @property
    def is_settled(self) -> bool:
        """Whether it is measured, or cannot be."""
        return self._asked is None or self.found is not None or bool(self.problem)

    def ask(self) -> None:
        """Measure, unless it was or there is nothing to measure."""
        lab = self._lab
        manifest = lab.model.manifest if lab.model is not None else None
        by = manifest is not None and manifest.is_told_attributes
        data = (lab.dataset, lab.dataset_problem) if by else (None, "")
        wanted = (lab.model and lab.model.id, lab.latents, lab.latents_problem, *data)
        if manifest is None or not manifest.told_names or _same(wanted, self._asked):
            return
        self._asked, self.found, self.problem = wanted, None, ""
        known = self._known(manifest)
        if known is None:
            self.problem = self._why(manifest)
            self._told()
            return
        z, told = known
        count = len(manifest.told_names)
        lab.background.run(
            _LANE,
            lambda cancel: leakage(z, told, count, check=cancel.check),
            self._take,
            self._fail,
            cancel_running=True,
        )

    def _known(self, manifest: Manifest) -> tuple[NDArray[Any], NDArray[Any]] | None:
        """Latents and what the model was told of them, where both are here."""
        latents, dataset = self._lab.latents, self._lab.dataset
        if latents is None:
            return None
        if not manifest.is_told_attributes:
            return None if latents.labels is None else (latents.mu, latents.labels)
        if dataset is None or dataset.attributes is None:
            return None
        return latents.mu, dataset.attributes[latents.indices]

    def _why(self, manifest: Manifest) -> str:
        """One sentence where there is nothing to read from; empty while it may still come."""
        if "encode" not in manifest.capabilities:
            return "This model draws z and reads none, so no label can leak into it."
        if runs.LATENTS not in manifest.files:
            return "No images are encoded yet, so there is no z to read labels from."
        if self._lab.latents is None:
            return self._lab.latents_problem
        if manifest.is_told_attributes:
            return self._lab.dataset_problem
        return "The encoded images have no labels to look for in z."

    def _take(self, found: Leakage) -> None:
        self.found = found
        self._told()

    def _fail(self, problem: str) -> None:
        self.problem = problem
        self._told()


def leakage_words(found: Leakage) -> str:
    """For people: what a probe reads from z, what chance would, and what that means."""
    chance = chance_of(found)
    words = f"z tells the label in {found.accuracy:.0%} of cases, chance {chance:.0%}"
    if found.accuracy <= _NOTHING * chance:
        return f"{words}: the style carries next to nothing of the label."
    if not is_high(found):
        return f"{words}: the style carries little of the label."
    return (
        f"{words}: some of the label has leaked into z, so that a row may drag its own label along."
    )


def leakage_brief(found: Leakage) -> str:
    """The same where there is little room."""
    return f"z tells the label: {found.accuracy:.0%}, chance {chance_of(found):.0%}"


def is_high(found: Leakage) -> bool:
    """Whether more than a trace of the label is in z: twice chance, or half the way from it."""
    chance = chance_of(found)
    return found.accuracy > min(HIGH * chance, chance + 0.5 * (1 - chance))


def chance_of(found: Leakage) -> float:
    """What somebody gets right who does not look at z: by the commonest label, or blindly."""
    return max(found.chance, found.uniform)


def _same(a: tuple[object, ...], b: object) -> bool:
    return isinstance(b, tuple) and all(x is y or x == y for x, y in zip(a, b, strict=True))
