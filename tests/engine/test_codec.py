from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch
from torch import Tensor

from latentlab.core.errors import ConfigError, DeviceError, ModelError
from latentlab.engine import checkpoint, device, runs
from latentlab.engine.codec import Codec, locate
from latentlab.engine.codec_cache import CodecCache
from latentlab.models.family import LatentModel, Posterior
from tests.codec_helpers import rewrite, vae_manifest, write_vae
from tests.helpers import edit_manifest, sha256

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CPU = torch.device("cpu")


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """As in the codec process; more would fight over the cores of a busy machine."""
    with device.using_threads(1):
        yield


class Ramp(LatentModel):
    """Decodes z to 2 x 2 pictures of known grey values; fails where the test says so."""

    def __init__(self, most_rows: int = 10**9) -> None:
        super().__init__()
        self.latent_shape = (2,)
        self.most_rows = most_rows
        self.batches: list[int] = []

    def encode(self, x: Tensor, y: Tensor | None = None) -> Posterior:
        return Posterior(x.flatten(1)[:, :2])

    def decode(self, z: Tensor, y: Tensor | None = None) -> Tensor:
        if len(z) > self.most_rows:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 MiB")
        self.batches.append(len(z))
        return z[:, [0, 0, 1, 1]].reshape(-1, 1, 2, 2)

    def sample_prior(self, n: int, generator: torch.Generator) -> Tensor:
        return torch.rand(n, 2, generator=generator)


def ramp(most_rows: int = 10**9, **fields: Any) -> Codec:
    manifest = vae_manifest(shape=(1, 2, 2)).model_copy(update=fields)
    return Codec(Ramp(most_rows), manifest, CPU)


@pytest.fixture
def codec(library: Path) -> Codec:
    return Codec.open(write_vae(library, latent=3), "cpu")


def test_it_says_what_the_model_itself_says(library: Path) -> None:
    folder = write_vae(library, latent=3, shape=(3, 8, 8))
    codec, model = Codec.open(folder, "cpu"), checkpoint.load_model(folder)[0]
    images = np.random.default_rng(0).integers(0, 256, (5, 3, 8, 8), np.uint8)
    with torch.inference_mode():
        posterior = model.encode(torch.tensor(images) / 255)
        decoded = model.decode(posterior.mu)
    mu, logvar = codec.encode(images)
    np.testing.assert_allclose(mu, posterior.mu, rtol=1e-5)
    np.testing.assert_allclose(logvar, posterior.logvar, rtol=1e-5)
    assert mu.dtype == logvar.dtype == np.float32
    pictures = codec.decode(mu)
    assert (pictures.dtype, pictures.shape) == (np.uint8, (5, 3, 8, 8))
    assert np.abs(pictures / 255 - decoded.numpy()).max() <= 0.5 / 255 + 1e-6
    np.testing.assert_array_equal(codec.reconstruct(images), pictures)


def test_grey_values_are_rounded_and_clipped() -> None:
    pictures = ramp().decode([[0.5, 1.0], [-3.0, 7.0]])
    assert pictures.reshape(2, 4).tolist() == [[128, 128, 255, 255], [0, 0, 255, 255]]


def test_one_latent_may_come_without_a_batch(codec: Codec) -> None:
    np.testing.assert_array_equal(codec.decode([0, 1, 2]), codec.decode([[0, 1, 2]]))


def test_floats_and_bytes_encode_alike(codec: Codec) -> None:
    images = np.random.default_rng(0).integers(0, 256, (4, 1, 8, 8), np.uint8)
    by_bytes, by_floats = codec.encode(images)[0], codec.encode(images / 255)[0]
    np.testing.assert_allclose(by_bytes, by_floats, rtol=1e-5)


def test_a_point_posterior_has_no_variance() -> None:
    mu, logvar = ramp().encode(np.full((3, 1, 2, 2), 51, np.uint8))
    np.testing.assert_allclose(mu, 0.2)
    assert logvar is None


def test_many_rows_are_computed_in_batches_and_come_in_order() -> None:
    codec = ramp()
    codec.batch = 4
    z = np.linspace(0, 1, 22).reshape(11, 2)
    np.testing.assert_array_equal(codec.decode(z)[:, 0, :, 0], np.round(z.astype(np.float32) * 255))
    assert codec._model.batches == [4, 4, 3]


def test_no_rows_give_no_pictures() -> None:
    assert ramp().decode(np.empty((0, 2))).shape == (0, 1, 2, 2)


def test_memory_that_runs_out_halves_the_batch() -> None:
    codec = ramp(most_rows=100)
    assert len(codec.decode(np.zeros((1000, 2)))) == 1000
    assert codec.batch == 64
    assert max(codec._model.batches) <= 100


def test_memory_that_never_suffices_is_one_sentence() -> None:
    codec = ramp(most_rows=0)
    with pytest.raises(DeviceError, match="not even with one picture at a time"):
        codec.decode(np.zeros((10, 2)))


