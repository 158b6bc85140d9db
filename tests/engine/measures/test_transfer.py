"""Style transfer of a model that keeps all of the style, and hears some labels only."""

from __future__ import annotations

import numpy as np
import pytest

from latentlab.engine.measures.transfer import correlation
from tests.engine.measures.bars import Bars, bars, measured

STYLE = ("slant", "thickness")


def test_a_model_that_obeys_and_keeps_the_style_has_the_best_figures() -> None:
    found = measured(bars(), "obedience", *STYLE)
    assert [found[f"obedience{of}"].value for of in ("", ".0", ".1", ".2")] == [100] * 4
    assert found["obedience"].n == 3 * 120
    for name in STYLE:
        assert found[name].value > 0.99
        assert found[f"{name}.all"].value > 0.99
        assert (found[name].n, found[f"{name}.all"].n) == (240, 360)


def test_obedience_is_counted_by_target_label() -> None:
    found = measured(bars(deaf=1), "obedience")
    assert found["obedience"].value == pytest.approx(200 / 3)
    assert [found[f"obedience.{of}"].value for of in range(3)] == [100, 0, 100]
    assert found["obedience.1"].title == "Obedience, grey"
    assert "eye (sha256 0123456789ab)" in found["obedience"].protocol
    assert found["obedience"].command.endswith("--metrics obedience --classifier eye")


@pytest.mark.parametrize(("deaf", "by_attribute"), [(-1, [100, 100]), (1, [100, 50])])
def test_attributes_are_turned_one_at_a_time(deaf: int, by_attribute: list[float]) -> None:
    found = measured(bars(reads="attributes", deaf=deaf), "obedience")
    values = [found[f"obedience.{of}"].value for of in range(2)]
    assert values == pytest.approx(by_attribute, abs=15)  # how often an attribute is turned on
    assert found["obedience"].value == pytest.approx(np.mean(values))
    assert found["obedience"].n == 2 * 120


def test_a_model_that_makes_up_the_style_keeps_none_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    task = bars(1200)
    right = Bars.decode
    shuffled = lambda model, z, y: right(model, z[np.random.RandomState(1).permutation(len(z))], y)  # noqa: E731
    monkeypatch.setattr(Bars, "decode", shuffled)
    found = measured(task, *STYLE)
    assert all(abs(found[name].value) < 0.2 for name in STYLE)


def test_a_style_that_never_varies_is_said_not_measured() -> None:
    task = bars()
    said: list[str] = []
    task.say = said.append
    task.images[:] = task.images[:1]  # one picture, again and again
    assert not measured(task, "slant")
    assert said == ["Slant does not vary among these pictures, so nothing is carried over"]


def test_correlation_leaves_out_what_is_no_number() -> None:
    a, b = np.array([1.0, 2, 3, np.nan, 5]), np.array([2.0, 4, 6, 1, np.nan])
    assert correlation(a, b) == pytest.approx(1)
    assert correlation(a, -b) == pytest.approx(-1)
    assert correlation(a, np.ones(5)) is None
    assert correlation(a[3:], b[3:]) is None
