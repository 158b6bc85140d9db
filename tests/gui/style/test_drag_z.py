"""The benchmark of a dragged z: every time it keeps is of pictures that have come."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from latentlab.bench.drag_z import conditional, drag_z, redraw_many
from latentlab.bench.driver import Driver
from latentlab.gui.tabs import style

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from latentlab.app.lab import Lab
    from latentlab.gui.tabs import TabSpec
    from latentlab.gui.window import Window


@pytest.fixture
def plain_tabs(monkeypatch: pytest.MonkeyPatch) -> list[TabSpec]:
    """No other tab."""
    monkeypatch.setattr("latentlab.gui.tabs.discover", lambda _tell: [style.TAB])
    return [style.TAB]


def test_a_dragged_z_is_timed_until_all_cells_are_drawn(
    styled_lab: Lab, open_window: Callable[..., Window]
) -> None:
    styled_lab.session.set_sources([f"z:{n},1" for n in range(10)])
    driver, styles = Driver(open_window("style")), styled_lab.styles
    taken = drag_z(driver, 0.5)
    assert len(taken) > 3
    assert all(0 < ms < 1000 for ms in taken)
    assert styles.drawn_sheet is styles.sheet
    assert styled_lab.session.state.style.nudges
    many = redraw_many(driver, rows=12, repeats=2)
    assert len(many) == 2
    assert styles.pictures is not None
    assert len(styles.pictures) == 36


def test_the_model_to_drag_with_is_told_labels_and_encodes(styled_lab: Lab, shipped: Path) -> None:
    found = conditional(styled_lab.registry.library)
    assert found is not None
    assert found.id in ("told", "by-attributes")
    assert (shipped / found.id).is_dir()
