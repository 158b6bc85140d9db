"""Small runs, one torch thread: other jobs share the cores."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import torch

from latentlab.core.spec import TrainSpec
from latentlab.engine.codec import Codec
from latentlab.engine.codec_cache import CodecCache
from latentlab.engine.codec_worker import CodecWorker
from latentlab.engine.train import train
from tests.engine.asking import Sent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from latentlab.core import events

SMALL = {"latent": 2, "width": 8, "depth": 1}


@pytest.fixture(autouse=True, scope="package")
def _one_thread() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture
def sent() -> Sent:
    """Where a worker's answers go."""
    return Sent()


@pytest.fixture
def worker(sent: Sent) -> CodecWorker:
    """What the codec process works with, in this one."""
    return CodecWorker(CodecCache(lambda folder: Codec.open(folder, "cpu")), sent)


@pytest.fixture
def spec(tiny_data: str) -> Callable[..., TrainSpec]:
    """Makes specs of runs over 48 pictures in batches of 16; keyword arguments go to the recipe."""

    def make(family: str = "vae", **recipe: Any) -> TrainSpec:
        config = {"latent": 2} if family == "pca" else SMALL
        values = {"epochs": 2, "batch_size": 16, "ema": 0.0, **recipe}
        return TrainSpec(
            family=family, config=config, recipe=values, data=tiny_data, device="cpu", threads=1
        )

    return make


@pytest.fixture
def trained(spec: Callable[..., TrainSpec], library: Path) -> Path:
    """The folder of a finished run."""
    return library / run_name(list(train(spec(), library)))


def run_name(seen: list[events.Event]) -> str:
    """The id that a run gave itself."""
    first = seen[0]
    assert first.kind == "run_started"
    return first.run