def test_other_bugs_of_a_model_are_not_hidden() -> None:
    codec = ramp()
    codec._model.decode = lambda z, y=None: z @ torch.ones(5, 5)
    with pytest.raises(RuntimeError, match="shapes cannot be multiplied"):
        codec.decode([0, 0])


def test_samples_are_fixed_by_their_seed(codec: Codec) -> None:
    np.testing.assert_array_equal(codec.sample(5, 1), codec.sample(5, 1))
    assert codec.sample(5, 1).shape == (5, 3)
    assert not np.array_equal(codec.sample(5, 1), codec.sample(5, 2))


@pytest.mark.parametrize("n", [0, -1, 10**9])
def test_an_impossible_number_of_samples_is_refused(codec: Codec, n: int) -> None:
    with pytest.raises(ConfigError, match="choose 1 to 1,000,000"):
        codec.sample(n)


@pytest.mark.parametrize("z", [[1, 2], np.zeros((4, 5)), np.zeros((2, 2, 3)), 7.0])
def test_latents_of_another_width_are_refused(codec: Codec, z: Any) -> None:
    with pytest.raises(ConfigError, match=r"has latents of 3 numbers.*give \(n, 3\)"):
        codec.decode(z)


def test_a_latent_that_is_not_finite_is_refused(codec: Codec) -> None:
    with pytest.raises(ConfigError, match="not finite"):
        codec.decode([0, np.nan, 0])


@pytest.mark.parametrize("shape", [(8, 8), (1, 8, 8), (2, 3, 8, 8), (2, 1, 9, 8)])
def test_pictures_of_another_shape_are_refused(codec: Codec, shape: tuple[int, ...]) -> None:
    with pytest.raises(ConfigError, match="takes pictures of shape 1 x 8 x 8"):
        codec.encode(np.zeros(shape, np.uint8))


@pytest.mark.parametrize("value", [-0.1, 1.5, 255.0, np.nan])
def test_floats_out_of_range_are_refused(codec: Codec, value: float) -> None:
    with pytest.raises(ConfigError, match="0 to 1"):
        codec.encode(np.full((1, 1, 8, 8), value))


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (lambda c: c.encode(np.zeros((1, 1, 2, 2))), "has no encoder"),
        (lambda c: c.decode([0, 0]), "has no decoder"),
        (lambda c: c.sample(1), "has no prior"),
        (lambda c: c.reconstruct(np.zeros((1, 1, 2, 2))), "has no encoder"),
    ],
)
def test_what_a_model_cannot_do_is_said(ask: Any, words: str) -> None:
    with pytest.raises(ModelError, match=words):
        ask(ramp(capabilities=()))


def test_a_label_for_a_model_without_labels_is_refused(codec: Codec) -> None:
    with pytest.raises(ModelError, match="takes no label"):
        codec.decode([0, 0, 0], label=3)


def test_a_diverged_model_is_told_and_not_shown() -> None:
    codec = ramp()
    codec._model.decode = lambda z, y=None: z.new_full((len(z), 1, 2, 2), float("nan"))
    with pytest.raises(ModelError, match="training diverged"):
        codec.decode([0, 0])


def test_a_folder_that_is_no_model_and_a_device_that_is_none(library: Path) -> None:
    with pytest.raises(ModelError, match="is no model"):
        Codec.open(library / "nothing")
    with pytest.raises(DeviceError, match="abacus"):
        Codec.open(write_vae(library), "abacus")


def test_a_snapshot_is_named_by_its_folder(tmp_path: Path) -> None:
    moment = tmp_path / "run" / "snapshots" / "6000"
    assert locate(moment) == (tmp_path / "run", "snapshots/6000/weights.safetensors")
    assert locate(tmp_path / "run") == (tmp_path / "run", "weights.safetensors")


def test_a_snapshot_has_weights_of_its_own(library: Path) -> None:
    folder, other = write_vae(library), write_vae(library, "other", seed=5)
    moment = folder / "snapshots" / "000000006000"
    moment.mkdir(parents=True)
    shutil.copy(other / runs.WEIGHTS, moment)
    manifest = runs.read_manifest(folder)
    listed = {
        **manifest.files,
        f"snapshots/{moment.name}/{runs.WEIGHTS}": sha256(other / runs.WEIGHTS),
    }
    edit_manifest(folder, files=listed)
    then, now = Codec.open(moment, "cpu").decode([1, 1]), Codec.open(folder, "cpu").decode([1, 1])
    np.testing.assert_array_equal(then, Codec.open(other, "cpu").decode([1, 1]))
    assert not np.array_equal(then, now)


# -- the cache -------------------------------------------------------------------------------


@pytest.fixture
def cache() -> CodecCache:
    return CodecCache(lambda folder: Codec.open(folder, "cpu"), kept=2)


