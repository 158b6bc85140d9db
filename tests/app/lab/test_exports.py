"""Exports of a Lab: made in the back, told by the owner's thread, nothing left of what fails."""

from __future__ import annotations

import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from latentlab.app import proposals
from latentlab.app.blocking_decode import blocking_decode, no_decode
from latentlab.app.export import ExportCancelledError, read_recipe
from latentlab.app.exports import Proposal, weights_of
from latentlab.app.lab import Lab
from latentlab.core.errors import LatentlabError, ModelError
from latentlab.core.images import png_text
from latentlab.core.recipe import Latents, Look, Motion, Pictures
from tests.app.lab.waiting import TRAINER, messages, ready
from tests.helpers import children, digits_like

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.helpers import QueuePost

CODEC = [sys.executable, str(Path(__file__).parents[2] / "gui" / "fake_codec.py")]
ONE = Latents(z=((3.0, 7.0),))


@pytest.fixture
def lab(post: QueuePost, library: Path) -> Iterator[Lab]:
    made = Lab(post, codec_argv=CODEC, trainer_argv=TRAINER)
    yield ready(post, made)
    made.close(timeout_s=2.0)
    assert children() == {}


def saved(lab: Lab, post: QueuePost, path: Path, *rows: Any, **more: Any) -> list[Any]:
    """What `Exports.save` told: paths, None, or sentences."""
    told: list[Any] = []
    recipe = lab.exports.recipe(rows, **more)
    lab.exports.save(path, recipe, progress=lambda _: None, done=told.append, failed=told.append)
    post.run_until(lambda: bool(told))
    return told


# -- recipes ------------------------------------------------------------------------------------


def test_a_recipe_names_model_weights_data_and_version(lab: Lab) -> None:
    recipe = lab.exports.recipe([ONE], Look(scale=2), Motion(fps=5), seed=4)
    manifest = lab.model.manifest
    assert recipe.model == "mnist-vae-2"
    assert recipe.weights == manifest.files["weights.safetensors"]
    assert recipe.dataset == manifest.data.content_hash
    assert recipe.latentlab
    assert (recipe.seed, recipe.look.scale, recipe.motion.fps) == (4, 2, 5)
    lab.session.choose_moment(1200)
    assert lab.exports.recipe([ONE]).moment == 1200
    assert weights_of(1200) == "snapshots/000000001200/weights.safetensors"


def test_proposals_for_what_is_shown(lab: Lab) -> None:
    lab.session.move_cursor([1.0, -2.0])
    cursor = proposals.of_cursor(lab)
    assert cursor.name == "mnist-vae-2_+1.00_-2.00"
    assert cursor.recipe.rows[0].z == ((1.0, -2.0),)
    pin = lab.session.pin([0.5, 0.5], name="mine")
    assert proposals.of_pin(lab, pin).name == "mnist-vae-2-mine"
    assert proposals.of_pin(lab, pin.model_copy(update={"model": "gone"})) is None
    assert proposals.of_pin(lab, pin.model_copy(update={"z": (1.0,)})) is None
    lab.session.update(smooth=True)
    assert proposals.of_cursor(lab).recipe.look.smooth
    everything = proposals.of_all(lab)
    assert len(everything.arrays()["z"]) == len(lab.latents)
    assert everything.recipe.rows[0].z[5] == pytest.approx(lab.latents.mu[5])


def test_pictures_as_shown_name_no_model(lab: Lab) -> None:
    images, _ = digits_like(6)
    recipe = proposals.of_pictures(lab, "six", images, columns=3).recipe
    assert (recipe.model, recipe.weights, recipe.dataset) == ("", "", "")
    assert recipe.look.columns == 3
    assert recipe.rows == (Pictures(pictures=tuple(png_text(each) for each in images)),)


