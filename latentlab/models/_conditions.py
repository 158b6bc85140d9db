"""What conditional models are told: classes or attributes, as rows of numbers from 0 to 1."""

from __future__ import annotations

from typing import TYPE_CHECKING

from latentlab.core.errors import ConfigError

if TYPE_CHECKING:
    from latentlab.models.family import DataShape, Reads


def told_numbers(reads: Reads, shape: DataShape) -> int:
    """Columns of y; raises ConfigError where the data have too little to tell."""
    if reads == "attributes":
        if not shape.attributes:
            raise ConfigError(
                "The dataset has no attributes to condition on; choose condition=labels, or a "
                "dataset with attributes, such as faces, shapes or celeba."
            )
        return shape.attributes
    if shape.labels < 2 and shape.attributes:
        raise ConfigError(
            "The dataset has attributes, not labels; choose condition=attributes, or "
            "target=attributes for a classifier."
        )
    if shape.labels < 2:
        has = "one label" if shape.labels else "no labels"
        raise ConfigError(
            f"The dataset has {has}, so there is nothing to choose between; take a dataset with "
            "two classes or more, or an unconditional family."
        )
    return shape.labels
