"""Thin convolutions give what PyTorch's layers give, slopes and slopes of slopes included."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F  # noqa: N812 - torch's own name for it
from torch import Tensor

from latentlab.models._gan_networks import make_features, make_generator
from latentlab.models._thin import ThinDown, ThinUp
from latentlab.models.family import DataShape

CHANNELS = pytest.mark.parametrize("thin", [1, 3])


def slopes(y: Tensor, x: Tensor, layer: torch.nn.Module) -> list[Tensor]:
    """Of a sum of squares by input, weight and bias, and of the input's squared slope by weight."""
    wanted = [x, *layer.parameters()]
    first = torch.autograd.grad(y.square().sum(), wanted, create_graph=True)
    second = torch.autograd.grad(first[0].square().sum(), layer.parameters())
    return [*first, *second]


@CHANNELS
def test_a_thin_convolution_is_the_usual_one(thin: int) -> None:
    torch.manual_seed(0)
    layer, x = ThinDown(thin, 5), torch.randn(2, thin, 10, 6, requires_grad=True)
    usual = F.conv2d(x, layer.weight, layer.bias, stride=2, padding=1)
    found = layer(x)
    assert torch.allclose(found, usual, atol=1e-5)
    for ours, theirs in zip(slopes(found, x, layer), slopes(usual, x, layer), strict=True):
        assert torch.allclose(ours, theirs, rtol=1e-4, atol=1e-3)
    assert torch.allclose(layer(x.detach()), usual, atol=1e-5)


@CHANNELS
def test_a_thin_transposed_convolution_is_the_usual_one(thin: int) -> None:
    torch.manual_seed(0)
    layer, x = ThinUp(6, thin), torch.randn(2, 6, 5, 3, requires_grad=True)
    usual = F.conv_transpose2d(x, layer.weight, layer.bias, stride=2, padding=1)
    found = layer(x)
    assert found.shape == (2, thin, 10, 6)
    assert torch.allclose(found, usual, atol=1e-5)
    for ours, theirs in zip(slopes(found, x, layer), slopes(usual, x, layer), strict=True):
        assert torch.allclose(ours, theirs, rtol=1e-4, atol=1e-3)


@pytest.mark.parametrize("side", [9, 28])
def test_networks_have_the_same_weights_by_name_and_give_the_same(side: int) -> None:
    shape = DataShape(1, side, side)
    makers = (
        lambda thin: make_generator("dcgan", shape, 8, 4, thin=thin),
        lambda thin: make_features("dcgan", shape, 8, 4, spectral=False, thin=thin),
    )
    for make, given in zip(makers, (torch.randn(3, 4), torch.rand(3, 1, side, side)), strict=True):
        usual, thin = make(False), make(True)
        thin.load_state_dict(usual.state_dict())
        assert torch.allclose(usual(given), thin(given.requires_grad_()), atol=1e-4)
