"""Whether Qt can start on this machine, asked without Qt: a child process tries it."""

from __future__ import annotations

import ctypes.util
import os
import subprocess
import sys

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
_START_QT = "from PySide6.QtWidgets import QApplication; QApplication([])"


def missing_libraries(names: dict[str, str]) -> list[str]:
    """Debian packages of the shared libraries that the loader cannot find; Linux only."""
    if not sys.platform.startswith("linux"):
        return []
    return [package for library, package in names.items() if not ctypes.util.find_library(library)]


def qt_problem() -> str | None:
    """Why a window cannot open here, in one sentence with its remedy; None when it can.

    Qt aborts the whole process when its platform plugin fails, so a child process tries it.
    """
    tried = run_child([sys.executable, "-c", _START_QT])
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


def run_child(command: list[str]) -> subprocess.CompletedProcess[str]:
    """Run a short command to its end and keep what it says."""
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
