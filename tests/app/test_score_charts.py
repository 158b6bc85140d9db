"""Tables and charts of figures, as values."""

from __future__ import annotations

import numpy as np
import pytest

from latentlab.app.score_charts import charts, compared, rows
from latentlab.core.manifest import Metric
from latentlab.engine.score_shelf import Scores


def figure(value: float, title: str = "Figure", better: str = "lower") -> Metric:
    return Metric.model_validate(
        {"value": value, "unit": "u", "n": 10, "title": title, "better": better}
    )


FIGURES = {
    "cfid": figure(3.0, "cFID"),
    "cfid.floor": figure(1.0),
    "kl": figure(5.0),
    "kl.0": figure(2.0),
    "gan_train": figure(90.0),
    "gan_train.real": figure(99.0),
    "two_sample": figure(0.6, "1-NN test"),
    "two_sample.real": figure(0.7),
    "two_sample.floor": figure(0.5),
    "precision": figure(0.8, "Precision"),
    "recall": figure(0.6, "Recall"),
    "interpolation.distance": figure(4.0),
    "interpolation.distance.faded": figure(9.0),
    "interpolation.distance.floor": figure(2.0),
}


def test_rows_pair_figures_with_their_floors() -> None:
    found = {row.name: row.real.value if row.real else None for row in rows(FIGURES)}
    assert found == {
        "cfid": 1.0, "kl": None, "gan_train": 99.0, "two_sample": 0.5, "two_sample.real": None,
        "precision": None, "recall": None, "interpolation.distance": 2.0,
    }  # fmt: skip


def test_rows_stand_by_group() -> None:
    mixed = {name: figure(1.0) for name in ("validation_loss", "cll.1", "psnr", "cfid", "probe")}
    assert [row.name for row in rows(mixed)] == [
        "cfid", "probe", "cll.1", "psnr", "validation_loss",
    ]  # fmt: skip


def test_nothing_measured_gives_no_chart() -> None:
    assert charts(Scores()) == []
    assert compared("cfid", {"a": {}}) is None


def test_charts_hold_what_was_shown() -> None:
    shown = {
        "memorisation.made": np.array([1.0, 2, 3, 3]),
        "memorisation.real": np.array([2.0, 5]),
        "memorisation.samples": np.zeros((2, 1, 4, 4), np.uint8),
        "memorisation.nearest": np.ones((2, 1, 4, 4), np.uint8),
        "interpolation.shares": np.full(7, 0.25),
        "interpolation.away": np.arange(5.0),
        "interpolation.away_faded": np.arange(5.0) * 2,
        "label_kl.made": np.array([0.4, 0.6]),
        "label_kl.real": np.array([0.5, 0.5]),
    }
    found = {chart.name: chart for chart in charts(Scores(FIGURES, shown), labels=("cat", "dog"))}
    assert found["labels"].categories == ("cat", "dog")
    assert set(found) == {
        "support", "precision-recall", "memorisation", "nearest", "largest-steps", "along-paths",
        "labels",
    }  # fmt: skip
    assert found["support"].categories == ("Precision", "Recall", "1-NN test")
    assert len(found["support"].series) == 1, "not all have a floor"
    made, real = found["memorisation"].series
    assert made.y.sum() == pytest.approx(1)
    assert real.y.sum() == pytest.approx(1)
    assert len(made.x) == len(made.y) + 1
    assert (made.x[0], made.x[-1]) == (1, 5)
    assert found["along-paths"].rule == (2.0, "real images")
    assert found["largest-steps"].series[0].y.sum() == pytest.approx(1), "all the same is no fault"
    assert [name for name, _ in found["nearest"].pictures] == ["samples", "nearest in train"]


def test_other_models_stand_beside_in_precision_and_recall() -> None:
    other = {"precision": figure(0.3), "recall": figure(0.4)}
    real = {"precision.floor": figure(0.9), "recall.floor": figure(0.95)}
    found = charts(Scores({**FIGURES, **real}), {"b": other, "c": {"recall": figure(0.1)}})
    plane = next(chart for chart in found if chart.name == "precision-recall")
    places = {s.name: (s.x.tolist(), s.y.tolist(), s.names) for s in plane.series}
    assert places == {
        "samples": ([0.6], [0.8], ("",)),
        "real images": ([0.95], [0.9], ("",)),
        "other models": ([0.4], [0.3], ("b",)),
    }


def test_figures_of_other_units_are_not_compared() -> None:
    other = figure(7.0).model_copy(update={"unit": "nats"})
    chart = compared("cfid", {"a": FIGURES, "c": {"cfid": other}})
    assert chart is not None
    assert chart.categories == ("a",)


def test_models_are_compared_with_the_floor() -> None:
    chart = compared("cfid", {"a": FIGURES, "b": {}, "c": {"cfid": figure(7.0)}})
    assert chart is not None
    assert chart.categories == ("a", "c")
    assert chart.series[0].y.tolist() == [3, 7]
    assert chart.rule == (1.0, "real images")
    assert chart.title == "cFID, lower is better"
    arrays = chart.arrays()
    assert arrays["what"].tolist() == ["a", "c"]
    assert arrays["y"].tolist() == [3, 7]


def test_histograms_leave_as_their_left_edges() -> None:
    (chart,) = charts(Scores({}, {"interpolation.shares": np.array([0.1, 0.2])}))
    arrays = chart.arrays()
    assert len(arrays["x"]) == len(arrays["y"]) == len(arrays["series"])
