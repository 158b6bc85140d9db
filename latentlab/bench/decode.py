"""One decode as the window asks for it, beside the same network called bare in this process."""

from __future__ import annotations

import queue
from typing import TYPE_CHECKING

import numpy as np

from latentlab.app.codec_client import CodecClient
from latentlab.app.registry import Registry
from latentlab.bench.figures import Figure, Report, beside, milliseconds, percentile, report
from latentlab.core.errors import LatentlabError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray

REPEATS = 500
TARGET_MS = 8.0  # mouse move to picture drawn; the decode is its largest part
_LIMIT_S = 60.0


def measure(library: Path, model: str) -> Report:
    """Milliseconds for 1 and for 100 latents."""
    card = Registry(library).find(model)
    size = card.require().latent_size
    rng = np.random.default_rng(0)
    one, hundred = (rng.standard_normal((n, size), np.float32) for n in (1, 100))
    served = _through_the_codec_process(card.folder, [one, hundred])
    bare = _bare(card.folder, [one, hundred])
    figures: dict[str, Figure] = {}
    for name, ours, theirs in zip(("1 latent", "100 latents"), served, bare, strict=True):
        for percent in (50, 95):
            target = TARGET_MS if (name, percent) == ("1 latent", 95) else None
            figures[f"{name}, p{percent}"] = beside(
                percentile(ours, percent), percentile(theirs, percent), "ms", target=target
            )
    return report("decode", figures)


def _through_the_codec_process(
    folder: Path, batches: list[NDArray[np.float32]]
) -> list[list[float]]:
    posted: queue.Queue[Callable[[], None]] = queue.Queue()
    client = CodecClient(posted.put, "cpu")
    try:
        return [milliseconds(_request(client, posted, folder, z), REPEATS) for z in batches]
    finally:
        client.close()


def _request(
    client: CodecClient,
    posted: queue.Queue[Callable[[], None]],
    folder: Path,
    z: NDArray[np.float32],
) -> Callable[[], None]:
    answers: list[object] = []

    def fail(sentence: str) -> None:
        raise LatentlabError(sentence)

    def ask_and_wait() -> None:
        answers.clear()
        client.decode(folder, z, lane="cursor", done=answers.append, failed=fail)
        while not answers:
            posted.get(timeout=_LIMIT_S)()

    return ask_and_wait


def _bare(folder: Path, batches: list[NDArray[np.float32]]) -> list[list[float]]:
    import torch

    from latentlab.engine.checkpoint import load_model

    torch.set_num_threads(1)  # as the codec process does for small batches
    model, _ = load_model(folder, torch.device("cpu"))
    model.eval()

    def call(z: torch.Tensor) -> None:
        with torch.inference_mode():
            model.decode(z).mul(255).round().to(torch.uint8).numpy()

    tensors = [torch.from_numpy(z) for z in batches]
    return [milliseconds(lambda z=z: call(z), REPEATS) for z in tensors]  # type: ignore[misc]
