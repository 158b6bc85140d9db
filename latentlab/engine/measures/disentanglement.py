"""MIG, SAP and DCI of the mean of z: see `disentangled`. For pictures drawn by known factors."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from latentlab.engine.measures import disentangled
from latentlab.engine.measures.disentangled import Factor
from latentlab.engine.measures.leak import encode

if TYPE_CHECKING:
    from collections.abc import Callable

    from latentlab.data.dataset import Dataset
    from latentlab.engine.measures.disentangled import Floats
    from latentlab.engine.measures.task import Task

LEARNT = 10_000  # train images that DCI learns from


class Encoded(NamedTuple):
    """Means of z, those to learn from first, and the factors behind them."""

    z: Floats  # (n, latent)
    factors: list[Factor]
    first: int  # how many are train images; 0: there are none


def measure_mig(task: Task) -> None:
    """Mean gap over factors, and that of each."""
    made = _measured(_encoded(task, task.span(0, 0.8)))
    gaps = disentangled.mig(made.z, made.factors)
    how = f"mutual information in {disentangled.BINS} bins of the mean of z, over the entropy"
    _keep_gaps(task, "mig", "MIG", "of the factor's entropy", gaps, made, how)


def measure_sap(task: Task) -> None:
    """Mean gap over factors, and that of each."""
    made = _measured(_encoded(task, task.span(0, 0.8)))
    gaps = disentangled.sap(made.z, made.factors)
    how = "R² of a line for numbers, balanced accuracy of a linear SVM (C = 0.01) for classes"
    _keep_gaps(task, "sap", "SAP", "score", gaps, made, how)


def measure_dci(task: Task) -> None:
    """Disentanglement, completeness and informativeness by random forests."""
    made = _encoded(task, task.span(0, 0.5))
    count = len(made.z)
    first = made.first or count // 2
    found = disentangled.dci(made.z, made.factors, first, task.seed, task.span(0.5, 1))
    learnt = f"{first:,} train images" if made.first else "one half of the images"
    how = (
        f"forests of {disentangled.TREES} trees, at least {disentangled.LEAF} in a leaf, learn "
        f"{len(made.factors)} factors ({_names(made)}) from the mean of z of {learnt}"
    )
    task.show("dci.importance", found.importance.astype(np.float32))
    for key, value, title, said in (
        ("dci", found.disentanglement, "Disentanglement (DCI)", how),
        ("dci.completeness", found.completeness, "Completeness (DCI)", how),
        ("dci.informativeness", found.informativeness, "Informativeness (DCI)",
         f"mean of accuracy of classes and R² of numbers on other images, {how}"),
    ):  # fmt: skip
        task.keep(key, value, title, "score", said, "higher", count - first)


def factors_of(dataset: Dataset, indices: np.ndarray) -> list[Factor]:
    """Labels and attributes of images; those that do not vary among them tell nothing."""
    found = []
    if dataset.labels is not None and len(dataset.label_names) > 1:
        found.append(Factor("label", dataset.labels[indices], is_class=True))
    if dataset.attributes is not None:
        columns = zip(dataset.attribute_names, dataset.attributes[indices].T, strict=True)
        for name, values in columns:
            found.append(Factor(name, values, is_class=len(np.unique(values)) == 2))
    return [factor for factor in found if len(np.unique(factor.values)) > 1]


def _keep_gaps(
    task: Task, name: str, title: str, unit: str, gaps: Floats, made: Encoded, how: str
) -> None:
    how = f"best minus second best number of z, {how}, mean of {len(gaps)} factors ({_names(made)})"
    task.keep(name, float(gaps.mean()), title, unit, how, "higher", len(made.z))
    task.show(f"{name}.gaps", gaps.astype(np.float32))


def _encoded(task: Task, tick: Callable[[float], None]) -> Encoded:
    return task.once("encoded", lambda: _encode(task, tick))


def _encode(task: Task, tick: Callable[[float], None]) -> Encoded:
    others = task.unmeasured(LEARNT)
    indices = np.concatenate([others, task.indices])
    z = encode(task, indices, tick).astype(np.float64)
    return Encoded(z, factors_of(task.dataset, indices), len(others))


def _measured(made: Encoded) -> Encoded:
    """Without the images to learn from."""
    rest = [factor._replace(values=factor.values[made.first :]) for factor in made.factors]
    return Encoded(made.z[made.first :], rest, 0)


def _names(made: Encoded) -> str:
    return ", ".join(factor.name for factor in made.factors)


MEASURES = {"mig": measure_mig, "sap": measure_sap, "dci": measure_dci}
