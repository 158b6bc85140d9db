"""What tests of the Train tab share."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from latentlab.core import events
from latentlab.engine import files, runs
from tests.app.test_run_history import ended, evaluated, started, step
from tests.helpers import digits_like, write_model

if TYPE_CHECKING:
    from latentlab.gui.tabs.train import TrainTab

TESTS = Path(__file__).parents[2]
CODEC = [sys.executable, str(TESTS / "gui" / "fake_codec.py")]
TRAINER = [sys.executable, "-S", str(TESTS / "app" / "fake_trainer.py")]
OpenTab = "Callable[..., TrainTab]"


def start(tab: TrainTab, **config: Any) -> Any:
    """Fill the form, press Start, and give the run."""
    tab.form.config.reset()
    tab.form.config.set_values(config)
    tab.form.start.click()
    return tab._lab.runs.runs[-1]


def record(
    library: Path,
    name: str = "old",
    events_of: list[Any] | None = None,
    latent: int = 2,
    *,
    encodes: bool = True,
) -> Path:
    """A finished run with curves and one moment, of a family with an encoder or without."""
    folder = write_model(library, name, latent=latent)
    images, labels = digits_like(16)
    latents = np.random.default_rng(0).normal(size=(16, latent)).astype(np.float32)
    arrays = {"samples": images, "originals": images}
    if encodes:
        arrays |= {"reconstructions": images, "latents": latents}
    moment = events.Samples(epoch=1, images_seen=1000, path="samples/1.safetensors", t=1)
    packed = files.pack_arrays({**arrays, "labels": labels})
    files.write_whole(folder / "samples/1.safetensors", packed)
    told = events_of or [started(2), step(500), evaluated(1), moment, step(1500), ended()]
    lines = "".join(f"{event.model_dump_json()}\n" for event in told)
    (folder / runs.EVENTS).write_text(lines)
    return folder
