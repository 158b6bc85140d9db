"""Spin boxes keep their first letter clear of the border."""

from __future__ import annotations

from typing import TYPE_CHECKING

from latentlab.gui.theme import theme
from latentlab.gui.widgets.spin_box import DecimalBox, SpinBox

if TYPE_CHECKING:
    from tests.gui.conftest import Show


def test_the_inset_follows_the_scale(show: Show) -> None:
    for made in (SpinBox(), DecimalBox()):
        box = show(made, 90, 30)
        assert box.lineEdit().textMargins().left() == theme().px(5)
        theme().configure("dark", 2.0)
        assert box.lineEdit().textMargins().left() == theme().px(5) == 10
        theme().configure("dark", 1.0)
