"""The losses by hand."""

from __future__ import annotations

import pytest
import torch

from latentlab.models._losses import squared_error


def test_squared_error_sums_over_a_picture_and_averages_over_the_batch() -> None:
    x = torch.zeros(4, 3, 2, 5)
    x[0, 2, 1, 4], x[3, 0, 0, 0] = 2.0, -1.0
    assert squared_error(torch.zeros_like(x), x).item() == pytest.approx((4 + 1) / 4)


def test_squared_error_pulls_pictures_towards_x() -> None:
    pictures = torch.rand(2, 1, 8, 8, requires_grad=True)
    x = torch.rand(2, 1, 8, 8)
    squared_error(pictures, x).backward()
    assert torch.allclose(pictures.grad, (pictures.detach() - x))
