"""Samples of a model that draws what the data are drawn from, and of worse ones."""

from __future__ import annotations

import pytest

from tests.engine.measures.bars import bars, measured

ALL = ("label_fidelity", "diversity", "cfid", "ckid")


def test_a_model_that_draws_as_the_data_were_drawn_is_as_good_as_real() -> None:
    task = bars(1200)
    found = measured(task, *ALL)
    assert found["label_fidelity"].value == 100
    assert found["diversity"].value == pytest.approx(1, abs=0.1)
    assert found["diversity.least"].value <= found["diversity"].value
    assert abs(found["cfid"].value) < 5 * found["cfid.floor"].value + 1
    narrow = bars(1200)
    narrow.model.narrow = 0.0
    worse = measured(narrow, *ALL)
    assert worse["diversity"].value == pytest.approx(0, abs=1e-6)
    assert worse["cfid"].value > found["cfid"].value
    assert worse["ckid"].value > found["ckid"].value
    assert worse["cfid.floor"] == found["cfid.floor"]


def test_the_whole_split_is_measured_by_ten_thousand_samples_a_part_by_as_many() -> None:
    found = measured(bars(), "label_fidelity")
    assert found["label_fidelity"].n == 10_000
    part = bars()
    part.indices, part.images, part.told = part.indices[:60], part.images[:60], part.told[:60]  # type: ignore[index]
    found = measured(part, *ALL)
    assert {metric.n for name, metric in found.items() if "floor" not in name} == {60}
    assert "60 samples of the prior, each label in turn" in found["cfid"].protocol
    assert "-n 60 " in found["cfid"].command


def test_labels_that_are_not_heard_are_missed() -> None:
    found = measured(bars(deaf=2), "label_fidelity")
    assert found["label_fidelity"].value == pytest.approx(200 / 3, abs=0.1)
    told = measured(bars(reads="attributes"), "label_fidelity")
    assert told["label_fidelity"].value == 100
    assert "mean over attributes" in told["label_fidelity"].protocol


def test_without_other_images_there_is_no_floor() -> None:
    task = bars()
    said: list[str] = []
    task.say = said.append
    task.dataset.splits["train"] = task.indices
    assert measured(task, "cfid").keys() == {"cfid"}
    assert said == ["The floor of cFID needs train images beside those that are measured"]


def test_samples_are_drawn_and_judged_once(monkeypatch: pytest.MonkeyPatch) -> None:
    task, calls = bars(), []
    decode = task.model.decode
    monkeypatch.setattr(task.model, "decode", lambda z, y: calls.append(len(z)) or decode(z, y))
    measured(task, *ALL)
    assert sum(calls) == 10_000


def test_progress_grows_within_a_measure() -> None:
    task = bars()
    ticks: list[float] = []
    task.tick = ticks.append
    for name in ("obedience", *ALL):
        ticks.clear()
        measured(task, name)
        assert ticks == sorted(ticks)
        assert 0 <= ticks[0] <= ticks[-1] <= 1
