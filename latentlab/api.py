"""Trained models from Python, numpy in and numpy out.

    >>> import latentlab
    >>> model = latentlab.load("digits-vae-2")
    >>> z = model.sample(3, seed=1)  # (3, 2) float32
    >>> model.decode(z).shape  # uint8 pictures
    (3, 1, 8, 8)
    >>> sheet = model.homotopy("label:3", "label:8", steps=10, path=("pixel", "latent"))
    >>> sheet.pictures.shape  # rows, steps, channels, height, width
    (2, 10, 1, 8, 8)
    >>> sheet.titles
    ('pixel space', 'latent line')

`sheet.save("strip.png")` or `"strip.gif"` writes it with its recipe inside; `latentlab.replay`
makes it again. A conditional model is told a `label` beside: a class or its name, shares of the
classes or attributes (k,), or one for each picture, (n,) or (n, k).

Wherever a latent or a picture is asked for, one of these will do: an array z (latent,), a picture
(C, H, W) or (H, W), or a reference: "data:mnist/test/17", "file:digit.png", "z:0.1,-1.5",
"seed:42", "label:3" (the mean of its encoded images), "pin:A" (of the window's Tray).
All mistakes are `latentlab.core.errors.LatentlabError`.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np

from latentlab.app import calls, grids, named_ends, proposals, sheets, traversals
from latentlab.app.blocking_decode import no_decode
from latentlab.app.completing_model import CompletingModel
from latentlab.app.endpoints import Endpoint
from latentlab.app.exports import snapshot
from latentlab.app.given_arrays import as_latents, as_pictures
from latentlab.app.homotopy_plan import Plan, moving_labels
from latentlab.app.projecting_model import ProjectingModel
from latentlab.app.recipe_calls import usual_columns
from latentlab.app.registry import Registry
from latentlab.app.sheets import Sheet
from latentlab.app.styling_model import StylingModel
from latentlab.app.summing_model import SummingModel
from latentlab.core import label as labels
from latentlab.core import paths
from latentlab.core.errors import ConfigError, ModelError
from latentlab.core.recipe import Look

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    from latentlab.app.state import PathKind
    from latentlab.core.label import Given
    from latentlab.core.route import Easing, Join

    Basis = Literal["raw", "pca", "named"]
    Where = str | Endpoint | ArrayLike  # what names, or is, a latent or a picture

__all__ = ["Endpoint", "Model", "Sheet", "load", "replay"]


def load(
    model: str,
    library: str | Path | None = None,
    device: str = "cpu",
    *,
    moment: int | None = None,
) -> Model:
    """Open a trained model by its id, as `latentlab models list` shows it.

    Args:
        model: Id, such as "mnist-vae-2".
        library: Folder of your models; default: $LATENTLAB_LIBRARY, else your home's.
        device: "cpu", "cuda", "mps" or "auto". Pixels are the same every time on the CPU.
        moment: Images seen of a snapshot; default: the final weights.

    Raises:
        ModelError: There is no such model or snapshot, or it is damaged.
        DeviceError: The device is absent or too small.
    """
    card = Registry(paths.library(library)).find(model)
    manifest = card.require()
    folder = card.folder if moment is None else card.folder / snapshot(moment)
    from latentlab.engine.codec import Codec  # imports torch

    return Model(manifest, folder, Codec.open(folder, device), moment, paths.library(library))


def replay(
    path: str | Path,
    library: str | Path | None = None,
    device: str = "cpu",
    *,
    anyway: bool = False,
) -> Sheet:
    """What a file of latentlab shows, made again from the recipe inside it.

    Raises:
        LatentlabError: The file has no recipe, or one of another version.
        ModelError: Its model is not here, or has other weights now and not `anyway`.
    """
    from latentlab.app.export import read_recipe

    recipe = read_recipe(Path(path))
    if not recipe.model:
        return Sheet(recipe, no_decode)
    model = load(recipe.model, library, device, moment=recipe.moment)
    if recipe.weights != model.weights and not anyway:
        raise ModelError(
            f"{recipe.model} has other weights than those that made {Path(path).name}, so the "
            "picture would differ; make it `anyway`, or get that model."
        )
    return Sheet(recipe, model.decode_alone)


class Model(StylingModel, CompletingModel, ProjectingModel, SummingModel):
    """A trained model, opened by `load`. Belongs to one thread.

    `transfer` (in `app.styling_model`) shows the style of pictures under every label, `complete`
    (in `app.completing_model`) what half-seen pictures may be, `project` (in
    `app.projecting_model`) the latents of pictures, with an encoder or without, `arithmetic` (in
    `app.summing_model`) sums of means of latents.
    """

    # -- arrays --------------------------------------------------------------------------------

    def encode(
        self, pictures: ArrayLike, label: Given = None
    ) -> tuple[NDArray[np.float32], NDArray[np.float32] | None]:
        """Where pictures lie in latent space.

        Args:
            pictures: uint8, or floats in 0 to 1, (n, C, H, W); also one (C, H, W), and of a grey
                model (n, H, W) or (H, W).
            label: What a conditional model is told of them.

        Returns:
            mu (n, latent) and logvar (n, latent), which is None for codes without spread.

        Raises:
            ConfigError: Pictures of another shape. ModelError: The model has no encoder.
        """
        rows = as_pictures(np.asarray(pictures), self.manifest)
        return self._codec.encode(rows, labels.given(label, self.manifest))

    def decode(self, z: ArrayLike, label: Given = None) -> NDArray[np.uint8]:
        """Latents (n, latent) or (latent,) to pictures, uint8 (n, C, H, W).

        Many at once, for speed; of a sheet each is decoded alone, which may differ by one grey
        level. Raises ConfigError for latents of another width.
        """
        return self._codec.decode(z, labels.given(label, self.manifest))

    def sample(self, n: int = 1, seed: int = 0) -> NDArray[np.float32]:
        """Draw n latents, (n, latent), from the prior or what stands in for it.

        The same seed gives the same latents. Raises ModelError where there is none to draw from.
        """
        return self._codec.sample(n, seed)

    # -- sheets --------------------------------------------------------------------------------

    def sheet(
        self,
        z: ArrayLike,
        columns: int | None = None,
        *,
        seed: int | None = None,
        label: Given = None,
    ) -> Sheet:
        """Pictures of latents (n, latent) in one sheet, about square unless `columns` is given.

        `seed` notes that these are `sample(n, seed)`; `label`: one for all, or one for each.
        """
        told = labels.given(label, self.manifest)
        rows = (proposals.told(grids.latents_row(as_latents(z, self.manifest)), told),)
        look = Look(scale=sheets.USUAL_SCALE, columns=columns or usual_columns(rows))
        return Sheet(self._recipe(rows, look=look, seed=seed), self.decode_alone)

    def homotopy(
        self,
        a: Where,
        b: Where,
        steps: int = 10,
        path: PathKind | Sequence[PathKind] = "latent",
        *,
        via: Sequence[Where] = (),
        easing: Easing = "linear",
        closed: bool = False,
        label: Given = None,
    ) -> Sheet:
        """Ways from a to b, one row for each kind of path, in step.

        Args:
            a: Where they begin.
            b: Where they end.
            steps: Pictures in a row, both ends included, 2 to 10,000.
            path: "pixel" (1 - t) A + t B, "latent" straight line, "slerp" arc, "graph" through
                the encoded data, "geodesic" least decoded change; or several of them.
            via: Stops on the way, each reached after equal time.
            easing: "linear", or "smooth": begin and end gently.
            closed: Go back to a at the end.
            label: Told of all pictures on the way, and of ends without a label of their own;
                default: from the label of one end to that of the next, mixed as shares.

        Raises:
            ConfigError: Too few steps, an unknown kind of path, an end that is none.
        """
        kinds = (path,) if isinstance(path, str) else tuple(path)
        traversals.require_steps(steps)
        calls.require_paths(kinds)
        ends = [self.endpoint(where, label) for where in (a, *via, b)]
        chain = [*ends, *ends[: int(closed)]]
        knots = np.stack([end.z for end in chain])
        told, shares = (
            moving_labels([end.told for end in chain], len(self.manifest.told_names))
            if label is None
            else (labels.one(label, self.manifest), ())
        )
        ways = [kind for kind in kinds if kind != "pixel"]
        plan = Plan(
            folder=self._folder,
            label=told,
            labels=shares,
            stops=np.stack([end.picture for end in chain]),
            routes={kind: self._route(kind, knots, ends[0].told) for kind in ways},
            has_pixels="pixel" in kinds,
            steps=steps,
            easing=easing,
        )
        recipe = named_ends.homotopy(
            self._recipe(plan.recipe_rows()), ends, plan.kinds, steps, easing,
            closed=closed, on_cpu=self._on_cpu,
        )  # fmt: skip
        return Sheet(recipe, self.decode_alone)

    def traverse(
        self,
        start: Where | None = None,
        basis: Basis = "raw",
        dims: Sequence[int | str] | None = None,
        span: float = 3.0,
        steps: int = 9,
        *,
        label: Given = None,
    ) -> Sheet:
        """Latent traversals: a row per direction, all else of z as at the start.

        Args:
            start: Where they start; default: the mean of the encoded images.
            basis: "raw" dimensions of z, "pca" directions of the encoded images, or "named"
                directions that were kept in the window.
            dims: Which ones, by number from 0 on, or by name; default: the first ten, those
                first along which the encoded images vary most.
            span: Rows go from -span to span standard deviations of the encoded images.
            steps: Pictures in a row, both ends included, 2 to 10,000.
            label: What a conditional model is told; default: the start's own.

        Raises:
            ConfigError: There is no such direction, or a number is out of range.
        """
        traversals.require_steps(steps)
        there = traversals.axes_of(basis, self.manifest, self._latents, self._library)
        chosen = traversals.choose(there, basis, dims)
        end = self._start(start, label)
        rows = traversals.rows_of(chosen, end.z, span, steps)
        bare = self._recipe(self._told(rows, label, end))
        recipe = named_ends.traversal(bare, end, chosen, span, steps, on_cpu=self._on_cpu)
        return Sheet(recipe, self.decode_alone)

    def grid(
        self,
        corners: Sequence[Where] | None = None,
        n: int = 8,
        *,
        join: Join = "line",
        x: tuple[float, float] | None = None,
        y: tuple[float, float] | None = None,
        quantiles: bool = False,
        plane: Literal["raw", "pca"] = "raw",
        dims: tuple[int, int] = (0, 1),
        start: Where | None = None,
        label: Given = None,
    ) -> Sheet:
        """A square of pictures between four corners, of a rectangle of a plane, or of the prior.

        Args:
            corners: Top left, top right, bottom left, bottom right.
            n: Pictures in a row and in a column, 2 to 256.
            join: "line" (bilinear) or "arc" (slerp) between corners.
            x: Without corners: the plane's range from left to right, cut into n tiles.
            y: From bottom to top.
            quantiles: Without corners and ranges: the plane at equally probable places of N(0, I).
            plane: Two "raw" dimensions of z, or two "pca" directions of the encoded images.
            dims: Which two, from 0 on.
            start: What the plane does not show is as here; default: the mean of the encoded
                images.
            label: What a conditional model is told; default: the first corner's own.

        Raises:
            ConfigError: Neither corners nor ranges, both, or a number out of range.
        """
        grids.require_side(n)
        if (corners is not None) + (x is not None) + quantiles != 1 or (x is None) != (y is None):
            raise ConfigError(
                "A grid lies between four corners, or has ranges x and y, or quantiles; give one."
            )
        if corners is None:
            return self._manifold(n, x, y, plane, dims, self._start(start, label), label)
        ends = [self.endpoint(where, label) for where in corners]
        if len(ends) != 4:
            raise ConfigError(f"A grid has four corners, but {len(ends)} were given.")
        rows = grids.corner_rows(np.stack([end.z for end in ends]), n, join)
        bare = self._recipe(self._told(rows, label, ends[0]))
        return Sheet(
            named_ends.corners(bare, ends, n, join, on_cpu=self._on_cpu), self.decode_alone
        )

    # -- inside --------------------------------------------------------------------------------

    def _manifold(
        self,
        n: int,
        x: tuple[float, float] | None,
        y: tuple[float, float] | None,
        plane: str,
        dims: tuple[int, int],
        start: Endpoint,
        label: Given,
    ) -> Sheet:
        mu = None if self._latents is None else self._latents.mu
        flat = grids.plane_of(plane, dims, mu, self.latent_size)
        rows = grids.manifold_rows(flat, start.z, x, y, n)
        bare = self._recipe(self._told(rows, label, start))
        told = start.told if label is None else labels.one(label, self.manifest)
        recipe = named_ends.manifold(
            bare, start, n, x, y, plane, dims, label=labels.written(told, self.manifest),
            on_cpu=self._on_cpu,
        )  # fmt: skip
        return Sheet(recipe, self.decode_alone)

    def _start(self, where: Where | None, label: Given) -> Endpoint:
        if where is not None:
            return self.endpoint(where, label)
        if self._latents is None:
            raise ModelError(f"{self.manifest.title} has no encoded images; say where to start.")
        mean = self._latents.mu.mean(axis=0, dtype=np.float64).astype(np.float32)
        return self.endpoint(mean, label)
