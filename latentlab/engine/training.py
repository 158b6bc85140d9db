"""The training loop: steps on the device, a look now and then, everything kept."""

from __future__ import annotations

import time
from math import isfinite
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import numpy as np
import torch
from torch import Tensor

from latentlab.core import events
from latentlab.core.errors import TrainingError
from latentlab.core.manifest import Metric, RunState
from latentlab.engine import checkpoint, files, good, probe, runs
from latentlab.engine.by_hand import ByHand
from latentlab.engine.control import Control
from latentlab.engine.good import LastGood
from latentlab.engine.meter import Clock, Meter
from latentlab.engine.pace import Pace
from latentlab.engine.resident import ResidentPictures, to_unit
from latentlab.engine.shelf import Shelf

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from latentlab.engine.files import Arrays
    from latentlab.engine.plan import Plan
    from latentlab.models._adversarial import Side

E = TypeVar("E", bound=events.Event)
EndState = Literal["finished", "stopped", "failed"]
READ_S = 0.1  # the device is waited for at most this often
LOOK_S = 1.0  # and looked at, with samples and latents, at most this often
GLANCE_S = 1 / 12  # but in slow motion, where looking may take a fifth of the time
SAVE_S = 60.0  # at most lost by a run that is killed; it saves at the ends of epochs, too
GOOD_S = 1.0  # between copies of weights that one could go back to
_BEST_SHOWN = ("samples", "reconstructions", "originals")  # on the model's card, the first there
_SLOW_LOOK_S = 1.0
_VALIDATION_BATCH = 500


class DivergedError(TrainingError):
    """The loss is no number any more."""


