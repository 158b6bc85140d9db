"""What made a picture: enough to make it again, pixel by pixel, written into the file itself.

A recipe names the model by id and weights hash, and holds what was decoded, never where it was on
somebody's disk. All else (graph, drawn path, chosen points) has become routes and latents by then.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from latentlab.core.label import Label
from latentlab.core.route import Route
from latentlab.core.values import Value

VERSION: Literal[1] = 1
KEY = "latentlab"  # under this name the recipe stands in a file's metadata


class Latents(Value):
    """Latents decoded one by one."""

    kind: Literal["latents"] = "latents"
    z: tuple[tuple[float, ...], ...]
    label: Label = None
    labels: tuple[Label, ...] = ()  # one for each z, instead of the one for all
    title: str = ""


class Travel(Value):
    """A route, decoded at each t."""

    kind: Literal["travel"] = "travel"
    route: Route
    t: tuple[float, ...]
    label: Label = None
    labels: tuple[tuple[float, ...], ...] = ()  # shares at stops, mixed on the way; equal time each
    title: str = ""


class Blend(Value):
    """Pictures mixed pixel by pixel: (1 - t) a + t b; equal time for each leg."""

    kind: Literal["blend"] = "blend"
    pictures: tuple[str, ...]  # PNG files as base64, two or more of one shape
    t: tuple[float, ...]
    title: str = ""


class Pictures(Value):
    """Pictures as they are: originals, drawings, or what a run showed while it trained."""

    kind: Literal["pictures"] = "pictures"
    pictures: tuple[str, ...]  # PNG files as base64
    title: str = ""


class Styled(Value):
    """One style, z, under several labels, behind the picture that it was read from."""

    kind: Literal["styled"] = "styled"
    z: tuple[float, ...]  # as it was read or drawn
    strength: float = Field(1.0, ge=0, allow_inf_nan=False)  # decoded is strength * z + nudge
    nudge: tuple[float, ...] = ()  # empty: nothing
    labels: tuple[Label, ...]  # of its columns
    heads: tuple[str, ...] = ()  # what stands above the columns
    own: Label = None  # the label of the picture itself, marked among the columns
    is_told: bool = False  # somebody said so; else it is known, or a classifier saw it
    picture: str = ""  # a PNG file as base64, shown first; empty: none
    source: str = ""  # the reference that it came from; empty: the picture itself
    title: str = ""


Row = Annotated[Latents | Travel | Blend | Pictures | Styled, Field(discriminator="kind")]


class Look(Value):
    """How rows of pictures become one picture."""

    scale: int = Field(1, ge=1, le=64, description="Every pixel as a square of this many")
    columns: int | None = Field(
        None, ge=1, description="Of a single row: wrap after so many; None: do not wrap"
    )
    gap: int = Field(1, ge=0, le=64, description="Pixels between pictures, before scaling")
    border: int = Field(0, ge=0, le=64, description="Pixels around all, before scaling")
    ground: int = Field(0, ge=0, le=255, description="Grey of gaps and border")
    captions: bool = Field(False, description="Row titles and step numbers")
    smooth: bool = Field(False, description="Interpolate when scaling, instead of hard pixels")


class Motion(Value):
    """How rows become a film: frame i shows picture i of every row, one below the other."""

    fps: float = Field(10, gt=0, le=60)
    back: bool = Field(False, description="Play to the end and back again")
    loop: bool = Field(True, description="Begin again at the end, where the format can")


class Recipe(Value):
    """Everything that made one picture, sheet or film."""

    version: Literal[1] = VERSION
    latentlab: str  # the program's version
    model: str  # id in the registry; empty: no model took part
    weights: str = ""  # sha256 of the weights file that decoded
    moment: int | None = None  # images seen of a snapshot; None: the final weights
    dataset: str = ""  # content hash of the data the model was trained on
    seed: int | None = None  # of the sample that this began with
    rows: tuple[Row, ...]
    look: Look = Look()
    motion: Motion | None = None  # None: a still picture
    command: str = ""  # the command line that makes the same, where there is a shorter one
