"""The codec process as a plain function, for background threads: it waits for the answer."""

from __future__ import annotations

import queue
from typing import TYPE_CHECKING

from latentlab.app.export import ExportCancelledError
from latentlab.core.errors import LatentlabError, ModelError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from latentlab.app.codec_client import CodecClient
    from latentlab.app.export import Cancel, Decode
    from latentlab.app.post import Post
    from latentlab.core.label import Told

_LOOK_S = 0.05  # how often a waiting thread looks whether it is still wanted


def blocking_decode(
    codec: CodecClient, folder: Path, post: Post, lane: str, cancel: Cancel
) -> Decode:
    """`decode(z (n, latent), label) -> uint8 (n, C, H, W)` of a model folder, for files.

    Never call it on the owner's thread, which has to bring the answer. Raises LatentlabError as
    the codec says it, ExportCancelledError soon after `cancel()` has become true.
    """

    def decode(z: NDArray[np.float32], label: Told) -> NDArray[np.uint8]:
        answers: queue.SimpleQueue[NDArray[np.uint8] | str] = queue.SimpleQueue()
        post(
            lambda: codec.decode(
                folder,
                z,
                lane=lane,
                label=label,
                alone=True,
                done=answers.put,
                failed=answers.put,
            )
        )
        answer = _wait(answers.get, cancel)
        if answer is None:
            post(lambda: codec.cancel(lane))
            raise ExportCancelledError("The export was cancelled; nothing was written.")
        if isinstance(answer, str):
            raise LatentlabError(answer)
        return answer

    return decode


def no_decode(_z: NDArray[np.float32], _label: Told) -> NDArray[np.uint8]:
    """For recipes in which no model takes part."""
    raise ModelError("This recipe names no model that could decode its latents.")


def _wait(
    get: Callable[..., NDArray[np.uint8] | str], cancel: Cancel
) -> NDArray[np.uint8] | str | None:
    while not cancel():
        try:
            return get(timeout=_LOOK_S)
        except queue.Empty:
            continue
    return None
