"""Fixtures of every test: a home of its own, guards that nothing is left behind, tiny models.

Qt is touched only by tests that ask for `qtbot` or `qapp`; all others run with PySide6 blocked.
"""

from __future__ import annotations

import gc
import os
import shutil
import threading
import time
import weakref
from functools import partialmethod
from pathlib import Path
from typing import TYPE_CHECKING, Any

import hypothesis
import pytest

from tests.helpers import QueuePost, children, train_digits, write_model, write_npz

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pytestqt.qtbot import QtBot

if "LATENTLAB_TEST_DISPLAY" not in os.environ:  # the wish to watch the tests on a real screen
    os.environ["QT_QPA_PLATFORM"] = "offscreen"

REAL_DATA = os.environ.get("LATENTLAB_DATA", "")
GRACE_S = 20.0  # threads and children that are already on their way out may finish
PATIENCE_MS = 30_000  # on a busy machine; what is waited for comes in a moment on an idle one

hypothesis.settings.register_profile(
    "latentlab", deadline=None, max_examples=25, derandomize="CI" in os.environ
)
hypothesis.settings.load_profile("latentlab")


def pytest_configure(config: pytest.Config) -> None:
    """Markers beside those of pyproject.toml."""
    config.addinivalue_line("markers", "gpu: needs an accelerator")


@pytest.fixture(scope="session")
def _shared_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Decoded datasets: the same bytes for every test, so decoded once."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(autouse=True)
def home(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
    _shared_cache: Path,
) -> Path:
    """A fresh home: the library, settings and downloads of nobody else."""
    place = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("LATENTLAB_LIBRARY", str(place / "library"))
    monkeypatch.setenv("LATENTLAB_SETTINGS", str(place / "settings"))
    monkeypatch.setenv("LATENTLAB_CACHE", str(_shared_cache))
    for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, str(place / name.lower()))
    if request.node.get_closest_marker("realdata") is None:
        monkeypatch.delenv("LATENTLAB_DATA", raising=False)
    return place


@pytest.fixture
def library(home: Path) -> Path:
    """The user's library, existing and empty."""
    folder = home / "library"
    folder.mkdir()
    return folder


@pytest.fixture
def real_data() -> Path:
    """The folder with the original MNIST files; use it with `@pytest.mark.realdata`."""
    if not REAL_DATA:
        pytest.skip("LATENTLAB_DATA is not set: it names the folder that holds MNIST")
    return Path(REAL_DATA).resolve()


@pytest.fixture
def tiny_model(library: Path) -> Path:
    """A hand-written 2-D model folder in the library; verifies, cannot decode."""
    return write_model(library)


@pytest.fixture(scope="session")
def _trained_once(tmp_path_factory: pytest.TempPathFactory, _shared_cache: Path) -> Path:
    """A 2-D VAE of the digits, trained for three epochs by the command line, in a process."""
    place = tmp_path_factory.mktemp("trained")
    train_digits(place, _shared_cache)
    return place / "small-digits"


@pytest.fixture
def trained_model(library: Path, _trained_once: Path) -> Path:
    """A real 2-D VAE of the digits in the library: encodes, decodes, has a map and its data."""
    shutil.copytree(_trained_once, library / _trained_once.name)
    return library / _trained_once.name


@pytest.fixture
def tiny_data(tmp_path: Path) -> str:
    """Spec of a labelled dataset of 60 pictures, 8 x 8, three classes."""
    return write_npz(tmp_path / "tiny.npz")


@pytest.fixture
def post() -> QueuePost:
    """Worker threads post, the test drains."""
    return QueuePost()


@pytest.fixture
def qtbot(qapp: object, request: pytest.FixtureRequest) -> QtBot:
    """pytest-qt's, with more patience."""
    from pytestqt.qtbot import QtBot

    class PatientBot(QtBot):
        waitUntil = partialmethod(QtBot.waitUntil, timeout=PATIENCE_MS)  # noqa: N815
        waitSignal = partialmethod(QtBot.waitSignal, timeout=PATIENCE_MS)  # noqa: N815
        waitSignals = partialmethod(QtBot.waitSignals, timeout=PATIENCE_MS)  # noqa: N815

    return PatientBot(request)


@pytest.fixture(autouse=True)
def _nothing_left_running(home: Path) -> Iterator[None]:
    """No non-daemon thread and no child process outlives its test."""
    threads, processes = set(threading.enumerate()), set(children())
    yield
    left = [t for t in threading.enumerate() if t not in threads and not t.daemon]
    for thread in left:
        thread.join(GRACE_S)
    alive = [thread.name for thread in left if thread.is_alive()]
    assert not alive, f"threads left running: {alive}"
    assert not _wait_until_gone(lambda: {p: c for p, c in children().items() if p not in processes})


def _wait_until_gone(find: Callable[[], dict[int, str]]) -> dict[int, str]:
    """What `find` still finds after the grace; an Event's wait paces it, as nothing signals."""
    end, pace = time.monotonic() + GRACE_S, threading.Event()
    while (found := find()) and time.monotonic() < end:
        pace.wait(0.02)
    return found


@pytest.fixture(autouse=True)
def _clean_qt(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No top-level widget and no running QTimer outlives a test that uses Qt."""
    if not {"qtbot", "qapp"} & set(request.fixturenames):
        yield
        return
    from PySide6.QtCore import QTimer

    started: weakref.WeakSet[Any] = weakref.WeakSet()
    start = QTimer.start

    def remember_and_start(timer: QTimer, *args: Any) -> None:
        started.add(timer)
        start(timer, *args)

    monkeypatch.setattr(QTimer, "start", remember_and_start)
    before = _top_levels()
    yield
    widgets = _leftover_widgets(before)
    timers = _running(started)
    assert not widgets, f"top-level widgets left: {widgets}"
    assert not timers, f"timers left running: {timers}"


def _top_levels() -> set[int]:
    from PySide6.QtWidgets import QApplication
    from shiboken6 import getCppPointer

    return {getCppPointer(widget)[0] for widget in QApplication.topLevelWidgets()}


def _leftover_widgets(before: set[int]) -> list[str]:
    """Names of the top-level widgets that are new since `before`, after deferred deletions."""
    from PySide6.QtCore import QCoreApplication, QEvent
    from PySide6.QtWidgets import QApplication

    for collect in (lambda: 0, gc.collect):  # the collection is slow and seldom needed
        collect()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        if not _top_levels() - before:
            return []
    from shiboken6 import getCppPointer

    left = [w for w in QApplication.topLevelWidgets() if getCppPointer(w)[0] not in before]
    return [f"{type(widget).__name__} {widget.objectName()!r}" for widget in left]


def _running(started: weakref.WeakSet[Any]) -> list[str]:
    """Stops the timers that still run and names them."""
    from shiboken6 import isValid

    active = [timer for timer in started if isValid(timer) and timer.isActive()]
    for timer in active:
        timer.stop()
    return [f"{timer.objectName()!r} every {timer.interval()} ms" for timer in active]
