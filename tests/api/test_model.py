"""Models from Python: what goes in, what comes out, what is refused."""

from __future__ import annotations

import doctest
import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import latentlab
from latentlab import api
from latentlab.core import images
from latentlab.core.errors import ConfigError, LatentlabError, ModelError
from tests.helpers import edit_manifest
from tests.zoo import ZOO

if TYPE_CHECKING:
    from pathlib import Path

every_kind = pytest.mark.parametrize("name", ZOO)


def test_importing_latentlab_stays_light() -> None:
    code = (
        "import sys, latentlab; assert not {'torch', 'numpy', 'pydantic'} & set(sys.modules); "
        "latentlab.load; assert not {'torch', 'PySide6', 'av'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        latentlab.nothing  # noqa: B018


def test_the_examples_of_the_documentation_hold() -> None:
    failed, attempted = doctest.testmod(api)
    assert attempted >= 6
    assert failed == 0


@every_kind
def test_pictures_and_latents_go_there_and_back(name: str, zoo: Path) -> None:
    model = latentlab.load(name)
    z = model.sample(3, seed=4)
    assert z.shape == (3, model.latent_size)
    assert z.dtype == np.float32
    assert np.array_equal(z, model.sample(3, seed=4))
    pictures = model.decode(z)
    assert pictures.shape == (3, *model.shape)
    assert pictures.dtype == np.uint8
    mu, logvar = model.encode(pictures)
    assert mu.shape == z.shape
    assert (logvar is None) == (ZOO[name][0] != "vae")


def test_the_axes_that_people_leave_out_are_added(zoo: Path) -> None:
    model = latentlab.load("grey-vae")
    picture = np.random.default_rng(0).integers(0, 256, (8, 8), np.uint8)
    whole = model.encode(picture[None, None])[0]
    for given in (picture, picture[None], picture / 255):
        assert model.encode(given)[0] == pytest.approx(whole, abs=1e-5)
    assert model.encode(np.stack([picture] * 3))[0].shape == (3, 2)
    with pytest.raises(ConfigError, match="takes pictures of shape 1 x 8 x 8"):
        model.encode(np.zeros((5, 5)))
    colour = latentlab.load("colour-vae")
    assert colour.encode(np.zeros((3, 8, 8)))[0].shape == (1, 5)
    with pytest.raises(ConfigError):
        colour.encode(np.zeros((8, 8)))


def test_a_model_that_is_not_there_names_near_ones(zoo: Path) -> None:
    with pytest.raises(ModelError, match="did you mean grey-vae"):
        latentlab.load("gray-vae")
    with pytest.raises(ModelError):
        latentlab.load("grey-vae", moment=123)


def test_the_library_may_be_named(zoo: Path, tmp_path: Path) -> None:
    assert latentlab.load("grey-vae", library=str(zoo)).id == "grey-vae"
    with pytest.raises(ModelError, match="There is no model"):
        latentlab.load("grey-vae", library=tmp_path)


# -- endpoints -----------------------------------------------------------------------------------


@every_kind
def test_arrays_are_endpoints(name: str, zoo: Path) -> None:
    model = latentlab.load(name)
    z = model.sample(1, seed=1)[0]
    picture = np.random.default_rng(1).integers(0, 256, model.shape, np.uint8)
    for given in (z, list(z), z.reshape(model.manifest.latent_shape)):
        end = model.endpoint(given)
        assert np.array_equal(end.z, z)
        assert np.array_equal(end.picture, model.decode_alone(z)[0])
    end = model.endpoint(picture)
    assert np.array_equal(end.picture, picture)
    assert np.array_equal(end.z, model.endpoint(f"picture:{images.png_text(picture)}").z)
    assert model.endpoint(end) is end


@pytest.mark.parametrize("given", [np.zeros(3), np.zeros((9, 9)), [np.nan, 0.0]])
def test_other_arrays_are_refused(given: Any, zoo: Path) -> None:
    with pytest.raises(ConfigError):
        latentlab.load("grey-vae").endpoint(given)


def test_references_of_the_models_own_data_and_labels(zoo: Path) -> None:
    model = latentlab.load("grey-vae")
    spec = model.manifest.data.name
    end = model.endpoint(f"data:{spec}/train/3")
    assert end.is_given
    assert np.array_equal(end.z, model.encode(end.picture)[0][0])
    mean = model.endpoint("label:1")
    assert mean.label == 1
    assert not mean.is_given
    assert np.array_equal(model.endpoint("seed:5").z, model.sample(1, 5)[0])


# -- sheets --------------------------------------------------------------------------------------


@every_kind
def test_every_kind_of_path_meets_its_ends(name: str, zoo: Path) -> None:
    model = latentlab.load(name)
    a, b = model.endpoint("label:0"), model.endpoint("seed:3")
    sheet = model.homotopy(a, b, 5, ("pixel", "latent", "slerp", "graph", "geodesic"))
    assert sheet.pictures.shape == (5, 5, *model.shape)
    assert np.isnan(sheet.z[0]).all()
    for row, z in zip(sheet.rows, sheet.z, strict=True):
        assert np.array_equal(row[0], a.picture)
        assert np.array_equal(row[-1], b.picture)
        if not np.isnan(z).any():
            assert np.array_equal(z[0], a.z)
            assert np.array_equal(z[-1], b.z)
    t = np.linspace(0, 1, 5)[:, None, None, None]
    mixed = np.rint((1 - t) * a.picture.astype(float) + t * b.picture)
    assert np.array_equal(sheet.rows[0], mixed)
    assert np.allclose(sheet.z[1], (1 - t[:, :, 0, 0]) * a.z + t[:, :, 0, 0] * b.z, atol=1e-5)


def test_a_chain_goes_through_its_stops_and_back(zoo: Path) -> None:
    model = latentlab.load("grey-vae")
    sheet = model.homotopy("z:0,0", "z:2,0", 7, via=["z:1,1"], closed=True)
    assert sheet.z[0][[0, 2, 4, 6]].tolist() == [[0, 0], [1, 1], [2, 0], [0, 0]]
    gentle = model.homotopy("z:0,0", "z:1,0", 5, easing="smooth").z[0, :, 0]
    assert gentle[1] < 0.25
    assert gentle[2] == pytest.approx(0.5)


@pytest.mark.parametrize("steps", [-1, 0, 1, 20_000])
def test_too_few_or_too_many_steps_are_refused(steps: int, zoo: Path) -> None:
    model = latentlab.load("grey-vae")
    for make in (
        lambda: model.homotopy("z:0,0", "z:1,1", steps),
        lambda: model.traverse("z:0,0", steps=steps),
    ):
        with pytest.raises(ConfigError, match="steps"):
            make()


@pytest.mark.parametrize("path", ["straight", (), ("latent", "drawn")])
def test_unknown_paths_are_refused(path: Any, zoo: Path) -> None:
    with pytest.raises(ConfigError, match="choose of pixel, latent"):
        latentlab.load("grey-vae").homotopy("z:0,0", "z:1,1", path=path)


@every_kind
@pytest.mark.parametrize("basis", ["raw", "pca"])
def test_a_traversal_moves_one_direction_at_a_time(name: str, basis: Any, zoo: Path) -> None:
    model = latentlab.load(name)
    start = model.sample(1, seed=2)[0]
    sheet = model.traverse(start, basis, dims=(1, 0), span=2, steps=5)
    assert sheet.pictures.shape == (2, 5, *model.shape)
    moves = np.diff(sheet.z, axis=1)
    assert np.allclose(moves, moves[:, :1], atol=1e-4)  # even steps on a straight line
    if basis == "raw":
        assert np.allclose(sheet.z[0][:, 0], start[0])
        assert np.allclose(sheet.z[1][:, 1], start[1])
    assert abs(float(np.dot(moves[0, 0], moves[1, 0]))) < 1e-4


def test_traversals_start_at_the_mean_and_take_ten_rows_at_most(zoo: Path) -> None:
    sheet = latentlab.load("map-ae").traverse(steps=3)
    assert 1 <= len(sheet.rows) <= 10
    with pytest.raises(ConfigError, match="no dimension '99'"):
        latentlab.load("grey-vae").traverse(dims=(99,))
    with pytest.raises(ConfigError, match="no basis 'best'"):
        latentlab.load("grey-vae").traverse(basis="best")  # type: ignore[arg-type]
    with pytest.raises(ConfigError, match="span"):
        latentlab.load("grey-vae").traverse(span=0)
    with pytest.raises(ConfigError, match="No direction of this model has a name"):
        latentlab.load("grey-vae").traverse(basis="named")


def test_directions_that_were_named_in_the_window(zoo: Path) -> None:
    from latentlab.app.directions import Directions, direction

    model = latentlab.load("grey-vae")
    Directions(zoo).add(direction("slant", model.manifest, [0, 2], None, "pin B - pin A"))
    sheet = latentlab.load("grey-vae").traverse("z:1,1", "named", steps=3)
    assert sheet.titles == ("slant",)
    assert np.allclose(sheet.z[0, :, 0], 1)
    assert len(sheet.rows) == len(model.traverse("z:1,1", "named", ["slant"]).rows)
    with pytest.raises(ConfigError, match="no named direction 'smile'; there are slant"):
        model.traverse("z:1,1", "named", ["smile"])


@every_kind
@pytest.mark.parametrize("join", ["line", "arc"])
def test_a_corner_sheet_meets_its_corners(name: str, join: Any, zoo: Path) -> None:
    model = latentlab.load(name)
    corners = [model.endpoint(f"seed:{seed}") for seed in range(4)]
    sheet = model.grid(corners, 3, join=join)
    assert sheet.pictures.shape == (3, 3, *model.shape)
    found = [sheet.z[0, 0], sheet.z[0, -1], sheet.z[-1, 0], sheet.z[-1, -1]]
    assert np.array_equal(found, [end.z for end in corners])


def test_the_manifold_of_a_plane(zoo: Path) -> None:
    model = latentlab.load("grey-vae")
    sheet = model.grid(n=4, x=(-2, 2), y=(-1, 1))
    assert np.allclose(sheet.z[:, :, 0], [-1.5, -0.5, 0.5, 1.5])
    assert np.allclose(sheet.z[0, :, 1], 0.75)  # the top row is the largest y
    assert latentlab.load("colour-vae").grid(n=2, x=(-1, 1), y=(-1, 1), plane="pca").z.shape == (
        2, 2, 5,
    )  # fmt: skip


@pytest.mark.parametrize(
    "wish",
    [
        {},
        {"x": (0, 1)},
        {"corners": ["seed:1"] * 4, "x": (0, 1), "y": (0, 1)},
        {"corners": ["seed:1"] * 3},
        {"corners": ["seed:1"] * 4, "n": 1},
        {"x": (0, 1), "y": (0, 1), "dims": (0, 0)},
        {"x": (0, 1), "y": (0, 1), "plane": "best"},
    ],
)
def test_a_grid_that_is_none_is_refused(wish: Any, zoo: Path) -> None:
    with pytest.raises(ConfigError):
        latentlab.load("grey-vae").grid(**wish)


def test_a_sheet_of_latents_is_about_square(zoo: Path) -> None:
    model = latentlab.load("grey-vae")
    assert model.sheet(model.sample(9)).picture(scale=1, gap=0).shape == (1, 24, 24)
    assert model.sheet(model.sample(9), 9).picture(scale=1, gap=0).shape == (1, 8, 72)
    assert "9 pictures" in repr(model.sheet(model.sample(9)))
    for wrong in ([[1, 2, 3]], [[1], [1, 2]], "abc", [[np.inf, 0]], np.zeros((0, 2))):
        with pytest.raises(ConfigError):
            model.sheet(wrong)  # type: ignore[arg-type]


# -- files ---------------------------------------------------------------------------------------


@every_kind
def test_a_file_is_made_again_pixel_by_pixel(name: str, zoo: Path, desk: Path) -> None:
    model = latentlab.load(name)
    sheet = model.homotopy("label:0", "label:2", 4, ("pixel", "latent", "graph"))
    first = sheet.save("a.png", captions=True, border=2)
    again = latentlab.replay(first)
    assert np.array_equal(again.pictures, sheet.pictures)
    again.save("b.png")
    assert (desk / "a.png").read_bytes() == (desk / "b.png").read_bytes()


def test_a_recipe_holds_no_path_of_this_machine(zoo: Path, desk: Path, tmp_path: Path) -> None:
    model = latentlab.load("grey-vae")
    spec = model.manifest.data.name
    sheet = model.homotopy(f"data:{spec}/train/3", f"data:{spec}/train/4", path=("pixel", "latent"))
    text = sheet.recipe().model_dump_json()
    assert spec.startswith("npz:/")
    assert "npz:" not in text
    assert "picture:" in json.loads(text)["command"]


def test_another_look_can_be_asked_of_a_replay(zoo: Path, desk: Path) -> None:
    model = latentlab.load("grey-vae")
    path = model.sheet(model.sample(4)).save("a.png", scale=2, gap=0)
    assert latentlab.replay(path).picture().shape == (1, 32, 32)
    assert latentlab.replay(path).picture(scale=1).shape == (1, 16, 16)
    with pytest.raises(ConfigError, match="scale=0"):
        latentlab.replay(path).save("b.png", scale=0)


def test_a_changed_model_is_refused_unless_anyway(zoo: Path, desk: Path) -> None:
    model = latentlab.load("grey-vae")
    recipe = model.sheet(model.sample(2)).recipe()
    other = latentlab.Sheet(recipe.model_copy(update={"weights": "0" * 64}), model.decode_alone)
    other.save("a.png")
    with pytest.raises(ModelError, match=r"has other weights than those that made a\.png"):
        latentlab.replay("a.png")
    assert np.array_equal(latentlab.replay("a.png", anyway=True).pictures, other.pictures)


def test_a_tampered_model_is_refused_also_anyway(zoo: Path, desk: Path) -> None:
    model = latentlab.load("grey-vae")
    model.sheet(model.sample(2)).save("a.png")
    files = {**model.manifest.files, "weights.safetensors": "0" * 64}
    edit_manifest(zoo / "grey-vae", files=files)
    with pytest.raises(LatentlabError, match="sha256 differs"):
        latentlab.replay("a.png", anyway=True)


def test_a_missing_model_and_a_file_without_recipe(zoo: Path, desk: Path) -> None:
    model = latentlab.load("grey-vae")
    model.sheet(model.sample(2)).save("a.png")
    (zoo / "grey-vae").rename(zoo.parent / "gone")
    with pytest.raises(ModelError, match="There is no model 'grey-vae'"):
        latentlab.replay("a.png")
    (desk / "b.png").write_bytes(images.png_bytes(np.zeros((1, 8, 8), np.uint8)))
    with pytest.raises(LatentlabError, match="carries no recipe"):
        latentlab.replay("b.png")


def test_pictures_alone_need_no_model(desk: Path) -> None:
    from latentlab.core.recipe import Pictures, Recipe

    picture = np.random.default_rng(0).integers(0, 256, (1, 8, 8), np.uint8)
    rows = (Pictures(pictures=(images.png_text(picture),)),)
    bare = latentlab.Sheet(Recipe(latentlab="0", model="", rows=rows), lambda *_: picture[None])
    bare.save("a.png")
    assert np.array_equal(latentlab.replay("a.png").pictures[0, 0], picture)
    assert latentlab.replay("a.png").z.shape == (1, 1, 0)


def test_rows_of_different_length_fit_in_no_array(zoo: Path) -> None:
    model = latentlab.load("grey-vae")
    short, long = model.sheet(model.sample(2)), model.sheet(model.sample(3))
    rows = (*short.recipe().rows, *long.recipe().rows)
    both = latentlab.Sheet(short.recipe().model_copy(update={"rows": rows}), model.decode_alone)
    assert [len(row) for row in both.rows] == [2, 3]
    for wish in ("pictures", "z"):
        with pytest.raises(ConfigError, match="differ in length"):
            getattr(both, wish)


def test_an_ending_that_is_none_and_a_file_that_is_there(zoo: Path, desk: Path) -> None:
    model = latentlab.load("grey-vae")
    sheet = model.sheet(model.sample(2))
    with pytest.raises(ConfigError, match="docx"):
        sheet.save("a.docx")
    assert sheet.save("a").name == "a.png"
    with pytest.raises(LatentlabError, match="exists already"):
        sheet.save("a.png", overwrite=False)
    with pytest.raises(LatentlabError, match="cannot be saved"):
        sheet.save("a.png/b.png")


@pytest.mark.parametrize(("name", "film"), [("a.gif", False), ("a.mp4", False), ("a.webp", True)])
def test_films_know_their_motion(name: str, film: bool, zoo: Path, desk: Path) -> None:
    model = latentlab.load("grey-vae")
    path = model.homotopy("seed:1", "seed:2", 4).save(name, fps=5, back=True, film=film)
    motion = latentlab.replay(path).recipe().motion
    assert motion is not None
    assert (motion.fps, motion.back) == (5, True)
