"""What the window exports is made again elsewhere, pixel by pixel: by replay, by copied words."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image

from latentlab.app import children, proposals
from latentlab.app.exports import Proposal
from latentlab.app.lab import Lab
from latentlab.core.recipe import Latents, Look, Motion, Travel
from latentlab.core.route import steps, through
from tests.app.lab.waiting import TRAINER, ready

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.helpers import QueuePost


@pytest.fixture
def lab(post: QueuePost, trained_model: Path) -> Iterator[Lab]:
    """With the real codec process and a model that really decodes."""
    made = Lab(post, device="cpu", trainer_argv=TRAINER, model=trained_model.name)
    yield ready(post, made)
    made.close(timeout_s=5.0)


def save(lab: Lab, post: QueuePost, path: Path, recipe: Any) -> Path:
    told: list[Any] = []
    lab.exports.save(path, recipe, progress=lambda _: None, done=told.append, failed=told.append)
    post.run_until(lambda: bool(told), timeout_s=60)
    assert told == [path]
    return path


ELSEWHERE = """
import runpy, shlex, sys
from latentlab.cli.group import main
for name in sys.argv[1:]:
    assert main(["replay", name, "-o", f"again-{name}"]) == 0
assert main(shlex.split(open("command.txt").read())[1:]) == 0
runpy.run_path("copied.py")
"""


def run(folder: Path, *words: str) -> None:
    """One process for all: torch takes seconds to start."""
    done = subprocess.run(
        [sys.executable, "-c", ELSEWHERE, *words],
        cwd=folder,
        env=children.environment(OMP_NUM_THREADS="1"),
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr


def frames(path: Path) -> np.ndarray:
    found = []
    with Image.open(path) as image:
        for i in range(getattr(image, "n_frames", 1)):
            image.seek(i)
            found.append(np.asarray(image.convert("RGB")))
    return np.stack(found)


def test_replayed_and_reworded_files_are_the_same(
    lab: Lab, post: QueuePost, tmp_path: Path
) -> None:
    lab.session.move_cursor(lab.latents.mu[3])
    cursor = proposals.of_cursor(lab)
    route = through(lab.latents.mu[[3, 40, 7]])
    rows = [
        Travel(route=route, t=tuple(steps(7).tolist()), title="there"),
        Latents(z=tuple(map(tuple, lab.latents.mu[:7].tolist())), title="seven"),
    ]
    sheet = lab.exports.recipe(rows, Look(scale=2, gap=2, border=3, captions=True))
    film = lab.exports.recipe(rows[:1], Look(scale=2), Motion(fps=7, back=True))
    made = [
        save(lab, post, tmp_path / "cursor.png", cursor.recipe),
        save(lab, post, tmp_path / "sheet.png", sheet),
        save(lab, post, tmp_path / "film.apng", film),
    ]
    texts: list[str] = []
    lab.exports.text_copied.connect(texts.append)
    proposal = Proposal("copied", cursor.recipe)
    lab.exports.copy_command(proposal, "by-command.png")
    lab.exports.copy_python(proposal, "by-python.png")
    for name, text in zip(("command.txt", "copied.py"), texts, strict=True):
        (tmp_path / name).write_text(text)
    run(tmp_path, *(path.name for path in made))
    for path in made:
        again = path.with_name(f"again-{path.name}")
        assert np.array_equal(frames(path), frames(again)), path.name
    for name in ("by-command.png", "by-python.png"):
        assert (tmp_path / name).read_bytes() == made[0].read_bytes(), name
