"""One question to the codec process and the pieces of its answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from latentlab.engine import wire


@dataclass(eq=False)
class CodecRequest:
    """What was asked, who waits for it, and what has come of it so far."""

    number: int
    lane: str
    header: dict[str, Any]
    arrays: dict[str, NDArray[Any]]
    done: Callable[[wire.Header, wire.Arrays], None]
    failed: Callable[[str], None]
    part: Callable[[wire.Header, wire.Arrays], None] | None = None
    sent: float = 0.0
    is_abandoned: bool = False
    answer: dict[str, NDArray[Any]] = field(default_factory=dict)

    @property
    def subject(self) -> tuple[object, ...]:
        """What it asks of which model: an answer about another subject is stale."""
        return self.header["op"], self.header.get("folder"), self.header.get("about")

    def collect(self, header: wire.Header, arrays: wire.Arrays) -> None:
        """Put one slice of rows into its place."""
        start, total = header["start"], header["total"]
        for name, rows in arrays.items():
            if len(rows) == total:
                self.answer[name] = rows
                continue
            if name not in self.answer:
                self.answer[name] = np.empty((total, *rows.shape[1:]), rows.dtype)
            self.answer[name][start : start + len(rows)] = rows
