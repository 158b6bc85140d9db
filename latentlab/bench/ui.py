"""The window under the hand: mouse to picture, lateness, pan and zoom, idle and while training."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from latentlab.app.registry import Registry
from latentlab.bench import headless
from latentlab.bench.drag_strength import drag_strength
from latentlab.bench.drag_z import conditional, drag_z, redraw_many
from latentlab.bench.figures import Figure, Report, against, beside, median, percentile, report
from latentlab.core.spec import TrainSpec

if TYPE_CHECKING:
    from latentlab.bench.driver import Driver, Hand

IDLE_S = 15.0
WATCHED_S = 20.0
DRAGGED_S = 10.0
MEGABYTE = 1e6


def measure(library: Path, model: str, data: str, seconds: float) -> Report:
    """All figures of the window with `model` open, the last ones over `seconds` of training."""
    card = Registry(library).find(model)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    spec = TrainSpec(
        family="vae", data=data, device="cpu", name="bench",
        config={"network": "mlp", "width": 400, "depth": 1, "latent": 20},
        recipe={"epochs": 10_000, "batch_size": 128},
    )  # fmt: skip
    with tempfile.TemporaryDirectory() as scratch:
        own = Path(scratch) / "library"
        own.mkdir()
        if not card.shipped:
            shutil.copytree(card.folder, own / card.id)
        styled = conditional(library)
        if styled is not None and not styled.shipped and not (own / styled.id).exists():
            shutil.copytree(styled.folder, own / styled.id)
        alone = headless.images_per_s(spec, own, WATCHED_S)
        from latentlab.bench.drag import drag_t
        from latentlab.bench.driver import opened

        with opened(own, Path(scratch) / "settings", model) as driver:
            driver.warm_up()  # what starts by itself a while after the window is not idle
            idle = driver.move_the_mouse(IDLE_S)
            dragged = {"t to all rows, idle, p95": _dragged(drag_t(driver, DRAGGED_S))}
            if styled is not None:
                dragged |= _styles(driver, styled.id, model)
            dragged["strength to a sum and eight around it, p95"] = Figure(
                value=percentile(drag_strength(driver, DRAGGED_S), 95), unit="ms", target=33.0
            )
            while_training = _training(driver, spec, alone, seconds, idle)
            figures = {**_idle(driver, idle), **dragged, **while_training}
    return report("ui", figures)


def _dragged(taken: list[float]) -> Figure:
    """Five rows in step, at 60 frames a second."""
    return Figure(value=percentile(taken, 95), unit="ms", target=16.0)


def _styles(driver: Driver, conditional_model: str, model: str) -> dict[str, Figure]:
    """Style sheets of ten labels: ten rows at 60 frames a second, and a hundred rows."""
    lab = driver.window.lab
    lab.choose_model(conditional_model)
    figures = {
        "z to a 10 x 10 style sheet, p95": _dragged(drag_z(driver, DRAGGED_S)),
        "a 100 x 10 style sheet, p95": Figure(
            value=percentile(redraw_many(driver), 95), unit="ms", target=300.0
        ),
    }
    lab.choose_model(model)
    driver.until(driver.window.is_settled, "the model was not shown again")
    return figures


def _idle(driver: Driver, hand: Hand) -> dict[str, Figure]:
    """Baselines: drawing without decoding, and the same points in pyqtgraph's own scatter."""
    drawing = driver.draw_only()
    ours, plain = driver.pan_and_zoom(), driver.pan_and_zoom_plain_scatter()
    return {
        "mouse to picture, idle, p95": beside(
            percentile(hand.pictures_ms, 95), percentile(drawing, 95), "ms", target=8.0
        ),
        "timer lateness, idle, p99": Figure(value=percentile(hand.late_ms, 99), unit="ms"),
        "point under the mouse, p95": Figure(
            value=percentile(driver.find_points(), 95), unit="ms", target=2.0
        ),
        "pan and zoom": beside(
            1e3 / median(ours), 1e3 / median(plain), "frames/s", target=60.0, better="higher"
        ),
    }


def _training(
    driver: Driver, spec: TrainSpec, alone: float, seconds: float, idle: Hand
) -> dict[str, Figure]:
    with driver.training(spec) as run:
        watched = driver.watch(run, WATCHED_S)
        hand = driver.move_the_mouse(seconds)
    return {
        "first step after the click": Figure(value=run.first_step_ms, unit="ms", target=500.0),
        "training, watched": against(watched, alone, "images/s", target=0.9, better="higher"),
        "mouse to picture, training, p95": beside(
            percentile(hand.pictures_ms, 95), percentile(idle.pictures_ms, 95), "ms", target=16.0
        ),
        "timer lateness, training, p99": beside(
            percentile(hand.late_ms, 99), percentile(idle.late_ms, 99), "ms", target=10.0
        ),
        "timer lateness, training, worst": beside(
            max(hand.late_ms), max(idle.late_ms), "ms", target=50.0
        ),
        "resident memory of the window": Figure(
            value=driver.resident_bytes() / MEGABYTE, unit="MB", target=1000.0
        ),
    }
