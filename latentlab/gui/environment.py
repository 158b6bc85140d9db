"""Whether Qt can open a window here, found out cheaply: Qt itself would abort the process."""

from __future__ import annotations

import ctypes
import importlib
import importlib.util
import os
import sys
from pathlib import Path

from latentlab.app.platform_check import qt_problem


def problem() -> str | None:
    """Why no window can open, in one sentence with its remedy; None when one can.

    Costs about a millisecond when all is well; a child process tries Qt only when something looks
    wrong.
    """
    return None if _looks_well() else qt_problem()


def _looks_well() -> bool:
    try:
        importlib.import_module("PySide6.QtWidgets")
    except ImportError:
        return False
    if not sys.platform.startswith("linux"):
        return True
    platform = os.environ.get("QT_QPA_PLATFORM", "").partition(":")[0]
    if platform not in ("", "xcb"):
        return platform in ("offscreen", "minimal")
    if os.environ.get("WAYLAND_DISPLAY") and not platform:
        return True
    return _plugin_loads() and _display_answers()


def _plugin_loads() -> bool:
    """All system libraries of the X11 plugin are there."""
    spec = importlib.util.find_spec("PySide6")
    places = spec.submodule_search_locations if spec else None
    plugin = Path(next(iter(places or [""]))) / "Qt" / "plugins" / "platforms" / "libqxcb.so"
    try:
        ctypes.CDLL(str(plugin))
    except OSError:
        return False
    return True


def _display_answers() -> bool:
    """The X server that DISPLAY names takes a connection."""
    try:
        xcb = ctypes.CDLL("libxcb.so.1")
    except OSError:
        return False
    xcb.xcb_connect.restype = ctypes.c_void_p
    connection = ctypes.c_void_p(xcb.xcb_connect(None, None))
    broken = bool(xcb.xcb_connection_has_error(connection))
    xcb.xcb_disconnect(connection)
    return not broken
