"""Curves of the rows, measured beside the window: real images first, then the rows against them."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import numpy as np

from latentlab.app.homotopy_curves import DENSE, Curves, Reference, Rulers, measure, places
from latentlab.app.homotopy_judging import Judged, JudgeFact, Judging
from latentlab.app.realism import Realism

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from latentlab.app.background import Cancel
    from latentlab.app.homotopy_plan import Plan
    from latentlab.app.lab import Lab
    from latentlab.app.state import PathKind
    from latentlab.core.images import Pixels
    from latentlab.engine.latents import Latents

T = TypeVar("T")

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
        self._done: tuple[Plan | None, str] = (None, "")  # and that they are of, and by what
        self._under_way: tuple[Plan | None, str] = (None, "")
        self._judging = Judging(lab, self._on_judging)
        self._realism: Realism | None = None
        self._of = ""  # what the real images are, empty while there are none
        self._asked_of = ""
        lab.registry.changed.connect(self._ask_again)

    @property
    def judge(self) -> JudgeFact:
        """How the classifier stands that labels and features come from."""
        return self._judging.fact

    def is_settled(self, plan: Plan) -> bool:
        """Whether the curves of a plan are there, or cannot be."""
        if self._plan is plan and self.problem:
            return True
        return self._done == (plan, self._by) and not self._judging.is_gathering

    def forget(self) -> None:
        """There is no plan."""
        self._plan, self.curves, self._done = None, None, (None, "")
        self._under_way = (None, "")
        self._told()

    def ask(self, plan: Plan) -> None:
        """Curves of a plan, soon; the newest wins."""
        if plan is not self._plan:
            self._judging.forgive()
        self._plan, self.problem = plan, ""
        wanted = self._real_images()
        if wanted is None:
            return  # the dataset is being loaded; the lab tells
        if wanted != self._of:
            self._gather(wanted)
            return
        if self._lab.session.state.homotopy.curve == "feature" and self._realism is not None:
            self._judging.gather(self._realism, self._of)
        if (plan, self._by) not in (self._done, self._under_way):
            self._decode(plan)

    @property
    def _by(self) -> str:
        """What curves are measured by now."""
        judge, realism = self._judging, self._realism
        weights = judge.yardstick.weights if judge.yardstick is not None else ""
        has_features = realism is not None and judge.known(realism) is not None
        return f"{self._of} {weights} {has_features}"

    def _ask_again(self) -> None:
        if self._plan is not None:
            self.ask(self._plan)

    def _on_judging(self) -> None:
        self._ask_again()
        self._told()

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
        self._ask_again()

    # -- curves --------------------------------------------------------------------------------

    def _decode(self, plan: Plan) -> None:
        """The dense places and the steps in one batch."""
        self._under_way = (plan, self._by)
        t = np.concatenate([places(), plan.even()])
        if not plan.decoded:
            self._paint(plan, None)
            return
        self._lab.codec.decode(
            plan.folder,
            plan.latents(t),
            lane=LANE,
            label=plan.told(t),
            done=lambda images: self._paint(plan, images),
            failed=self._fail,
        )

    def _paint(self, plan: Plan, decoded: Pixels | None) -> None:
        """The pictures of all rows, the pixel row among them."""
        t = np.concatenate([places(), plan.even()])
        self._work(lambda _: plan.pictures(t, decoded), lambda rows: self._judge(plan, rows))

    def _judge(self, plan: Plan, rows: Mapping[PathKind, Pixels]) -> None:
        by = self._by

        def go_on(judged: Judged | None) -> None:
            if judged is None:
                self._measure(plan, rows, {})
            elif by == self._by:  # or another classifier has been asked already
                found = {kind: judged.rows(DENSE * i, DENSE) for i, kind in enumerate(rows)}
                self._measure(plan, rows, found)

        if plan is self._plan:
            dense = [pictures[:DENSE] for pictures in rows.values()]
            self._judging.judge(np.concatenate(dense), go_on)

    def _measure(
        self, plan: Plan, rows: Mapping[PathKind, Pixels], judged: Mapping[PathKind, Judged]
    ) -> None:
        if plan is not self._plan:
            return
        by, rulers = self._by, self._rulers(plan, judged)
        dense = {kind: pictures[:DENSE] for kind, pictures in rows.items()}
        steps = {kind: pictures[DENSE:] for kind, pictures in rows.items()}
        self._work(
            lambda cancel: measure(plan, dense, steps, rulers, cancel.check),
            lambda curves: self._show(plan, by, curves),
        )

    def _rulers(self, plan: Plan, judged: Mapping[PathKind, Judged]) -> Rulers:
        realism = self._realism
        if realism is not None and realism.shape != plan.stops.shape[1:]:
            realism = None
        is_data = self._of.startswith("data")
        against: Reference = "training images" if is_data else "decoded test images"
        features = None if realism is None else self._judging.known(realism)
        yardstick = self._judging.yardstick
        return Rulers(realism, against, self._lab.label_names, yardstick, judged, features)

    def _work(self, work: Callable[[Cancel], T], done: Callable[[T], None]) -> None:
        self._lab.background.run(LANE, work, done, self._fail, cancel_running=True)

    def _show(self, plan: Plan, by: str, curves: Curves) -> None:
        if plan is self._plan:
            self.curves, self._done = curves, (plan, by)
            self._under_way = (None, "")
            self._told()

    def _fail(self, text: str) -> None:
        self.problem, self._asked_of = text, ""
        self._under_way = (None, "")
        self._told()
