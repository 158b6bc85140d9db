"""ONNX export in a process of its own: the window never imports torch."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

from latentlab.app import children
from latentlab.app.export import ExportCancelledError
from latentlab.core.errors import LatentlabError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from latentlab.app.export import Cancel

_LOOK_S = 0.1
_END_S = 5.0  # a terminated child is killed after this


def command(model: str, out: Path, library: Path) -> list[str]:
    """How the child is started; it refuses to replace files."""
    place = ("--library", str(library))
    what = ("models", "export", model, "-o", str(out), "--format", "onnx")
    return children.python("latentlab", *place, *what)


def export_onnx(argv: Sequence[str], cancel: Cancel) -> str:
    """Run the child to its end and give its last line, which says what was written and checked.

    Raises LatentlabError with the sentence that it failed with, ExportCancelledError.
    """
    try:
        child = subprocess.Popen(
            argv,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=children.environment(),
            text=True,
            encoding="utf-8",
        )
    except OSError as error:
        raise LatentlabError(f"The ONNX export cannot start: {error.strerror}.") from error
    while True:
        try:
            out, errors = child.communicate(timeout=_LOOK_S)
        except subprocess.TimeoutExpired:
            if not cancel():
                continue
            _end(child)
            raise ExportCancelledError("The export was cancelled; nothing was written.") from None
        break
    if child.returncode:
        raise LatentlabError(_last(errors) or "The ONNX export ended without a word; try again.")
    return _last(out)


def _end(child: subprocess.Popen[str]) -> None:
    child.terminate()
    try:
        child.communicate(timeout=_END_S)
    except subprocess.TimeoutExpired:
        child.kill()
        child.communicate()


def _last(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1].removeprefix("Error: ").removeprefix("latentlab: ") if lines else ""
