"""A run read from its folder: its events so far, and the pictures of a moment. Torch-free."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from latentlab.app.game_moment import GameMoment, read_game
from latentlab.app.run_history import ENDED, RunHistory
from latentlab.engine import files, runs

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from latentlab.core import events


@dataclass(frozen=True)
class Moment:
    """What a `Samples` event shows; what its family cannot give is None."""

    samples: NDArray[np.uint8] | None = None  # (n, C, H, W)
    originals: NDArray[np.uint8] | None = None  # (m, C, H, W)
    reconstructions: NDArray[np.uint8] | None = None  # (m, C, H, W)
    latents: NDArray[np.float32] | None = None  # (k, latent)
    labels: NDArray[np.int64] | None = None  # (k,)
    manifolds: NDArray[np.uint8] | None = None  # (sheets, side, side, C, H, W)
    sheet_names: tuple[str, ...] = ()  # what each sheet was told
    sample_names: tuple[str, ...] = ()  # labels that the samples were told in turn, in whole rows
    game: GameMoment | None = None  # of two networks that compete

    @property
    def pairs(self) -> NDArray[np.uint8] | None:
        """Originals over their reconstructions, row by row of `PAIR_COLUMNS`, (2m, C, H, W)."""
        if self.originals is None or self.reconstructions is None:
            return None
        return over_each_other(self.originals, self.reconstructions)


PAIR_COLUMNS = 8


def read_moment(folder: Path, relative: str) -> Moment:
    """The arrays of a `Samples` event; raises ModelError when they are gone or damaged."""
    arrays = files.read_arrays(folder, relative)
    labels, latents = arrays.get("labels"), arrays.get("latents")
    samples = _pictures(arrays.get("samples"))
    manifolds = _pictures(arrays.get("manifolds"))
    return Moment(
        samples=samples,
        originals=_pictures(arrays.get("originals")),
        reconstructions=_pictures(arrays.get("reconstructions")),
        latents=None if latents is None else latents.astype(np.float32, copy=False),
        labels=None if labels is None else labels.astype(np.int64, copy=False),
        manifolds=manifolds,
        sheet_names=() if manifolds is None else _sheet_names(folder),
        sample_names=() if samples is None else _sample_names(folder, len(samples)),
        game=read_game(folder, arrays),
    )


def _sample_names(folder: Path, count: int) -> tuple[str, ...]:
    """The labels, where samples were told each in turn; nothing where they were not."""
    manifest = runs.read_manifest(folder)
    names = () if manifest.is_told_attributes else manifest.told_names
    return names if names and count % len(names) == 0 else ()


def _sheet_names(folder: Path) -> tuple[str, ...]:
    """The labels; of attributes none of them, then each alone; nothing for a plain model."""
    manifest = runs.read_manifest(folder)
    names = manifest.told_names
    return ("none", *names) if manifest.is_told_attributes else names


def over_each_other(
    originals: NDArray[np.uint8], reconstructions: NDArray[np.uint8], columns: int = PAIR_COLUMNS
) -> NDArray[np.uint8]:
    """Rows of originals and reconstructions in turn, (2n, C, H, W), n a multiple of `columns`.

    Too few to fill one row stay one row of each.
    """
    count = min(len(originals), len(reconstructions))
    columns = min(columns, count) or 1
    whole = count // columns * columns
    rows = []
    for start in range(0, whole, columns):
        stop = start + columns
        rows += [originals[start:stop], reconstructions[start:stop]]
    return np.concatenate(rows) if rows else originals[:0]


@dataclass
class RunRecord:
    """The events of a run folder, read to the last newline; read on to follow a run elsewhere."""

    folder: Path
    history: RunHistory
    offset: int = 0

    @classmethod
    def open(cls, folder: Path) -> RunRecord:
        """Read all there is; raises ModelError for a folder that is no model."""
        manifest = runs.read_manifest(folder)
        record = cls(folder, RunHistory(folder.name))
        record.follow(record.read_on())
        state = runs.effective_state(folder, manifest)
        if not record.history.is_over and state in ENDED:
            record.history.state, record.history.message = state, manifest.message
        return record

    def read_on(self) -> list[events.Event]:
        """What was written since; any one thread at a time may read."""
        found: list[events.Event] = []
        while True:
            more, offset = runs.tail(self.folder / runs.EVENTS, self.offset)
            found += more
            if offset == self.offset:
                return found
            self.offset = offset

    def follow(self, more: list[events.Event]) -> None:
        """Fold events that `read_on` gave."""
        self.history.extend(more)


def _pictures(array: NDArray[np.generic] | None) -> NDArray[np.uint8] | None:
    return None if array is None or not len(array) else array.astype(np.uint8, copy=False)
