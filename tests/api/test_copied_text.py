"""The text that "Copy as command" and "Copy as Python" give runs, and makes the same file."""

from __future__ import annotations

import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image, ImageSequence

import latentlab
from latentlab.app import words
from latentlab.cli.group import main
from tests.zoo import ZOO

if TYPE_CHECKING:
    from collections.abc import Callable

    from latentlab.api import Model, Sheet
    from latentlab.core.recipe import Recipe

MAKERS: dict[str, tuple[Callable[[Model], Sheet], str, dict[str, Any]]] = {
    "decoded picture": (lambda m: m.sheet(m.sample(1, 5)), "a.png", {"gap": 0}),
    "sample sheet": (lambda m: m.sheet(m.sample(7, 3), seed=3), "a.png", {"scale": 2}),
    "strip": (
        lambda m: m.homotopy("label:0", "seed:4", 4, ("pixel", "latent", "slerp"), via=["seed:1"]),
        "a.png",
        {"captions": True, "border": 1, "ground": 255},
    ),
    "searched strip": (
        lambda m: m.homotopy("label:0", "label:1", 4, ("graph", "geodesic"), closed=True),
        "a.png",
        {},
    ),
    "corner grid": (lambda m: m.grid([f"seed:{i}" for i in range(4)], 3), "a.png", {}),
    "arcs of a grid": (
        lambda m: m.grid([f"seed:{i}" for i in range(4)], 3, join="arc"), "a.png", {},
    ),
    "manifold": (lambda m: m.grid(n=3, x=(-1.5, 2), y=(-1, 1), plane="pca"), "a.png", {}),
    "traversal": (
        lambda m: m.traverse("label:2", "pca", (1, 0), 1.5, 4), "a.png", {"smooth": True},
    ),
    "film": (
        lambda m: m.homotopy("label:0", "label:1", 4, ("pixel", "latent"), easing="smooth"),
        "a.gif",
        {"fps": 5, "back": True, "loop": False},
    ),
    "film of webp": (
        lambda m: m.homotopy("seed:0", "seed:1", 3, "latent"), "a.webp", {"film": True},
    ),
}  # fmt: skip


def frames(path: Path) -> list[Any]:
    with Image.open(path) as image:
        return [np.asarray(frame.convert("RGB")) for frame in ImageSequence.Iterator(image)]


def run_copied(recipe: Recipe, out: str) -> list[Path]:
    """The files that both texts make."""
    made = []
    for text, run in (
        (words.as_command(recipe, out), lambda text: main(shlex.split(text)[1:])),
        (words.as_python(recipe, out), lambda text: exec(text, {})),
    ):
        assert len(text) <= words.MOST
        assert run(text) in (0, None), text
        made.append(Path(out).rename(f"{len(made)}-{out}"))
    return made


@pytest.mark.parametrize("kind", MAKERS)
def test_copied_text_makes_the_same_file(kind: str, zoo: Path, desk: Path) -> None:
    make, out, look = MAKERS[kind]
    original = make(latentlab.load("grey-vae")).save(out, **look).rename(f"first-{out}")
    recipe = latentlab.replay(original).recipe()
    assert "replay" not in words.as_command(recipe, out)
    for again in run_copied(recipe, out):
        expected, found = frames(original), frames(again)
        assert len(found) == len(expected)
        assert all(np.array_equal(a, b) for a, b in zip(expected, found, strict=True))


@pytest.mark.parametrize("kind", ["decoded picture", "strip", "traversal", "manifold"])
@pytest.mark.parametrize("name", [name for name in ZOO if name != "grey-vae"])
def test_it_does_for_every_kind_of_model(name: str, kind: str, zoo: Path, desk: Path) -> None:
    make, out, look = MAKERS[kind]
    original = make(latentlab.load(name)).save(out, **look).rename(f"first-{out}")
    recipe = latentlab.replay(original).recipe()
    for again in run_copied(recipe, out):
        assert np.array_equal(frames(original), frames(again))


def test_a_recipe_of_the_window_has_no_command_and_still_says_it(zoo: Path, desk: Path) -> None:
    """Ends as numbers: the same rows, told by nothing but their latents."""
    model = latentlab.load("grey-vae")
    for sheet in (
        model.homotopy("label:0", "seed:4", 4, ("latent", "slerp")),
        model.homotopy("label:0", "seed:4", 4, ("latent", "graph")),
        model.traverse("seed:1", "pca", steps=4),
        model.grid(n=3, x=(-1, 1), y=(-2, 2)),
    ):
        recipe = sheet.recipe().model_copy(update={"command": ""})
        assert "replay" not in words.as_command(recipe, "a.png")
        for again in run_copied(recipe, "a.png"):
            assert np.array_equal(latentlab.replay(again).picture(), sheet.picture())


def test_a_file_of_this_machine_is_said_as_its_picture(zoo: Path, desk: Path) -> None:
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (8, 8), np.uint8)).save("mine.png")
    sheet = latentlab.load("grey-vae").homotopy("file:mine.png", "seed:4", 3, ("pixel", "latent"))
    Path("mine.png").unlink()
    for again in run_copied(sheet.recipe(), "a.png"):
        assert np.array_equal(latentlab.replay(again).pictures, sheet.pictures)


def test_what_is_too_long_is_made_again_from_the_file(zoo: Path, desk: Path) -> None:
    model = latentlab.load("colour-vae")
    sheet = model.sheet(model.sample(60))
    sheet.save("a.png")
    recipe = sheet.recipe()
    assert main(shlex.split(words.as_command(recipe, "a.png"))[1:]) == 0
    assert Path("a.png").read_bytes() == Path("a-again.png").read_bytes()
    Path("a-again.png").unlink()
    exec(words.as_python(recipe, "a.png"), {})
    assert Path("a.png").read_bytes() == Path("a-again.png").read_bytes()


@pytest.mark.skipif(shutil.which("sh") is None, reason="there is no POSIX shell")
def test_a_real_shell_and_a_real_script_do_the_same(zoo: Path, desk: Path) -> None:
    out = "it's $HOME & `x`.png"
    sheet = latentlab.load("grey-pca").homotopy("label:0", "z:0,1,2,3", 3, "latent")
    sheet.save("first.png")
    line = words.as_command(sheet.recipe(), out)
    python = shlex.join([sys.executable, "-m", "latentlab"])
    subprocess.run(["sh", "-c", line.replace("latentlab", python, 1)], check=True)
    assert Path(out).read_bytes() == Path("first.png").read_bytes()
    Path(out).unlink()
    subprocess.run([sys.executable, "-c", words.as_python(sheet.recipe(), out)], check=True)
    assert Path(out).read_bytes() == Path("first.png").read_bytes()
