"""Check this machine: Python, torch and its device, Qt and its libraries, folders, versions."""

from __future__ import annotations

import importlib.metadata
import json
import os
import platform
import shutil
import sys
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.table import Table

from latentlab.app.platform_check import qt_problem, run_child
from latentlab.core import paths

if TYPE_CHECKING:
    from pathlib import Path

PACKAGES = ("latentlab", "numpy", "torch", "torchvision", "PySide6-Essentials", "pyqtgraph")
_ASK_TORCH = (
    "import json, torch; from latentlab.engine import device; "
    "d = device.choose('auto'); print(json.dumps([torch.__version__, str(d), device.title(d)]))"
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
    tried = run_child([sys.executable, "-c", _ASK_TORCH])
    if tried.returncode:
        reason = (tried.stderr.strip().splitlines() or ["no message"])[-1]
        return {}, f"torch does not start (“{reason}”); reinstall with: uv sync --reinstall"
    version, device, title = json.loads(tried.stdout.strip().splitlines()[-1])
    return {"version": version, "device": device, "title": title}, None


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
