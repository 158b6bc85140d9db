"""The classifier that pictures of a model are judged by: who it is, and how far to trust it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from latentlab.engine import runs

if TYPE_CHECKING:
    from pathlib import Path

    from latentlab.app.registry import ModelCard, Registry
    from latentlab.core.manifest import Manifest


@dataclass(frozen=True)
class Yardstick:
    """What a window says of it, and what its answers depend on."""

    id: str
    folder: Path
    weights: str  # sha256
    reads_labels: bool  # else attributes: its features serve, a label it does not know
    accuracy: float | None = None  # percent of test images, None where nobody measured

    @classmethod
    def of(cls, card: ModelCard) -> Yardstick:
        """A classifier of the registry; raises ModelError when it is broken."""
        manifest = card.require()
        accuracy = manifest.metrics.get("accuracy")
        return cls(
            card.id,
            card.folder,
            manifest.files.get(runs.WEIGHTS, ""),
            manifest.config.get("target") != "attributes",
            None if accuracy is None else accuracy.value,
        )

    @property
    def brief(self) -> str:
        """mnist-classifier, 99.5 % right."""
        return self.id if self.accuracy is None else f"{self.id}, {self.accuracy:.1f} % right"

    @property
    def words(self) -> str:
        """mnist-classifier, right on 99.5 % of test images."""
        if self.accuracy is None:
            return self.id
        what = "test images" if self.reads_labels else "attributes of test images"
        return f"{self.id}, right on {self.accuracy:.1f} % of {what}"


def yardstick_of(registry: Registry, manifest: Manifest) -> Yardstick | None:
    """The best one of labels, else the best of attributes, else None."""
    card = registry.yardstick(manifest) or registry.yardstick(manifest, attributes=True)
    return None if card is None else Yardstick.of(card)
