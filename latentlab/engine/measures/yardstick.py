"""The classifier that all measures of labels, and of distances between sets, are read from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, Self

import numpy as np

from latentlab.core.errors import ConfigError
from latentlab.engine import runs
from latentlab.engine.codec import Codec

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray

    from latentlab.core.manifest import Manifest

_AT_ONCE = 500


class Verdict(NamedTuple):
    """What a classifier sees in n pictures."""

    seen: NDArray[np.float32]  # probabilities of classes, or of each attribute, (n, k)
    features: NDArray[np.float32]  # those that they were read from, (n, d)


class Yardstick:
    """A frozen classifier, named in every figure by its id and the hash of its weights."""

    def __init__(self, codec: Codec, name: str) -> None:
        """Take over an opened classifier; `name` is its id."""
        self.id = name
        self.manifest = codec.manifest
        self._codec = codec

    @classmethod
    def open(cls, folder: Path, measured: Manifest, device: str) -> Self:
        """A classifier that can judge what a model makes; raises ConfigError for all others."""
        if problem := _problem(runs.read_manifest(folder), measured):
            raise ConfigError(
                f"{folder.name} cannot judge what {measured.id} makes: {problem}; choose another "
                f"classifier, or train one by latentlab train classifier --data "
                f"{measured.data.name}"
            )
        return cls(Codec.open(folder, device), folder.name)

    @property
    def reads(self) -> str:
        """What it sees in pictures: "labels" or "attributes"."""
        return str(self.manifest.config.get("target", "labels"))

    @property
    def stamp(self) -> str:
        """Its id and the first digits of its weights' sha256, for protocols."""
        return f"{self.id} (sha256 {self.manifest.files[runs.WEIGHTS][:12]})"

    def judge(self, images: NDArray[Any], tick: Callable[[float], None]) -> Verdict:
        """Pictures (n, C, H, W), bytes or floats in [0, 1]; `tick` is told shares and may raise."""
        parts = []
        for start in range(0, len(images), _AT_ONCE):
            tick(start / len(images))
            parts.append(self._codec.judge(images[start : start + _AT_ONCE]))
        seen, features = (np.concatenate(part) for part in zip(*parts, strict=True))
        return Verdict(seen, features)


def _problem(judge: Manifest, measured: Manifest) -> str:
    """Why a model cannot judge what another makes; nothing where it can."""
    if "classify" not in judge.capabilities:
        return "it is no classifier"
    if judge.data.content_hash != measured.data.content_hash:
        return f"it was not trained on the same {measured.data.title}"
    reads = judge.config.get("target", "labels")
    told = "attributes" if measured.is_told_attributes else "labels"
    return f"it reads {reads}, not {told}" if measured.told_names and reads != told else ""
