"""Small trained models of every kind: grey and colour, flat codes and maps, points and spreads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.helpers import write_npz

if TYPE_CHECKING:
    from pathlib import Path

ZOO: dict[str, tuple[str, int, dict[str, Any]]] = {  # family, channels, config
    "grey-vae": ("vae", 1, {"latent": 2, "width": 16, "depth": 1}),
    "colour-vae": ("vae", 3, {"latent": 5, "width": 16, "depth": 1}),
    "grey-pca": ("pca", 1, {"latent": 4}),
    "map-ae": ("ae", 1, {"network": "conv", "channels": 1, "width": 32, "depth": 1}),
}


def train_zoo(library: Path, data: Path) -> None:
    """Two epochs each, on pictures of 8 x 8, in this process."""
    from latentlab.core.spec import TrainSpec
    from latentlab.engine.train import train

    for name, (family, channels, config) in ZOO.items():
        source = data / f"{name}.npz"
        recipe = {"epochs": 2, "batch_size": 16, "ema": 0.0}
        spec = TrainSpec(
            family=family, config=config, recipe=recipe, data=write_npz(source, channels=channels),
            device="cpu", threads=1, name=name,
        )  # fmt: skip
        for _ in train(spec, library):
            pass
