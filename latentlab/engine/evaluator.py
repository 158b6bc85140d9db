"""The evaluating process: `python -m latentlab.engine.evaluator`, one evaluation, lines both ways.

In: one JSON line, {"folder": ..., "metrics": [...], "yardstick": folder or null, "device": ...,
"keep": bool, "fresh": bool}. Out, one JSON line each: {"kind": "began", "measure": ...},
{"kind": "progress", "share": 0..1}, {"kind": "said", "text": ...}, and at the end {"kind": "done"},
{"kind": "cancelled"} or {"kind": "failed", "text": ...}. Figures go to the score shelf, measure by
measure. The end of the input means: leave, which what was measured so far survives.
"""

from __future__ import annotations

import json
import logging
import os
import sys
import threading
from pathlib import Path
from typing import IO, Any

from latentlab.core.errors import LatentlabError
from latentlab.engine.evaluate import EvaluationCancelledError, evaluate
from latentlab.engine.score_shelf import ScoreShelf

_STEP = 0.004  # progress is told in steps of this

log = logging.getLogger(__name__)


def serve(lines: IO[str], out: IO[str]) -> None:
    """Do the one evaluation that `lines` begin with, and tell `out` of it."""

    def tell(kind: str, **facts: Any) -> None:
        out.write(json.dumps({"kind": kind, **facts}) + "\n")
        out.flush()

    line = lines.readline()
    if not line:
        return  # whoever started it has changed their mind
    left = threading.Event()
    threading.Thread(target=_wait_for_end, args=(lines, left), daemon=True).start()
    try:
        _evaluate(json.loads(line), tell, left)
    except EvaluationCancelledError:
        tell("cancelled")
    except LatentlabError as error:
        tell("failed", text=str(error))
    except BrokenPipeError:
        log.info("nobody listens any more")
    except Exception as error:
        log.exception("an evaluation met a bug")
        tell("failed", text=f"A bug was met ({type(error).__name__}: {error}); see the log.")


def _evaluate(job: dict[str, Any], tell: Any, left: threading.Event) -> None:
    last = 0.0

    def progress(share: float) -> None:
        nonlocal last
        if share - last >= _STEP:
            last = share
            tell("progress", share=share)

    evaluate(
        Path(job["folder"]),
        metrics=job["metrics"],
        yardstick=Path(job["yardstick"]) if job["yardstick"] else None,
        device=job["device"],
        keep=job["keep"],
        shelf=ScoreShelf(),
        fresh=job["fresh"],
        begun=lambda name: tell("began", measure=name),
        progress=progress,
        cancelled=left.is_set,
        say=lambda text: tell("said", text=text),
    )
    tell("done")


def _wait_for_end(lines: IO[str], left: threading.Event) -> None:
    while lines.readline():
        pass
    left.set()


def main() -> None:
    """Whatever libraries print goes to standard error."""
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    serve(sys.stdin, out)
    out.flush()
    os._exit(0)  # torch takes seconds to be torn down, for which a closing window would wait


if __name__ == "__main__":
    main()
