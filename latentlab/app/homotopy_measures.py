"""Curves of the rows, measured beside the window: real images first, then the rows against them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from latentlab.app.homotopy_curves import DENSE, Curves, Reference, measure, places
from latentlab.app.realism import Realism

if TYPE_CHECKING:
    from collections.abc import Callable

    from latentlab.app.background import Cancel
    from latentlab.app.homotopy_plan import Plan
    from latentlab.app.lab import Lab
    from latentlab.core.images import Pixels
    from latentlab.engine.latents import Latents

LANE = "homotopy-curves"
_REAL = "homotopy-real"
_MOST_DECODED = 2_000  # test latents decoded where the dataset is not on this machine


class Measures:
    """Belongs to the thread of the lab; `told` is called when `curves` are new."""

    def __init__(self, lab: Lab, told: Callable[[], None]) -> None:
        self._lab = lab
        self._told = told
        self.curves: Curves | None = None
        self.problem = ""
        self._plan: Plan | None = None  # that curves are wanted of
        self._done: tuple[Plan | None, str] = (None, "")  # and that they are of
        self._realism: Realism | None = None
        self._of = ""  # what the real images are, empty while there are none
        self._asked_of = ""

    def is_settled(self, plan: Plan) -> bool:
        """Whether the curves of a plan are there, or cannot be."""
        return self._done[0] is plan or (self._plan is plan and bool(self.problem))

    def forget(self) -> None:
        """There is no plan."""
        self._plan, self.curves, self._done = None, None, (None, "")
        self._told()

    def ask(self, plan: Plan) -> None:
        """Curves of a plan, soon; the newest wins."""
        self._plan, self.problem = plan, ""
        wanted = self._real_images()
        if wanted is None:
            return  # the dataset is being loaded; the lab tells
        if wanted != self._of:
            self._gather(wanted)
        elif self._done != (plan, wanted):
            self._decode(plan)

    # -- real images ---------------------------------------------------------------------------

    def _real_images(self) -> str | None:
        """What to measure against; "none" where nothing is known, None while one must wait."""
        lab = self._lab
        if lab.dataset is not None and len(lab.dataset.splits["train"]):
            return f"data {lab.dataset.content_hash}"
        if lab.dataset is None and not lab.dataset_problem:
            return None
        if lab.latents is None or lab.model is None:
            return "none"
        return f"decoded {lab.model.id} {id(lab.latents)}"

    def _gather(self, wanted: str) -> None:
        if wanted == self._asked_of:
            return
        self._asked_of = wanted
        dataset, latents = self._lab.dataset, self._lab.latents
        if wanted.startswith("data") and dataset is not None:
            self._make(wanted, lambda _: Realism.of(dataset))
        elif latents is not None and wanted != "none":
            self._decode_real(wanted, latents)
        else:
            self._take(wanted, None)

    def _decode_real(self, wanted: str, latents: Latents) -> None:
        """Every so many of the test latents, decoded: blurred stand-ins, and the axis says so."""
        assert self._lab.model is not None
        rows = np.arange(0, len(latents), max(1, -(-len(latents) // _MOST_DECODED)))
        labels = None if latents.labels is None else latents.labels[rows]
        self._lab.codec.decode(
            self._lab.model.folder,
            latents.mu[rows],
            lane=_REAL,
            label=self._lab.own_labels(rows),
            done=lambda images: self._make(wanted, lambda _: Realism(images, labels)),
            failed=self._fail,
        )

    def _make(self, wanted: str, make: Callable[[Cancel], Realism]) -> None:
        self._lab.background.run(
            _REAL, make, lambda made: self._take(wanted, made), self._fail, cancel_running=True
        )

    def _take(self, wanted: str, realism: Realism | None) -> None:
        self._realism, self._of = realism, wanted
        if self._plan is not None:
            self.ask(self._plan)

    # -- curves --------------------------------------------------------------------------------

    def _decode(self, plan: Plan) -> None:
        """The dense places and the steps in one batch."""
        t = np.concatenate([places(), plan.even()])
        if not plan.decoded:
            self._measure(plan, None)
            return
        self._lab.codec.decode(
            plan.folder,
            plan.latents(t),
            lane=LANE,
            label=plan.told(t),
            done=lambda images: self._measure(plan, images),
            failed=self._fail,
        )

    def _measure(self, plan: Plan, decoded: Pixels | None) -> None:
        if plan is not self._plan:
            return
        realism, real, names = self._realism, self._of, self._lab.label_names
        if realism is not None and realism.shape != plan.stops.shape[1:]:
            realism = None
        against: Reference = "training images" if real.startswith("data") else "decoded test images"

        def work(cancel: Cancel) -> Curves:
            both = plan.pictures(np.concatenate([places(), plan.even()]), decoded)
            dense = {kind: pictures[:DENSE] for kind, pictures in both.items()}
            steps = {kind: pictures[DENSE:] for kind, pictures in both.items()}
            return measure(plan, dense, steps, realism, against, names, cancel.check)

        self._lab.background.run(
            LANE, work, lambda curves: self._show(plan, real, curves), self._fail,
            cancel_running=True,
        )  # fmt: skip

    def _show(self, plan: Plan, real: str, curves: Curves) -> None:
        if plan is self._plan:
            self.curves, self._done = curves, (plan, real)
            self._told()

    def _fail(self, text: str) -> None:
        self.problem, self._asked_of = text, ""
        self._told()
