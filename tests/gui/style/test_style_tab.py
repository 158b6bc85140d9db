"""The Style tab: a switch between pages that are built when they are first seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from latentlab.gui.tabs.style import StyleTab

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytestqt.qtbot import QtBot

    from latentlab.app.exports import Proposal
    from latentlab.app.lab import Lab

    Open = Callable[..., StyleTab]


def test_pages_are_built_when_seen_and_the_choice_is_a_step(
    open_style: Open, styled_lab: Lab, qtbot: QtBot
) -> None:
    tab = open_style("label:1")
    assert list(tab.pages) == ["transfer"]
    assert [tab.switch.tabText(at) for at in range(tab.switch.count())] == [
        title for title, *_ in StyleTab.contents.builders.values()
    ]
    tab.switch.setFocus()
    QTest.keyClick(tab.switch, Qt.Key.Key_Right)
    second = list(StyleTab.contents.builders)[1]
    assert styled_lab.session.state.style.page == second
    assert list(tab.pages) == ["transfer", second]
    assert tab.page is tab.pages[second]
    assert not tab.pages["transfer"].isVisible()
    styled_lab.session.undo()
    assert tab.page is tab.pages["transfer"]
    assert tab.switch.currentIndex() == 0
    qtbot.waitUntil(tab.is_settled)


def test_every_page_offers_what_the_tab_asks_for(open_style: Open, styled_lab: Lab) -> None:
    tab = open_style("label:1")
    for name in StyleTab.contents.builders:
        styled_lab.session.set_style(page=name)
        page = tab.page
        assert isinstance(page.is_settled(), bool)  # type: ignore[attr-defined]
        assert page.proposal() is None or page.proposal().name  # type: ignore[attr-defined]


def test_export_takes_what_is_shown_and_nothing_is_said_to_be_nothing(
    open_style: Open, styled_lab: Lab, qtbot: QtBot
) -> None:
    tab = open_style("label:1", "label:2")
    wanted: list[Proposal] = []
    told: list[str] = []
    styled_lab.exports.wanted.connect(wanted.append)
    styled_lab.message.connect(lambda text, _: told.append(text))
    tab.export.click()
    assert [proposal.name for proposal in wanted] == ["told-styles"]
    styled_lab.session.set_sources([])
    qtbot.waitUntil(tab.is_settled)
    tab.export.click()
    assert len(wanted) == 1
    assert told == ["There is nothing to export yet."]


def test_work_stops_while_nobody_looks(open_style: Open, styled_lab: Lab) -> None:
    tab = open_style("label:1")
    tab.hide()
    before = styled_lab.styles.sheet
    styled_lab.session.set_style(strength=2.0)
    assert styled_lab.styles.sheet is before
    tab.show()
    assert styled_lab.styles.sheet is not before
