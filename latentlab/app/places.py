"""Some references and what they name with the current model, kept up to date."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from latentlab.app.endpoints import Resolver
from latentlab.engine import runs

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from latentlab.app.endpoints import Endpoint
    from latentlab.app.lab import Lab

    Key = tuple[str, ...]

_MOST_KNOWN = 64  # endpoints kept, so that undo need not ask again


@dataclass(frozen=True, eq=False)
class Stop:
    """One place of the chain: what it names, and what became of it."""

    reference: str
    endpoint: Endpoint | None = None
    problem: str = ""  # one sentence
    share: float = 0.0  # of the search that is done, for models without an encoder

    @property
    def is_awaited(self) -> bool:
        """Whether the answer is still to come."""
        return self.endpoint is None and not self.problem


class Places:
    """Belongs to the thread of the lab. An empty text is a place where nothing is chosen."""

    def __init__(
        self, lab: Lab, lane: str, told: Callable[[], None], resolver: Resolver | None = None
    ) -> None:
        """`lane` keeps its questions apart from others'; `told` is called with every answer."""
        self._lab, self._lane, self._told = lab, lane, told
        self._resolver = resolver or Resolver(lab)
        self._known: dict[Key, Endpoint] = {}
        self.stops: tuple[Stop, ...] = ()

    @property
    def is_settled(self) -> bool:
        """Whether every answer has come."""
        return not any(self._is_due(stop) and not stop.problem for stop in self.stops)

    @property
    def endpoints(self) -> tuple[Endpoint, ...]:
        """Those that are known, in their order."""
        return tuple(stop.endpoint for stop in self.stops if stop.endpoint is not None)

    def ask(self, texts: Sequence[str]) -> None:
        """Find out what these name; what is known already is there at once.

        What was found under another label stays until it is found anew.
        """
        self.stops = tuple(Stop(text, self._known.get(self._key(text))) for text in texts)
        for place, stop in enumerate(self.stops):
            if self._is_due(stop):
                self._resolve(place, stop.reference)

    def _is_due(self, stop: Stop) -> bool:
        """Whether it is to be found: never was, or under another label."""
        label, end = self._lab.session.state.label, stop.endpoint
        return bool(stop.reference) and (end is None or not end.still(label))

    def forget(self, is_old: Callable[[str, Endpoint], bool]) -> bool:
        """Drop what is known of some references; whether one of them is shown."""
        old = {key for key, end in self._known.items() if is_old(key[0], end)}
        shown = {self._key(stop.reference) for stop in self.stops}
        for key in old:
            del self._known[key]
        return bool(old & shown)

    def _resolve(self, place: int, text: str) -> None:
        key = self._key(text)

        def take(endpoint: Endpoint) -> None:
            while len(self._known) >= _MOST_KNOWN:
                self._known.pop(next(iter(self._known)))
            self._known[key] = endpoint
            self._put(place, Stop(text, endpoint))

        self._resolver.resolve(
            text,
            lane=f"{self._lane}-{place}",
            done=take,
            failed=lambda problem: self._put(place, Stop(text, None, problem)),
            progress=lambda share: self._put(place, Stop(text, share=share)),
        )

    def _put(self, place: int, stop: Stop) -> None:
        """An answer; one that is no longer asked for is only kept in mind."""
        if place < len(self.stops) and self.stops[place].reference == stop.reference:
            self.stops = (*self.stops[:place], stop, *self.stops[place + 1 :])
            self._told()

    def _key(self, text: str) -> Key:
        """The model and, for means and the names of pins, what they are made of."""
        model, latents = self._lab.model, self._lab.latents
        manifest = model.manifest if model is not None else None
        weights = manifest.files.get(runs.WEIGHTS, "") if manifest is not None else ""
        name = model.id if model is not None else ""
        pins = repr(self._lab.session.state.pins) if text.startswith("pin:") else ""
        return text, name, weights, pins, str(latents is not None)
