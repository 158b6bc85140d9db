"""Codes whose order is known: factor by factor, turned, doubled, empty."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from latentlab.core.metrics import KINDS
from latentlab.engine.measures import disentangled
from latentlab.engine.measures.disentangled import Factor, dci, mig, mutual_information, sap
from tests.engine.measures.bars import bars, measured

if TYPE_CHECKING:
    from numpy.typing import NDArray

N = 2000


def world(seed: int = 0) -> tuple[NDArray[np.float64], list[Factor]]:
    """Three factors: a class of three, ten levels, a number; and z that is just these."""
    rng = np.random.default_rng(seed)
    kind, level, number = rng.integers(0, 3, N), rng.integers(0, 10, N), rng.uniform(size=N)
    factors = [
        Factor("kind", kind, is_class=True),
        Factor("level", level.astype(float), is_class=False),
        Factor("number", number, is_class=False),
    ]
    return np.stack([kind, level, number], 1).astype(float), factors


def test_information_of_coins_is_counted_by_hand() -> None:
    a = np.array([0.0, 0, 0, 0, 1, 1, 1, 1])
    b = np.array([0.0, 0, 0, 1, 0, 1, 1, 1])  # 3 of 4 agree
    known, entropies = mutual_information(a[:, None], [Factor("b", b, is_class=True)])
    expected = np.log(2) + 0.75 * np.log(0.75) + 0.25 * np.log(0.25)
    assert known[0, 0] == pytest.approx(expected)
    assert entropies[0] == pytest.approx(np.log(2))


def test_codes_that_are_the_factors_are_disentangled() -> None:
    z, factors = world()
    assert mig(z, factors)[:2] == pytest.approx([1, 1], abs=0.03)
    assert mig(z, factors)[2] == pytest.approx(1, abs=0.05), "20 bins beside 20 bins"
    assert sap(z, factors)[1:] == pytest.approx([1, 1], abs=0.01)
    assert sap(z, factors)[0] > 0.3
    found = dci(z, factors, N // 2)
    assert min(found[:3]) > 0.97
    assert found.importance.shape == (3, 3)
    assert found.importance.argmax(0).tolist() == [0, 1, 2]


def test_two_numbers_that_say_the_same_leave_no_gap_and_are_not_complete() -> None:
    z, factors = world()
    doubled = np.concatenate([z, z], axis=1)
    assert mig(doubled, factors) == pytest.approx([0, 0, 0])
    assert sap(doubled, factors) == pytest.approx([0, 0, 0], abs=1e-6)
    found = dci(doubled, factors, N // 2)
    assert found.disentanglement > 0.97, "each number still serves one factor"
    assert found.completeness == pytest.approx(1 - np.log(2) / np.log(6), abs=0.05)


def test_mixed_numbers_know_all_and_stand_for_nothing() -> None:
    rng = np.random.default_rng(1)
    values = rng.normal(size=(N, 2))
    factors = [Factor(str(i), values[:, i], is_class=False) for i in range(2)]
    turned = values @ np.array([[1, 1], [-1, 1]]) / 2**0.5  # 45 degrees
    assert mig(turned, factors) == pytest.approx([0, 0], abs=0.02)
    assert sap(turned, factors) == pytest.approx([0, 0], abs=0.05)
    found = dci(turned, factors, N // 2)
    assert found.disentanglement < 0.05
    assert found.informativeness > 0.9


def test_codes_that_say_nothing() -> None:
    _, factors = world()
    noise = np.random.default_rng(2).normal(size=(N, 3))
    assert mig(noise, factors).max() < 0.01
    assert sap(noise, factors).max() < 0.05
    assert dci(noise, factors, N // 2).informativeness < 0.2
    still = np.zeros((N, 2))
    assert mig(still, factors) == pytest.approx([0, 0, 0])
    assert sap(still, factors) == pytest.approx([0, 0, 0])
    assert dci(still, factors, N // 2)[:2] == (0, 0)


def test_r_squared_of_a_noisy_line() -> None:
    rng = np.random.default_rng(3)
    v = rng.normal(size=20_000)
    z = np.stack([v + rng.normal(size=20_000), rng.normal(size=20_000)], 1)
    assert sap(z, [Factor("v", v, is_class=False)]) == pytest.approx([0.5], abs=0.02)


def test_a_single_number_is_ahead_by_all_that_it_knows() -> None:
    z, factors = world()
    assert mig(z[:, :1], factors)[0] == pytest.approx(1)


def test_factors_of_a_dataset_are_what_varies(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disentangled, "TREES", 10)
    task = bars(600, reads="attributes")
    task.model.leaks = True  # z is lean, width, and both attributes
    found = measured(task, "mig", "sap", "dci")
    assert "3 factors (label, some, more)" in found["mig"].protocol
    assert task.shown["mig.gaps"].shape == (3,)
    assert task.shown["mig.gaps"][1:] == pytest.approx(1, abs=0.08)
    assert found["mig"].value == pytest.approx(2 / 3, abs=0.05), "z knows nothing of the label"
    assert found["sap"].value == pytest.approx(1 / 3, abs=0.05), "half is chance"
    assert task.shown["dci.importance"].shape == (4, 3)
    assert "from the mean of z of 300 train images" in found["dci"].protocol
    assert found["dci"].n == found["mig"].n == 300


def test_the_factors_of_most_datasets_are_not_known() -> None:
    manifest = bars().manifest
    for name in ("mig", "sap", "dci"):
        assert "are not known" in KINDS[name].obstacle(manifest, has_judge=True)
    for spec in ("shapes?count=5000", "faces"):
        drawn = manifest.model_copy(
            update={"data": manifest.data.model_copy(update={"name": spec})}
        )
        assert KINDS["mig"].obstacle(drawn, has_judge=False) == ""
