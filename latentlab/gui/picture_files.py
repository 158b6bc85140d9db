"""Saving and copying a shown picture, told to the user."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QStandardPaths
from PySide6.QtWidgets import QFileDialog

from latentlab.app import export
from latentlab.gui import pictures

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import numpy as np
    from numpy.typing import NDArray
    from PySide6.QtWidgets import QWidget

log = logging.getLogger(__name__)


class _Place:
    """The folder of the last save, for the next one."""

    folder: Path | None = None


def ask_path(parent: QWidget, title: str, name: str, kinds: str) -> Path | None:
    """A file to write, in the folder of the last one; None when the user cancelled."""
    usual = QStandardPaths.StandardLocation.PicturesLocation
    folder = _Place.folder or Path(QStandardPaths.writableLocation(usual))
    chosen, _ = QFileDialog.getSaveFileName(parent, title, str(folder / name), kinds)
    if not chosen:
        return None
    _Place.folder = Path(chosen).parent
    return Path(chosen)


def save_picture(
    parent: QWidget,
    picture: NDArray[np.uint8],
    name: str,
    say: Callable[[str], object] = log.info,
    text: Mapping[str, str] | None = None,
) -> Path | None:
    """Asks where and writes a PNG at integer zoom; `text` goes into its head.

    `picture` is uint8 (C, H, W). Raises LatentlabError when the file cannot be written.
    """
    path = ask_path(parent, "Save picture", f"{name}.png", "PNG picture (*.png)")
    if path is None:
        return None
    zoom = pictures.copy_factor(picture)
    written = export.save_picture(path, picture, scale=zoom, text=text, overwrite=True)
    say(f"Saved {written}")
    return written


def copy_picture(picture: NDArray[np.uint8], say: Callable[[str], object]) -> None:
    """To the clipboard, at integer zoom."""
    pictures.copy(picture)
    say("Picture copied")
