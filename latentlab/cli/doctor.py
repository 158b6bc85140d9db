"""Check this machine: Python, torch and its device, Qt and its libraries, folders, versions."""

from __future__ import annotations

import ctypes.util
import importlib.metadata
import json
import os
import platform
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.table import Table

from latentlab.core import paths

if TYPE_CHECKING:
    from pathlib import Path

# Shared libraries that Qt's platform plugins load, and the Debian package of each.
OFFSCREEN_LIBRARIES = {
    "EGL": "libegl1",
    "GL": "libgl1",
    "fontconfig": "libfontconfig1",
    "dbus-1": "libdbus-1-3",
    "xkbcommon": "libxkbcommon0",
}
X11_LIBRARIES = {
    "xcb-cursor": "libxcb-cursor0",
    "xcb-icccm": "libxcb-icccm4",
    "xcb-keysyms": "libxcb-keysyms1",
    "xcb-shape": "libxcb-shape0",
    "xkbcommon-x11": "libxkbcommon-x11-0",
}
PACKAGES = ("latentlab", "numpy", "torch", "torchvision", "PySide6-Essentials", "pyqtgraph")
_START_QT = "from PySide6.QtWidgets import QApplication; QApplication([])"
_ASK_TORCH = (
    "import json, torch; from latentlab.engine import device; "
    "d = device.choose('auto'); print(json.dumps([torch.__version__, str(d), device.title(d)]))"
)


def missing_libraries(names: dict[str, str]) -> list[str]:
    """Debian packages of the shared libraries that the loader cannot find; Linux only."""
    if not sys.platform.startswith("linux"):
        return []
    return [package for library, package in names.items() if not ctypes.util.find_library(library)]


def qt_problem() -> str | None:
    """Why a window cannot open here, in one sentence with its remedy; None when it can.

    Qt aborts the whole process when its platform plugin fails, so a child process tries it.
    """
    tried = _run([sys.executable, "-c", _START_QT])
    if tried.returncode == 0:
        return None
    on_screen = os.environ.get("QT_QPA_PLATFORM", "xcb") not in {"offscreen", "minimal"}
    packages = missing_libraries(OFFSCREEN_LIBRARIES | (X11_LIBRARIES if on_screen else {}))
    if packages:
        return (
            "The window cannot open: Qt misses system libraries; mend it with: "
            f"apt-get install -y {' '.join(packages)}"
        )
    if on_screen and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        return (
            "The window cannot open: there is no display; log in with a desktop, use ssh -X, "
            "or render pictures with `latentlab shot`."
        )
    reason = (tried.stderr.strip().splitlines() or ["no message"])[-1]
    return (
        f"The window cannot open: Qt stopped with “{reason}”; reinstall with: uv sync --reinstall"
    )


def examine(library: Path) -> dict[str, Any]:
    """All findings, JSON-able; "problems" is empty when everything works."""
    torch, problem = _torch()
    problems = [text for text in (problem, qt_problem(), _unwritable(library)) if text]
    return {
        "python": platform.python_version(),
        "system": platform.platform(),
        "cores": os.cpu_count(),
        "torch": torch,
        "qt_platform": os.environ.get("QT_QPA_PLATFORM", "default"),
        "versions": {name: _version(name) for name in PACKAGES},
        "folders": {
            "library": str(library),
            "data": [str(place) for place in paths.data_sources()],
            "shipped models": str(paths.trained()),
            "cache": str(paths.cache()),
            "settings": str(paths.settings()),
        },
        "free_disk_gb": round(shutil.disk_usage(_existing(library)).free / 1e9, 1),
        "problems": problems,
    }


def _torch() -> tuple[dict[str, str], str | None]:
    tried = _run([sys.executable, "-c", _ASK_TORCH])
    if tried.returncode:
        reason = (tried.stderr.strip().splitlines() or ["no message"])[-1]
        return {}, f"torch does not start (“{reason}”); reinstall with: uv sync --reinstall"
    version, device, title = json.loads(tried.stdout.strip().splitlines()[-1])
    return {"version": version, "device": device, "title": title}, None


def _run(command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)


def _version(package: str) -> str:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return "not installed"


def _existing(folder: Path) -> Path:
    return next(place for place in (folder, *folder.parents) if place.exists())


def _unwritable(library: Path) -> str | None:
    if os.access(_existing(library), os.W_OK):
        return None
    return f"The library folder {library} cannot be written; name another with --library."


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
@click.pass_obj
def doctor(library: Path, as_json: bool) -> int:
    """Check this machine; exit 1 when something is missing, with the line that mends it."""
    found = examine(library)
    if as_json:
        click.echo(json.dumps(found, indent=2))
    else:
        _show(found)
    return 1 if found["problems"] else 0


def _show(found: dict[str, Any]) -> None:
    table = Table(show_header=False, box=None)
    table.add_row("Python", f"{found['python']}, {found['system']}, {found['cores']} cores")
    table.add_row("torch", " · ".join(found["torch"].values()) or "does not start")
    table.add_row("Qt platform", found["qt_platform"])
    for name, version in found["versions"].items():
        table.add_row(name, version)
    for name, place in found["folders"].items():
        table.add_row(name, "\n".join(place) if isinstance(place, list) else place)
    table.add_row("free disk", f"{found['free_disk_gb']} GB")
    console = Console(soft_wrap=True)
    console.print(table)
    for problem in found["problems"]:
        console.print(f"[bold red]problem[/] {problem}", highlight=False)
    if not found["problems"]:
        console.print("[bold green]Everything works.[/]")
