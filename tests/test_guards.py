"""The guards of conftest.py must bite: each is shown a test that leaves something behind."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file

from tests.helpers import QueuePost, children, digits_like, write_model

ROOT = Path(__file__).parent.parent
LEAVERS = {
    "thread": """
import threading
STOP = threading.Event()
def test_leaves(request):
    threading.Thread(target=STOP.wait, args=(2,), name="forgotten").start()
""",
    "child": """
import subprocess, sys
def test_leaves():
    global CHILD
    CHILD = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
""",
    "warning": """
import warnings
def test_leaves():
    warnings.warn("careless", UserWarning)
""",
    "widget": """
from PySide6.QtWidgets import QLabel
def test_leaves(qapp):
    global LABEL
    LABEL = QLabel("left")
    LABEL.show()
""",
    "timer": """
from PySide6.QtCore import QTimer
def test_leaves(qapp):
    global TIMER
    TIMER = QTimer()
    TIMER.start(50)
""",
}


@pytest.mark.parametrize("what", LEAVERS)
def test_guard_reports_what_is_left(what: str, tmp_path: Path) -> None:
    if what in {"widget", "timer"}:
        pytest.importorskip("PySide6.QtWidgets")
    (tmp_path / "conftest.py").write_text(
        "import tests.conftest\ntests.conftest.GRACE_S = 0.2\nfrom tests.conftest import *\n"
        "from tests.conftest import _clean_qt, _nothing_left_running, _shared_cache\n"
    )
    (tmp_path / "test_leaver.py").write_text(LEAVERS[what])
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_leaver.py"]
    done = subprocess.run(
        [*command, "-c", str(ROOT / "pyproject.toml"), "--confcutdir", "."],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 1, done.stdout + done.stderr
    expected = {
        "thread": "threads left running: ['forgotten']",
        "child": "-c input()",
        "warning": "UserWarning: careless",
        "widget": "top-level widgets left: [\"QLabel ''\"]",
        "timer": "timers left running: [\"'' every 50 ms\"]",
    }
    assert expected[what] in done.stdout


def test_home_is_empty_and_private(home: Path, library: Path) -> None:
    from latentlab.core import paths

    assert paths.library() == library == home / "library"
    assert home in paths.settings().parents
    assert home in paths.downloads().parents
    assert paths.data_sources() == [paths.downloads()]
    assert not list(library.iterdir())


@pytest.mark.realdata
def test_real_data_is_named(real_data: Path) -> None:
    assert (real_data / "MNIST").is_dir()
    assert Path(os.environ["LATENTLAB_DATA"]).resolve() == real_data


def test_queue_post_works_on_the_callers_thread(post: QueuePost) -> None:
    seen: list[int] = []
    thread = threading.Thread(target=post, args=(lambda: seen.append(threading.get_ident()),))
    thread.start()
    post.run_until(lambda: bool(seen))
    thread.join()
    assert seen == [threading.get_ident()]
    assert post.drain() == 0


def test_children_sees_a_child_until_it_ends() -> None:
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    assert child.pid in children()
    child.communicate()
    assert child.pid not in children()


def test_hand_written_model_is_consistent(tmp_path: Path) -> None:
    folder = write_model(tmp_path, latent=3, n=9)
    assert load_file(folder / "latents.safetensors")["mu"].shape == (9, 3)
    images, labels = digits_like(9)
    assert images.shape == (9, 1, 8, 8)
    assert images.dtype == np.uint8
    assert set(labels) == {0, 1, 2}
