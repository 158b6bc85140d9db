"""How much memory is free, and refusing a dataset that does not fit."""

from __future__ import annotations

import ctypes
import os
import sys
from math import prod
from pathlib import Path

from latentlab.core.errors import DataError


def require(title: str, shape: tuple[int, ...], itemsize: int = 1) -> None:
    """Raise DataError with both sizes when an array of `shape` does not fit into free memory."""
    needed, free = prod(shape) * itemsize, available()
    if free is not None and needed > free:
        raise DataError(
            f"{title} would take {readable(needed)} of memory and {readable(free)} are free: "
            "choose a smaller picture size or fewer images."
        )


def available() -> int | None:
    """Bytes of memory that can be used without swapping; None where the system does not say."""
    if sys.platform == "win32":
        return _windows()
    known = [size for size in (_linux(), _container()) if size is not None]
    return min(known) if known else _installed()


def readable(size: int) -> str:
    """Bytes for people: "3.2 GB"."""
    amount = float(size)
    for unit in ("bytes", "kB", "MB", "GB", "TB"):
        if amount < 1000:
            return (
                f"{amount:.0f} {unit}"
                if amount >= 100 or unit == "bytes"
                else f"{amount:.1f} {unit}"
            )
        amount /= 1000
    return f"{amount:,.0f} PB"


def _linux() -> int | None:
    listing = Path("/proc/meminfo")
    if not listing.exists():
        return None
    rows = dict(line.split(":", 1) for line in listing.read_text().splitlines() if ":" in line)
    return int(rows["MemAvailable"].split()[0]) * 1024 if "MemAvailable" in rows else None


def _container() -> int | None:
    """The room a container leaves (cgroup v2), smaller than what the machine has."""
    limit, used = (Path("/sys/fs/cgroup") / name for name in ("memory.max", "memory.current"))
    if not (limit.exists() and used.exists()):
        return None
    allowed = limit.read_text().strip()
    return max(0, int(allowed) - int(used.read_text())) if allowed.isdecimal() else None


def _installed() -> int | None:
    """All memory of a POSIX system that does not tell what is free (macOS)."""
    names = os.sysconf_names
    if "SC_PHYS_PAGES" not in names or "SC_PAGE_SIZE" not in names:
        return None
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")


def _windows() -> int | None:
    class Status(ctypes.Structure):
        _fields_ = (
            ("length", ctypes.c_ulong),
            ("load", ctypes.c_ulong),
            *((name, ctypes.c_ulonglong) for name in ("total", "available", *"abcde")),
        )

    status = Status(length=ctypes.sizeof(Status))
    kernel = getattr(ctypes, "windll").kernel32  # noqa: B009 - mypy knows windll on Windows only
    return int(status.available) if kernel.GlobalMemoryStatusEx(ctypes.byref(status)) else None
