"""Files dropped on the window: models, and files whose recipe leads to where they are from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent

from latentlab.app.export import save_recipe_file
from latentlab.core import reference
from latentlab.core.images import png_text
from latentlab.core.recipe import Blend, Latents, Look, Motion, Pictures, Recipe, Travel
from latentlab.core.route import steps, through
from latentlab.gui.drops import what_is
from tests.helpers import write_model

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray
    from pytestqt.qtbot import QtBot

    from latentlab.gui.window import Window

PICTURE = np.arange(64, dtype=np.uint8).reshape(1, 8, 8)


def decode(z: NDArray[np.float32], _label: int | None) -> NDArray[np.uint8]:
    return np.repeat(PICTURE[None], len(z), axis=0)


@pytest.fixture
def drop(window: Window, tmp_path: Path) -> Callable[..., None]:
    """Writes a recipe into a file and drops it."""

    def drop_it(made: Recipe | Path, suffix: str = ".png") -> None:
        path = made
        if isinstance(made, Recipe):
            path = save_recipe_file(tmp_path / f"made{suffix}", made, decode, overwrite=True)
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(path))])
        left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        window.dropEvent(QDropEvent(QPointF(9, 9), Qt.DropAction.CopyAction, data, left, none))

    return drop_it


def told(window: Window, qtbot: QtBot, words: str) -> str:
    qtbot.waitUntil(lambda: any(words in text for text in window.messages.texts))
    return next(text for text in window.messages.texts if words in text)


def test_what_it_is_is_looked_up_inside(tmp_path: Path) -> None:
    assert what_is(write_model(tmp_path)) == "model"
    assert what_is(tmp_path) == "folder"
    (tmp_path / "x.jpg").write_bytes(b"\x80\x04 a pickle")
    assert what_is(tmp_path / "x.jpg") == "file"
    assert what_is(tmp_path / "missing.png") == "file"
    assert what_is(tmp_path / "lecture.json") == "session"
    np.savez(tmp_path / "path.npz", z=np.zeros(3))
    assert what_is(tmp_path / "path.npz") == "file"


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".webp", ".tiff"])
def test_a_picture_leads_to_its_place(
    window: Window, drop: Callable[..., None], qtbot: QtBot, suffix: str
) -> None:
    window.lab.session.choose_tab("train")
    drop(window.lab.exports.recipe([Latents(z=((1.5, -2.5),))]), suffix)
    qtbot.waitUntil(lambda: window.lab.session.state.z == (1.5, -2.5))
    assert window.lab.session.state.tab == "explore"
    told(window, qtbot, "the cursor is there")
    window.lab.session.undo()
    assert window.lab.session.state.z != (1.5, -2.5)


def test_a_picture_of_another_model_chooses_it(
    window: Window, drop: Callable[..., None], qtbot: QtBot
) -> None:
    card = window.lab.registry.find("mnist-vae-5")
    drop(window.lab.exports.recipe([Latents(z=((0.0, 1.0, 2.0, 3.0, 4.0),))], model=card))
    qtbot.waitUntil(lambda: window.lab.session.state.model == "mnist-vae-5")
    assert window.lab.session.state.z == (0.0, 1.0, 2.0, 3.0, 4.0)
    qtbot.waitUntil(window.is_settled)


def test_a_film_of_a_path_sets_endpoints_and_rows(
    window: Window, drop: Callable[..., None], qtbot: QtBot
) -> None:
    t = tuple(steps(7).tolist())
    ends = [(0.0, 1.0), (2.0, 3.0)]
    rows = [
        Travel(route=through(ends), t=t, title="straight line"),
        Travel(route=through(ends, "arc"), t=t, title="arc"),
    ]
    drop(window.lab.exports.recipe(rows, Look(scale=2), Motion()), ".gif")
    qtbot.waitUntil(lambda: len(window.lab.session.state.homotopy.stops) == 2)
    shown = window.lab.session.state.homotopy
    assert shown.stops == tuple(str(reference.of_latent(z)) for z in ends)
    assert shown.rows == ("latent", "slerp")
    assert shown.steps == 7
    assert shown.mode == "rows"
    assert window.lab.session.state.tab == "homotopy"


def test_given_pictures_come_back_as_endpoints(
    window: Window, drop: Callable[..., None], qtbot: QtBot
) -> None:
    ends = (png_text(PICTURE), png_text(255 - PICTURE))
    t = tuple(steps(4).tolist())
    rows = [
        Blend(pictures=ends, t=t, title="pixels"),
        Travel(route=through([(0.0, 1.0), (1.0, 1.0), (2.0, 3.0)]), t=t, title="graph"),
    ]
    drop(window.lab.exports.recipe(rows))
    qtbot.waitUntil(lambda: len(window.lab.session.state.homotopy.stops) == 2)
    assert window.lab.session.state.homotopy.stops == tuple(f"picture:{text}" for text in ends)


@pytest.mark.parametrize(
    ("command", "changed"),
    [
        (
            "latentlab homotopy mnist-vae-2 --from data:mnist/test/17 --to seed:4 --via label:3 "
            "--steps 12 --path pixel,geodesic --easing smooth --closed",
            {"stops": ("data:mnist/test/17", "label:3", "seed:4"), "steps": 12,
             "rows": ("pixel", "geodesic"), "easing": "smooth", "closed": True},
        ),
        (
            "latentlab traverse mnist-vae-2 --from seed:4 --basis pca --span 2.5",
            {"mode": "traverse", "start": "seed:4", "basis": "pca", "span": 2.5},
        ),
        (
            "latentlab grid mnist-vae-2 --corners seed:1 seed:2 seed:3 seed:4 -n 5 --join arc",
            {"mode": "corners", "corners": ("seed:1", "seed:2", "seed:3", "seed:4"),
             "corner_side": 5, "corner_join": "arc"},
        ),
    ],
)  # fmt: skip
def test_the_words_that_made_it_say_more_than_numbers(
    window: Window,
    drop: Callable[..., None],
    qtbot: QtBot,
    command: str,
    changed: dict[str, object],
) -> None:
    row = Travel(route=through([(0.0, 1.0), (2.0, 3.0)]), t=(0.0, 1.0))
    recipe = window.lab.exports.recipe([row]).model_copy(update={"command": command})
    drop(recipe)
    qtbot.waitUntil(lambda: window.lab.session.state.tab == "homotopy")
    shown = window.lab.session.state.homotopy
    assert {name: getattr(shown, name) for name in changed} == changed


def test_a_missing_model_is_one_sentence_and_changes_nothing(
    window: Window, drop: Callable[..., None], qtbot: QtBot
) -> None:
    before = window.lab.session.state
    recipe = window.lab.exports.recipe([Latents(z=((1.5, -2.5),))])
    drop(recipe.model_copy(update={"model": "lost-vae"}))
    assert "import that model" in told(window, qtbot, "lost-vae")
    assert window.lab.session.state == before


def test_a_changed_model_is_one_sentence(
    window: Window, drop: Callable[..., None], qtbot: QtBot
) -> None:
    recipe = window.lab.exports.recipe([Latents(z=((1.5, -2.5),))])
    drop(recipe.model_copy(update={"weights": "0" * 64}))
    assert "other weights" in told(window, qtbot, "made.png")
    assert window.lab.session.state.z == (1.5, -2.5)


def test_pictures_as_they_were_shown_lead_nowhere(
    window: Window, drop: Callable[..., None], qtbot: QtBot
) -> None:
    before = window.lab.session.state
    drop(Recipe(latentlab="1", model="", rows=(Pictures(pictures=(png_text(PICTURE),)),)))
    told(window, qtbot, "no place to go to")
    assert window.lab.session.state == before


def test_files_without_a_recipe_are_told_what_they_are_good_for(
    window: Window, drop: Callable[..., None], qtbot: QtBot, tmp_path: Path
) -> None:
    Image.fromarray(PICTURE[0]).save(tmp_path / "plain.png")
    drop(tmp_path / "plain.png")
    assert "on the Homotopy tab" in told(window, qtbot, "plain.png carries no recipe")
    (tmp_path / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n nonsense")
    drop(tmp_path / "broken.png")
    told(window, qtbot, "broken.png")
    drop(tmp_path)
    told(window, qtbot, "holds no model")
