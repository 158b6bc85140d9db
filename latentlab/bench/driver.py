"""Drives the real window as a hand would, and keeps the time."""

from __future__ import annotations

import itertools
import math
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import psutil

from latentlab.bench.figures import milliseconds
from latentlab.bench.headless import Speed
from latentlab.core.errors import LatentlabError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from pathlib import Path

    from PySide6.QtCore import SignalInstance

    from latentlab.app.run_manager import RunHandle
    from latentlab.core import events
    from latentlab.core.spec import TrainSpec
    from latentlab.gui.window import Window

FRAME_MS = 16
TICK_MS = 10
LIMIT_S = 60.0
FRAMES = 200


@dataclass
class Hand:
    """What was felt: the way from a mouse move to its picture, and how late a timer came."""

    pictures_ms: list[float] = field(default_factory=list)
    late_ms: list[float] = field(default_factory=list)


@dataclass
class Run:
    """A training that the window started."""

    handle: RunHandle
    first_step_ms: float = 0.0
    speed: Speed = field(default_factory=Speed)


class Driver:
    """One open window. All methods run in its thread and keep its event loop alive."""

    def __init__(self, window: Window) -> None:
        self.window = window

    def warm_up(self) -> None:
        """Have a training process ready, as a window has that has been open for a while."""
        runs = self.window.lab.runs
        runs.warm()
        self.until(lambda: runs.is_warm, "no training process became ready")

    def move_the_mouse(self, seconds: float) -> Hand:
        """Circle over the map, 60 moves a second, one at a time; a timer ticks beside it."""
        self.window.lab.session.choose_tab("explore")
        hand, end = Hand(), time.perf_counter() + seconds
        with _ticking(hand.late_ms):
            while time.perf_counter() < end:
                began = time.perf_counter()
                self._move(began)
                if self.wait(self.window.inspector.drawn):
                    self.window.inspector.panel.image.repaint()
                    hand.pictures_ms.append(1e3 * (time.perf_counter() - began))
                self.pause(max(0.0, FRAME_MS / 1e3 - (time.perf_counter() - began)))
        return hand

    def draw_only(self) -> list[float]:
        """Milliseconds to draw the picture again, with nothing new in it."""
        return milliseconds(self.window.inspector.panel.image.repaint, FRAMES)

    def find_points(self) -> list[float]:
        """Milliseconds to find the encoded image under the mouse."""
        tab: Any = self.window.tabs.hosts["explore"].tab
        steps = itertools.count()
        return milliseconds(
            lambda: tab.panel.row_at(math.cos(next(steps)), math.sin(next(steps))), FRAMES
        )

    def pan_and_zoom(self) -> list[float]:
        """Milliseconds a frame of the map while it is dragged and zoomed."""
        plot, steps = self._plot(), itertools.count()

        def frame() -> None:
            step = next(steps)
            plot.zoom(1.02 if step % 40 < 20 else 1 / 1.02)
            plot.pan(0.01 * math.cos(step), 0.01 * math.sin(step))
            plot.viewport().repaint()

        return milliseconds(frame, FRAMES)

    def pan_and_zoom_plain_scatter(self) -> list[float]:
        """The baseline: the same points in pyqtgraph's own scatter, one item a label."""
        import numpy as np
        import pyqtgraph as pg

        lab = self.window.lab
        assert lab.latents is not None
        assert lab.plane is not None
        points = lab.plane.project(lab.latents.mu)
        labels = np.zeros(len(points)) if lab.latents.labels is None else lab.latents.labels
        plot = pg.PlotWidget()
        for label in np.unique(labels):
            of_label = points[labels == label]
            plot.addItem(pg.ScatterPlotItem(pos=of_label, size=4, pen=None, pxMode=True))
        plot.resize(self._plot().size())
        plot.show()
        self.pause(0.5)  # until it is exposed: what is not seen is not painted
        box = plot.getViewBox()

        def frame() -> None:
            box.translateBy(x=0.01, y=0.0)
            plot.viewport().repaint()

        taken = milliseconds(frame, FRAMES)
        plot.close()
        plot.deleteLater()
        return taken

    @contextmanager
    def training(self, spec: TrainSpec) -> Generator[Run]:
        """Start a run as the Train tab does, from a warm process; stopped at the end."""
        runs = self.window.lab.runs
        self.warm_up()
        began = time.perf_counter()
        run = Run(runs.start(spec))

        def listen(handle: RunHandle, event: events.Event) -> None:
            if handle is run.handle:
                if event.kind == "step" and not run.first_step_ms:
                    run.first_step_ms = 1e3 * (time.perf_counter() - began)
                run.speed.add(event)

        runs.event.connect(listen)
        try:
            self.until(lambda: bool(run.first_step_ms), "the training never made a step")
            yield run
        finally:
            runs.event.disconnect(listen)
            runs.stop(run.handle)
            self.until(lambda: run.handle.is_over, "the training did not stop")

    def watch(self, run: Run, seconds: float) -> float:
        """Images per second while the Train tab shows the run."""
        self.window.lab.session.choose_tab("train")
        run.speed = Speed(skip_s=3.0)
        self.pause(seconds)
        return run.speed.images_per_s

    def resident_bytes(self) -> int:
        """Memory of the window's own process."""
        return int(psutil.Process().memory_info().rss)

    def wait(self, signal: SignalInstance) -> bool:
        """Run the loop until a signal comes; False when it does not within a second."""
        from PySide6.QtCore import QEventLoop, QTimer

        loop, came = QEventLoop(), []

        def on_signal(*_: Any) -> None:
            came.append(True)
            loop.quit()

        signal.connect(on_signal)
        QTimer.singleShot(1000, loop, loop.quit)
        loop.exec()
        signal.disconnect(on_signal)
        return bool(came)

    def pause(self, seconds: float) -> None:
        """Run the loop for a while."""
        from PySide6.QtCore import QEventLoop, Qt, QTimer

        loop, timer = QEventLoop(), QTimer(singleShot=True, timerType=Qt.TimerType.PreciseTimer)
        timer.timeout.connect(loop.quit)
        timer.start(round(1e3 * seconds))
        loop.exec()

    def paint(self) -> None:
        """Everything that waits to be painted, at once instead of when the loop comes to it."""
        from PySide6.QtCore import QEvent
        from PySide6.QtWidgets import QApplication

        QApplication.sendPostedEvents(self.window, QEvent.Type.UpdateRequest.value)

    def until(self, reached: Callable[[], bool], problem: str) -> None:
        """Run the loop until `reached`; raises LatentlabError with the problem after a minute."""
        end = time.perf_counter() + LIMIT_S
        while not reached():
            self.pause(0.002)
            if time.perf_counter() > end:
                raise LatentlabError(f"Within {LIMIT_S:g} s {problem}; see `latentlab doctor`.")

    def _plot(self) -> Any:
        tab: Any = self.window.tabs.hosts["explore"].tab
        return tab.panel.plot

    def _move(self, phase: float) -> None:
        """A real mouse event on a circle over the middle of the map."""
        from PySide6.QtCore import QEvent, QPointF, Qt
        from PySide6.QtGui import QMouseEvent
        from PySide6.QtWidgets import QApplication

        viewport = self._plot().viewport()
        radius, middle = 0.3 * min(viewport.width(), viewport.height()), viewport.rect().center()
        at = QPointF(middle.x() + radius * math.cos(phase), middle.y() + radius * math.sin(phase))
        event = QMouseEvent(
            QEvent.Type.MouseMove, at, viewport.mapToGlobal(at), Qt.MouseButton.NoButton,
            Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier,
        )  # fmt: skip
        QApplication.sendEvent(viewport, event)


