"""What tests of arithmetic share: models that encode, that only sample, of another width."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.app.style_bench import RECORD, without_latents, write_classifier
from tests.helpers import write_model

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import numpy as np

    from latentlab.app.arithmetics import Arithmetics
    from latentlab.app.lab import Lab
    from tests.helpers import QueuePost

    Show = Callable[..., Arithmetics]

THREE = "mean(z:10,20) - mean(z:4,0) + mean(z:1,2)"


def write_models(library: Path) -> None:
    """One that encodes, a GAN, one with three numbers, and a classifier of their data."""
    write_model(library, "plain", capabilities=("encode", "decode", "sample"), data=RECORD)
    without_latents(write_model(library, "gan", capabilities=("decode", "sample"), data=RECORD))
    write_model(library, "wide", 3, capabilities=("encode", "decode", "sample"), data=RECORD)
    without_latents(write_model(library, "mute", capabilities=("decode",), data=RECORD))
    write_classifier(library)


def first(picture: np.ndarray[Any, Any] | None) -> list[int] | None:
    """The first two numbers of z that a picture shows."""
    return None if picture is None else [int(value) for value in picture[0, 0, :2]]


def settle(lab: Lab, post: QueuePost) -> None:
    """Until everything that was asked for is there, fillings too."""
    sums = lab.arithmetic
    post.run_until(lambda: sums.is_settled and not any(f.is_under_way for f in sums.fillings))


def choose(lab: Lab, post: QueuePost, model: str) -> None:
    """Another model, and what is known of it."""
    lab.choose_model(model)
    post.run_until(lambda: lab.model is not None and lab.model.id == model)
    able = lab.model.require().capabilities if lab.model is not None else ()
    post.run_until(lambda: lab.latents is not None or "encode" not in able)
    post.drain()
