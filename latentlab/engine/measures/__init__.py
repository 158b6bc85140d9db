"""What a finished model is measured by: name -> measure, in the order in which they are shown.

To add one: write a function that takes a `Task` and keeps its figure, name it in the `MEASURES` of
its module, and where the module is new, name that below.
"""

from __future__ import annotations

from latentlab.engine.measures import (
    answers,
    gan_train,
    leak,
    likelihood,
    quadrants,
    reconstruction,
    samples,
    transfer,
)
from latentlab.engine.measures.task import Measure, Task

METRICS: dict[str, Measure] = {
    **reconstruction.MEASURES,
    **likelihood.MEASURES,
    **answers.MEASURES,
    **quadrants.MEASURES,
    **leak.MEASURES,
    **transfer.MEASURES,
    **samples.MEASURES,
    **gan_train.MEASURES,
}

__all__ = ["METRICS", "Measure", "Task"]
