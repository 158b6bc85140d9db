"""Sides of pictures at which every pixel of theirs is a whole one of the screen."""

from __future__ import annotations

from latentlab.gui.theme import theme

_FAR = 1.35  # a side this much larger than asked for is too large


def whole(pixels: int, wanted: int, ratio: float = 1.0) -> float:
    """The side in logical pixels nearest to `wanted` (at 100 %) for pictures of so many pixels.

    Larger pictures than that are shrunk to it.
    """
    asked = theme().px(wanted)
    zoom = max(1, round(asked * ratio / pixels))
    side = zoom * pixels / ratio
    return side if side <= _FAR * asked else float(asked)
