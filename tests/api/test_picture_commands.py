"""Commands that make pictures, as a person types them: homotopy, traverse, grid ... replay."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import latentlab
from latentlab.app import export
from latentlab.app.session import Session
from latentlab.cli.group import main
from latentlab.core import images, paths
from latentlab.core.recipe import KEY

STRIP = ("homotopy", "grey-vae", "--from", "seed:1", "--to", "label:1", "--steps", "4")


def run(*arguments: str) -> None:
    assert main(list(arguments)) == 0


def refusal(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """The one sentence of a command that fails."""
    capsys.readouterr()
    assert main(list(arguments)) in (1, 2)
    told = capsys.readouterr().err.strip()
    assert "Traceback" not in told
    return told


@pytest.mark.parametrize(
    ("out", "kind"),
    [("a.png", "PNG"), ("a.jpg", "JPEG"), ("a.webp", "WEBP"), ("a.tiff", "TIFF"), ("a.gif", "GIF")],
)  # fmt: skip
def test_a_strip_in_every_format(out: str, kind: str, zoo: Path, desk: Path) -> None:
    run(*STRIP, "-o", out)
    with Image.open(out) as image:
        assert image.format == kind
        assert image.width > 8
        assert getattr(image, "n_frames", 1) == (4 if kind == "GIF" else 1)
    assert export.read_recipe(Path(out)).model == "grey-vae"


def test_a_strip_as_film_of_mp4_and_of_webp(zoo: Path, desk: Path) -> None:
    import av

    run(*STRIP, "--fps", "8", "-o", "a.mp4")
    with av.open("a.mp4") as film:
        stream = film.streams.video[0]
        assert stream.average_rate == 8
        assert len(list(film.decode(stream))) == 4
    run(*STRIP, "--film", "--once", "-o", "a.webp")
    with Image.open("a.webp") as image:
        assert image.n_frames == 4


def test_a_path_as_numbers(zoo: Path, desk: Path) -> None:
    sheet = latentlab.load("grey-vae").homotopy("seed:1", "label:1", 4)
    run(*STRIP, "-o", "a.npz")
    with np.load("a.npz") as arrays:
        assert np.array_equal(arrays["row2_z"], sheet.z[0])
        assert np.array_equal(arrays["row2_images"], sheet.rows[0])
        assert "row1_z" not in arrays
    run(*STRIP, "--path", "latent", "-o", "a.csv")
    with Path("a.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [float(row["z1"]) for row in rows] == pytest.approx(sheet.z[0][:, 1].tolist())


def test_json_says_what_was_written(
    zoo: Path, desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    run(*STRIP, "--json", "-o", "a.png")
    assert json.loads(capsys.readouterr().out) == {
        "file": "a.png", "model": "grey-vae", "rows": ["pixel space", "latent line"], "steps": 4,
    }  # fmt: skip
    run("grid", "grey-vae", "--corners", *["seed:1"] * 4, "-n", "2", "--json", "-o", "a.png")
    assert json.loads(capsys.readouterr().out)["pictures"] == 4


def test_traversals_and_grids_are_those_of_python(zoo: Path, desk: Path) -> None:
    model = latentlab.load("colour-vae")
    run("traverse", "colour-vae", "--basis", "pca", "--dims", "0,2", "--steps", "3", "-o", "a.png")
    again = latentlab.replay("a.png")
    assert np.array_equal(again.pictures, model.traverse(None, "pca", (0, 2), steps=3).pictures)
    run("grid", "colour-vae", "--x", "-2:2", "--y", "-1:1", "--dims", "3,1", "-n", "3",
        "--from", "seed:1", "-o", "a.png")  # fmt: skip
    plane = model.grid(n=3, x=(-2, 2), y=(-1, 1), dims=(3, 1), start="seed:1")
    assert np.array_equal(latentlab.replay("a.png").pictures, plane.pictures)


def test_a_pin_of_the_saved_session_is_an_end(zoo: Path, desk: Path) -> None:
    session = Session()
    session.choose_model("grey-vae")
    session.pin([0.5, -0.5], name="my pin")
    paths.settings().mkdir(parents=True)
    session.save(paths.settings() / "session.json")
    run("homotopy", "grey-vae", "--from", "pin:my pin", "--to", "z:1,1", "-o", "a.png")
    recipe = export.read_recipe(Path("a.png"))
    assert "z:0.5,-0.5" in recipe.command
    assert latentlab.replay("a.png").z[1, 0].tolist() == [0.5, -0.5]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([*STRIP[:-1], "1", "-o", "a.png"], "A path of 1 pictures has no two ends"),
        ([*STRIP[:-1], "0", "-o", "a.png"], "A path of 0 pictures has no two ends"),
        (["traverse", "grey-vae", "--steps", "1", "-o", "a.png"], "has no two ends"),
        ([*STRIP[:4], "-o", "a.png"], "Missing option '--to'"),
        ([*STRIP, "-o", "a.docx"], "a.docx: name a file that ends in .png"),
        ([*STRIP, "--path", "straight", "-o", "a.png"], "no path 'straight'"),
        ([*STRIP, "--via", "nonsense", "-o", "a.png"], "names no picture or latent"),
        ([*STRIP, "--via", "label:9", "-o", "a.png"], "label:9 is no label"),
        ([*STRIP, "--via", "z:1,2,3", "-o", "a.png"], "has 3 numbers"),
        ([*STRIP, "--via", "pin:Q", "-o", "a.png"], "the Tray is empty"),
        ([*STRIP, "--via", "file:none.png", "-o", "a.png"], "is not there"),
        ([*STRIP, "--via", "data:mnits/test/1", "-o", "a.png"], "did you mean mnist"),
        ([*STRIP, "--via", "data:digits/test/99999", "-o", "a.png"], "numbered 0 to"),
        ([*STRIP, "--fps", "0", "-o", "a.gif"], "fps=0"),
        (["homotopy", "gray-vae", *STRIP[2:], "-o", "a.png"], "did you mean grey-vae"),
        ([*STRIP, "--moment", "7", "-o", "a.png"], "7"),
        (["grid", "grey-vae", "-o", "a.png"], "four corners"),
        (["grid", "grey-vae", "--x", "a:b", "--y", "0:1", "-o", "a.png"], "'a:b' is no range"),
        (["grid", "grey-vae", "--x", "0:1", "--y", "0:1", "--dims", "0", "-o", "a.png"], "as 0,1"),
        (["grid", "grey-vae", "--x", "0:1", "--y", "0:1", "--dims", "0,9", "-o", "a.png"], "plane"),
        (["grid", "grey-vae", "--corners", *["seed:1"] * 4, "-n", "1", "-o", "a.png"], "no grid"),
        (["decode", "grey-vae", "--z", "1,2,3", "-o", "a.png"], "latents of 2 numbers"),
        (["replay", "none.png", "-o", "a.png"], "none.png"),
    ],
)
def test_a_mistake_is_one_sentence_and_no_file(
    arguments: list[str], sentence: str, zoo: Path, desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = refusal(capsys, *arguments)
    assert sentence in told
    if told.startswith("latentlab: "):
        assert len(told.splitlines()) == 1
    assert not list(desk.iterdir())


# -- decode and sample ---------------------------------------------------------------------------


def test_decode_and_sample_write_recipes(zoo: Path, desk: Path) -> None:
    run("decode", "grey-vae", "--z", "-0.5,-1", "--z", "1,1", "-o", "a.png")
    assert latentlab.replay("a.png").z[0].tolist() == [[-0.5, -1], [1, 1]]
    run("sample", "grey-vae", "-n", "5", "--seed", "3", "-o", "b.png")
    recipe = export.read_recipe(Path("b.png"))
    assert recipe.seed == 3
    assert np.array_equal(
        np.asarray(recipe.rows[0].z, np.float32),  # type: ignore[union-attr]
        latentlab.load("grey-vae").sample(5, 3),
    )


def test_arrays_keep_their_plain_names(zoo: Path, desk: Path) -> None:
    run("sample", "grey-vae", "-n", "5", "--seed", "3", "-o", "a.npz")
    run("decode", "grey-vae", "--from", "a.npz", "-o", "b.npz")
    with np.load("a.npz") as a, np.load("b.npz") as b:
        assert np.array_equal(a["z"], b["z"])
        assert a["images"].shape == (5, 1, 8, 8)


# -- replay --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments",
    [
        ["sample", "grey-vae", "-n", "5", "--scale", "2"],
        [*STRIP, "--captions", "--border", "3"],
        ["homotopy", "map-ae", "--from", "label:0", "--to", "label:1", "--path", "pixel,slerp"],
        ["traverse", "grey-pca", "--steps", "3"],
        ["grid", "colour-vae", "--corners", "seed:1", "seed:2", "seed:3", "label:1", "-n", "3"],
    ],
)
def test_replay_gives_the_same_png(arguments: list[str], zoo: Path, desk: Path) -> None:
    run(*arguments, "-o", "a.png")
    run("replay", "a.png", "-o", "b.png")
    assert Path("a.png").read_bytes() == Path("b.png").read_bytes()


def test_replay_may_change_format_and_look(zoo: Path, desk: Path) -> None:
    run(*STRIP, "-o", "a.png")
    run("replay", "a.png", "--scale", "1", "--fps", "4", "-o", "b.gif")
    with Image.open("b.gif") as film:
        assert film.n_frames == 4
        assert film.info["duration"] == 250


def tampered(**changes: Any) -> None:
    """a.png with another recipe."""
    run(*STRIP, "-o", "a.png")
    picture, texts = images.read_png(Path("a.png").read_bytes())
    recipe = json.dumps({**json.loads(texts[KEY]), **changes})
    Path("a.png").write_bytes(images.png_bytes(picture, 1, {KEY: recipe}))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"version": 2}, "version 2"),
        ({"weights": "0" * 64}, "has other weights than those that made a.png"),
        ({"model": "gray-vae"}, "did you mean grey-vae"),
        ({"moment": 7}, "7"),
        ({"rows": []}, "no rows"),
        ({"rows": [{"kind": "latents", "z": [[1, 2, 3]]}]}, "latents of 2 numbers"),
        ({"rows": [{"kind": "travel", "route": {"knots": [[1, 2]]}, "t": [0]}]}, "one point"),
        ({"rows": "x"}, "a.png"),
    ],
)
def test_a_recipe_that_cannot_be_followed_is_one_sentence(
    changes: dict[str, Any], sentence: str, zoo: Path, desk: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    tampered(**changes)
    told = refusal(capsys, "replay", "a.png", "-o", "b.png")
    assert sentence in told
    assert len(told.splitlines()) == 1
    assert not Path("b.png").exists()


def test_a_changed_model_may_be_replayed_anyway(zoo: Path, desk: Path) -> None:
    tampered(weights="0" * 64)
    run("replay", "a.png", "--anyway", "-o", "b.png")
    assert Path("b.png").exists()


def test_a_picture_of_somebody_else_has_no_recipe(
    desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Image.new("L", (8, 8)).save("a.png")
    assert "carries no recipe" in refusal(capsys, "replay", "a.png", "-o", "b.png")
    Path("b.txt").write_text("x")
    assert "b.txt" in refusal(capsys, "replay", "b.txt", "-o", "b.png")
