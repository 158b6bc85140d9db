"""Generators and critics of adversarial families: full layers, or the DCGAN's convolutions.

Radford, Metz & Chintala 2016, arXiv:1511.06434: strided and fractionally-strided convolutions
without pooling, batch normalisation and ReLU in the generator, LeakyReLU in the critic, tanh at the
end. The critic has batch normalisation only on request: it would mix the pictures of a batch, and
has no meaning under a penalty on the slope at each of them. The generator starts from a map of at
most 8 pixels a side, 7 - 14 - 28 for 28 x 28, so that most work is done at low resolution.
"""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field
from torch import Tensor, nn
from torch.nn.utils.parametrizations import spectral_norm

from latentlab.core.errors import ConfigError
from latentlab.models._blocks import Crop, Pad, check_shape, levels_for, map_extent, mlp
from latentlab.models._thin import ThinDown, ThinUp, ToMap

if TYPE_CHECKING:
    from latentlab.models.family import DataShape

GanNetwork = Annotated[
    Literal["mlp", "dcgan"],
    Field(description="Full layers (mlp), or strided convolutions (dcgan)."),
]
GanLatent = Annotated[int, Field(ge=1, le=512, description="Numbers in one latent code z.")]
GanWidth = Annotated[
    int,
    Field(
        ge=4,
        le=512,
        description="Channels of the generator's last hidden map; full layers have 8 times as "
        "many units.",
    ),
]
CriticWidth = Annotated[
    int,
    Field(ge=4, le=512, description="Channels of the discriminator's first map, likewise."),
]
PenaltyEvery = Annotated[
    int,
    Field(
        ge=1,
        le=1000,
        description="Steps from one penalty on the discriminator's slope to the next, which weighs "
        "more.",
    ),
]
SLOPE = 0.2  # of LeakyReLU below zero
_UNITS = 8  # hidden units of full layers for each channel of `width`


class HalfTanh(nn.Module):
    """Numbers to (0, 1) by the tanh of the DCGAN."""

    def forward(self, x: Tensor) -> Tensor:
        """Same shape in and out."""
        return 0.5 + 0.5 * x.tanh()


def make_generator(
    network: GanNetwork, shape: DataShape, width: int, inputs: int, *, thin: bool = False
) -> nn.Sequential:
    """Rows (batch, inputs) to pictures (batch, C, H, W) in (0, 1).

    `width`: channels of the last hidden map; they double whenever it halves. Full layers have
    8 x `width` units, and make points as well, which are pictures of 1 x 1 pixels. `thin` computes
    the last layer by models/_thin.py: faster on the CPU, not the same to the last bit.
    """
    _check(network, shape)
    if network == "mlp":
        units = _UNITS * width
        first, last = nn.Linear(inputs, units), nn.Linear(units, shape.pixels)
        return nn.Sequential(mlp(first, last, 3), nn.Unflatten(1, tuple(shape[:3])), HalfTanh())
    levels = levels_for(shape)
    channels = width << (levels - 1)
    extent = map_extent(shape, channels, levels)
    to_map = ToMap if thin else nn.Unflatten
    layers: list[nn.Module] = [nn.Linear(inputs, prod(extent)), to_map(1, extent)]
    for _ in range(levels - 1):
        layers += [nn.BatchNorm2d(channels), nn.ReLU(), _up(channels, channels // 2)]
        channels //= 2
    end: nn.Module = ThinUp(channels, shape.channels) if thin else _up(channels, shape.channels)
    layers += [nn.BatchNorm2d(channels), nn.ReLU(), end]
    return nn.Sequential(*layers, Crop(shape.height, shape.width), HalfTanh())


def make_features(
    network: GanNetwork,
    shape: DataShape,
    width: int,
    outputs: int,
    *,
    spectral: bool,
    batch_norm: bool = False,
    thin: bool = False,
) -> nn.Sequential:
    """Pictures (batch, C, H, W) in [0, 1] to features (batch, outputs) of a critic.

    `spectral` divides every layer by its largest singular value: Miyato et al. 2018,
    arXiv:1802.05957. `batch_norm` normalises every map but the first, as the DCGAN's critic;
    `thin` as for the generator, at the other end. The channels may be those of several pictures.
    """
    if network == "mlp":
        units = _UNITS * width
        layers: list[nn.Module] = [nn.Flatten(), nn.Linear(shape.pixels, units), _leaky()]
        layers += [nn.Linear(units, outputs), _leaky()]
    else:
        levels = levels_for(shape)
        layers = [Pad(2**levels)]
        channels = shape.channels
        for level in range(levels):
            down = ThinDown if thin and not level else _down
            layers.append(down(channels, width << level))
            channels = width << level
            if batch_norm and level:
                layers.append(nn.BatchNorm2d(channels))
            layers.append(_leaky())
        inputs = prod(map_extent(shape, channels, levels))
        layers += [nn.Flatten(), nn.Linear(inputs, outputs), _leaky()]
    return nn.Sequential(*(normalised(layer, spectral=spectral) for layer in layers))


def normalised(layer: nn.Module, *, spectral: bool) -> nn.Module:
    """The layer with a spectral norm of one, if it has weights and that is asked for."""
    has_weights = isinstance(layer, nn.Linear | nn.Conv2d)
    return spectral_norm(layer) if spectral and has_weights else layer


def _check(network: GanNetwork, shape: DataShape) -> None:
    if (shape.height, shape.width) != (1, 1):
        check_shape(shape, network)
    elif network != "mlp":
        raise ConfigError("Points have no pixels to convolve; choose network=mlp for them.")


def _down(inputs: int, outputs: int) -> nn.Conv2d:
    return nn.Conv2d(inputs, outputs, 4, stride=2, padding=1)


def _up(inputs: int, outputs: int) -> nn.ConvTranspose2d:
    return nn.ConvTranspose2d(inputs, outputs, 4, stride=2, padding=1)


def _leaky() -> nn.LeakyReLU:
    return nn.LeakyReLU(SLOPE)
