"""The shared layers: what goes in and comes out, and that z is not rounded."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from latentlab.models._blocks import (
    Crop,
    Network,
    Pad,
    conv_down,
    conv_up,
    levels_for,
    make_decoder,
    make_encoder,
    map_extent,
    mlp,
    shifted,
)
from latentlab.models.family import DataShape

SIDES = st.integers(8, 64)


@given(height=SIDES, width=SIDES, factor=st.sampled_from([2, 4, 8]))
def test_crop_undoes_pad(height: int, width: int, factor: int) -> None:
    x = torch.rand(1, 1, height, width)
    padded = Pad(factor)(x)
    assert padded.shape[-1] % factor == 0
    assert padded.shape[-2] % factor == 0
    assert padded.shape[-1] - width < factor
    assert torch.equal(Crop(height, width)(padded), x)


@given(height=SIDES, width=SIDES, channels=st.sampled_from([1, 3]))
def test_the_two_pyramids_are_mirrors(height: int, width: int, channels: int) -> None:
    shape = DataShape(channels, height, width)
    levels = levels_for(shape)
    features = conv_down(shape, 4, 1, levels)(torch.rand(2, *shape[:3]))
    assert features.shape[1:] == map_extent(shape, 4 << (levels - 1), levels)
    assert max(features.shape[2:]) <= 8
    assert conv_up(shape, 4, 1, levels)(features).shape == (2, *shape[:3])


@pytest.mark.parametrize("network", ["mlp", "conv", "mixed"])
def test_encoders_and_decoders_have_the_sizes_asked_for(network: Network) -> None:
    shape = DataShape(3, 20, 28)
    assert make_encoder(network, shape, 8, 2, 5)(torch.rand(4, *shape[:3])).shape == (4, 5)
    decoder = make_decoder(network, shape, 8, 2, 5)
    assert decoder(torch.randn(4, 5)).shape == (4, *shape[:3])


def test_depth_counts_hidden_layers() -> None:
    for depth in (1, 2, 5):
        network = mlp(torch.nn.Linear(3, 8), torch.nn.Linear(8, 4), depth)
        linear = [m for m in network.modules() if isinstance(m, torch.nn.Linear)]
        assert [m.out_features for m in linear] == [8] * depth + [4]


@pytest.mark.parametrize("network", ["mlp", "conv", "mixed"])
def test_latents_are_not_rounded_by_low_precision(network: Network) -> None:
    torch.manual_seed(0)
    shape = DataShape(1, 8, 8)
    encoder = make_encoder(network, shape, 8, 1, 2)
    decoder = make_decoder(network, shape, 8, 1, 2)
    z = torch.full((1, 2), 2.0, requires_grad=True)
    with torch.autocast("cpu", torch.bfloat16):
        assert encoder(torch.rand(1, 1, 8, 8)).dtype == torch.float32
        near, far = decoder(z), decoder(z + 0.004)  # less than half a step of bfloat16 at 2
    assert not torch.equal(near, far)


@given(height=SIDES, width=SIDES, most=st.integers(0, 3), seed=st.integers(0, 99))
def test_shifted_pictures_are_rolled_each_by_its_own_move(
    height: int, width: int, most: int, seed: int
) -> None:
    x = torch.rand(6, 2, height, width)
    moved = shifted(x, most, torch.Generator().manual_seed(seed))
    moves = [(i, j) for i in range(-most, most + 1) for j in range(-most, most + 1)]
    for before, after in zip(x, moved, strict=True):
        assert any(torch.equal(torch.roll(before, move, (1, 2)), after) for move in moves)
    assert most > 0 or torch.equal(moved, x)