@pytest.mark.parametrize(
    ("shape", "count", "scale"), [((1, 28, 28), 1, 10), ((3, 218, 178), 1, 1), ((1, 28, 28), 9, 3)]
)
def test_first_looks_are_large_enough_to_see(
    shape: tuple[int, int, int], count: int, scale: int
) -> None:
    look = proposals.look_of(shape, count)
    assert look.scale == scale
    assert look.columns == (1 if count == 1 else 3)


@given(arrays(np.float32, (3, 2), elements=st.floats(-1e9, 1e9, width=32)))
def test_written_latents_are_the_same_float32(z: np.ndarray) -> None:
    assert np.array_equal(np.array(proposals.written(z), np.float32), z)
    assert proposals.written(np.float32([0.1, -2])) == ((0.1, -2.0),)


# -- files --------------------------------------------------------------------------------------


def test_a_saved_file_is_its_recipe(lab: Lab, post: QueuePost, tmp_path: Path) -> None:
    path = tmp_path / "one.png"
    assert saved(lab, post, path, ONE) == [path]
    assert read_recipe(path) == lab.exports.recipe([ONE])


def test_progress_rises_on_the_owners_thread(lab: Lab, post: QueuePost, tmp_path: Path) -> None:
    heard: list[float] = []
    threads: set[int] = set()
    done: list[Any] = []

    def progress(share: float) -> None:
        heard.append(share)
        threads.add(threading.get_ident())

    row = Latents(z=tuple((float(i), 0.0) for i in range(200)))
    lab.exports.save(
        tmp_path / "many.gif",
        lab.exports.recipe([row], motion=Motion()),
        progress=progress,
        done=done.append,
        failed=done.append,
    )
    post.run_until(lambda: bool(done))
    assert done == [tmp_path / "many.gif"]
    assert heard == sorted(heard)
    assert heard[-1] == 1
    assert 3 < len(heard) <= 101
    assert threads == {threading.get_ident()}


def test_a_cancelled_export_leaves_nothing(lab: Lab, post: QueuePost, tmp_path: Path) -> None:
    told: list[Any] = []
    begun = threading.Event()

    def work(progress: Callable[[float], None], cancel: Callable[[], bool]) -> Path:
        begun.set()
        progress(0.1)
        while not cancel():
            threading.Event().wait(0.01)
        raise ExportCancelledError("given up")

    job = lab.exports.run(work, progress=lambda _: None, done=told.append, failed=told.append)
    assert begun.wait(10)
    job.cancel()
    post.run_until(lambda: bool(told))
    assert told == [None]
    assert job.is_cancelled


