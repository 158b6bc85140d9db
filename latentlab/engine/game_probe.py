"""What is looked at in a game of two networks: verdicts, and of points the whole plane.

The game is shown as it stands, with the weights that are trained and not their average.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from latentlab.core.points import is_points, to_plane
from latentlab.engine.resident import to_unit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from latentlab.data.dataset import Dataset
    from latentlab.engine.conditions import Conditions
    from latentlab.engine.files import Arrays
    from latentlab.models._adversarial import AdversarialModel
    from latentlab.models._game import AdversarialLoss

    Floats = NDArray[np.float32]

JUDGED = 256  # pictures of either kind ...
JUDGED_POINTS = 512  # ... or points, which cost next to nothing
FIELD = 64  # logits along a side of the plane [-1, 1]^2
PULL = 24  # arrows along a side
_TURNS = 4  # other points of a pack, over which a packed critic's field is a mean


class GameProbe:
    """The same real pictures and the same noise at every moment."""

    def __init__(self, dataset: Dataset, device: torch.device, seed: int, told: Conditions) -> None:
        """`told`: what a conditional model is told of the dataset's images."""
        self.device, self.seed = device, seed
        self.is_plane = is_points(dataset.shape)
        train = dataset.splits["train"]
        most = min(JUDGED_POINTS if self.is_plane else JUDGED, len(train))
        chosen = train[np.linspace(0, len(train) - 1, most).round().astype(int)]
        images = torch.from_numpy(np.array(dataset.images[chosen]))
        self._real, self._y = to_unit(images.to(device)), told.of(chosen)

    def look(self, model: AdversarialModel, loss: AdversarialLoss | None) -> Arrays:
        """Verdicts on real and made pictures; of points also where they are, field and pull.

        The arrays of a `Samples` event. Without the `loss` nobody knows where it falls.
        """
        noise = torch.Generator(self.device).manual_seed(self.seed)
        with _evaluating(model):
            made = model.decode(model.sample_prior(len(self._real), noise), self._y).float()
            found: Arrays = {
                "scores_real": _floats(model.score(self._real, self._y)),
                "scores_fake": _floats(model.score(made, self._y)),
            }
            if not self.is_plane:
                return found
            found |= {
                "points_real": to_plane(_floats(self._real)),
                "points_fake": to_plane(_floats(made)),
            }
            if self._y is None:  # what is told bends the plane: there is not one field
                found["field"] = _field(model, made)
                if loss is not None:
                    level = float(found["scores_real"].mean())
                    found["pull"] = _pull(model, made, loss, level)
        return found


def _field(model: AdversarialModel, made: Tensor) -> Floats:
    """Logits (FIELD, FIELD) over the plane, row 0 at the top; of a pack, beside made points."""
    x = _lattice(FIELD, made.device)
    turns = 1 if model.packing == 1 else _TURNS
    logits = sum(_judge(model, x, made, turn) for turn in range(turns)) / turns
    assert isinstance(logits, Tensor)
    return _floats(logits).reshape(FIELD, FIELD)


def _pull(model: AdversarialModel, made: Tensor, loss: AdversarialLoss, level: float) -> Floats:
    """Minus the slope of the generator's loss at a made point there, (PULL, PULL, 2), y upwards.

    In units of loss by units of the plane. A relative loss compares with the mean logit of real
    points, `level`.
    """
    x = _lattice(PULL, made.device).requires_grad_()
    total = x.new_zeros(())
    turns = 1 if model.packing == 1 else _TURNS
    with torch.enable_grad():
        for turn in range(turns):
            logits = _judge(model, x, made, turn).float()
            real = torch.full_like(logits, level) if loss.relative else None
            total = total + loss.generator(logits, real) * len(x) / turns
        (slope,) = torch.autograd.grad(total, x)
    return _floats(-slope / 2).reshape(PULL, PULL, 2)  # pictures reach from 0 to 1, the plane by 2


def _judge(model: AdversarialModel, x: Tensor, made: Tensor, turn: int) -> Tensor:
    """Logits of points (n, 2, 1, 1), (n,), each in a pack with made ones, others at every turn."""
    others = model.packing - 1
    if not others:
        return model.judge(x)
    places = torch.arange(len(x) * others, device=x.device) * (2 * turn + 1) + turn
    beside = made[places % len(made)].reshape(len(x), others, *x.shape[1:])
    return model.judge(torch.cat([x[:, None], beside], dim=1).flatten(0, 1))


def _lattice(side: int, device: torch.device) -> Tensor:
    """Middles of side x side squares of the plane as pictures (side * side, 2, 1, 1), top first."""
    middles = (torch.arange(side, device=device) + 0.5) / side
    y, x = torch.meshgrid(middles.flip(0), middles, indexing="ij")
    return torch.stack([x, y], dim=-1).reshape(-1, 2, 1, 1)


@contextmanager
def _evaluating(model: AdversarialModel) -> Iterator[None]:
    """In eval mode without gradients, then as before; a gradient may be asked for inside."""
    training = model.training
    model.eval()
    try:
        with torch.no_grad():
            yield
    finally:
        model.train(training)


def _floats(values: Tensor) -> Floats:
    array: Floats = values.float().cpu().numpy()
    return array
