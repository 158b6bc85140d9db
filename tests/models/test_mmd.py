"""The kernel distance: by hand, of equal and of different samples, and what it pulls on."""

from __future__ import annotations

from math import exp, sqrt
from typing import TYPE_CHECKING

import pytest
import torch
from torch import Tensor

from latentlab.models._mmd import (
    KERNELS,
    distances,
    rational,
    rbf,
    root_mmd,
    scale_of,
    squared_mmd,
)

if TYPE_CHECKING:
    from latentlab.models._mmd import Kernel

BOTH = pytest.mark.parametrize("kernel", KERNELS.values(), ids=KERNELS)


def normal(n: int, seed: int, shift: float = 0.0, d: int = 3) -> Tensor:
    noise = torch.Generator().manual_seed(seed)
    return torch.randn(n, d, generator=noise, dtype=torch.float32) + shift


def by_hand(x: Tensor, y: Tensor, kernel: Kernel, scale: float, *, biased: bool) -> float:
    """The definition, pair by pair."""

    def mean(a: Tensor, b: Tensor, *, among: bool) -> float:
        values = [
            float(kernel((p - q).square().sum() / scale))
            for i, p in enumerate(a)
            for j, q in enumerate(b)
            if biased or not among or i != j
        ]
        return sum(values) / len(values)

    return mean(x, x, among=True) + mean(y, y, among=True) - 2 * mean(x, y, among=False)


def test_the_kernels_are_the_mixtures_they_say() -> None:
    d = torch.tensor([0.0, 0.7, 30.0])
    reaches = (1 / 32, 1 / 8, 1 / 2, 2)
    gaussians = [sum(exp(-float(s) / (2 * r)) for r in reaches) / 4 for s in d]
    rationals = [sum((1 + float(s) / (2 * a)) ** -a for a in (0.5, 1, 2)) / 3 for s in d]
    assert rbf(d).tolist() == pytest.approx(gaussians, rel=1e-5)
    assert rational(d).tolist() == pytest.approx(rationals, rel=1e-5)


def test_distances_are_squared_and_of_all_pairs() -> None:
    x, y = normal(4, 0), normal(5, 1)
    assert torch.allclose(distances(x, y), torch.cdist(x, y).square(), atol=1e-5)
    assert float(distances(100 + x, 100 + x).min()) >= 0, "rounding makes no distance negative"


@BOTH
@pytest.mark.parametrize("biased", [True, False])
def test_it_is_the_definition(kernel: Kernel, biased: bool) -> None:
    x, y = normal(6, 0), normal(9, 1, shift=0.5)
    found = squared_mmd(x, y, kernel, 2.5, biased=biased)
    assert float(found) == pytest.approx(by_hand(x, y, kernel, 2.5, biased=biased), abs=1e-5)


@BOTH
def test_a_sample_is_not_far_from_itself(kernel: Kernel) -> None:
    x = normal(50, 0)
    assert float(squared_mmd(x, x, kernel, scale_of(x))) == pytest.approx(0, abs=1e-6)
    assert float(root_mmd(x, x[torch.randperm(50)], kernel, scale_of(x))) < 1e-3


@BOTH
def test_equal_distributions_differ_by_nothing_in_the_mean(kernel: Kernel) -> None:
    """Forty pairs of samples of N(0, I): unbiased means around zero; biased by 1/n + 1/m."""
    pairs = [(normal(60, seed), normal(60, 1000 + seed)) for seed in range(40)]
    found = torch.stack([squared_mmd(x, y, kernel, 6.0, biased=False) for x, y in pairs])
    error = float(found.std()) / sqrt(len(found))
    assert abs(float(found.mean())) < 3 * error
    assert bool((found < 0).any()), "without a bias, some lie below zero"
    biased = torch.stack([squared_mmd(x, y, kernel, 6.0) for x, y in pairs])
    assert float(biased.min()) > 0
    alike = torch.stack([kernel(distances(x, y) / 6.0).mean() for x, y in pairs]).mean()
    bias = float((biased - found).mean())
    assert bias == pytest.approx(2 / 60 * (1 - float(alike)), rel=0.1)


@BOTH
def test_it_grows_with_the_shift(kernel: Kernel) -> None:
    x = normal(200, 0)
    found = [float(root_mmd(x, normal(200, 1, shift=s), kernel, scale_of(x))) for s in (0, 0.5, 2)]
    assert found == sorted(found)
    assert found[2] > 5 * found[0]


@BOTH
@pytest.mark.parametrize("factor", [0.01, 1000.0])
def test_the_scale_makes_it_blind_to_units(kernel: Kernel, factor: float) -> None:
    x, y = normal(40, 0), normal(40, 1, shift=1.0)
    plain = root_mmd(x, y, kernel, scale_of(x))
    scaled = root_mmd(factor * x, factor * y, kernel, scale_of(factor * x))
    assert float(scaled) == pytest.approx(float(plain), rel=1e-3)


def test_the_scale_is_the_mean_squared_distance_of_two_rows() -> None:
    x = normal(30, 0)
    between = torch.cdist(x, x).square().sum() / (30 * 29)
    assert float(scale_of(x)) == pytest.approx(float(between), rel=1e-4)


@BOTH
def test_rows_that_are_all_alike_give_finite_answers_and_slopes(kernel: Kernel) -> None:
    same, made = torch.ones(8, 3), torch.ones(8, 3, requires_grad=True)
    distance = root_mmd(made, same, kernel, scale_of(same))
    (slope,) = torch.autograd.grad(distance, made)
    assert float(distance.detach()) < 1e-3
    assert slope.isfinite().all()


@BOTH
def test_its_slope_moves_a_sample_onto_the_other(kernel: Kernel) -> None:
    target, made = normal(32, 0), normal(32, 1, shift=1.5).requires_grad_()
    descent = torch.optim.Adam([made], lr=0.1)
    for _ in range(100):
        descent.zero_grad()
        root_mmd(made, target, kernel, scale_of(target)).backward()
        descent.step()
    moved = made.detach()
    assert torch.allclose(moved.mean(0), target.mean(0), atol=0.25)
    assert torch.allclose(moved.std(0), target.std(0), atol=0.3)