@contextmanager
def opened(library: Path, settings: Path, model: str) -> Generator[Driver]:
    """The real window with `model`, settled; closed and gone at the end."""
    from latentlab.app.lab import Lab
    from latentlab.gui.app import make_application
    from latentlab.gui.bridge import Bridge
    from latentlab.gui.window import Window

    app, bridge = make_application(), Bridge()
    lab = Lab(bridge.post, library=library, settings=settings, model=model)
    window = Window(lab)
    driver = Driver(window)
    try:
        window.show()
        window.show_first_tab()
        driver.until(window.is_settled, "the window was not drawn")
        yield driver
    finally:
        window.close()
        lab.close(save_runs=False)
        bridge.close()
        window.deleteLater()
        app.processEvents()


@contextmanager
def _ticking(late_ms: list[float]) -> Generator[None]:
    """A precise timer; each time it comes, how much later than it should."""
    from PySide6.QtCore import Qt, QTimer

    timer = QTimer()
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    last = time.perf_counter()

    def tick() -> None:
        nonlocal last
        now = time.perf_counter()
        late_ms.append(max(0.0, 1e3 * (now - last) - TICK_MS))
        last = now

    timer.timeout.connect(tick)
    timer.start(TICK_MS)
    try:
        yield
    finally:
        timer.stop()
