"""How a finished model is measured: name -> measure, in the order in which they are shown.

To add one: a row in `core.metrics` says what it is and asks of a model; a function that takes a
`Task` and keeps its figures says how; name it in the `MEASURES` of its module, and where the module
is new, name that below.
"""

from __future__ import annotations

from latentlab.core.metrics import KINDS
from latentlab.engine.measures import (
    answers,
    arithmetic,
    disentanglement,
    gan_train,
    interpolation,
    leak,
    likelihood,
    memorisation,
    modes,
    quadrants,
    reconstruction,
    samples,
    support,
    transfer,
)
from latentlab.engine.measures.task import Measure, Task

_RUNS = {
    **reconstruction.MEASURES,
    **likelihood.MEASURES,
    **answers.MEASURES,
    **quadrants.MEASURES,
    **leak.MEASURES,
    **disentanglement.MEASURES,
    **transfer.MEASURES,
    **samples.MEASURES,
    **support.MEASURES,
    **modes.MEASURES,
    **gan_train.MEASURES,
    **memorisation.MEASURES,
    **interpolation.MEASURES,
    **arithmetic.MEASURES,
}

METRICS: dict[str, Measure] = {name: Measure(_RUNS[name], kind) for name, kind in KINDS.items()}

__all__ = ["METRICS", "Measure", "Task"]
