"""Layers shared by the families: multilayer perceptrons and small convolutional pyramids.

Every encoder maps pictures (batch, C, H, W) to flat features (batch, out); every decoder maps
flat latents (batch, latent) to logits (batch, C, H, W). Pictures are 8 to 64 pixels a side.
"""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Annotated, Literal

import torch
import torch.nn.functional as F  # noqa: N812 - torch's own name for it
from pydantic import Field
from torch import Tensor, nn

from latentlab.core.errors import ConfigError
from latentlab.core.points import is_points

if TYPE_CHECKING:
    from latentlab.models.family import DataShape

# Settings of every network made here, with their ranges and descriptions.
Network = Annotated[
    Literal["mlp", "conv", "mixed"],
    Field(
        description="Full layers (mlp), convolutions (conv), or mixed: convolutions encode and "
        "full layers decode, which is fast to explore."
    ),
]
Width = Annotated[
    int,
    Field(ge=4, le=4096, description="Hidden units; convolutions start with width / 32 channels."),
]
Depth = Annotated[
    int,
    Field(
        ge=1,
        le=16,
        description="Hidden layers, or convolutions at the lowest size, in each network.",
    ),
]
Extent = tuple[int, int, int]  # channels, height, width of a feature map

SMALLEST, LARGEST = 8, 64


def check_shape(shape: DataShape, network: str = "conv") -> None:
    """Raises ConfigError for pictures a network is not made for; points go through full layers."""
    if is_points(shape[:3]):
        if network == "mlp":
            return
        raise ConfigError("Points have no pixels to convolve: this takes full layers, network=mlp.")
    sides = (shape.height, shape.width)
    if min(sides) < SMALLEST or max(sides) > LARGEST:
        raise ConfigError(
            f"The pictures are {shape.width} x {shape.height} pixels; networks take {SMALLEST} to "
            f"{LARGEST} a side. Choose another size for the dataset, for example size=64."
        )
    if shape.channels not in (1, 3):
        raise ConfigError(
            f"The pictures have {shape.channels} channels; networks take 1 (grey) or 3 (colour)."
        )


class Residual(nn.Module):
    """x + f(x)."""

    def __init__(self, *layers: nn.Module) -> None:
        super().__init__()
        self.body = nn.Sequential(*layers)

    def forward(self, x: Tensor) -> Tensor:
        """Same shape in and out."""
        added: Tensor = x + self.body(x)
        return added


class Pad(nn.Module):
    """Zeros on the right and below until both sides divide by `factor`."""

    def __init__(self, factor: int) -> None:
        super().__init__()
        self.factor = factor

    def forward(self, x: Tensor) -> Tensor:
        """(batch, C, H, W) to (batch, C, H', W')."""
        right, below = (-x.shape[-1] % self.factor, -x.shape[-2] % self.factor)
        return F.pad(x, (0, right, 0, below)) if right or below else x


class Crop(nn.Module):
    """The inverse of `Pad`: the upper left height x width."""

    def __init__(self, height: int, width: int) -> None:
        super().__init__()
        self.height, self.width = height, width

    def forward(self, x: Tensor) -> Tensor:
        """(batch, C, H', W') to (batch, C, H, W)."""
        return x[..., : self.height, : self.width]


class Float32Linear(nn.Linear):
    """A linear layer that keeps float32 under autocast, for layers that touch z.

    bfloat16 rounds z = 2 to steps of 0.016: as wide as half a posterior's sigma in two dimensions.
    """

    def forward(self, x: Tensor) -> Tensor:
        """(batch, in) to (batch, out), in float32."""
        with torch.autocast(x.device.type, enabled=False):
            return F.linear(x.float(), self.weight, self.bias)


class Told(nn.Sequential):
    """Layers of which the last also sees what the network is told, y (batch, told)."""

    def forward(self, x: Tensor, y: Tensor | None = None) -> Tensor:
        """Pictures (batch, C, H, W) to (batch, out)."""
        *layers, last = self
        for layer in layers:
            x = layer(x)
        features: Tensor = last(joined(x, y))
        return features


def joined(features: Tensor, y: Tensor | None) -> Tensor:
    """Rows (batch, n) and what is told beside them, (batch, k): (batch, n + k)."""
    return features if y is None else torch.cat([features, y.to(features.dtype)], dim=1)


