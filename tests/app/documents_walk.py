"""Every field of the State, down to the fields of its parts, each with a value unlike its default.

`CHANGED` must name all of them: a field that comes without a value here fails the tests.
"""

from __future__ import annotations

from typing import Any

from latentlab.app.state import Pin, State
from latentlab.core.arithmetic import Term
from latentlab.core.values import Value

PINS = (
    Pin(id="pin-1", name="A", model="mnist-vae-2", z=(0.1, -0.0), label=3, source="seed:4"),
    Pin(id="pin-2", name="Ö 2", model="other", z=(1e-30, 7.0, 0.3)),
)

CHANGED: dict[str, Any] = {
    "tab": "homotopy",
    "model": "mnist-vae-20",
    "moment": 600_000,
    "z": (0.1, -1.0 / 3, 1e300),
    "label": 7,
    "pins": PINS,
    "selection": (0, 5, 99_999),
    "smooth": True,
    "sampled": True,
    "map.plane": "pca",
    "map.dims": (1, 4),
    "map.colour_by": "tilt",
    "map.hidden_labels": (2, 3),
    "map.solo_label": 1,
    "map.manifold": False,
    "map.manifold_opacity": 0.1 + 0.2,
    "map.prior": False,
    "map.posterior": True,
    "map.density": True,
    "homotopy.mode": "corners",
    "homotopy.stops": ("data:mnist/test/17", "z:0.1,-2", "picture:aGVsbG8="),
    "homotopy.locked": (0, 2),
    "homotopy.closed": True,
    "homotopy.labels_move": False,
    "homotopy.easing": "smooth",
    "homotopy.steps": 20,
    "homotopy.t": 1 / 3,
    "homotopy.rows": ("pixel", "slerp", "geodesic"),
    "homotopy.curve": "norm",
    "homotopy.drawn": ((0.0, 1.0), (2.0, 3.5)),
    "homotopy.on_map": False,
    "homotopy.corners": ("seed:1", "seed:2", "label:3", "pin:A"),
    "homotopy.corner_join": "arc",
    "homotopy.corner_side": 5,
    "homotopy.start": "seed:9",
    "homotopy.basis": "pca",
    "homotopy.span": 2.5,
    "style.page": "manifold",
    "style.sources": ("data:mnist/test/17", "seed:4", "z:0.1,-2@3"),
    "style.told": (None, 7, (0.25, 0.75)),
    "style.row": 2,
    "style.nudges": ((), (0.5, -1.0 / 3)),
    "style.strength": 1.5,
    "style.blend": (3, 8),
    "style.share": 0.3,
    "style.judged": False,
    "style.side": 20,
    "style.spacing": "linear",
    "style.through": "zero",
    "style.pool": "mnist-vae-16",
    "style.seen": (0, 3),
    "style.drawing": "picture:aGVsbG8=",
    "style.answers": 5,
    "style.seed": 7,
    "arithmetic.terms": (
        Term(weight=-0.5, basket=("seed:1", "z:0.5,1"), name="a", query="smile"),
        Term(),
    ),
    "arithmetic.chosen": 1,
    "arithmetic.strength": 1.5,
    "arithmetic.noise": 0.1,
    "arithmetic.noise_seed": 3,
    "arithmetic.control": False,
    "arithmetic.control_seed": 4,
    "arithmetic.span": 3.0,
    "arithmetic.steps": 5,
    "arithmetic.judged": False,
    "arithmetic.concepts": (("slant", 1.5), ("bold", -2.0)),
    "arithmetic.wall_seed": 5,
    "arithmetic.wall_query": "7",
}


def fields_of(kind: type[Value], prefix: str = "") -> set[str]:
    """Dotted names of all fields; the version is a constant."""
    names: set[str] = set()
    for name, field in kind.model_fields.items():
        part = field.annotation
        if isinstance(part, type) and issubclass(part, Value):
            names |= fields_of(part, f"{prefix}{name}.")
        elif name != "version":
            names.add(f"{prefix}{name}")
    return names


def value_of(document: Value, name: str) -> Any:
    """A field by its dotted name."""
    found: Any = document
    for part in name.split("."):
        found = getattr(found, part)
    return found


def changed(document: State, name: str) -> dict[str, Any]:
    """What to give `Session.update` so that one field has its other value."""
    first, _, rest = name.partition(".")
    if not rest:
        return {first: CHANGED[name]}
    part = getattr(document, first)
    return {first: part.model_copy(update={rest: CHANGED[name]})}