def test_a_codec_is_kept_until_its_weights_change(library: Path, cache: CodecCache) -> None:
    folder = write_vae(library)
    first = cache.get(folder)
    assert cache.get(folder) is first
    rewrite(folder, first.manifest, seed=1)
    second = cache.get(folder)
    assert second is not first
    assert not np.array_equal(first.decode([1, 1]), second.decode([1, 1]))


def test_the_least_recently_used_goes(library: Path, cache: CodecCache) -> None:
    a, b, c = (write_vae(library, name) for name in "abc")
    kept, gone = cache.get(a), cache.get(b)
    assert cache.get(a) is kept
    cache.get(c)
    assert cache.get(a) is kept
    assert cache.get(b) is not gone


@pytest.mark.parametrize("state", ["finished", "running"])
def test_half_written_weights(library: Path, cache: CodecCache, state: str) -> None:
    folder = write_vae(library)
    rewrite(folder, vae_manifest(state=state), seed=0)
    before = cache.get(folder)
    intact = (folder / "weights.safetensors").read_bytes()
    (folder / "weights.safetensors").write_bytes(intact[:-4] + b"abcd")
    if state == "finished":  # changed behind our back: never shown
        with pytest.raises(ModelError, match="sha256 differs"):
            cache.get(folder)
        return
    assert cache.get(folder) is before  # its writer is about to write the manifest
    rewrite(folder, before.manifest, seed=2)
    assert cache.get(folder) is not before


@pytest.mark.parametrize("network", ["mlp", "conv"])
def test_alone_a_latent_gives_the_same_bytes_in_any_company(library: Path, network: str) -> None:
    codec = Codec.open(write_vae(library, latent=3, shape=(1, 28, 28), network=network), "cpu")
    z = codec.sample(24, 1) * 2
    whole = codec.decode(z, alone=True)
    for rows in (slice(0, 1), slice(3, 10), slice(5, 24)):
        np.testing.assert_array_equal(codec.decode(z[rows], alone=True), whole[rows])
    with device.using_threads(3):
        np.testing.assert_array_equal(codec.decode(z, alone=True), whole)
        assert torch.get_num_threads() == 3
    assert np.abs(codec.decode(z).astype(int) - whole).max() <= 1


@pytest.mark.parametrize("network", ["mlp", "conv"])
def test_alone_a_picture_gives_the_same_latent_in_any_company(library: Path, network: str) -> None:
    codec = Codec.open(write_vae(library, latent=3, shape=(1, 28, 28), network=network), "cpu")
    images = np.random.default_rng(0).integers(0, 256, (9, 1, 28, 28), np.uint8)
    whole, spread = codec.encode(images, alone=True)
    for rows in (slice(0, 1), slice(3, 8)):
        mu, logvar = codec.encode(images[rows], alone=True)
        np.testing.assert_array_equal(mu, whole[rows])
        np.testing.assert_array_equal(logvar, spread[rows])
    np.testing.assert_allclose(codec.encode(images)[0], whole, atol=1e-4)


def test_alone_means_one_latent_at_a_time() -> None:
    codec = ramp()
    codec.decode(np.zeros((3, 2)), alone=True)
    assert codec._model.batches == [1, 1, 1]


def test_means_are_the_pictures_before_they_are_rounded(codec: Codec) -> None:
    z = codec.sample(5)
    means = codec.means(z)
    assert means.dtype == np.float32
    np.testing.assert_array_equal(np.rint(means * 255).astype(np.uint8), codec.decode(z))


@pytest.mark.parametrize("network", ["mlp", "conv"])
def test_derivatives_are_those_of_the_decoder(library: Path, network: str) -> None:
    codec = Codec.open(write_vae(library, latent=3, network=network, depth=2), "cpu")
    z = codec.sample(4, 2)
    columns = list(codec.derivatives(z))
    assert [column.shape for column in columns] == [(4, 64)] * 3
    for k, column in enumerate(columns):
        step = np.eye(3, dtype=np.float32)[k] * 1e-2
        slope = (codec.means(z + step) - codec.means(z - step)).reshape(4, -1) / 2e-2
        np.testing.assert_allclose(column, slope, atol=2e-3 * np.abs(slope).max() + 1e-5)


def test_a_decoder_that_cannot_be_followed_says_so(codec: Codec) -> None:
    with pytest.raises(ModelError, match="has no decoder"):
        next(ramp(capabilities=()).derivatives([[0, 0]]))
    with pytest.raises(ModelError, match="has no decoder"):
        ramp(capabilities=()).means([[0, 0]])
    codec._model.decode = lambda z, y=None: (z.sum(1) * torch.inf)[:, None, None, None]
    with pytest.raises(ModelError, match="training diverged"):
        next(codec.derivatives([[0, 0, 0]]))


def test_derivatives_that_do_not_fit_are_one_sentence() -> None:
    with pytest.raises(DeviceError, match="does not fit into the free memory"):
        next(ramp(most_rows=0).derivatives([[0, 0]]))
