"""Training speed of a DCGAN: the product's loop beside the loop of the usual examples.

Both train the networks of the shipped mnist-dcgan by the same losses, without a penalty or an
average. The usual loop shows the discriminator real and made pictures one after the other, passes
slopes of its weights in the generator's step too, and reads pictures by a DataLoader. Both run in
turns, so that what else the machine does meets both.
"""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

from latentlab import data, models
from latentlab.bench.figures import Report, against, median, report
from latentlab.bench.train import UsualPictures
from latentlab.core import events
from latentlab.core.spec import TrainSpec
from latentlab.engine import device as devices
from latentlab.engine.control import Control
from latentlab.engine.train import train
from latentlab.models.family import DataShape

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from latentlab.models.gan import Gan

CONFIG: dict[str, Any] = {"width": 32, "critic_width": 24, "latent": 64, "r1_weight": 0.0}
RECIPE: dict[str, Any] = {"batch_size": 64, "learning_rate": 1e-3, "ema": 0.0}
IMAGES = 3_200  # in each turn
TURNS = 3
TARGET = 1.5


def measure(name: str, device: str, threads: int | None) -> Report:
    """Images per second of both loops: medians over their turns."""
    torch.set_num_threads(threads or os.cpu_count() or 1)
    images = data.load(name).subset("train")[:IMAGES]
    ours, usual = [], []
    for _ in range(TURNS):
        usual.append(_usual_loop(images, devices.choose(device)))
        ours.append(_our_loop(name, device, torch.get_num_threads()))
    figure = against(median(ours), median(usual), "images/s", target=TARGET, better="higher")
    return report("train", {f"dcgan 32/24, batch {RECIPE['batch_size']}, {device}": figure})


def _our_loop(name: str, device: str, threads: int) -> float:
    spec = TrainSpec(
        family="gan", config=CONFIG, recipe=RECIPE, data=name, device=device, threads=threads
    )
    control = Control()
    with tempfile.TemporaryDirectory() as library:
        for event in train(spec, Path(library), control):
            if isinstance(event, events.Step) and event.images_seen >= IMAGES:
                control.stop()
    assert isinstance(event, events.RunEnded)
    return event.images_per_s


def _usual_loop(images: NDArray[Any], device: torch.device) -> float:
    family = models.get("gan")
    config = models.parse_config(family, CONFIG)
    model = family.build(config, DataShape(*images.shape[1:])).to(device)
    loader = torch.utils.data.DataLoader(
        UsualPictures(images), batch_size=RECIPE["batch_size"], shuffle=True
    )
    optimizers = [_adam(model.critic), _adam(model.generator)]
    began = time.perf_counter()
    for x, _ in loader:
        _step(model, optimizers, x.to(device))
    return len(images) / (time.perf_counter() - began)


def _adam(part: nn.Module) -> torch.optim.Optimizer:
    return torch.optim.Adam(part.parameters(), lr=RECIPE["learning_rate"], betas=(0.5, 0.99))


def _step(model: Gan, optimizers: list[torch.optim.Optimizer], x: Tensor) -> float:
    """As in the DCGAN example of PyTorch."""
    loss = nn.BCEWithLogitsLoss()
    ones, zeros = torch.ones(len(x), device=x.device), torch.zeros(len(x), device=x.device)
    optimizers[0].zero_grad()
    loss(model.critic(x), ones).backward()
    made = model.generator(torch.randn(len(x), *model.latent_shape, device=x.device))
    loss(model.critic(made.detach()), zeros).backward()
    optimizers[0].step()
    optimizers[1].zero_grad()
    final = loss(model.critic(made), ones)
    final.backward()
    optimizers[1].step()
    running: float = final.item()  # as the common examples do, to print a running loss
    return running
