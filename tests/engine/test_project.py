"""Pictures are found among what a decoder makes; the search gives way in the codec process."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from latentlab.core.errors import ConfigError, ModelError
from latentlab.engine import project
from latentlab.engine.codec import Codec
from tests.codec_helpers import write_classifier, write_cvae, write_vae
from tests.engine.asking import Sent, request, run
from tests.helpers import edit_manifest

if TYPE_CHECKING:
    from pathlib import Path

    from latentlab.engine.codec_worker import CodecWorker


@pytest.fixture
def folder(library: Path) -> Path:
    """A decoder that nothing leads into."""
    made = write_vae(library, latent=3)
    edit_manifest(made, capabilities=("decode", "sample"))
    return made


def last(codec: Codec, picture: Any, **how: Any) -> project.Projection:
    return list(project.search(codec, picture, **how))[-1]


def test_a_picture_of_the_model_is_found_again(folder: Path) -> None:
    codec = Codec.open(folder, "cpu")
    picture = codec.decode(codec.sample(1, seed=5))[0]
    found = last(codec, picture)
    rounding = picture.size / 255**2 / 12  # bytes are grey values rounded
    assert found.error < 3 * rounding
    assert np.abs(codec.decode(found.z)[0].astype(int) - picture).max() <= 1


def test_errors_never_rise_and_are_those_of_z(folder: Path) -> None:
    codec = Codec.open(folder, "cpu")
    picture = np.random.default_rng(0).integers(0, 256, (1, 8, 8), np.uint8)
    steps = list(project.search(codec, picture, steps=30))
    errors = [found.error for found in steps]
    assert errors == sorted(errors, reverse=True)
    assert errors[-1] < errors[0]
    assert [steps[0].share, steps[-1].share] == [0.0, 1.0]
    means = codec.means(steps[-1].z)[0]
    assert np.square(means - picture / 255).sum() == pytest.approx(errors[-1], rel=1e-4)


def test_the_slope_is_that_of_the_error(folder: Path) -> None:
    codec = Codec.open(folder, "cpu")
    picture = np.full((1, 8, 8), 128, np.uint8)
    z = codec.sample(2, seed=1)
    _, slopes = codec.errors(z, picture)
    for number in range(3):
        step = np.zeros(3, np.float32)
        step[number] = 1e-2
        rise = codec.errors(z + step, picture)[0] - codec.errors(z - step, picture)[0]
        np.testing.assert_allclose(rise / 2e-2, slopes[:, number], rtol=0.05, atol=1e-3)


def test_it_is_told_what_the_picture_shows(library: Path) -> None:
    folder = write_cvae(library)
    edit_manifest(folder, capabilities=("decode", "sample", "label"))
    codec = Codec.open(folder, "cpu")
    pictures = np.concatenate([codec.decode([[0.5, -1]], label) for label in (0, 2)])
    z, errors = codec.place(pictures, np.array([0, 2]))
    assert errors is not None
    assert z.shape == (2, 2)
    assert errors.max() < 1e-2
    again, _ = codec.place(pictures[1:], 2)
    np.testing.assert_array_equal(again[0], z[1], "the same in any company")


def test_an_encoder_is_asked_where_there_is_one(library: Path) -> None:
    codec = Codec.open(write_vae(library), "cpu")
    pictures = codec.decode(codec.sample(3))
    z, errors = codec.place(pictures)
    assert errors is None
    np.testing.assert_array_equal(z, codec.encode(pictures, alone=True)[0])


def test_what_cannot_be_searched_says_so(library: Path, folder: Path) -> None:
    picture = np.eye(8, dtype=np.uint8)[None, None]
    with pytest.raises(ConfigError, match="one flat colour"):
        Codec.open(folder, "cpu").place(np.full_like(picture, 9))
    edit_manifest(folder, capabilities=("decode",))
    with pytest.raises(ModelError, match="no latents that pictures could be found among"):
        Codec.open(folder, "cpu").place(picture)
    edit_manifest(folder, capabilities=("decode", "sample"))
    with pytest.raises(ConfigError, match="takes pictures of shape"):
        Codec.open(folder, "cpu").place(np.zeros((1, 1, 2, 2), np.uint8))
    reader = Codec.open(write_classifier(library), "cpu")
    assert reader.place(picture)[0].shape == (1, 32), "features are what its pictures have"


# -- in the codec process ------------------------------------------------------------------------


def test_a_search_tells_how_far_it_is(worker: CodecWorker, sent: Sent, folder: Path) -> None:
    codec = Codec.open(folder, "cpu")
    pictures = codec.decode(codec.sample(2, seed=5))
    run(worker, request(1, "stop", "place", folder, images=pictures))
    heads = [header for header, _ in sent.messages]
    shares = [head["share"] for head in heads]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert [head["last"] for head in heads] == [False] * (len(heads) - 1) + [True]
    ends = [arrays for (head, arrays) in sent.messages if head["share"] in (0.5, 1.0)]
    z, errors = codec.place(pictures)
    np.testing.assert_array_equal(ends[-1]["z"][0], z[1])
    assert ends[-1]["errors"] == pytest.approx(errors[1])  # type: ignore[index]


def test_the_cursor_does_not_wait_for_a_search(
    worker: CodecWorker, sent: Sent, folder: Path
) -> None:
    picture = np.eye(8, dtype=np.uint8)[None, None]
    worker.accept(request(1, "stop", "place", folder, images=picture))
    worker.step()
    worker.accept(request(2, "cursor", "decode", folder, z=np.zeros((1, 3), np.float32)))
    run(worker)
    assert sent.ids.index(2) < len(sent.ids) - 1
    assert sent.ids[-1] == 1


def test_an_abandoned_search_ends(worker: CodecWorker, sent: Sent, folder: Path) -> None:
    worker.accept(request(1, "stop", "place", folder, images=np.eye(8, dtype=np.uint8)[None, None]))
    worker.step()
    worker.abandon({1})
    assert not worker.is_busy
    assert sent.messages[-1][0]["kind"] == "abandoned"


def test_with_an_encoder_it_is_one_answer(worker: CodecWorker, sent: Sent, library: Path) -> None:
    folder = write_vae(library, "other")
    pictures = np.zeros((3, 1, 8, 8), np.uint8)
    run(worker, request(1, "stop", "place", folder, images=pictures))
    header, arrays = sent.messages[-1]
    assert header["last"]
    assert "errors" not in arrays
    np.testing.assert_array_equal(
        arrays["z"][-1], Codec.open(folder, "cpu").encode(pictures, alone=True)[0][-1]
    )
