"""What a training run is asked to do."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from latentlab.core.values import Value


class Recipe(Value):
    """How a model is optimised; every family brings its own defaults."""

    epochs: int = Field(20, ge=1, le=100_000, description="Passes over the training images.")
    batch_size: int = Field(128, ge=1, le=16_384, description="Images per optimisation step.")
    learning_rate: float = Field(1e-3, gt=0, le=10, description="Peak step size of the optimizer.")
    schedule: Literal["cosine", "constant"] = Field(
        "cosine", description="Learning rate over the run: falls to zero, or stays."
    )
    weight_decay: float = Field(0.0, ge=0, le=1, description="Decoupled weight decay (AdamW).")
    ema: float = Field(
        0.0, ge=0, lt=1, description="Decay of the averaged weights that are kept; 0 turns it off."
    )
    precision: Literal["float32", "bfloat16"] = Field(
        "float32",
        description="Arithmetic of the networks; bfloat16 is faster where the processor has it.",
    )
    seed: int = Field(0, ge=0, lt=2**32, description="Fixes weights, data order and noise.")


class TrainSpec(Value):
    """One run: a family with its settings, a dataset, a recipe, a place."""

    family: str
    config: dict[str, Any] = Field(default_factory=dict)  # checked by the family's own config model
    recipe: dict[str, Any] = Field(
        default_factory=dict
    )  # what differs from the family's default recipe
    data: str = "digits"  # a dataset spec, see latentlab.data.load
    device: str = "auto"  # auto | cpu | cuda | cuda:1 | mps
    threads: int | None = None  # torch threads on the CPU; None: all cores but one
    name: str | None = None  # model id to ask for; None: made from family, data and latent size
    parents: tuple[str, ...] = ()
