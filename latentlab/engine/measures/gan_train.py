"""GAN-train: a classifier is trained on made pictures alone, and tested on real ones.

Shmelkov, Schmid & Alahari 2018, arXiv:1807.09499, section 3.1: what it cannot learn from them, they
lack, be it quality or variety. The same training on as many real images says how far one can get.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from latentlab import models
from latentlab.engine.checkpoint import data_shape
from latentlab.engine.conditions import Conditions, batches, one_hot
from latentlab.engine.measures.drawn import count_of, drawn, words
from latentlab.engine.measures.task import BATCH
from latentlab.engine.probe import looking_at
from latentlab.engine.resident import to_unit

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import Tensor

    from latentlab.engine.measures.task import Task

EPOCHS = 10
TIMES = 2  # as many samples as other measures take: 20,000 where the whole split is measured


def measure_gan_train(task: Task) -> None:
    """Accuracy on real images of a classifier trained on made ones, and of one on real ones."""
    made = drawn(task, task.span(0, 0.02), TIMES)
    labels = one_hot(torch.from_numpy(made.labels), len(task.manifest.data.label_names))
    value = _accuracy(task, torch.from_numpy(made.images), labels, task.span(0.02, 0.5))
    how = f"classifier of default settings, {EPOCHS} epochs, tested on the images, trained on"
    count = len(made.images)
    task.keep("gan_train", value, "GAN-train", "%", f"{how} {words(task, TIMES)}", "higher", count)
    indices = task.unmeasured(TIMES * count_of(task))
    if len(indices) < 2:
        task.say("GAN-train is compared with train images, of which none are left; take --split")
        return
    images = torch.from_numpy(np.asarray(task.dataset.images[indices]))
    told = Conditions(task.dataset, "labels", torch.device("cpu")).of(indices)
    assert told is not None  # labels always are
    real = _accuracy(task, images, told, task.span(0.5, 1))
    title = "The same trained on real images"
    how = f"{how} {len(indices):,} train images"
    task.keep("gan_train.real", real, title, "%", how, "neither", len(indices))


def _accuracy(task: Task, images: Tensor, y: Tensor, tick: Callable[[float], None]) -> float:
    """Of a classifier trained on uint8 images (n, C, H, W) told y (n, k), in per cent."""
    with torch.inference_mode(mode=False), torch.enable_grad():
        model = _train(task, images, y, tick)
    right = 0.0
    with looking_at(model):
        for x, truth in batches(task.images, task.told, BATCH):
            assert truth is not None  # the model is told labels
            right += (model.classify(to_unit(x)).argmax(1) == truth.argmax(1)).sum().item()
    return 100 * right / len(task.images)


def _train(task: Task, images: Tensor, y: Tensor, tick: Callable[[float], None]) -> Any:
    """The same weights for the same pictures: the seed fixes start, order and shifts."""
    family, on = models.get("classifier"), task.images.device
    config, size = family.Config(), family.recipe.batch_size
    recipe = family.recipe.model_copy(update={"epochs": EPOCHS, "seed": task.seed})
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(task.seed)
        model = family.build(config, data_shape(task.manifest.data)).to(on)
    images, y = images.clone().to(on), y.clone().to(on)  # none that inference made
    steps = EPOCHS * -(-len(images) // size)
    learner = family.learner(model, config, recipe, steps)
    order, noise, done = torch.Generator().manual_seed(task.seed), task.noise(), 0
    for _ in range(EPOCHS):
        for part in torch.split(torch.randperm(len(images), generator=order).to(on), size):
            tick(done / steps)
            learner.step(to_unit(images[part]), y[part], noise)
            done += 1
    return learner.model_to_use()


MEASURES = {"gan_train": measure_gan_train}
