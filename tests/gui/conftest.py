"""A real Lab with a window around it; only what needs torch is played by small scripts."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

import pytest

from tests.helpers import write_model

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from PySide6.QtWidgets import QWidget
    from pytestqt.qtbot import QtBot

    from latentlab.app.lab import Lab
    from latentlab.gui.bridge import Bridge
    from latentlab.gui.tabs import TabSpec
    from latentlab.gui.window import Window

APP = Path(__file__).parent.parent / "app"
CODEC = [sys.executable, str(Path(__file__).parent / "fake_codec.py")]
TRAINER = [sys.executable, "-S", str(APP / "fake_trainer.py")]
W = TypeVar("W", bound="QWidget")


class Show(Protocol):
    """What the fixture `show` is."""

    def __call__(self, widget: W, width: int, height: int = 620) -> W:
        """The widget, shown at that size."""


def pytest_configure(config: pytest.Config) -> None:
    """What the offscreen platform says of every window is no fault of ours."""
    config.addinivalue_line("qt_log_ignore", "This plugin does not support")


@pytest.fixture(autouse=True)
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Shipped models with latents of two, five and 64 dimensions."""
    folder = tmp_path / "trained"
    write_model(folder, "mnist-vae-2")
    write_model(folder, "mnist-vae-5", latent=5)
    monkeypatch.setattr("latentlab.core.paths.trained", lambda: folder)
    return folder


@pytest.fixture(autouse=True)
def plain_theme(request: pytest.FixtureRequest) -> Iterator[None]:
    """Every test begins and ends with the same look."""
    yield
    if {"qapp", "qtbot"} & set(request.fixturenames):
        from latentlab.gui.theme import theme

        theme().configure("light", 1.0)


@pytest.fixture(autouse=True, scope="session")
def empty_clipboard() -> Iterator[None]:
    """The offscreen clipboard outlives Python, which what was copied in Python must not."""
    yield
    from PySide6.QtGui import QGuiApplication

    if QGuiApplication.instance() is not None:
        QGuiApplication.clipboard().clear()


@pytest.fixture
def bridge(qapp: object) -> Iterator[Bridge]:
    from latentlab.gui.bridge import Bridge

    made = Bridge()
    yield made
    made.close()


@pytest.fixture
def lab(bridge: Bridge, home: Path) -> Iterator[Lab]:
    """A Lab on the shipped models; closed at the end if the test has not done so."""
    from latentlab.app.lab import Lab

    made = Lab(bridge.post, codec_argv=CODEC, trainer_argv=TRAINER, settings=home / "settings")
    yield made
    made.close(save_runs=False, timeout_s=2.0)


@pytest.fixture
def show(qapp: object) -> Iterator[Show]:
    """Shows a widget of its own at some size; what was shown is closed when the test is over."""
    from PySide6.QtWidgets import QApplication

    shown: list[QWidget] = []

    def show_it(widget: W, width: int, height: int = 620) -> W:
        shown.append(widget)
        widget.resize(width, height)
        widget.show()
        return widget

    yield show_it
    for widget in shown:
        widget.close()
        widget.deleteLater()
    QApplication.processEvents()


@pytest.fixture
def plain_tabs(monkeypatch: pytest.MonkeyPatch) -> list[TabSpec]:
    """Three quick tabs, the last for conditional models only; the real ones are tested apart."""
    from PySide6.QtWidgets import QLabel

    from latentlab.gui.tabs import TabSpec

    specs = [
        TabSpec(name, name.title(), "mdi6.circle", order, needs, lambda _, name=name: QLabel(name))
        for order, (name, needs) in enumerate(
            {
                "train": frozenset(),
                "explore": frozenset({"encode"}),
                "style": frozenset({"label"}),
            }.items()
        )
    ]
    monkeypatch.setattr("latentlab.gui.tabs.discover", lambda *_: specs)
    return specs


@pytest.fixture
def open_window(
    lab: Lab, qtbot: QtBot, plain_tabs: list[TabSpec]
) -> Iterator[Callable[[], Window]]:
    """Opens the window and waits until it is drawn."""
    from PySide6.QtWidgets import QApplication

    from latentlab.gui.window import Window

    opened: list[Window] = []

    def open_it(tab: str = "explore") -> Window:
        lab.session.choose_tab(tab)
        window = Window(lab)
        opened.append(window)
        window.resize(1280, 800)  # the offscreen screen is smaller
        window.dock_layout.reset()
        window.show()
        window.show_first_tab()
        qtbot.waitUntil(window.is_settled, timeout=10_000)
        return window

    yield open_it
    for window in opened:
        lab.runs.close(save=False, timeout_s=2.0)
        window._closing._forced = True
        window.close()
        window.deleteLater()
    QApplication.processEvents()


@pytest.fixture
def window(open_window: Callable[[], Window]) -> Window:
    return open_window()
