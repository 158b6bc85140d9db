"""A lab made of paper for homotopy tests: a codec that answers when told, all else at once."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from psygnal import Signal

from latentlab.app.background import Cancel, CancelledError
from latentlab.app.endpoints import Endpoint
from latentlab.app.history import History
from latentlab.app.homotopy import RowsInStep
from latentlab.app.session import Session
from latentlab.app.state import State
from latentlab.core.errors import LatentlabError
from latentlab.core.route import Route, through
from latentlab.engine.latents import Latents
from tests.helpers import manifest_of

if TYPE_CHECKING:
    from collections.abc import Callable

SIDE = 8


def paint(z: Any) -> Any:
    """Pictures (n, 1, 8, 8) whose first pixels are z as bytes, the others 100."""
    rows = np.asarray(z, np.float32)
    pictures = np.full((len(rows), SIDE * SIDE), 100, np.uint8)
    pictures[:, : rows.shape[1]] = np.clip(rows, 0, 255).astype(np.uint8)
    return pictures.reshape(-1, 1, SIDE, SIDE)


def see(pictures: Any) -> tuple[Any, Any]:
    """Probabilities (n, 3): 1 where the first pixel is 100 or more, else 0; features (n, 2)."""
    first = pictures[:, 0, 0, :2].astype(np.float32)
    return np.eye(3, dtype=np.float32)[(first[:, 0] >= 100).astype(int)], first / 10


@dataclass(eq=False)
class Asked:
    """One request to the codec."""

    op: str
    lane: str
    array: Any
    done: Callable[..., None]
    failed: Callable[[str], None]
    part: Callable[..., None] | None = None


class PaperCodec:
    """Keeps what is asked; the newest of each lane is answered by `answer`."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.log: list[str] = []  # every lane that was asked, in order
        self.judged: list[Path] = []  # the classifiers that were asked

    def decode(
        self, _: Path, z: Any, *, lane: str, done: Any, failed: Any, label: Any = None
    ) -> None:
        self._keep(Asked("decode", lane, np.array(z), done, failed))

    def judge(self, folder: Path, images: Any, *, lane: str, done: Any, failed: Any) -> None:
        self.judged.append(folder)
        self._keep(Asked("judge", lane, np.array(images), done, failed))

    def route(
        self,
        _: Path,
        kind: str,
        knots: Any,
        *,
        lane: str,
        done: Any,
        part: Any,
        failed: Any,
        label: Any = None,
    ) -> None:
        self._keep(Asked(kind, lane, np.array(knots), done, failed, part))

    def cancel(self, lane: str) -> None:
        self.asked = [each for each in self.asked if each.lane != lane]

    def take(self, lane: str) -> Asked:
        """The request of a lane, which then is no longer waiting."""
        found = next(each for each in self.asked if each.lane == lane)
        self.asked.remove(found)
        return found

    def answer(self) -> int:
        """Decode and judge everything that waits, and what comes of it; how many that were."""
        count = 0
        while waiting := [each for each in self.asked if each.op in ("decode", "judge")]:
            each = waiting[0]
            self.asked.remove(each)
            each.done(*see(each.array) if each.op == "judge" else (paint(each.array),))
            count += 1
        return count

    def _keep(self, asked: Asked) -> None:
        self.cancel(asked.lane)
        self.asked.append(asked)
        self.log.append(asked.lane)


class PaperRegistry:
    """Classifiers of labels and of attributes, as the test puts them there."""

    changed = Signal()

    def __init__(self) -> None:
        self.labels: Any = None
        self.attributes: Any = None

    def yardstick(self, _: Any, *, attributes: bool = False) -> Any:
        return self.attributes if attributes else self.labels


class NowBackground:
    """Does the work at once."""

    def run(
        self, lane: str, work: Any, done: Any, failed: Any = None, *, cancel_running: bool = False
    ) -> None:
        try:
            result = work(Cancel(lambda: False))
        except CancelledError:
            return
        except LatentlabError as error:
            failed(str(error))
        else:
            done(result)


class PaperResolver:
    """`z:1,2` at once; other references when `tell` is called."""

    def __init__(self) -> None:
        self.waiting: dict[str, tuple[Any, Any]] = {}

    def resolve(
        self, reference: str, *, lane: str, done: Any, failed: Any, progress: Any = None
    ) -> None:
        kind, _, text = reference.partition(":")
        if kind == "z":
            done(endpoint(reference, [float(part) for part in text.split(",")]))
        else:
            self.waiting[reference] = (done, failed)


def endpoint(reference: str, z: list[float]) -> Endpoint:
    at = np.array(z, np.float32)
    return Endpoint(reference, reference, at, paint(at[None])[0] + 20, is_given=True)


@dataclass
class PaperModel:
    id: str = "tiny"
    folder: Path = Path("tiny")
    manifest: Any = field(default_factory=lambda: manifest_of(files={"weights.safetensors": "1"}))
    title: str = "Tiny"
    is_usable: bool = True


class PaperLab:
    """What RowsInStep asks of a Lab."""

    model_changed = Signal()
    latents_changed = Signal()
    plane_changed = Signal()
    dataset_changed = Signal()

    def __init__(self) -> None:
        self.session = Session(State(model="tiny"), History(debounce_s=0))
        self.codec, self.background = PaperCodec(), NowBackground()
        self.registry = PaperRegistry()
        self.model: Any = PaperModel()
        self.latents: Any = latents()
        self.latents_problem = ""
        self.dataset: Any = None
        self.dataset_problem = "Digits are not here"
        self.label_names = ("zero", "one", "two")
        self.resolver = PaperResolver()
        self.homotopy = RowsInStep(self, self.resolver)  # type: ignore[arg-type]

    def own_labels(self, _rows: Any) -> None:
        """Its model is told nothing."""


def latents(n: int = 30) -> Latents:
    rng = np.random.default_rng(0)
    labels = np.arange(n) % 3
    mu = (rng.normal(size=(n, 2)) + 10 * labels[:, None]).astype(np.float32)
    return Latents(mu, None, labels, np.arange(n))


def detour(knots: Any) -> Route:
    """A route through knots with one more between each two."""
    middle = (knots[1:] + knots[:-1]) / 2 + 3
    points = [knots[0]]
    for i in range(len(middle)):
        points += [middle[i], knots[i + 1]]
    return through(points)
