"""Homotopy: from A to B through pixels and through latent space, in step, seen and measured."""

from __future__ import annotations

from typing import TYPE_CHECKING

from latentlab.gui.homotopy.corners import CornersPane
from latentlab.gui.homotopy.rows_mode import RowsMode
from latentlab.gui.homotopy.traversals import TraversalPane
from latentlab.gui.paged_tab import PagedTab, Pages
from latentlab.gui.tabs import TabSpec

if TYPE_CHECKING:
    from latentlab.app.lab import Lab


class HomotopyTab(PagedTab):
    """Rows, corners and traversals, by `State.homotopy.mode`."""

    contents = Pages(
        title="Homotopy",
        builders={
            "rows": ("Rows", "Ways from A to B, side by side and in step", RowsMode),
            "corners": ("Corners", "A sheet of pictures between four corners", CornersPane),
            "traverse": ("Traversals", "One direction of latent space at a time", TraversalPane),
        },
        shown_by=lambda state: state.homotopy.mode,
        choose=lambda session, name: session.set_homotopy(mode=name),
        nothing="There is nothing to export yet: choose A and B first.",
    )

    def __init__(self, lab: Lab) -> None:
        super().__init__(lab)
        self.show_page()


TAB = TabSpec(
    name="homotopy",
    title="Homotopy",
    icon="mdi6.transition",
    order=30,
    needs=frozenset({"decode"}),
    build=HomotopyTab,
)
