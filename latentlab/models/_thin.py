"""Convolutions between pictures and the first or last map, where one side has few channels.

PyTorch's kernels for the CPU are slow there: three to four times as slow, with 1 or 3 channels, as
the same sums in another order. A strided convolution of 4 x 4 is one of 2 x 2 over pixels put
together by fours, and a transposed one is a convolution of 2 x 2 whose channels are dealt out to
four pixels: Shi et al. 2016, arXiv:1609.05158 and arXiv:1609.07009. Both are layers of PyTorch in
all but speed: weights, names and results are those. Maps between them are stored with their
channels last, for which the kernels of wider layers are a quarter faster.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F  # noqa: N812 - torch's own name for it
from torch import Tensor, nn


def channels_last(x: Tensor) -> Tensor:
    """The same numbers (batch, C, H, W), laid out for the CPU's kernels; elsewhere as they are."""
    return x.contiguous(memory_format=torch.channels_last) if x.device.type == "cpu" else x


class ToMap(nn.Unflatten):
    """Rows (batch, C * H * W) to maps (batch, C, H, W)."""

    def forward(self, x: Tensor) -> Tensor:
        """The first map of a generator."""
        return channels_last(super().forward(x))


class ThinDown(nn.Conv2d):
    """4 x 4, stride 2, padding 1, from few channels; for even sides."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__(inputs, outputs, 4, stride=2, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        """(batch, inputs, H, W) to (batch, outputs, H / 2, W / 2)."""
        needs_slope = x.requires_grad and torch.is_grad_enabled()  # else the usual kernel is faster
        if not (needs_slope and x.device.type == "cpu"):
            return channels_last(super().forward(x))
        outputs, inputs = self.weight.shape[:2]
        fours = channels_last(F.pixel_unshuffle(F.pad(x, (1, 1, 1, 1)), 2))
        weight = self.weight.view(outputs, inputs, 2, 2, 2, 2)  # rows, then columns: of 2, in 2
        weight = weight.permute(0, 1, 3, 5, 2, 4).reshape(outputs, 4 * inputs, 2, 2)
        return F.conv2d(fours, weight, self.bias)


class ThinUp(nn.ConvTranspose2d):
    """4 x 4, stride 2, padding 1, to few channels."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__(inputs, outputs, 4, stride=2, padding=1)

    def forward(self, x: Tensor, output_size: list[int] | None = None) -> Tensor:
        """(batch, inputs, H, W) to (batch, outputs, 2 H, 2 W)."""
        if x.device.type != "cpu" or torch.onnx.is_in_onnx_export():
            return super().forward(x, output_size)
        inputs, outputs = self.weight.shape[:2]
        weight = self.weight.view(inputs, outputs, 2, 2, 2, 2)  # rows, then columns: of 2, in 2
        weight = weight.permute(1, 3, 5, 0, 2, 4).reshape(4 * outputs, inputs, 2, 2).flip(2, 3)
        around = F.pixel_shuffle(F.conv2d(x, weight, padding=1), 2)
        pictures = around[:, :, 1:-1, 1:-1]
        return pictures if self.bias is None else pictures + self.bias[:, None, None]
