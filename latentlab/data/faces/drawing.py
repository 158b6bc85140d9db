"""How a face is drawn, from the back to the front, so that every attribute shows under all others.

A hat leaves the hair at the temples free, a beard leaves the mouth free, glasses are clear. A head
that turns is a ball: what is marked on it moves by its depth, and more slowly towards the rim.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from latentlab.data.faces.canvas import Canvas, both, either
from latentlab.data.faces.people import People

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[Any]  # float32

Colour = tuple[float, float, float]
# Rosy and orange: no hair has the colour of any skin.
_SKINS: tuple[Colour, ...] = ((0.99, 0.85, 0.75), (0.53, 0.33, 0.24))
_HAIRS: tuple[Colour, ...] = ((0.13, 0.09, 0.12), (0.72, 0.36, 0.08), (0.99, 0.84, 0.40))
_BACKDROPS: tuple[Colour, ...] = (
    (0.56, 0.79, 0.90), (0.62, 0.85, 0.76), (0.72, 0.73, 0.92), (0.91, 0.69, 0.76),
)  # fmt: skip
_SHIRTS: tuple[Colour, ...] = ((0.20, 0.33, 0.56), (0.16, 0.52, 0.50), (0.80, 0.33, 0.32))
_WOOLS: tuple[Colour, ...] = ((0.86, 0.24, 0.27), (0.49, 0.27, 0.60), (0.15, 0.42, 0.66))
_WHITE, _BLACK, _FRAME, _MOUTH, _TONGUE, _BLUSH = (
    np.array(colour, np.float32)[:, None, None]
    for colour in (
        (1.0, 1.0, 1.0), (0.10, 0.08, 0.10), (0.12, 0.13, 0.22), (0.32, 0.04, 0.08),
        (0.80, 0.30, 0.32), (0.95, 0.38, 0.38),
    )
)  # fmt: skip
_MOST_TURN = 0.36  # sine of the angle


def draw(attributes: Floats, chance: Floats, size: int) -> NDArray[np.uint8]:
    """Pictures (n, 3, size, size) of the persons that `people.draw` gives."""
    return _Face(People.of(attributes, chance), size).drawn()


class _Face:
    def __init__(self, people: People, size: int) -> None:
        self.who = people
        self.on = Canvas(size, people.x, people.y + 0.10, people.scale)
        self.sine = (people.turned * 2 - 1) * _MOST_TURN
        self.cosine = np.sqrt(1 - self.sine * self.sine)
        self.skin = _along(_SKINS, people.dark_skin)
        self.hair = _along(_HAIRS, people.blond)

    def drawn(self) -> NDArray[np.uint8]:
        """From the back to the front."""
        self._backdrop()
        self._body()
        self._head()
        self._beard()
        self._mouth()
        self._nose()
        self._eyes()
        self._glasses()
        self._hair()
        self._hat()
        self._light()
        return self.on.bytes()

    def _across(self, u: float | Floats, depth: float = 1.0) -> Floats:
        """Where a point `u` of half a face beside its middle is seen, -0.5 to 0.5."""
        inwards = np.sqrt(np.asarray(1 - u * u, np.float32)) * depth
        found: Floats = (u * self.cosine + inwards * self.sine) * 0.5 * self.who.width
        return found

    def _backdrop(self) -> None:
        fade = 1.06 - (self.on.y + 1) * 0.07
        self.on.picture[:] = _along(_BACKDROPS, self.who.backdrop) * fade[:, None]

    def _body(self) -> None:
        on, back = self.on, -self.sine * 0.2
        shirt = _along(_SHIRTS, self.who.shirt)
        on.paint(on.ellipse(0, 1.16, 0.80, 0.50), shirt)
        falls = on.box(back, 0.24, (0.62 * self.who.width, 0.68), 0.45)
        on.paint(falls, self.hair * 0.82, self.who.long_hair)
        on.paint(on.ellipse(0, 0.72, 0.25, 0.16), self.skin * 0.80)
        on.paint(on.box(0, 0.5, (0.19, 0.25), 0.1), self.skin * 0.80)

    def _head(self) -> None:
        on, width = self.on, self.who.width
        for side in (-1, 1):
            x = (side * 0.5 * self.cosine - self.sine * 0.12) * width
            on.paint(on.ellipse(x, 0.06, 0.10, 0.13), self.skin * 0.88)
        on.paint(self._outline(), self.skin)
        cover = 0.10 + 0.45 * self.who.smile
        for side in (-1, 1):
            x = self._across(side * 0.58)
            on.blush(on.ellipse(x, 0.165, 0.12, 0.09), _BLUSH, cover, 0.12)

    def _outline(self, more: float = 0.0) -> Floats:
        """The face: a ball, and a jaw that follows its turn."""
        on, width = self.on, self.who.width
        ball = on.ellipse(0, -0.06, (0.5 + more) * width, 0.5 + more)
        jaw = on.ellipse(self.sine * 0.12, 0.14, (0.43 + more) * width, 0.48 + more)
        return either(ball, jaw)

    def _beard(self) -> None:
        on, middle = self.on, self._across(0.0)
        around = on.ellipse(middle, -0.10, 0.44 * self.who.width, 0.42)
        lips = on.ellipse(middle, 0.350, 0.220, 0.145)
        whiskers = both(both(self._outline(0.035), -around), -on.above(0.02))
        moustache = on.bow(middle, 0.215, 0.17, -0.05, 0.042)
        colour = self.hair * 0.90
        on.paint(both(whiskers, -lips), colour, self.who.beard)
        on.paint(moustache, colour, self.who.beard)

    def _mouth(self) -> None:
        """Four mouths: a line or a bow, an O or a grin."""
        on, who, x = self.on, self.who, self._across(0.0)
        lip = self.skin * 0.12 + _MOUTH * 0.40
        shut, serious = 1 - who.open_mouth, 1 - who.smile
        on.paint(on.bow(x, 0.335, 0.12, 0.0, 0.034), lip, shut * serious)
        on.paint(on.bow(x, 0.400, 0.185, 0.12, 0.039), lip, shut * who.smile)
        hole, gape = on.ellipse(x, 0.355, 0.115, 0.135), who.open_mouth * serious
        on.paint(hole, _MOUTH, gape)
        on.paint(both(hole, -on.above(0.405)), _TONGUE, gape)
        grin = self._grin(x)
        on.paint(grin, _MOUTH, who.open_mouth * who.smile)
        on.paint(both(grin, on.above(0.325)), _WHITE, who.open_mouth * who.smile)

    def _grin(self, x: Floats) -> Floats:
        beyond, below = self.on.from_bow(x, 0.445, 0.19, 0.17)
        return both(both(below, beyond), -self.on.above(0.265))

    def _nose(self) -> None:
        on, x = self.on, self._across(0.0, depth=1.35)
        on.paint(on.ellipse(x, 0.13, 0.055, 0.05), self.skin * 0.78)

    def _eyes(self) -> None:
        on, who = self.on, self.who
        look = self.sine * 0.10
        for side in (-1, 1):
            x, narrow = self._eye(side)
            on.paint(on.ellipse(x, -0.04, 0.105 * narrow, 0.095), _WHITE)
            on.paint(on.ellipse(x + look, -0.03, 0.070 * narrow, 0.080), _BLACK)
            on.paint(on.disc(x + look + 0.025, -0.06, 0.023), _WHITE)
            tilt = (on.x - x) * who.brows_tilt * (2.0 * side)
            brow = on.bow(x, tilt - 0.195 - who.brows_high, 0.105 * narrow, -0.035, 0.026)
            on.paint(brow, self.hair * 0.72)

    def _eye(self, side: int) -> tuple[Floats, Floats]:
        """Where an eye is, and how much the turn narrows it."""
        u = side * 0.43 * self.who.eyes_apart
        narrow = self.cosine - u * self.sine * 0.6
        return self._across(u), narrow

    def _glasses(self) -> None:
        on, there = self.on, self.who.glasses
        rims = []
        for side in (-1, 1):
            x, narrow = self._eye(side)
            lens = on.ellipse(x, -0.03, 0.175 * narrow, 0.165)
            on.paint(lens, _WHITE, there * 0.15)
            rims.append(abs(lens) - 0.026)
        left, right = self._eye(-1)[0], self._eye(1)[0]
        bridge = on.box((left + right) / 2, -0.05, ((right - left) / 2 - 0.15, 0.024), 0.02)
        on.paint(either(either(rims[0], rims[1]), bridge), _FRAME, there)

    def _hair(self) -> None:
        on, who = self.on, self.who
        back = -self.sine * 0.10
        skull = on.ellipse(back, -0.08, 0.575 * who.width, 0.56)
        part = self._across(0.0) * 0.7 + who.parting * 0.05
        window = on.ellipse(part, 0.26, 0.43 * who.width, 0.55)
        on.paint(both(both(skull, -window), on.above(0.10)), self.hair)
        for side in (-1, 1):
            lock = on.box(back + side * 0.535 * who.width, 0.30, (0.085, 0.42), 0.08)
            on.paint(lock, self.hair, who.long_hair)

    def _hat(self) -> None:
        on, who = self.on, self.who
        wool, back = _along(_WOOLS, who.wool), -self.sine * 0.06
        dome = both(on.ellipse(back, -0.34, 0.56 * who.width, 0.48), on.above(-0.34))
        on.paint(on.disc(back, -0.84, 0.11), wool + (1 - wool) * 0.45, who.hat)
        on.paint(dome, wool, who.hat)
        cuff = on.box(back, -0.37, (0.60 * who.width, 0.095), 0.07)
        on.paint(cuff, wool + (1 - wool) * 0.28, who.hat)

    def _light(self) -> None:
        on = self.on
        glow = 1 + on.x * self.who.light * 0.09 - on.y * 0.03
        on.picture *= glow[:, None]


def _along(colours: tuple[Colour, ...], place: Floats) -> Floats:
    """Colours (n, 3, 1, 1) at places from 0 to 1 of a row of them."""
    found = np.zeros((len(place), 3, 1, 1), np.float32)
    for i, colour in enumerate(colours):
        near = np.maximum(1 - abs(place * (len(colours) - 1) - i), 0)
        found += np.array(colour, np.float32)[:, None, None] * near[:, None]
    return found
