"""The benchmark of a dragged strength: every time it keeps is of pictures that have come."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from latentlab.bench.drag_strength import drag_strength
from latentlab.bench.driver import Driver
from latentlab.gui.tabs import arithmetic

if TYPE_CHECKING:
    from collections.abc import Callable

    from latentlab.app.lab import Lab
    from latentlab.gui.tabs import TabSpec
    from latentlab.gui.window import Window


@pytest.fixture
def plain_tabs(monkeypatch: pytest.MonkeyPatch) -> list[TabSpec]:
    """No other tab."""
    monkeypatch.setattr("latentlab.gui.tabs.discover", lambda _tell: [arithmetic.TAB])
    return [arithmetic.TAB]


def test_a_dragged_strength_is_timed_until_the_result_is_drawn(
    sum_lab: Lab, open_window: Callable[..., Window]
) -> None:
    driver = Driver(open_window("arithmetic"))
    taken = drag_strength(driver, 0.5)
    assert taken
    assert all(ms > 0 for ms in taken)
    assert sum_lab.arithmetic.is_settled
    assert sum_lab.session.state.arithmetic.strength != 1.0
    assert len(sum_lab.session.state.arithmetic.terms) == 3
