"""A child that exports: its words, its end, its cancellation. The child is played by scripts."""

from __future__ import annotations

import sys
import threading
import time
from pathlib import Path

import pytest

from latentlab.app import onnx_child
from latentlab.app.export import ExportCancelledError
from latentlab.core.errors import LatentlabError


def script(text: str) -> list[str]:
    return [sys.executable, "-S", "-c", text]


def test_the_command_line_is_that_of_the_shell() -> None:
    argv = onnx_child.command("mnist-vae-2", Path("out.onnx"), Path("library"))
    assert argv[-7:] == ["models", "export", "mnist-vae-2", "-o", "out.onnx", "--format", "onnx"]
    assert argv[argv.index("--library") + 1] == "library"


def test_the_last_line_is_the_answer() -> None:
    words = onnx_child.export_onnx(
        script("print('working'); print('a.onnx written')"), lambda: False
    )
    assert words == "a.onnx written"


def test_a_failure_is_its_sentence() -> None:
    failing = "import sys; sys.stderr.write('x\\nError: ONNX is not installed.\\n'); sys.exit(1)"
    with pytest.raises(LatentlabError, match=r"^ONNX is not installed\.$"):
        onnx_child.export_onnx(script(failing), lambda: False)
    with pytest.raises(LatentlabError, match="without a word"):
        onnx_child.export_onnx(script("raise SystemExit(3)"), lambda: False)
    with pytest.raises(LatentlabError, match="cannot start"):
        onnx_child.export_onnx(["/no/such/program"], lambda: False)


def test_a_cancelled_child_is_ended() -> None:
    waiting = threading.Event()
    began = time.monotonic()

    def cancel() -> bool:
        waiting.wait(0.01)
        return time.monotonic() - began > 0.2

    with pytest.raises(ExportCancelledError):
        onnx_child.export_onnx(script("import signal; signal.pause()"), cancel)
    assert time.monotonic() - began < 20
