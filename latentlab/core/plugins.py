"""Modules found by looking into a package: families, datasets, tabs; a broken one costs itself."""

from __future__ import annotations

import logging
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from types import ModuleType

log = logging.getLogger(__name__)


def modules(
    package: str,
    folders: Iterable[str],
    *,
    kind: str,
    holding: str = "",
    tell: Callable[[str], object] = log.warning,
) -> Iterator[ModuleType]:
    """Every public module in the folders of a package, by name.

    `tell` gets one sentence about a file that cannot be loaded, or does not hold what is called
    `holding`, and the log gets the traceback; `kind` is what such a file should be, for people.
    """
    for found in iter_modules(folders):
        if found.name.startswith("_"):
            continue
        try:
            module = import_module(f"{package}.{found.name}")
            if holding:
                getattr(module, holding)
        except Exception as error:  # whatever is wrong with somebody's file
            log.exception("%s %s", kind, found.name)
            tell(_sentence(kind, found.name, error))
        else:
            yield module


def _sentence(kind: str, name: str, error: Exception) -> str:
    first_line = (str(error).splitlines() or [""])[0]
    what = f"{type(error).__name__}: {first_line}".rstrip(": .")
    return f"The {kind} in {name}.py cannot be loaded and is left out ({what}); correct the file."
