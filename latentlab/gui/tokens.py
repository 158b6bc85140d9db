"""The design in numbers: colours of both themes, sizes, radii. No Qt here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Size = Literal["small", "body", "title"]

TYPE_SCALE: dict[Size, int] = {"small": 11, "body": 12, "title": 15}  # pixels at 100 %
GAP = 8  # between cards
RADIUS = 7  # of cards
MIN_SCALE, MAX_SCALE = 1.0, 2.0


@dataclass(frozen=True)
class Tokens:
    """Colours of one theme, by what they are for."""

    name: Literal["dark", "light"]
    ground: str  # behind the cards
    surface: str  # cards and docks
    raised: str  # fields, buttons and model cards on a surface
    hover: str
    pressed: str
    line: str  # 1 px outlines, tracks of bars and sliders
    text: str
    dim: str  # labels, axes, units
    faint: str  # disabled
    accent: str
    accent_hover: str
    on_accent: str
    good: str
    warn: str
    bad: str
    knob: str  # slider handles
    plot: str  # ground of a map
    muted: str  # points that are not selected
    cursor: str  # cross and halo on a plot
    cursor_halo: str


DARK = Tokens(
    name="dark",
    ground="#15171c",
    surface="#1b1e25",
    raised="#232731",
    hover="#2b303c",
    pressed="#343a48",
    line="#2f3440",
    text="#e6e8ee",
    dim="#9aa1b0",
    faint="#5f6675",
    accent="#6ea8fe",
    accent_hover="#8ab9ff",
    on_accent="#0d1526",
    good="#3fb68b",
    warn="#e0a93b",
    bad="#f07178",
    knob="#f2f3f6",
    plot="#0e0f13",
    muted="#4a505c",
    cursor="#ffffff",
    cursor_halo="#1d2a6b",
)

LIGHT = Tokens(
    name="light",
    ground="#f5f6f8",
    surface="#ffffff",
    raised="#ffffff",
    hover="#eef1f6",
    pressed="#e2e7f0",
    line="#d9dee6",
    text="#1a2130",
    dim="#626b7c",
    faint="#a5acb9",
    accent="#2463d8",
    accent_hover="#1a52bd",
    on_accent="#ffffff",
    good="#1f8a63",
    warn="#a86f00",
    bad="#c62f3b",
    knob="#1a2130",
    plot="#ffffff",
    muted="#ced3db",
    cursor="#101010",
    cursor_halo="#ffffff",
)
