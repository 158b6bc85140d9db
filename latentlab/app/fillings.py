"""Baskets filled by a query in the background: images of the data, or samples that show it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from latentlab.app.query_rows import (
    Judge,
    KnownImages,
    first_seed,
    judge_of,
    known_images,
    require_way,
)
from latentlab.core import query
from latentlab.core.errors import LatentlabError

if TYPE_CHECKING:
    from collections.abc import Callable

    from latentlab.app.lab import Lab
    from latentlab.app.registry import ModelCard

    Found = Callable[["Filling", tuple[str, ...]], None]

_LANE = "gather"


@dataclass(frozen=True)
class Filling:
    """A query on its way."""

    place: int  # the term, or any number of its own
    query: str
    wanted: int
    looked: int = 0  # samples
    found: int = 0
    problem: str = ""  # one sentence: why it came to nothing
    seed: int = 0

    @property
    def is_under_way(self) -> bool:
        """Whether something is still to come."""
        return self.found < self.wanted and not self.problem


class Fillings:
    """Belongs to the thread of the lab. One filling for each place, the newest counts."""

    def __init__(
        self,
        lab: Lab,
        told: Callable[[], None],
        found: Found,
        lane: str = _LANE,
        *,
        is_fresh: bool = False,
    ) -> None:
        """`told` is called with progress, `found(filling, references)` with samples.

        The latter also with those that are known while a search goes on. `is_fresh`: samples that
        a classifier judges are wanted rather than images of the data.
        """
        self._is_fresh = is_fresh
        self._lab, self._told, self._found, self._lane = lab, told, found, lane
        self._all: dict[int, Filling] = {}
        self._images: tuple[tuple[object, ...], KnownImages | None] = ((), None)

    @property
    def all(self) -> tuple[Filling, ...]:
        """Those under way, and those that came to nothing."""
        return tuple(self._all[place] for place in sorted(self._all))

    @property
    def is_settled(self) -> bool:
        """Whether nothing is under way."""
        return not any(each.is_under_way for each in self._all.values())

    @property
    def judge(self) -> Judge | None:
        """Who tells what samples of the current model show."""
        model = self._lab.model
        if model is None or model.manifest is None:
            return None
        return judge_of(self._lab.registry, model.manifest)

    @property
    def names(self) -> tuple[str, ...]:
        """What a query may name with the current model."""
        images, judge = self._known(), self.judge
        return images.names if images is not None else () if judge is None else judge.names

    def check(self, text: str, *, at: int = 1) -> None:
        """Refuse a query that cannot be put to the current model; raises LatentlabError."""
        model = self._model()
        require_way(model.require(), self._known(), self.judge)
        query.parse(text, self.names, at=at)

    def begin(self, place: int, text: str, n: int, seed: int) -> None:
        """Look for n samples; what is wrong with that is told as the filling's problem."""
        filling = Filling(place, text, n, seed=seed)
        try:
            self.check(text)
            model = self._model()
        except LatentlabError as error:
            self._set(replace(filling, problem=str(error)))
            return
        self._set(filling)
        images = self._known()
        if images is not None:
            self._choose(filling, images)
        else:
            self._gather(filling, model)

    def stop(self, place: int | None = None) -> None:
        """Give up one, or all."""
        for each in [each for each in self._all if place is None or each == place]:
            del self._all[each]
            self._lab.codec.cancel(f"{self._lane}-{each}")
            self._lab.background.cancel(f"{self._lane}-{each}")
        self._told()

    # -- inside --------------------------------------------------------------------------------

    def _model(self) -> ModelCard:
        model = self._lab.model
        if model is None or model.manifest is None or not model.is_usable:
            raise LatentlabError("There is no model to ask; choose or train one first.")
        return model

    def _known(self) -> KnownImages | None:
        """Of models with an encoder; looked up once for each model and dataset."""
        lab, model = self._lab, self._lab.model
        if model is None or model.manifest is None or "encode" not in model.manifest.capabilities:
            return None
        if self._is_fresh and self.judge and "sample" in model.manifest.capabilities:
            return None
        key = (model.id, lab.dataset, lab.latents)
        before = self._images[0]
        if len(before) != len(key) or any(a is not b for a, b in zip(before, key, strict=True)):
            self._images = key, known_images(model.manifest.data, lab.dataset, lab.latents)
        return self._images[1]

    def _choose(self, filling: Filling, images: KnownImages) -> None:
        self._lab.background.run(
            f"{self._lane}-{filling.place}",
            lambda _: images.choose(filling.query, filling.wanted, (filling.seed, filling.place)),
            lambda texts: self._take(filling, tuple(texts), 0),
            lambda why: self._fail(filling, why),
            cancel_running=True,
        )

    def _gather(self, filling: Filling, model: ModelCard) -> None:
        judge = self.judge
        assert judge is not None  # `check` has looked
        self._lab.codec.gather(
            model.folder,
            judge.card.folder,
            filling.query,
            judge.names,
            filling.wanted,
            lane=f"{self._lane}-{filling.place}",
            first=first_seed(filling.seed, filling.place),
            label=self._lab.session.state.label,
            part=lambda looked, seeds, _: self._take(filling, _texts(seeds), looked),
            done=lambda seeds, _: self._take(filling, _texts(seeds), 0),
            failed=lambda why: self._fail(filling, why),
        )

    def _take(self, filling: Filling, texts: tuple[str, ...], looked: int) -> None:
        now = self._all.get(filling.place)
        if now is None or (now.query, now.seed, now.wanted) != (
            filling.query, filling.seed, filling.wanted,
        ):  # fmt: skip
            return  # given up, or another one is under way there
        known = replace(now, looked=max(looked, now.looked), found=len(texts))
        if known.is_under_way:
            self._all[filling.place] = known
        else:
            del self._all[filling.place]
        if len(texts) > now.found:
            self._found(known, texts)
        self._told()

    def _fail(self, filling: Filling, why: str) -> None:
        if filling.place in self._all:
            self._set(replace(self._all[filling.place], problem=why))

    def _set(self, filling: Filling) -> None:
        self._all[filling.place] = filling
        self._told()


def _texts(seeds: object) -> tuple[str, ...]:
    return tuple(f"seed:{seed}" for seed in seeds.tolist())  # type: ignore[attr-defined]
