"""Start: until the window shows and draws a picture, beside an empty window and `import torch`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from typing import TYPE_CHECKING

from latentlab.app.registry import Registry
from latentlab.bench.figures import Figure, Report, against, median, report
from latentlab.core.errors import LatentlabError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

SHOWN_TARGET = 1.5
DRAWN_TARGET = 1.3
_LIMIT_S = 120.0
_IMPORT_TORCH = (
    "import torch, json, time; print(json.dumps({'event': 'torch', 'at': time.monotonic()}))"
)


def measure(library: Path, model: str, repeats: int) -> Report:
    """Medians of seconds from the start of the process; a first round warms the disk."""
    Registry(library).find(model)
    rounds = [_round(library, model) for _ in range(repeats + 1)][1:]
    empty, torch, shown, drawn, heavy = (
        median([one[name] for one in rounds])
        for name in ("empty", "torch", "shown", "drawn", "heavy")
    )
    return report(
        "start",
        {
            "window shown": against(shown, empty, "s", target=SHOWN_TARGET),
            "first picture": against(drawn, empty + torch, "s", target=DRAWN_TARGET),
            "heavy modules at the first picture": Figure(value=heavy, unit="", target=0.0),
        },
    )


def _round(library: Path, model: str) -> dict[str, float]:
    child = [sys.executable, "-m", "latentlab.bench.first_paint"]
    empty, _ = _time([*child, "empty"], "shown")
    torch, _ = _time([sys.executable, "-c", _IMPORT_TORCH], "torch")
    events, heavy = _time([*child, "latentlab", str(library), model], "shown", "drawn")
    return {
        "empty": empty["shown"], "torch": torch["torch"], **events, "heavy": float(heavy),
    }  # fmt: skip


def _time(command: Sequence[str], *wanted: str) -> tuple[dict[str, float], int]:
    """Seconds from the start of a child to each event it tells; how many heavy modules it had."""
    with tempfile.TemporaryDirectory() as settings:  # a first start, whatever the user has
        env = {
            "QT_QPA_PLATFORM": "offscreen", **os.environ, "LATENTLAB_SETTINGS": settings,
        }  # fmt: skip
        began = time.monotonic()
        told = _run(command, env)
    lines = [json.loads(line) for line in told.stdout.splitlines() if line.startswith("{")]
    seconds = {line["event"]: line["at"] - began for line in lines}
    missing = set(wanted) - set(seconds)
    if missing:
        last = (told.stderr.strip().splitlines() or ["no word"])[-1]
        raise LatentlabError(f"The measured process never told {', '.join(missing)}: {last}")
    return seconds, max((len(line.get("heavy", ())) for line in lines), default=0)


def _run(command: Sequence[str], env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(
            command, env=env, capture_output=True, text=True, check=False, timeout=_LIMIT_S
        )
    except subprocess.TimeoutExpired as error:
        raise LatentlabError(f"The measured process did not end within {_LIMIT_S:g} s.") from error