class Training:
    """One run. `loop` trains; `finish` and `fail` leave a complete model folder behind."""

    def __init__(self, plan: Plan, run: runs.RunWriter, control: Control | None) -> None:
        self.plan = plan
        self.run = run
        self.control = control or Control()
        recipe, device = plan.recipe, plan.device
        self.model = plan.model.to(device)
        self.learner = plan.family.learner(self.model, plan.config, recipe, plan.steps)
        self.noise = torch.Generator(device).manual_seed(recipe.seed)
        self.pictures = ResidentPictures(plan.dataset, device, plan.model.reads)
        able = plan.family.abilities(plan.config)
        self.probe = probe.Probe(plan.dataset, device, recipe.seed, plan.model.reads, able)
        self.meter, self.clock = Meter(), Clock()
        self.shelf = Shelf(run.remove)
        self.epoch = 0  # complete ones
        self.batch = 0  # steps made in the epoch that runs
        self.images_seen = 0
        self.validation: dict[str, float] = {}
        self.good = LastGood(self.model, self.learner)
        self._reads, self._copies = Pace(READ_S, share=0), Pace(GOOD_S)
        self._looks, self._saves = Pace(LOOK_S), Pace(SAVE_S)
        self._glances = Pace(GLANCE_S, share=5)
        self.by_hand = ByHand(self.learner, self.pictures, recipe, self.noise)
        self._seen_by_look = -1

    # -- the loop --------------------------------------------------------------------------------

    def loop(self) -> Iterator[events.Event]:
        """Train until the last epoch or the wish to stop."""
        self.clock.start()
        self.good.keep()
        yield self._started()
        if self.images_seen == 0:
            yield self._look()
        while self.epoch < self.plan.recipe.epochs and not self.control.stopped:
            yield from self._one_epoch()
        if self._seen_by_look != self.images_seen:
            yield self._look()

    def _one_epoch(self) -> Iterator[events.Event]:
        recipe = self.plan.recipe
        order = self.pictures.order(recipe.seed, self.epoch, recipe.batch_size)
        for indices in order[self.batch :]:
            begun = time.perf_counter()
            self._step(indices)
            if self._reads.is_due():
                yield from self._report()
            if self.control.slow:
                yield from self._slow_motion(begun)
            yield from self._obey()
            if self.control.stopped:
                return
        yield from self._end_epoch()

    def _step(self, indices: Tensor) -> None:
        x, y = self.pictures.batch(indices)
        self.meter.add(self.learner.step(x, y, self.noise), len(indices))
        self.batch += 1
        self.images_seen += len(indices)
        self.by_hand.steps = 0

    def _slow_motion(self, begun: float) -> Iterator[events.Event]:
        """Show nearly every step, and leave it the time that slow motion gives it."""
        if self._glances.is_due():
            yield from self._report()
            with self._glances.taking():
                look = self._look()
            yield look
        self.control.dawdle(begun)

    def _end_epoch(self) -> Iterator[events.Event]:
        self.learner.end_epoch(self.epoch + 1)
        yield from self._report()
        self.epoch, self.batch = self.epoch + 1, 0
        train, self.validation = self.meter.end_epoch(), self._validate()
        yield self._tell(
            events.Evaluated, train=train, validation=self.validation, **self._moment()
        )
        if self._looks.is_due():
            yield self._look()
        if self._saves.is_due(patience=1 / 3):  # an epoch's end is a good moment
            self.save()

    # -- reports ---------------------------------------------------------------------------------

    def _report(self) -> Iterator[events.Event]:
        """Read the losses, the one place that waits for the device, and what follows from them."""
        with self._reads.taking():
            means = self.meter.read()
        if not means:
            return
        if not all(map(isfinite, means.values())):
            yield from self._on_diverged()
            return
        yield self._tell(events.Step, losses=means, **self._speed(), **self._moment())
        if self._copies.is_due():
            with self._copies.taking():
                self.good.keep()
        if self._looks.is_due(patience=2):  # the epoch's end is a better moment
            yield self._look()
        if self._saves.count and self._saves.is_due():
            self.save()

    def _started(self) -> events.Event:
        manifest = self.run.manifest
        return self._tell(
            events.RunStarted,
            run=manifest.id,
            family=manifest.family,
            data=manifest.data.name,
            device=manifest.device,
            epochs=self.plan.recipe.epochs,
            images_per_epoch=len(self.pictures),
            parameters=manifest.parameters,
            loss_unit=self.plan.family.loss_unit,
        )

    def _look(self) -> events.Event:
        """Samples, reconstructions and latents of this moment, to a file."""
        by_hand = f"-{self.by_hand.steps:04d}" if self.by_hand.steps else ""
        path = f"{runs.SAMPLES}/{self.images_seen:012d}{by_hand}.safetensors"
        with self._looks.taking():
            arrays = self.probe.look(self.learner.model_to_use()) | self._verdicts()
            packed = files.pack_arrays(arrays)
            self.run.add_file(path, packed)
            self.shelf.put(path, len(packed))
            shown = next(name for name in _BEST_SHOWN if name in arrays)
            self.run.put_file(runs.PREVIEW, probe.sheet_png(arrays[shown].astype(np.uint8)))
        self._seen_by_look = self.images_seen
        return self._tell(events.Samples, path=path, **self._moment())

    def _verdicts(self) -> Arrays:
        """What two networks that compete think of each other; nothing for one network."""
        if self.probe.game is None:
            return {}
        model: Any = self.model
        game = getattr(self.learner, "game", None)
        return self.probe.game.look(model, game.loss if game else None)

    def _validate(self) -> dict[str, float]:
        """Loss terms on held-out pictures, with the same noise every time; none of a game."""
        if not self.plan.family.validates:
            return {}
        meter = Meter()
        noise = torch.Generator(self.plan.device).manual_seed(self.plan.recipe.seed)
        model = self.learner.model_to_use()
        with probe.looking_at(model):
            for part, y in self.probe.held_out(_VALIDATION_BATCH):
                meter.add(self.plan.family.losses(model, to_unit(part), y, noise), len(part))
        return meter.read()

    # -- wishes and accidents --------------------------------------------------------------------

    def _obey(self) -> Iterator[events.Event]:
        """Answer what the Control asks for; sleeps through a pause."""
        if self.control.paused:
            yield from self._pause()
        yield from self._answer()

    def _answer(self) -> Iterator[events.Event]:
        while self.control.take_snapshot():
            yield self._snapshot()
        while (side := self.control.take_side()) is not None:
            yield from self._step_alone(side)

    def _pause(self) -> Iterator[events.Event]:
        self.clock.stop()
        self.run.update(state="paused")  # true already when somebody who is told looks at it
        yield self._tell(events.StateChanged, state="paused")
        self.save("paused")
        while self.control.paused:
            self.control.wait()
            yield from self._answer()
        if not self.control.stopped:
            self.run.update(state="running")
            yield self._tell(events.StateChanged, state="running")
        self.clock.start()

    def _snapshot(self) -> events.Event:
        path = f"snapshots/{self.images_seen:012d}/{runs.WEIGHTS}"
        self.run.update({path: checkpoint.pack_weights(self.learner.model_to_use())})
        return self._tell(events.Snapshot, path=path, **self._moment())

    def _step_alone(self, side: Side) -> Iterator[events.Event]:
        """One step of one network, by hand, and what it did."""
        try:
            is_finite = self.by_hand.step(side, self.epoch, self.batch)
        except TrainingError as error:
            state = "paused" if self.control.paused else "running"
            yield self._tell(events.StateChanged, state=state, message=str(error))
            return
        if not is_finite:
            yield self._restored()
        if not self.control.awaits_side:  # of many steps at once the last is shown
            yield self._look()

    def _on_diverged(self) -> Iterator[events.Event]:
        """Back to the last good weights, then hold, or end where nobody listens."""
        yield self._restored()
        self.control.pause()
        yield from self._obey()

    def _restored(self) -> events.Event:
        """Take the last good weights; raises DivergedError where nobody listens."""
        self.good.restore()
        what = f"The loss is no finite number any more after {self.images_seen} images"
        advice = f"try a learning rate below {self.plan.recipe.learning_rate:g}"
        if not self.control.attended:
            raise DivergedError(f"{what}; the last good weights are kept, {advice}.")
        return self._tell(
            events.Alarm,
            code="diverged",
            message=f"{what}. The run is paused with its last good weights.",
            advice=f"Resume to go on from them, or stop and {advice}.",
            **self._moment(),
        )

    # -- keeping ---------------------------------------------------------------------------------

    def save(self, state: RunState | None = None, message: str = "") -> None:
        """Weights, latents, resume state and manifest, all or none."""
        with self._saves.taking():
            self._save(state or self.run.manifest.state, message)

    def _save(self, state: RunState, message: str) -> None:
        self.meter.read()
        if not good.is_finite(self.model):  # it diverged after the last reading
            self.good.restore()
        model = self.learner.model_to_use()
        tensors = {
            runs.WEIGHTS: checkpoint.pack_weights(model),
            runs.STATE: checkpoint.pack_state(self._resume_state()),
        }
        fields = {
            "state": state,
            "message": message,
            "epoch": self.epoch,
            "images_seen": self.images_seen,
            "seconds": round(self.clock.seconds, 3),
            **self._figures(),
        }
        if self._looks.cost_s > _SLOW_LOOK_S:  # weights first: who closes the window waits not long
            self.run.update(tensors, without=(runs.LATENTS,), **fields)
        if points := self.probe.map(model):
            tensors[runs.LATENTS] = files.pack_arrays(points)
        self.run.update(tensors, **fields)

    def finish(self, state: EndState | None = None) -> events.RunEnded:
        """Keep everything; the folder is a complete model. Finished, unless epochs are left."""
        if state is None:
            state = "finished" if self.epoch >= self.plan.recipe.epochs else "stopped"
        self.clock.stop()
        if self._seen_by_look != self.images_seen:
            self._look()
        self.save(state)
        end = self.ended(state)
        self.run.append(end)
        return end

    def rescue(self, message: str) -> None:
        """Keep the last good weights of a run that failed."""
        self.clock.stop()
        self.good.restore()
        self.save("failed", message)

    def ended(self, state: EndState, message: str = "") -> events.RunEnded:
        """The last event of a run, not yet written."""
        seconds = self.clock.seconds
        return events.RunEnded(
            state=state,
            message=message,
            images_per_s=self.images_seen / seconds if seconds else 0.0,
            weights_sha256=self.run.manifest.files.get(runs.WEIGHTS, ""),
            t=round(seconds, 4),
            **self._moment(),
        )

    def _resume_state(self) -> dict[str, Any]:
        return {
            "model": dict(self.model.state_dict()),
            "learner": self.learner.state_dict(),
            "noise": self.noise.get_state(),
            "epoch": self.epoch,
            "batch": self.batch,
            "images_seen": self.images_seen,
            "seconds": self.clock.seconds,
            "epoch_sums": self.meter.epoch_sums,
            "epoch_images": self.meter.epoch_images,
        }

    def resume(self, state: dict[str, Any]) -> None:
        """Go on exactly where `save` was called."""
        self.model.load_state_dict(state["model"])
        self.learner.load_state_dict(state["learner"])
        self.noise.set_state(state["noise"].cpu())
        self.epoch, self.batch = state["epoch"], state["batch"]
        self.images_seen, self.clock = state["images_seen"], Clock(state["seconds"])
        self.meter.epoch_sums = dict(state["epoch_sums"])
        self.meter.epoch_images = state["epoch_images"]
        for path in sorted(self.run.manifest.files):
            if path.startswith(f"{runs.SAMPLES}/"):
                self.shelf.put(path, (self.run.folder / path).stat().st_size)

    # -- small things ----------------------------------------------------------------------------

    def _figures(self) -> dict[str, Any]:
        """The validation loss as the figure of a model that `evaluate` has not measured yet."""
        if not self.validation:
            return {}
        unit = self.plan.family.loss_unit
        loss = Metric(
            value=self.validation["loss"],
            unit=unit,
            n=self.probe.held_out_images,
            title="Validation loss",
            protocol=f"validation split, 1 noise sample, after epoch {self.epoch}",
        )
        return {"metrics": {runs.PROVISIONAL: loss}, "headline": runs.PROVISIONAL}

    def _tell(self, kind: Callable[..., E], **fields: Any) -> E:
        event = kind(t=round(self.clock.seconds, 4), **fields)
        self.run.append(event)
        return event

    def _moment(self) -> dict[str, int]:
        return {"epoch": self.epoch, "images_seen": self.images_seen}

    def _speed(self) -> dict[str, float]:
        speed = self.clock.speed(self.images_seen)
        left = self.plan.recipe.epochs * len(self.pictures) - self.images_seen
        return {"images_per_s": speed, "eta_s": left / speed if speed else 0.0}
