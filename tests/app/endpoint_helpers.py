"""A model that answers without a network, a dataset in memory, a lab of what Resolver touches."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np

from latentlab.app.background import Background
from latentlab.data.dataset import Dataset
from latentlab.engine.latents import Latents
from tests.helpers import digits_like, manifest_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from latentlab.app.post import Post
    from latentlab.core.manifest import Manifest

SIZE = 2


class FakeCoder:
    """Encodes to (mean, maximum) in 0..1, decodes z to a picture full of its first number."""

    def __init__(self, shape: tuple[int, int, int] = (1, 8, 8)) -> None:
        self.shape = shape

    def place(self, images: Any, label: Any = None) -> tuple[Any, Any]:
        flat = images.reshape(len(images), -1) / 255
        return np.stack([flat.mean(1), flat.max(1)], axis=1).astype(np.float32), None

    def decode(self, z: Any, label: Any = None) -> Any:
        rows = np.atleast_2d(np.asarray(z, np.float32))
        grey = np.clip(np.abs(rows[:, 0]) * 100, 0, 255).astype(np.uint8)
        return np.broadcast_to(grey[:, None, None, None], (len(rows), *self.shape)).copy()

    def sample(self, n: int, seed: int = 0) -> Any:
        return np.random.default_rng(seed).normal(size=(n, SIZE)).astype(np.float32)


class FakeClient:
    """The codec process of a lab: keeps every question until the test answers it."""

    def __init__(self) -> None:
        self._coder = FakeCoder()
        self.waiting: list[tuple[str, Callable[[], None]]] = []
        self.problem = ""
        self.searches = False  # as for a model without an encoder
        self._searches: list[Callable[[float], None]] = []

    def place(self, _folder: Any, images: Any, **how: Any) -> None:
        z, errors = self._coder.place(images)
        missed = np.full(len(z), 0.25, np.float32) if self.searches else errors
        self._searches = [how["part"]] if how.get("part") else []
        self._keep(how, lambda: how["done"](z, missed))

    def tell_progress(self, share: float) -> None:
        """How far a search for a latent is."""
        for tell in self._searches:
            tell(share)

    def sample(self, _folder: Any, n: int, **how: Any) -> None:
        self._keep(how, lambda: how["done"](self._coder.sample(n, how["seed"])))

    def decode(self, _folder: Any, z: Any, **how: Any) -> None:
        self._keep(how, lambda: how["done"](self._coder.decode(z)))

    def answer(self) -> None:
        """Answer what waits, and what is asked because of that."""
        while self.waiting:
            self.waiting.pop(0)[1]()

    def _keep(self, how: dict[str, Any], act: Callable[[], None]) -> None:
        problem = self.problem
        reply = (lambda: how["failed"](problem)) if problem else act
        self.waiting.append((how["lane"], reply))


def dataset_of(name: str = "digits", n: int = 60, **fields: Any) -> Dataset:
    """Sixty pictures: the first thirty train, the next ten validate, the last twenty test."""
    images, labels = digits_like(n, **fields)
    return Dataset(
        name=name,
        title="Digits",
        images=images,
        labels=labels,
        label_names=("0", "1", "2"),
        attributes=None,
        attribute_names=(),
        splits={
            "train": np.arange(30),
            "validation": np.arange(30, 40),
            "test": np.arange(40, n),
        },
        content_hash="0" * 64,
        licence="",
    )


def latents_of(indices: Any, labels: Any = None) -> Latents:
    """Row i lies at (index, -index)."""
    rows = np.asarray(indices, np.int64)
    mu = np.stack([rows, -rows], axis=1).astype(np.float32)
    return Latents(mu, None, labels, rows)


def lab_of(post: Post, manifest: Manifest | None = None, **facts: Any) -> Any:
    """As much of a Lab as asking for endpoints touches."""
    made = manifest or manifest_of()
    model = SimpleNamespace(id=made.id, manifest=made, folder=None, is_usable=True)
    known = {"latents": None, "dataset": None, "pins": (), "model": model, **facts}
    state = SimpleNamespace(pins=known.pop("pins"), label=known.pop("label", None))
    return SimpleNamespace(
        **known,
        session=SimpleNamespace(state=state),
        background=Background(post),
        codec=FakeClient(),
    )
