"""The one document that says what the window shows. Undo, restore and commands all use it."""

from __future__ import annotations

from typing import Literal, get_args

from pydantic import Field

from latentlab.core.arithmetic import NOISE, Term
from latentlab.core.label import Label
from latentlab.core.route import Easing, Join
from latentlab.core.values import Value

PathKind = Literal["pixel", "latent", "slerp", "graph", "geodesic", "drawn"]
PATH_KINDS: tuple[PathKind, ...] = get_args(PathKind)  # in the order of their rows


class Pin(Value):
    """A latent kept in the Tray."""

    id: str  # unique in the document
    name: str  # A, B, C ... until renamed
    model: str  # id of the model whose latent this is
    z: tuple[float, ...]
    label: Label = None
    source: str = "cursor"  # a reference: "cursor", "data:mnist/test/17", "mean:12", "seed:4"


class MapView(Value):
    """How the Explore tab looks at the latents."""

    plane: Literal["raw", "pca"] = "raw"
    dims: tuple[int, int] = (0, 1)  # which raw dimensions, or which principal components
    colour_by: str = "label"  # "label" or the name of an attribute
    hidden_labels: tuple[int, ...] = ()
    solo_label: int | None = None
    manifold: bool = True
    manifold_opacity: float = Field(0.4, ge=0, le=1)
    prior: bool = True
    posterior: bool = False
    density: bool = False


class Homotopy(Value):
    """What the Homotopy tab shows. References are texts of `core.reference`."""

    mode: Literal["rows", "corners", "traverse"] = "rows"
    stops: tuple[str, ...] = ()  # A, waypoints, B; empty or one: not chosen yet
    locked: tuple[int, ...] = ()  # places of `stops` that Randomise leaves alone
    closed: bool = False  # back to A at the end
    labels_move: bool = True  # of conditional models: from the label of one stop to the next one's
    easing: Easing = "linear"
    steps: int = Field(10, ge=2, le=64)
    t: float = Field(0.0, ge=0, le=1)
    rows: tuple[PathKind, ...] = ("pixel", "latent")  # those that are shown
    curve: Literal["distance", "feature", "step", "norm", "label"] = "distance"
    drawn: tuple[tuple[float, ...], ...] = ()  # z of a path drawn on the map; empty: none
    on_map: bool = True  # the paths are drawn on the Explore tab's map too
    corners: tuple[str, ...] = ()  # four references: top left, top right, bottom left, bottom right
    corner_join: Join = "line"  # bilinear, or along arcs
    corner_side: int = Field(8, ge=2, le=32)
    start: str = ""  # where traversals start; empty: the cursor
    basis: Literal["raw", "pca", "named"] = "raw"
    span: float = Field(3.0, gt=0, le=10)  # traversals go from -span to +span, in sigma


class Style(Value):
    """What the Style tab shows. References are texts of `core.reference`."""

    page: Literal["transfer", "manifold", "complete"] = "transfer"
    sources: tuple[str, ...] = ()  # rows of the matrix; empty: not chosen yet
    told: tuple[Label, ...] = ()  # by row, the label chosen for it; None: its own, else a guess
    row: int = Field(0, ge=0)  # which one the sliders of z move
    nudges: tuple[tuple[float, ...], ...] = ()  # by row, what the sliders added to z; may be fewer
    strength: float = Field(1.0, ge=0, le=3)  # of style: factor of z, 0 is the usual style
    blend: tuple[int, int] | None = None  # two labels that a column more mixes
    share: float = Field(0.5, ge=0, le=1)  # of the second of them
    judged: bool = True  # a classifier says what it sees, where there is one
    pool: str = ""  # manifold page: id of the plain model beside; empty: the best there is
    side: int = Field(15, ge=10, le=25)  # manifold page: pictures in a row of the sheet
    spacing: Literal["equal", "linear"] = "equal"  # of its places: equal probability, or steps
    through: Literal["cursor", "zero"] = "cursor"  # where its plane lies in many dimensions
    seen: tuple[int, ...] = ()  # complete page: quadrants that are given, 0..3 in reading order
    drawing: str = ""  # complete page: a reference of the half-drawn picture
    answers: int = Field(8, ge=1, le=32)  # complete page: how many
    seed: int = Field(0, ge=0)


class Arithmetic(Value):
    """What the Arithmetic tab shows: weighted means of baskets, added up."""

    terms: tuple[Term, ...] = ()
    chosen: int = Field(0, ge=0)  # the term that gifts go to
    strength: float = Field(1.0, ge=-10, le=10, allow_inf_nan=False)  # of all but the first term
    noise: float = Field(
        NOISE, ge=0, le=10
    )  # of the 3 x 3 neighbourhood: uniform in [-noise, noise]
    noise_seed: int = Field(0, ge=0)
    control: bool = True  # a random direction of equal norm, same start, beside it
    control_seed: int = Field(0, ge=0)
    span: float = Field(2.0, gt=0, le=10)  # the result's row goes from -span to +span
    steps: int = Field(9, ge=2, le=32)
    judged: bool = True  # a classifier says what it sees, where there is one
    concepts: tuple[tuple[str, float], ...] = ()  # named directions added to the result, in sigma
    wall_seed: int = Field(0, ge=0)  # of the sample wall
    wall_query: str = ""  # which samples it shows; empty: all


class State(Value):
    """Everything a session restores. Immutable: a change is a new document."""

    version: Literal[1] = 1
    tab: str = "explore"
    model: str = "mnist-vae-2"
    moment: int | None = None  # images seen of a snapshot; None: the final weights
    z: tuple[float, ...] = ()  # the cursor in latent space; empty: nowhere yet
    label: Label = None  # what a conditional model decodes with
    pins: tuple[Pin, ...] = ()
    selection: tuple[int, ...] = ()  # rows of the model's probe latents
    map: MapView = MapView()
    homotopy: Homotopy = Homotopy()
    style: Style = Style()
    arithmetic: Arithmetic = Arithmetic()
    smooth: bool = False  # pictures: integer nearest-neighbour zoom, or smooth
    sampled: bool = False  # latents: mu, or a draw from the posterior
