"""Signals to slots by name, as Qt's connectSlotsByName does, but a wrong name is an error."""

from __future__ import annotations


def connect_slots(listener: object, **sources: object) -> None:
    """Connect each method `_on_<source>_<signal>` of the listener's own class to that signal.

    Sources are named by keyword, `plot=panel.plot`; their signals are Qt's or psygnal's, which let
    go of the listener when it is gone. Raises AttributeError for a slot without its source or
    signal, and for a source that no slot listens to.
    """
    slots = [name for name in vars(type(listener)) if name.startswith("_on_")]
    heard = set()
    for slot in slots:
        source, _, signal = slot.removeprefix("_on_").partition("_")
        if source not in sources:
            raise AttributeError(f"{slot} listens to '{source}', which is not among the sources")
        getattr(sources[source], signal).connect(getattr(listener, slot))
        heard.add(source)
    if unheard := sources.keys() - heard:
        raise AttributeError(f"no slot listens to {', '.join(sorted(unheard))}")