def test_what_goes_wrong_is_a_sentence(lab: Lab, post: QueuePost, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    (sentence,) = saved(lab, post, tmp_path / "file" / "one.png", ONE)
    assert "one.png cannot be saved" in sentence
    (sentence,) = saved(lab, post, tmp_path / "one.xyz", ONE)
    assert ".xyz" in sentence
    ragged = Latents(z=((1.0, 2.0), (3.0,)))
    (sentence,) = saved(lab, post, tmp_path / "one.png", ragged)
    assert "differ in width" in sentence
    assert not list(tmp_path.glob("one*"))


def test_a_model_that_is_gone_or_changed_is_not_asked(
    lab: Lab, post: QueuePost, tmp_path: Path
) -> None:
    told: list[Any] = []
    recipe = lab.exports.recipe([ONE])
    for changes in ({"weights": "0" * 64}, {"model": "gone"}, {"model": ""}):
        before = len(told)
        lab.exports.save(
            tmp_path / "one.png",
            recipe.model_copy(update=changes),
            progress=lambda _: None,
            done=told.append,
            failed=told.append,
        )
        post.run_until(lambda before=before: len(told) > before)
    assert ["has changed since" in told[0], "not there any more" in told[1]] == [True, True]
    assert "names no model" in told[2]
    assert not list(tmp_path.glob("one*"))


# -- previews and copies ------------------------------------------------------------------------


def preview(lab: Lab, post: QueuePost, recipe: Any, most_pixels: int = 10**9) -> list[Any]:
    told: list[Any] = []
    lab.exports.preview(recipe, told.append, told.append, most_pixels=most_pixels)
    post.run_until(lambda: bool(told))
    return told[0]


def test_a_preview_is_the_file(lab: Lab, post: QueuePost, tmp_path: Path) -> None:
    row = Latents(z=((1.0, 2.0), (3.0, 4.0)))
    recipe = lab.exports.recipe([row], Look(scale=3, border=1))
    (seen,) = preview(lab, post, recipe)
    saved(lab, post, tmp_path / "two.png", row, look=recipe.look)
    from PIL import Image

    with Image.open(tmp_path / "two.png") as image:
        assert np.array_equal(np.asarray(image), seen[0])
    film = recipe.model_copy(update={"motion": Motion(back=True, loop=False)})
    assert len(preview(lab, post, film)) == 3
    assert len(preview(lab, post, film, most_pixels=100)) == 1, "only the first of a huge film"


def test_another_look_decodes_nothing_again(
    lab: Lab, post: QueuePost, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipe = lab.exports.recipe([ONE])
    preview(lab, post, recipe)
    monkeypatch.setattr(lab.codec, "decode", lambda *_, **__: pytest.fail("decoded again"))
    (seen,) = preview(lab, post, recipe.model_copy(update={"look": Look(scale=5)}))
    assert seen.shape == (1, 40, 40)


def test_copies_carry_recipes_and_words(lab: Lab, post: QueuePost, tmp_path: Path) -> None:
    pictures: list[bytes] = []
    texts: list[str] = []
    heard = messages(lab)
    lab.exports.picture_copied.connect(pictures.append)
    lab.exports.text_copied.connect(texts.append)
    proposal = Proposal("one", lab.exports.recipe([ONE]))
    lab.exports.copy_picture(proposal)
    post.run_until(lambda: bool(pictures))
    (tmp_path / "one.png").write_bytes(pictures[0])
    assert read_recipe(tmp_path / "one.png") == proposal.recipe
    lab.exports.copy_command(proposal)
    lab.exports.copy_python(proposal, "x.png")
    assert texts[0].startswith("latentlab decode mnist-vae-2")
    assert "one.png" in texts[0]
    assert "x.png" in texts[1]
    assert [text for text, _ in heard] == ["Picture copied", "Command copied", "Python copied"]


# -- the blocking decode ------------------------------------------------------------------------


def in_background(work: Callable[[], Any], post: QueuePost) -> Any:
    """The result, or the error, of a function on another thread, while this one drains."""
    found: list[Any] = []

    def run() -> None:
        try:
            found.append(work())
        except LatentlabError as error:
            found.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    post.run_until(lambda: bool(found))
    thread.join()
    return found[0]


def test_decoding_waits_for_the_answer(lab: Lab, post: QueuePost) -> None:
    decode = blocking_decode(lab.codec, lab.model.folder, post, "test", lambda: False)
    z = np.array([[5.0, 6.0], [7.0, 8.0]], np.float32)
    pictures = in_background(lambda: decode(z, None), post)
    assert pictures.shape == (2, 1, 8, 8)
    assert pictures[1, 0, 0, :2].tolist() == [7, 8]


def test_decoding_fails_and_gives_up_in_sentences(
    lab: Lab, post: QueuePost, monkeypatch: pytest.MonkeyPatch
) -> None:
    z = np.zeros((1, 2), np.float32)
    given_up = blocking_decode(lab.codec, lab.model.folder, post, "test", lambda: True)
    assert isinstance(in_background(lambda: given_up(z, None), post), ExportCancelledError)
    monkeypatch.setattr(lab.codec, "decode", lambda *_, failed, **__: failed("no such label"))
    decode = blocking_decode(lab.codec, lab.model.folder, post, "test", lambda: False)
    assert str(in_background(lambda: decode(z, 3), post)) == "no such label"
    with pytest.raises(ModelError, match="names no model"):
        no_decode(z, None)
