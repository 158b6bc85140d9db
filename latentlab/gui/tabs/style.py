"""Style: the style of one picture under every label; a manifold per label; completion."""

from __future__ import annotations

from typing import TYPE_CHECKING

from latentlab.gui.paged_tab import PagedTab, Pages
from latentlab.gui.style.complete_page import CompletePage
from latentlab.gui.style.manifold_page import ManifoldPage
from latentlab.gui.style.transfer_page import TransferPage
from latentlab.gui.tab_host import Unserved
from latentlab.gui.tabs import TabSpec

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from latentlab.app.lab import Lab

_TRANSFERS = "label"  # the other pages say themselves what they need
_NO_TRANSFER = "Style transfer is for models that obey a label, and {} is told none. These are:"


class StyleTab(PagedTab):
    """Transfer, manifolds and completion, by `State.style.page`."""

    contents = Pages(
        title="Style",
        builders={
            "transfer": ("Transfer", "The style of each picture under every label", TransferPage),
            "manifold": (
                "Manifold", "What z means under a label, and what is left in it", ManifoldPage,
            ),
            "complete": ("Complete", "What the rest of a half-drawn picture may be", CompletePage),
        },
        shown_by=lambda state: state.style.page,
        choose=lambda session, name: session.set_style(page=name),
        nothing="There is nothing to export yet.",
    )  # fmt: skip

    def __init__(self, lab: Lab) -> None:
        super().__init__(lab)
        self.unserved = Unserved()
        self.stack.addWidget(self.unserved)
        self.unserved.model_chosen.connect(lab.choose_model)
        lab.model_changed.connect(self._on_model_changed)
        self._on_model_changed()

    def stand_in(self, name: str) -> QWidget | None:
        """Conditional models to choose from, where the current one is told nothing."""
        is_served = name != "transfer" or _TRANSFERS in self._abilities()
        return None if is_served else self.unserved

    def _abilities(self) -> tuple[str, ...]:
        model = self._lab.model
        return model.manifest.capabilities if model is not None and model.manifest else ()

    def _on_model_changed(self) -> None:
        """A model that completes pictures opens on the page that it is for."""
        if self.stand_in(self.name) is not None:
            if "complete" in self._abilities():
                self._lab.session.set_style(record=False, page="complete")
            else:
                self._give_reason()
        self.show_page()

    def _give_reason(self) -> None:
        model, cards = self._lab.model, self._lab.registry.cards()
        able = [card.id for card in cards if card.manifest and card.manifest.told_names]
        self.unserved.show_reason(_NO_TRANSFER.format(model.id if model else "no model"), able)


TAB = TabSpec(
    name="style",
    title="Style",
    icon="mdi6.brush-variant",
    order=40,
    needs=frozenset({"label"}),
    build=StyleTab,
    or_needs=frozenset({"complete"}),
)
