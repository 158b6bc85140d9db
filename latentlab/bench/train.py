"""Training speed: the product's loop beside the torchvision + DataLoader + Adam loop."""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from PIL import Image
from torch import nn

from latentlab import data, models
from latentlab.bench.figures import Report, against, report
from latentlab.core import events
from latentlab.core.spec import TrainSpec
from latentlab.engine import device as devices
from latentlab.engine.train import train
from latentlab.models.family import DataShape

if TYPE_CHECKING:
    from numpy.typing import NDArray

# The same network, batch and optimizer on both sides: 784-400-20.
CONFIG: dict[str, Any] = {"network": "mlp", "width": 400, "depth": 1, "latent": 20}
BATCH = 128
TARGET = 2.2


class UsualPictures(torch.utils.data.Dataset[tuple[torch.Tensor, int]]):
    """What torchvision's MNIST does at each access: an array to PIL, PIL to a tensor."""

    def __init__(self, images: NDArray[np.uint8]) -> None:
        from torchvision import transforms

        self._images = images
        self._to_tensor = transforms.ToTensor()

    def __len__(self) -> int:
        return len(self._images)

    def __getitem__(self, index: int) -> tuple[torch.Tensor, int]:
        picture = np.moveaxis(self._images[index], 0, -1).squeeze()
        return self._to_tensor(Image.fromarray(picture)), 0


def measure(name: str, device: str, epochs: int, threads: int | None) -> Report:
    """Images per second of both loops, run one after the other on the same dataset."""
    torch.set_num_threads(threads or os.cpu_count() or 1)
    dataset = data.load(name)
    usual = _usual_loop(dataset.subset("train"), devices.choose(device))
    ours = _our_loop(name, device, epochs, torch.get_num_threads())
    figure = against(ours, usual, "images/s", target=TARGET, better="higher")
    return report("train", {f"vae 784-400-20, batch {BATCH}, {device}": figure})


def _our_loop(name: str, device: str, epochs: int, threads: int) -> float:
    spec = TrainSpec(
        family="vae", config=CONFIG, data=name, device=device, threads=threads,
        recipe={"epochs": epochs, "batch_size": BATCH, "ema": 0.0},
    )  # fmt: skip
    with tempfile.TemporaryDirectory() as library:
        ended = list(train(spec, Path(library)))[-1]
    assert isinstance(ended, events.RunEnded)
    return ended.images_per_s


def _usual_loop(images: NDArray[np.uint8], device: torch.device) -> float:
    family = models.get("vae")
    config = models.parse_config(family, CONFIG)
    model = family.build(config, DataShape(*images.shape[1:])).to(device)
    loader = torch.utils.data.DataLoader(UsualPictures(images), batch_size=BATCH, shuffle=True)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    generator = torch.Generator(device).manual_seed(0)
    began = time.perf_counter()
    for x, _ in loader:
        _step(family, model, optimizer, x.to(device), generator)
    return len(images) / (time.perf_counter() - began)


def _step(
    family: Any, model: nn.Module, optimizer: torch.optim.Optimizer, x: Any, generator: Any
) -> float:
    optimizer.zero_grad()
    loss: torch.Tensor = family.losses(model, x, None, generator)["loss"]
    loss.backward()  # type: ignore[no-untyped-call]
    optimizer.step()
    return loss.item()  # as the common examples do, to print a running loss
