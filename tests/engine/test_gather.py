"""Samples by seed, by what they show, and directions of early activations."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch

from latentlab.core.errors import ConfigError, ModelError
from latentlab.core.query import parse
from latentlab.engine import activations, gather
from latentlab.engine.codec import Codec
from latentlab.engine.codec_cache import CodecCache
from latentlab.engine.codec_worker import CodecWorker
from tests.codec_helpers import write_vae
from tests.engine.asking import Sent, request, run

if TYPE_CHECKING:
    from pathlib import Path

NAMES = ("bright", "dark")


@pytest.fixture
def codec(library: Path) -> Codec:
    return Codec.open(write_vae(library), "cpu")


class Judge:
    """Reads the brightness of the first pixel, as a classifier of two classes would."""

    def __init__(self) -> None:
        self.looked = 0

    def judge(self, images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        self.looked += len(images)
        p = images[:, 0, 0, 0].astype(np.float32)
        bright = (p > np.float32(128)).astype(np.float32)
        return np.stack([bright, 1 - bright], 1), np.empty((len(images), 0), np.float32)


def test_a_seed_draws_what_one_sample_of_it_is(codec: Codec) -> None:
    found = gather.draw(codec, [4, 0, 4])
    assert np.array_equal(found[0], codec.sample(1, 4)[0])
    assert np.array_equal(found[0], found[2])
    assert not np.array_equal(found[0], found[1])
    assert gather.draw(codec, []).shape == (0, codec.manifest.latent_size)


@pytest.mark.parametrize("text", ["bright", "not bright", "bright or dark"])
def test_every_sample_found_satisfies_the_query(text: str, codec: Codec) -> None:
    judge, query = Judge(), parse(text, NAMES)
    steps = list(gather.gather(codec, judge, query, 5, first=40))  # type: ignore[arg-type]
    last = steps[-1]
    assert last.is_done
    assert not any(step.is_done for step in steps[:-1])
    assert len(set(last.seeds)) == 5
    assert min(last.seeds) >= 40
    again = judge.judge(codec.decode(gather.draw(codec, last.seeds)))[0]
    assert query.mask(again).all()
    assert np.array_equal(again, last.readings)
    looked = range(40, 40 + last.looked)
    missed = [seed for seed in looked if seed not in last.seeds and seed < max(last.seeds)]
    if missed:
        seen = judge.judge(codec.decode(gather.draw(codec, missed)))[0]
        assert not query.mask(seen).any(), "none is passed over"


def test_what_nothing_shows_is_given_up_with_a_sentence(codec: Codec) -> None:
    judge = Judge()
    search = gather.gather(codec, judge, parse("bright, dark", NAMES), 3)  # type: ignore[arg-type]
    with pytest.raises(ConfigError, match=r"^None of 1,024 samples of .* shows 'bright, dark'"):
        list(search)
    assert judge.looked == gather.HOPELESS
    text = "bright or dark"
    search = gather.gather(codec, judge, parse(text, NAMES), 99, most=16)  # type: ignore[arg-type]
    with pytest.raises(ConfigError, match="Only 16 of 16 samples"):
        list(search)


def test_the_codec_process_draws_and_tells_mistakes(library: Path) -> None:
    folder, sent = write_vae(library), Sent()
    worker = CodecWorker(CodecCache(lambda place: Codec.open(place, "cpu")), sent)
    run(worker, request(1, "a", "draw", folder, seeds=[3, 1]))
    header, arrays = sent.messages[-1]
    assert header["last"]
    assert np.array_equal(arrays["z"][0], Codec.open(folder, "cpu").sample(1, 3)[0])
    more = {"judge": str(folder), "query": "smil", "names": ["smile"], "n": 1, "first": 0}
    run(worker, request(2, "a", "gather", folder, **more))
    assert "did you mean smile" in sent.messages[-1][0]["message"]
    run(worker, request(3, "a", "gather", folder, **{**more, "query": "smile"}))
    assert "is no classifier" in sent.messages[-1][0]["message"]
    run(worker, request(4, "a", "activations", folder, k=2, seed=0))
    header, arrays = sent.messages[-1]
    assert header["last"]
    assert arrays["vectors"].shape[1] == Codec.open(folder, "cpu").manifest.latent_size


# -- early activations -------------------------------------------------------------------------


class Linear(torch.nn.Module):
    """A decoder whose first hidden layer stretches two known directions of z most."""

    reads = ""
    latent_shape = (8,)

    def __init__(self, basis: torch.Tensor, smooth: torch.nn.Module | None = None) -> None:
        super().__init__()
        scale = torch.tensor([9.0, 4.0, *[0.5] * 6])
        self.register_buffer("weight", scale[:, None] * basis)
        self.smooth = smooth or torch.nn.Identity()

    def decode(self, z: torch.Tensor, y: torch.Tensor | None = None) -> torch.Tensor:
        return self.smooth(z @ self.weight.T + 100.0).sum(1).reshape(-1, 1, 1, 1)


class Bare:
    """What `activations` needs of a codec."""

    def __init__(self, model: torch.nn.Module) -> None:
        self.model = model

    def sample(self, n: int, seed: int) -> np.ndarray:
        return np.random.default_rng(seed).standard_normal((n, 8)).astype(np.float32)

    def activations(self, z: np.ndarray, label: object) -> np.ndarray:
        found = activations.first_hidden(self.model, torch.from_numpy(z), None)  # type: ignore[arg-type]
        return found.numpy()


def test_directions_that_stretch_most_are_found_in_order() -> None:
    basis = torch.linalg.qr(torch.randn(8, 8, generator=torch.Generator().manual_seed(1)))[0]
    codec = Bare(Linear(basis, torch.nn.ReLU()))  # of numbers that are all above zero
    found = activations.directions(codec, 2)  # type: ignore[arg-type]
    assert np.abs((found.vectors * basis[:2].numpy()).sum(1)).min() > 0.995
    np.testing.assert_allclose(np.linalg.norm(found.vectors, axis=1), 1, rtol=1e-5)
    total = 81 + 16 + 6 / 4
    np.testing.assert_allclose(found.shares, [81 / total, 16 / total], rtol=0.05)
    again = activations.directions(codec, 2)  # type: ignore[arg-type]
    assert np.array_equal(found.vectors, again.vectors)


def test_what_z_does_not_tell_is_no_direction() -> None:
    class Square(torch.nn.Module):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return torch.nn.functional.relu((x - 100.0) ** 2)

    model = Linear(torch.eye(8), torch.nn.Sequential(Square(), torch.nn.ReLU()))
    assert len(activations.directions(Bare(model), 2).vectors) == 0  # type: ignore[arg-type]


def test_a_decoder_without_a_hidden_layer_says_so() -> None:
    with pytest.raises(ModelError, match="no hidden layer"):
        activations.directions(Bare(Linear(torch.eye(8))), 2)  # type: ignore[arg-type]


def test_directions_of_a_real_decoder_are_as_wide_as_its_latent(codec: Codec) -> None:
    found = activations.directions(codec, 6, n=512)
    assert found.vectors.shape == (len(found.shares), codec.manifest.latent_size)
    assert (np.diff(found.shares) <= 1e-6).all()
