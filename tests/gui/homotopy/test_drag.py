"""The benchmark of a dragged t: every time it keeps is of pictures that have come."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from latentlab.bench.drag import drag_t
from latentlab.bench.driver import Driver
from latentlab.gui.tabs import homotopy

if TYPE_CHECKING:
    from collections.abc import Callable

    from latentlab.gui.tabs import TabSpec
    from latentlab.gui.window import Window


@pytest.fixture
def plain_tabs(monkeypatch: pytest.MonkeyPatch) -> list[TabSpec]:
    """No other tab."""
    monkeypatch.setattr("latentlab.gui.tabs.discover", lambda _tell: [homotopy.TAB])
    return [homotopy.TAB]


def test_a_dragged_t_is_timed_until_all_rows_are_drawn(open_window: Callable[..., Window]) -> None:
    window = open_window("homotopy")
    taken = drag_t(Driver(window), 0.5, ("pixel", "latent", "slerp"))
    rows = window.lab.homotopy
    assert len(taken) > 3
    assert all(0 < ms < 1000 for ms in taken)
    assert rows.moving_t == window.lab.session.state.homotopy.t
    assert set(rows.moving) == {"pixel", "latent", "slerp"}
