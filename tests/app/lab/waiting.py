"""What tests of the Lab share."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from latentlab.app.lab import Lab
    from tests.helpers import QueuePost

    OpenLab = Callable[..., Lab]

SILENT_CODEC = [sys.executable, "-S", "-c", "import sys; sys.stdin.buffer.read()"]

TRAINER = [sys.executable, "-S", str(Path(__file__).parent.with_name("fake_trainer.py"))]


def ready(post: QueuePost, lab: Lab) -> Lab:
    """Wait for all that is known of the current model."""
    post.run_until(lambda: lab.support is not None and lab.plane is not None)
    return lab


def messages(lab: Lab) -> list[tuple[str, str]]:
    heard: list[tuple[str, str]] = []
    lab.message.connect(lambda text, severity: heard.append((text, severity)))
    return heard
