"""Slots find their signals by name; a wrong name is an error and no silence."""

from __future__ import annotations

import gc
import weakref

import psygnal
import pytest
from PySide6.QtCore import QObject, Signal

from latentlab.gui.wiring import connect_slots


class Plot(QObject):
    moved = Signal(float, float)
    region_drawn = Signal(object)


class Session:
    changed = psygnal.Signal(int, int)


class Listener(QObject):
    def __init__(self, **sources: object) -> None:
        super().__init__()
        self.heard: list[tuple[object, ...]] = []
        connect_slots(self, **sources)

    def _on_plot_moved(self, x: float, y: float) -> None:
        self.heard.append(("moved", x, y))

    def _on_plot_region_drawn(self, region: object) -> None:
        self.heard.append(("region", region))

    def _on_session_changed(self, new: int, old: int) -> None:
        self.heard.append(("changed", new, old))

    def on_plot_moved(self) -> None:
        raise AssertionError("no slot: its name begins otherwise")


def test_qt_and_psygnal_are_heard_once_each(qapp: object) -> None:
    plot, session = Plot(), Session()
    listener = Listener(plot=plot, session=session)
    plot.moved.emit(1, 2)
    plot.region_drawn.emit("here")
    session.changed.emit(5, 4)
    assert listener.heard == [("moved", 1, 2), ("region", "here"), ("changed", 5, 4)]


def test_a_listener_that_is_gone_is_left_in_peace(qapp: object) -> None:
    plot, session = Plot(), Session()
    listener = Listener(plot=plot, session=session)
    ghost = weakref.ref(listener)
    del listener
    gc.collect()
    assert ghost() is None
    plot.moved.emit(1, 2)
    session.changed.emit(5, 4)


def test_names_that_do_not_fit_are_told(qapp: object) -> None:
    with pytest.raises(AttributeError, match="_on_session_changed listens to 'session'"):
        Listener(plot=Plot())
    with pytest.raises(AttributeError, match="moved"):
        Listener(plot=QObject(), session=Session())
    with pytest.raises(AttributeError, match="no slot listens to theme"):
        Listener(plot=Plot(), session=Session(), theme=QObject())
