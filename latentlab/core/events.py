"""What a run tells while it trains: frozen values, one JSON line each, in `events.jsonl`.

Arrays go to files beside it; an event carries their path relative to the run folder. Files of
arrays are safetensors, so that a window without torch reads them.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from latentlab.core.values import Value


class RunStarted(Value):
    """The first step is about to be made."""

    kind: Literal["run_started"] = "run_started"
    run: str
    family: str
    data: str
    device: str  # for people: "CPU, 1 thread", "NVIDIA H200"
    epochs: int
    images_per_epoch: int
    parameters: int
    loss_unit: str
    t: float = 0.0  # seconds since the run began, pauses excluded; in every event


class Step(Value):
    """Means of the loss terms since the last Step; at most ten a second."""

    kind: Literal["step"] = "step"
    epoch: int  # complete epochs, 0 during the first
    images_seen: int
    losses: dict[str, float]  # "loss" and its terms
    images_per_s: float
    eta_s: float  # seconds left
    t: float


class Evaluated(Value):
    """Loss terms over a whole split at the end of an epoch, same keys as Step."""

    kind: Literal["evaluated"] = "evaluated"
    epoch: int
    images_seen: int
    train: dict[str, float]  # means over the epoch's training steps
    validation: dict[str, float]  # empty without a validation split, and where networks compete
    t: float


class Samples(Value):
    """Pictures and latents of this moment.

    The file holds uint8 `samples`, `originals`, `reconstructions`, each (n, C, H, W), and float32
    `latents` (n, latent) with int64 `labels` (n,); of models with a 2-D latent also uint8
    `manifolds` (k, side, side, C, H, W), one sheet for each of the first k labels. Of two networks
    that compete float32 `scores_real` and `scores_fake`, logits (n,); where pictures are points of
    the plane [-1, 1]^2 also `points_real` and `points_fake` (n, 2), `field`, the discriminator's
    logits (rows from the top, columns), and `pull` (rows, columns, 2), minus the slope of the
    generator's loss. What a family cannot give is absent.
    """

    kind: Literal["samples"] = "samples"
    epoch: int
    images_seen: int
    path: str
    t: float


class Snapshot(Value):
    """The model's weights of this moment were kept."""

    kind: Literal["snapshot"] = "snapshot"
    epoch: int
    images_seen: int
    path: str
    t: float


class Alarm(Value):
    """Something is wrong with the run; what was seen, and what to try."""

    kind: Literal["alarm"] = "alarm"
    code: str
    message: str
    advice: str
    epoch: int
    images_seen: int
    t: float


class StateChanged(Value):
    """Paused or running again."""

    kind: Literal["state_changed"] = "state_changed"
    state: Literal["running", "paused"]
    message: str = ""
    t: float


class RunEnded(Value):
    """The last line of a run: the model folder is complete."""

    kind: Literal["run_ended"] = "run_ended"
    state: Literal["finished", "stopped", "failed", "interrupted"]
    message: str = ""
    epoch: int
    images_seen: int
    images_per_s: float  # over the whole run, evaluations and snapshots included
    weights_sha256: str = ""
    t: float


Event = Annotated[
    RunStarted | Step | Evaluated | Samples | Snapshot | Alarm | StateChanged | RunEnded,
    Field(discriminator="kind"),
]
_ADAPTER: TypeAdapter[Event] = TypeAdapter(Event)


def parse(line: str | bytes) -> Event:
    """One JSON line to its event; raises `pydantic.ValidationError` on anything else."""
    return _ADAPTER.validate_json(line)
