"""Ways between samples whose evenness, length and distance to data are known."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from latentlab.engine.measures.interpolation import EPSILON, STEPS, largest_shares, path_length
from tests.engine.measures.bars import bars, measured


@pytest.fixture(autouse=True)
def _few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("latentlab.engine.measures.drawn.DRAWS", 200)
    monkeypatch.setattr("latentlab.engine.measures.interpolation.PAIRS", 60)


def test_shares_of_steps() -> None:
    even = np.linspace(0, 1, 5)[:, None] * np.array([3.0, 4.0])
    jump = np.array([[0.0, 0], [0, 0], [1, 0], [1, 0], [1, 0]])
    rest = np.ones((5, 2))
    bent = np.array([[0.0, 0], [1, 0], [1, 2], [1, 3], [1, 3]])
    assert largest_shares(np.stack([even, jump, rest, bent])) == pytest.approx([0.25, 1, 0.25, 0.5])


def test_path_length_of_a_line_is_its_squared_speed() -> None:
    before = np.random.default_rng(0).normal(size=(50, 3))
    assert path_length(before, before + 0.01 * np.array([3.0, 0, 4]), 0.01) == pytest.approx(25)
    assert path_length(before, before, 0.01) == 0


def test_a_smooth_model_goes_evenly_and_a_switch_jumps() -> None:
    smooth, switch = bars(400), bars(400)
    decode = switch.model.decode
    switch.model.decode = lambda z, y: decode(torch.where(z > 0, 1.5, -1.5), y)
    even, jumps = measured(smooth, "interpolation"), measured(switch, "interpolation")
    assert 100 / STEPS <= even["interpolation"].value < jumps["interpolation"].value
    assert jumps["interpolation"].value > 45, "most switch once or twice"
    assert even["interpolation.faded"] == jumps["interpolation.faded"]
    assert even["interpolation.distance.floor"] == jumps["interpolation.distance.floor"]
    assert even["interpolation"].n == 60
    assert "16 equal steps of t" in even["interpolation"].protocol
    ends = smooth.shown["interpolation.away_faded"][[0, -1]]
    floor = smooth.found["interpolation.distance.floor"].value
    assert ends == pytest.approx(floor, rel=0.5), "cross-fades begin at images like all others"
    assert smooth.shown["interpolation.away"].shape == (STEPS + 1,)
    assert smooth.shown["interpolation.shares"].shape == (60,)


def test_pictures_far_from_data_are_seen() -> None:
    near, far = bars(400), bars(400)
    decode = far.model.decode
    far.model.decode = lambda z, y: 1 - decode(z, y)  # dark bars on light ground
    one, two = (measured(task, "interpolation") for task in (near, far))
    assert two["interpolation.distance"].value > 10 * one["interpolation.distance"].value
    assert one["interpolation.distance"].value < 5 * one["interpolation.distance.floor"].value


def test_path_length_is_that_of_the_decoder() -> None:
    """Pictures of one light that grows along z: features are known, and so is their speed."""
    task = bars(400)
    z = torch.tensor([[0.0, 0.0], [1.0, 0.0]])
    task.model.sample_prior = lambda n, _: z.repeat(n // 2, 1)
    task.model.decode = lambda z, y: (0.2 + 0.5 * z[:, :1, None, None]).expand(-1, 1, 24, 24)
    found = measured(task, "interpolation")
    # the mean of the ink and its brightest pixel grow by .5 of 255 together
    assert found["interpolation.ppl"].value == pytest.approx(2 * (0.5 * 255) ** 2, rel=0.01)
    assert found["interpolation"].value == pytest.approx(100 / STEPS, rel=1e-3)
    assert EPSILON < 1 / STEPS


def test_without_other_images_there_is_nothing_to_compare_with() -> None:
    task, said = bars(), []
    task.say = said.append
    task.dataset.splits["train"] = task.indices
    found = measured(task, "interpolation")
    assert found.keys() == {"interpolation", "interpolation.distance", "interpolation.ppl"}
    assert said == ["Interpolation is compared with train images beside those that are measured"]


def test_progress_grows() -> None:
    task, ticks = bars(), []
    task.tick = ticks.append
    measured(task, "interpolation")
    assert ticks == sorted(ticks)
    assert 0 <= ticks[0] <= ticks[-1] <= 1
