"""Where an endpoint may come from, as a menu that is built each time it opens."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QMenu

from latentlab.gui.theme import theme
from latentlab.gui.widgets.picture_menu import add_entries, verbs

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtGui import QAction

    from latentlab.app.sources import Sources
    from latentlab.gui.widgets.endpoint_slot import EndpointSlot

KEYS = {
    "C": "cursor", "R": "sample", "T": "image", "N": "number", "D": "draw", "O": "file",
    "L": "lock",
}  # fmt: skip
NO_LATENTS = "This model has no latents that a picture could be found among"
NO_PRIOR = "This model has no prior to draw from"


def build(slot: EndpointSlot, sources: Sources | None) -> QMenu:
    """A fresh menu of all sources; it deletes itself when closed."""
    menu = QMenu(slot)
    menu.setToolTipsVisible(True)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    if sources is not None:
        _add_latents(menu, slot, sources)
        menu.addSeparator()
        _add_images(menu, slot, sources)
        menu.addSeparator()
        _add_pictures(menu, slot, sources)
        menu.addSeparator()
        if slot.endpoint is not None:
            add_entries(menu, slot.picture.ask, verbs())
            menu.addSeparator()
    if not slot.lock.isHidden():
        words = "Unlock" if slot.is_locked else "Lock"
        lock = _entry(menu, words, "lock", slot.toggle_lock, "L")
        lock.setToolTip("Randomise and dropped files leave a locked endpoint alone")
    clear = _entry(menu, "Clear", "close", slot.cleared.emit, "Del")
    clear.setEnabled(not slot.is_empty)
    return menu


def _add_latents(menu: QMenu, slot: EndpointSlot, sources: Sources) -> None:
    pins = [(pin.name, partial(slot.choose, pin.reference)) for pin in sources.pins()]
    _submenu(menu, "Pin", "pin-outline", pins, "The Tray is empty: click on the map to pin")
    cursor = _entry(menu, "The cursor", "crosshairs", partial(slot.pick, "cursor"), "C")
    cursor.setEnabled(bool(sources.cursor()))
    sample = _entry(
        menu, "Random sample", "dice-multiple-outline", partial(slot.pick, "sample"), "R"
    )
    _allow(sample, sources.has("sample"), NO_PRIOR)


def _add_images(menu: QMenu, slot: EndpointSlot, sources: Sources) -> None:
    names = sources.labels
    known = bool(sources.random_image())
    why = "The model's encoded images have no labels"
    means = [(name, partial(slot.choose_mean, label)) for label, name in enumerate(names)]
    _submenu(menu, "Mean of", "sigma", means, why)
    image = _entry(menu, "Random test image", "image-outline", partial(slot.pick, "image"), "T")
    _allow(image, known, "No images are encoded yet")
    of_label = [(name, partial(slot.choose_random, label)) for label, name in enumerate(names)]
    _submenu(menu, "Random test image of", "image-multiple-outline", of_label, why)
    number = _entry(menu, "Test image number…", "numeric", partial(slot.pick, "number"), "N")
    _allow(number, sources.image_count > 0, "The number of test images is not known")


def _add_pictures(menu: QMenu, slot: EndpointSlot, sources: Sources) -> None:
    for title, icon, what, key in (
        ("Draw…", "draw", "draw", "D"),
        ("Picture file…", "file-image-outline", "file", "O"),
        ("Paste a picture", "content-paste", "paste", "Ctrl+V"),
    ):
        entry = _entry(menu, title, icon, partial(slot.pick, what), key)
        _allow(entry, sources.takes_pictures, NO_LATENTS)


def _submenu(
    menu: QMenu,
    title: str,
    icon: str,
    entries: Sequence[tuple[str, Callable[[], object]]],
    why: str,
) -> None:
    """A menu of names, or why there are none."""
    inner = menu.addMenu(theme().icon(f"mdi6.{icon}"), title)
    for name, act in entries:
        inner.addAction(name.replace("&", "&&")).triggered.connect(lambda _=False, do=act: do())
    _allow(inner.menuAction(), bool(entries), why)


def _entry(menu: QMenu, title: str, icon: str, act: Callable[[], object], key: str = "") -> QAction:
    entry = menu.addAction(theme().icon(f"mdi6.{icon}"), title, QKeySequence(key))
    entry.triggered.connect(lambda _=False: act())
    return entry


def _allow(entry: QAction, allowed: bool, why: str) -> None:
    entry.setEnabled(allowed)
    if not allowed:
        entry.setToolTip(why)
