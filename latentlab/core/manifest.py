"""`manifest.json`: what a model folder says of itself. A run is a model from its first second."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from latentlab.core.values import Value

SCHEMA_VERSION: Literal[1] = 1

RunState = Literal["running", "paused", "finished", "stopped", "failed", "interrupted"]


class Metric(Value):
    """One measured figure with all that is needed to measure it again."""

    value: float
    unit: str  # "nats per image", "squared error per image", "dB", ...
    n: int  # images it was measured on
    title: str  # for people: "-ELBO", "IWAE-50"
    better: Literal["lower", "higher", "neither"] = "lower"
    protocol: str = ""  # "dynamic binarisation, test split, 1 sample, seed 0"
    command: str = ""  # the command line that measures it


class DataRecord(Value):
    """The dataset a model was trained on, as far as the model must know it without the data."""

    name: str  # spec for latentlab.data.load, without absolute paths when shipped
    title: str
    content_hash: str
    shape: tuple[int, int, int]  # channels, height, width
    label_names: tuple[str, ...] = ()
    attribute_names: tuple[str, ...] = ()
    licence: str = ""
    train_images: int = 0
    validation_images: int = 0
    test_images: int = 0


class Manifest(Value):
    """Everything about a model but its tensors; all tensor files are listed with their sha256."""

    schema_version: Literal[1] = SCHEMA_VERSION
    id: str
    title: str
    family: str
    family_title: str
    config: dict[str, Any]
    recipe: dict[str, Any]
    capabilities: tuple[str, ...]
    latent_shape: tuple[int, ...]  # (20,) or (4, 7, 7); z is always flat, (n, prod(latent_shape))
    data: DataRecord
    state: RunState = "running"
    message: str = ""  # why it ended, one sentence, empty when all is well
    epoch: int = 0
    images_seen: int = 0
    parameters: int = 0
    seed: int = 0
    device: str = "cpu"
    seconds: float = 0.0
    created: str = ""  # ISO 8601, UTC
    metrics: dict[str, Metric] = Field(default_factory=dict)
    headline: str = ""  # key into metrics: the figure on the model's card
    files: dict[str, str] = Field(default_factory=dict)  # relative path -> sha256
    stored: Literal["float32", "float16"] = "float32"  # the floats of the weights' file
    parents: tuple[str, ...] = ()
    versions: dict[str, str] = Field(default={}, description="python, torch, latentlab")

    @property
    def told_names(self) -> tuple[str, ...]:
        """What a conditional model is told, by name: classes or attributes; else nothing."""
        if "label" not in self.capabilities:
            return ()
        return self.data.attribute_names if self.is_told_attributes else self.data.label_names

    @property
    def is_told_attributes(self) -> bool:
        """Whether a conditional model is told attributes, not a class."""
        return "label" in self.capabilities and self.config.get("condition") == "attributes"

    @property
    def latent_size(self) -> int:
        """Numbers in one z."""
        size = 1
        for extent in self.latent_shape:
            size *= extent
        return size
