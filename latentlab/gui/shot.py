"""Render the real window to a PNG file, with no display."""

from __future__ import annotations

import os
import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import click

from latentlab.core.errors import ConfigError, EnvironmentProblem, LatentlabError
from latentlab.gui import environment

if TYPE_CHECKING:
    from latentlab.gui.window import Window

LIMIT_S = 60.0
MOST_PIXELS = 8000


def shot(
    *,
    out: Path,
    tab: str | None = None,
    model: str | None = None,
    session: Path | None = None,
    theme: str = "dark",
    size: tuple[int, int] = (1280, 800),
    scale: float = 1.0,
    library: Path | None = None,
    limit_s: float = LIMIT_S,
) -> Path:
    """Opens the window unseen, waits until all is drawn, saves a PNG of `size` pixels.

    `session` is a file that the window saved; `tab` and `model` overrule it. `scale` is the UI
    scale, 1 to 2. The user's own session and preferences are neither read nor changed. Raises
    LatentlabError: an unknown tab or model, a broken session, or not drawn within `limit_s`.
    """
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    if problem := environment.problem():
        raise EnvironmentProblem(problem)
    from PySide6.QtCore import QEvent

    from latentlab.app import documents, session_file
    from latentlab.app.lab import Lab
    from latentlab.app.preferences import Preferences, Settings
    from latentlab.gui.app import make_application
    from latentlab.gui.bridge import Bridge
    from latentlab.gui.errors import ErrorDoor
    from latentlab.gui.window import Window

    shown = None if session is None else session_file.read(session)
    app = make_application()
    with tempfile.TemporaryDirectory(prefix="latentlab-shot-") as folder:
        settings = Settings.model_validate({"theme": theme, "ui_scale": scale})
        Preferences(settings).save(Path(folder) / "preferences.json")
        if shown is not None:
            documents.write(Path(folder) / "session.json", shown)
        bridge, door = Bridge(), ErrorDoor()
        door.install()
        lab = Lab(bridge.post, library=library, settings=Path(folder))
        window = Window(lab)
        try:
            _draw(window, tab or lab.session.state.tab, model, size, limit_s)
            _save(window, out)
        finally:
            window.close()
            bridge.close()
            door.uninstall()
            window.deleteLater()
            app.sendPostedEvents(window, QEvent.Type.DeferredDelete)
    return out


def _draw(
    window: Window, tab: str, model: str | None, size: tuple[int, int], limit_s: float
) -> None:
    if model is not None:
        window.lab.registry.find(model).require()
        window.lab.choose_model(model)
    window.lab.session.choose_tab(tab)
    window.resize(*size)
    window.dock_layout.reset()
    window.show()
    window.show_first_tab()
    _check_tab(window, tab)
    _wait(window, limit_s)


def _check_tab(window: Window, tab: str) -> None:
    known = window.tabs.hosts
    if tab not in known:
        raise ConfigError(f"There is no tab '{tab}'; choose one of {', '.join(known)}.")


def _wait(window: Window, limit_s: float) -> None:
    """Runs Qt's loop until the window says that it is settled."""
    from PySide6.QtCore import QCoreApplication, QEventLoop, QTimer

    loop, limit = QEventLoop(), QTimer(singleShot=True)
    window.settled.connect(loop.quit)
    limit.timeout.connect(loop.quit)
    QCoreApplication.processEvents()  # what is settled from the start is laid out by now
    limit.start(round(limit_s * 1000))  # not before: to quit a loop that is not running is in vain
    if not window.is_settled():
        loop.exec()
    limit.stop()
    if not window.is_settled():
        told = "; ".join(window.messages.texts)
        raise LatentlabError(
            f"The window was not drawn within {limit_s:g} s"
            + (f" ({told})" if told else "")
            + "; try again, or check this machine with `latentlab doctor`."
        )


def _save(window: Window, out: Path) -> None:
    from PySide6.QtCore import QBuffer, QByteArray
    from PySide6.QtWidgets import QApplication

    from latentlab.engine import files

    window.messages.dismiss_all()
    QApplication.processEvents()
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    window.grab().save(buffer, "PNG")
    try:
        files.write_whole(out, data.data())
    except OSError as error:
        raise LatentlabError(files.explain(error, f"{out} cannot be written")) from error


def parse_size(text: str) -> tuple[int, int]:
    """1280x800; raises ConfigError."""
    found = re.fullmatch(r"(\d{2,4})[x×](\d{2,4})", text.strip())
    size = (int(found[1]), int(found[2])) if found else (0, 0)
    if not all(100 <= side <= MOST_PIXELS for side in size):
        raise ConfigError(f"'{text}' is no size; write it like 1280x800, 100 to {MOST_PIXELS}.")
    return size


@click.command("shot")
@click.option("--tab", help="Which tab to show; default: the session's, or explore.")
@click.option("--model", help="Which model; default: the session's, or the first one.")
@click.option(
    "--session",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A session that the window saved, to show what it showed.",
)
@click.option("--theme", type=click.Choice(["light", "dark"]), default="dark", show_default=True)
@click.option("--size", default="1280x800", show_default=True, help="Width x height in pixels.")
@click.option("--scale", type=click.FloatRange(1, 2), default=1.0, help="UI scale, 1 to 2.")
@click.option("-o", "--out", type=click.Path(dir_okay=False, path_type=Path), required=True)
@click.pass_obj
def command(
    library: Path,
    tab: str | None,
    model: str | None,
    session: Path | None,
    theme: str,
    size: str,
    scale: float,
    out: Path,
) -> int:
    """Render the real window to a PNG file, with no display."""
    written = shot(
        out=out, tab=tab, model=model, session=session, theme=theme, size=parse_size(size),
        scale=scale, library=library,
    )  # fmt: skip
    click.echo(str(written))
    return 0
