"""Pictures are completed by the codec and its process, and shown while such a model trains."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from latentlab.core.errors import ConfigError, ModelError
from latentlab.engine import checkpoint, files, runs
from latentlab.engine.codec import Codec
from latentlab.engine.codec_cache import CodecCache
from latentlab.engine.codec_worker import CodecWorker
from latentlab.engine.train import train
from tests.codec_helpers import write_completer, write_cvae
from tests.engine.asking import Sent, joined, request, run
from tests.engine.conftest import run_name

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray

    from latentlab.core.spec import TrainSpec

    Spec = Callable[..., TrainSpec]


@pytest.fixture
def codec(library: Path) -> Codec:
    return Codec.open(write_completer(library), "cpu")


def pictures(n: int = 3) -> NDArray[np.uint8]:
    return np.random.default_rng(1).integers(0, 256, (n, 1, 8, 8), np.uint8)


def test_what_is_seen_stays_to_the_byte(codec: Codec) -> None:
    given = pictures()
    answers, mean = codec.complete(given, (0, 3), 5)
    assert answers.shape == (3, 5, 1, 8, 8)
    assert answers.dtype == mean.dtype == np.uint8
    assert mean.shape == given.shape
    for made in (*answers.swapaxes(0, 1), mean):
        np.testing.assert_array_equal(made[..., :4, :4], given[..., :4, :4])
        np.testing.assert_array_equal(made[..., 4:, 4:], given[..., 4:, 4:])


def test_what_is_not_seen_does_not_matter(codec: Codec) -> None:
    given, other = pictures(), pictures()
    other[..., 4:] = 0
    answers, other_answers = (codec.complete(each, (0, 2))[0] for each in (given, other))
    np.testing.assert_array_equal(answers, other_answers)
    assert not np.array_equal(answers, codec.complete(255 - given, (0, 2))[0])


def test_the_seed_decides_and_answers_differ(codec: Codec) -> None:
    given = pictures(20)  # more than are completed at once
    first, again = (codec.complete(given, (1,), 4, seed=3)[0] for _ in range(2))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, codec.complete(given, (1,), 4, seed=4)[0])
    assert not np.array_equal(first[:, 0], first[:, 1])


@pytest.mark.parametrize("seen", [(), (0, 1, 2, 3), (7,)])
def test_nothing_to_see_or_to_do_is_refused(seen: tuple[int, ...], codec: Codec) -> None:
    with pytest.raises(ConfigError, match="one, two or three"):
        codec.complete(pictures(), seen)


def test_bad_requests_are_one_sentence(codec: Codec, library: Path) -> None:
    with pytest.raises(ConfigError, match="choose 1 to 256"):
        codec.complete(pictures(), (0,), 0)
    with pytest.raises(ConfigError, match="takes pictures of shape 1 x 8 x 8"):
        codec.complete(pictures()[..., :7], (0,))
    with pytest.raises(ModelError, match="was not trained to complete"):
        Codec.open(write_cvae(library), "cpu").complete(pictures(), (0,))
    for ask in (lambda: codec.sample(3), lambda: codec.decode([[0, 0]])):
        with pytest.raises(ModelError, match="completes pictures of which it sees a part"):
            ask()
    with pytest.raises(ModelError, match="nothing else; choose another model"):
        codec.encode(pictures())


def test_a_label_means_nothing_to_it(codec: Codec) -> None:
    assert codec.manifest.told_names == ()
    assert not codec.manifest.is_told_attributes


def test_the_process_answers_the_same(library: Path, codec: Codec) -> None:
    sent, folder, given = Sent(), library / "completer", pictures(2)
    worker = CodecWorker(CodecCache(lambda home: Codec.open(home, "cpu")), sent)
    wish = {"seen": [0, 2], "answers": 3, "seed": 5}
    run(worker, request(1, "complete", "complete", folder, images=given, **wish))
    answers, mean = codec.complete(given, (0, 2), 3, 5)
    np.testing.assert_array_equal(joined(sent), answers)
    np.testing.assert_array_equal(joined(sent, "mean"), mean)


def test_it_trains_with_completed_pictures_to_look_at(spec: Spec, library: Path) -> None:
    plain = spec("cvae")
    wish = plain.model_copy(update={"config": {**plain.config, "condition": "quadrants"}})
    folder = library / run_name(list(train(wish, library)))
    model, manifest = checkpoint.load_model(folder)
    assert manifest.capabilities == ("complete",)
    assert manifest.state == "finished"
    assert model.reads == "quadrants"
    assert runs.LATENTS not in manifest.files, "no places without a part of a picture"
    path = next(path for path in sorted(manifest.files) if path.startswith(runs.SAMPLES))
    shown = files.read_arrays(folder, path)
    originals, completed = shown["originals"], shown["reconstructions"]
    half = originals.shape[-1] // 2
    np.testing.assert_array_equal(originals[..., :half], completed[..., :half])
    assert not np.array_equal(originals[..., half:], completed[..., half:])
