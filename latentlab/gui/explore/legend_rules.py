"""What clicking the legend does to the view."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from latentlab.app.state import MapView


def toggled(view: MapView, label: int, classes: int) -> dict[str, Any]:
    """Fields of the view after a click on a class: hidden becomes shown and the other way round."""
    if view.solo_label is None:
        hidden = set(view.hidden_labels) ^ {label}
        return {"hidden_labels": tuple(sorted(hidden))}
    if label == view.solo_label:
        return {"solo_label": None, "hidden_labels": ()}
    both = {label, view.solo_label}
    return {"solo_label": None, "hidden_labels": tuple(x for x in range(classes) if x not in both)}


def soloed(view: MapView, label: int) -> dict[str, Any]:
    """Fields of the view after a double click: this class alone, or all again."""
    if view.solo_label == label:
        return {"solo_label": None, "hidden_labels": ()}
    hidden = tuple(other for other in view.hidden_labels if other != label)
    return {"solo_label": label, "hidden_labels": hidden}
