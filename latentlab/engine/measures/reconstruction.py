"""How well pictures come back, and the loss that a family minimises."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from latentlab import models

if TYPE_CHECKING:
    from torch import Tensor

    from latentlab.engine.measures.task import Task

_SMALLEST_MSE = 1e-12  # of a perfect reconstruction: 120 dB


def measure_reconstruction(task: Task) -> None:
    """Mean squared error of pictures decoded from the encoder's mean."""
    total = 0.0
    for x, y, _, share in task.pictures():
        total += _squared_errors(task.model, x, y).mean().item() * share
    how = "sum of squares over pixels in 0..1, decoded from the encoder's mean"
    task.keep(
        "reconstruction", total, "Reconstruction error", "squared error per image", how, "lower"
    )


def measure_psnr(task: Task) -> None:
    """The same as peak signal-to-noise ratio, in dB."""
    total = 0.0
    for x, y, _, share in task.pictures():
        mse = (_squared_errors(task.model, x, y) / x[0].numel()).clamp(min=_SMALLEST_MSE)
        total += (-10 * mse.log10()).mean().item() * share
    how = "mean over images of 10 log10(1 / mse), decoded from the encoder's mean"
    task.keep("psnr", total, "PSNR", "dB", how, "higher")


def measure_objective(task: Task) -> None:
    """The loss of the family, in its own unit."""
    family = models.get(task.manifest.family)
    total = 0.0
    for x, y, noise, share in task.pictures():
        total += family.losses(task.model, x, y, noise)["loss"].item() * share
    how = "the loss that the family minimises: for PCA before pictures are clipped to 0..1"
    task.keep("objective", total, "Objective", family.loss_unit, how, "lower")


def _squared_errors(model: Any, x: Tensor, y: Tensor | None) -> Tensor:
    """Sum of squares per image, (batch,)."""
    again: Tensor = model.decode(model.encode(x, y).mu, y)
    return (again - x).flatten(1).square().sum(1)


MEASURES = {
    "reconstruction": measure_reconstruction,
    "psnr": measure_psnr,
    "objective": measure_objective,
}