def shifted(x: Tensor, most: int, generator: torch.Generator) -> Tensor:
    """Each picture moved by up to `most` pixels either way, around the edges; no device sync."""
    n, _, height, width = x.shape
    moves = torch.empty(2, n, 1, dtype=torch.long, device=x.device)
    moves.random_(-most, most + 1, generator=generator)
    rows = (torch.arange(height, device=x.device) + moves[0]) % height  # (n, height)
    columns = (torch.arange(width, device=x.device) + moves[1]) % width
    which = torch.arange(n, device=x.device)[:, None, None]
    # Indexing puts the channels last: (n, height, width, C).
    return x[which, :, rows[:, :, None], columns[:, None, :]].movedim(-1, 1)


def mlp(first: nn.Linear, last: nn.Linear, depth: int) -> nn.Sequential:
    """`depth` hidden layers from `first` on, then `last`; all in between add to their input.

    Normalised before each (Ba et al. 2016, arXiv:1607.06450), which allows larger steps.
    """
    width = first.out_features
    hidden = [
        Residual(nn.LayerNorm(width), nn.Linear(width, width), nn.SiLU()) for _ in range(depth - 1)
    ]
    return nn.Sequential(first, nn.SiLU(), *hidden, nn.LayerNorm(width), last)


def map_extent(shape: DataShape, channels: int, levels: int = 2) -> Extent:
    """The feature map after `levels` halvings, sides rounded up: 28 -> 7 after two."""
    factor = 2**levels
    return channels, -(-shape.height // factor), -(-shape.width // factor)


def levels_for(shape: DataShape) -> int:
    """Halvings that bring the longer side to 8 or less: 2 up to 32 pixels, 3 up to 64."""
    return 2 if max(shape.height, shape.width) <= 32 else 3


def conv_down(shape: DataShape, width: int, depth: int, levels: int) -> nn.Sequential:
    """Halve the picture `levels` times, channels doubling from `width`, then `depth` residuals."""
    layers: list[nn.Module] = [Pad(2**levels)]
    channels = shape.channels
    for level in range(levels):
        layers += [nn.Conv2d(channels, width << level, 4, stride=2, padding=1), nn.SiLU()]
        channels = width << level
    return nn.Sequential(*layers, *_residuals(channels, depth))


def conv_up(shape: DataShape, width: int, depth: int, levels: int) -> nn.Sequential:
    """The mirror of `conv_down`: a feature map to logits (batch, C, H, W)."""
    channels = width << (levels - 1)
    layers: list[nn.Module] = list(_residuals(channels, depth))
    for level in reversed(range(levels)):
        narrower = width << (level - 1) if level else shape.channels
        layers += [nn.ConvTranspose2d(channels, narrower, 4, stride=2, padding=1), nn.SiLU()]
        channels = narrower
    return nn.Sequential(*layers[:-1], Crop(shape.height, shape.width))


def _residuals(channels: int, depth: int) -> list[nn.Module]:
    return [Residual(nn.Conv2d(channels, channels, 3, padding=1), nn.SiLU()) for _ in range(depth)]


def conv_channels(width: int) -> int:
    """First channels of a pyramid as large as a perceptron of `width` hidden units."""
    return max(width // 32, 4)


def make_encoder(
    network: Network, shape: DataShape, width: int, depth: int, outputs: int, told: int = 0
) -> Told:
    """Pictures (batch, C, H, W), with `told` numbers beside each, to features (batch, outputs)."""
    check_shape(shape, network)
    if network == "mlp":
        first, last = nn.Linear(shape.pixels + told, width), Float32Linear(width, outputs)
        return Told(nn.Flatten(), mlp(first, last, depth))
    levels, channels = levels_for(shape), conv_channels(width)
    inputs = prod(map_extent(shape, channels << (levels - 1), levels))
    first, last = nn.Linear(inputs + told, 16 * channels), Float32Linear(16 * channels, outputs)
    down = conv_down(shape, channels, depth if network == "conv" else 1, levels)
    return Told(down, nn.Flatten(), mlp(first, last, 2))


def make_decoder(
    network: Network, shape: DataShape, width: int, depth: int, latent: int
) -> nn.Sequential:
    """Latents (batch, latent) to logits (batch, C, H, W)."""
    check_shape(shape, network)
    if network != "conv":
        first, last = Float32Linear(latent, width), nn.Linear(width, shape.pixels)
        return nn.Sequential(mlp(first, last, depth), nn.Unflatten(1, tuple(shape[:3])))
    levels, channels = levels_for(shape), conv_channels(width)
    extent = map_extent(shape, channels << (levels - 1), levels)
    first, last = Float32Linear(latent, 16 * channels), nn.Linear(16 * channels, prod(extent))
    return nn.Sequential(
        mlp(first, last, 2),
        nn.SiLU(),
        nn.Unflatten(1, extent),
        conv_up(shape, channels, depth, levels),
    )
