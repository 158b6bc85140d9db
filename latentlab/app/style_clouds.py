"""Two latent distributions side by side: of the model that is told labels, and of a plain one.

What a conditional encoder is told need not be in z: no clusters of labels, where a plain model has
them. Kingma et al. 2014, arXiv:1406.5298, section 4.2. A linear probe says it in numbers.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from psygnal import Signal

from latentlab.app.moving_plane import MovingPlane
from latentlab.app.watched import Watched
from latentlab.core.errors import LatentlabError
from latentlab.engine import runs
from latentlab.engine.latents import load_latents
from latentlab.engine.leakage import Leakage, leakage

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from latentlab.app.background import Cancel
    from latentlab.app.lab import Lab
    from latentlab.app.registry import ModelCard
    from latentlab.app.state import State
    from latentlab.core.manifest import Manifest
    from latentlab.engine.latents import Latents

_LANE = "style-clouds"


@dataclass(frozen=True, eq=False)
class Cloud:
    """Encoded images of one model on a plane, and what a probe reads from them."""

    model: str
    title: str
    latents: Latents
    xy: NDArray[np.float64]  # (n, 2)
    label_names: tuple[str, ...]
    found: Leakage | None = None
    problem: str = ""  # why the probe says nothing

    @property
    def words(self) -> str:
        """What the probe found, for people."""
        if self.found is None:
            return self.problem
        return f"labels can be read from z in {self.found.accuracy:.0%} (chance {self.chance:.0%})"

    @property
    def short_words(self) -> str:
        """The same where there is little room."""
        if self.found is None:
            return self.problem
        return f"{self.found.accuracy:.0%} read (chance {self.chance:.0%})"

    @property
    def chance(self) -> float:
        """What reads labels without looking: the commonest one, or any of them."""
        return 0.0 if self.found is None else max(self.found.chance, self.found.uniform)

    @property
    def plane_words(self) -> str:
        """Which plane it is."""
        size = self.latents.size
        return "" if size <= 2 else f"two main directions of {size}"


class StyleClouds(Watched):
    """Belongs to the thread of the lab. Idle until somebody looks."""

    changed = Signal()  # own, plain, choices, problem

    def __init__(self, lab: Lab) -> None:
        self._lab = lab
        self._asked: tuple[object, ...] = ()
        self._planes: dict[str, MovingPlane] = {}  # by model: a run that trains does not jump
        self._known: dict[tuple[str, str], Cloud] = {}  # by model and its latents' hash
        self._is_busy = False
        self.own: Cloud | None = None
        self.plain: Cloud | None = None
        self.problem = ""  # one sentence: why one of them is missing
        lab.session.changed.connect(self._on_session_changed)
        for signal in (lab.model_changed, lab.registry.changed):
            signal.connect(self.refresh)

    @property
    def is_settled(self) -> bool:
        """Whether everything that was asked for is there."""
        return not self._is_busy

    @property
    def choices(self) -> tuple[ModelCard, ...]:
        """Plain models of the same data, the best to compare with first."""
        manifest = self._lab.model.manifest if self._lab.model is not None else None
        return () if manifest is None else plain_models(self._lab.registry.cards(), manifest)

    @property
    def pool(self) -> ModelCard | None:
        """The plain model beside: the chosen one while it fits, else the best."""
        wanted, choices = self._lab.session.state.style.pool, self.choices
        chosen = next((card for card in choices if card.id == wanted), None)
        return chosen or next(iter(choices), None)

    def refresh(self) -> None:
        """Read what is new of both models."""
        if not self._is_watched:
            return
        cards = tuple(card for card in (self._own_card(), self.pool) if card is not None)
        asked = tuple(_key(card) for card in cards)
        if asked == self._asked:
            return
        self._asked = asked
        self._keep_known(cards)
        if all(key in self._known for key in asked):
            self._lab.background.cancel(_LANE)
            self._take({})
            return
        self._is_busy = True
        self._lab.background.run(
            _LANE, lambda cancel: self._read(cards, cancel), self._take, self._fail,
            cancel_running=True,
        )  # fmt: skip
        self.changed.emit()

    # -- inside --------------------------------------------------------------------------------

    def _own_card(self) -> ModelCard | None:
        card = self._lab.model
        return card if card is not None and _has_latents(card) else None

    def _keep_known(self, cards: Sequence[ModelCard]) -> None:
        """What was read of models that are still looked at; their planes stay, too."""
        names, keys = {card.id for card in cards}, {_key(card) for card in cards}
        self._known = {key: cloud for key, cloud in self._known.items() if key in keys}
        self._planes = {name: self._planes.get(name, MovingPlane()) for name in names}

    def _read(self, cards: Sequence[ModelCard], cancel: Cancel) -> dict[tuple[str, str], Cloud]:
        """On the background's thread: what is not known of these models."""
        return {
            _key(card): self._cloud(card, cancel) for card in cards if _key(card) not in self._known
        }

    def _cloud(self, card: ModelCard, cancel: Cancel) -> Cloud:
        manifest, latents = card.require(), load_latents(card.folder)
        names = manifest.data.label_names
        xy = self._planes[card.id].project(latents.mu)
        cloud = Cloud(card.id, card.title, latents, xy, names)
        cancel.check()
        if latents.labels is None:
            return replace(cloud, problem="these images have no labels")
        try:
            found = leakage(latents.mu, latents.labels, len(names), check=cancel.check)
        except LatentlabError as error:
            return replace(cloud, problem=str(error))
        return replace(cloud, found=found)

    def _take(self, found: dict[tuple[str, str], Cloud]) -> None:
        self._known |= found
        self._is_busy, self.problem = False, ""
        own, pool = self._own_card(), self.pool
        self.own = None if own is None else self._known.get(_key(own))
        self.plain = None if pool is None else self._known.get(_key(pool))
        self.changed.emit()

    def _fail(self, problem: str) -> None:
        self._is_busy, self.problem = False, problem
        self.own = self.plain = None
        self.changed.emit()

    def _on_session_changed(self, new: State, old: State) -> None:
        if new.style.pool != old.style.pool:
            self.refresh()


def plain_models(cards: Sequence[ModelCard], manifest: Manifest) -> tuple[ModelCard, ...]:
    """Models of the same data that encode and are told nothing, the best to compare with first.

    That has the same latent size, is the unconditional one of the same kind, and was trained to
    its end; then comes the nearest.
    """
    fitting = [card for card in cards if _is_plain(card, manifest)]
    return tuple(sorted(fitting, key=lambda card: _distance(card, manifest)))


def _is_plain(card: ModelCard, like: Manifest) -> bool:
    manifest = card.manifest
    if manifest is None or not _has_latents(card) or manifest.told_names:
        return False
    decodes = {"encode", "decode"} <= set(manifest.capabilities)  # else it is no latent space
    return decodes and manifest.data.content_hash == like.data.content_hash


def _distance(card: ModelCard, like: Manifest) -> tuple[object, ...]:
    manifest = card.require()
    far = abs(manifest.latent_size - like.latent_size)
    kin = "posterior" in manifest.capabilities  # a VAE: its z follow N(0, I), too
    same_network = manifest.config.get("network") == like.config.get("network")
    return far, not kin, card.state != "finished", not same_network


def _has_latents(card: ModelCard) -> bool:
    return card.manifest is not None and runs.LATENTS in card.manifest.files


def _key(card: ModelCard) -> tuple[str, str]:
    return card.id, card.require().files.get(runs.LATENTS, "")
