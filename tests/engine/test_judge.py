"""A classifier judges pictures: in this process, and in slices as the codec process does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch

from latentlab.core.errors import ConfigError, ModelError
from latentlab.engine import checkpoint
from latentlab.engine.codec import Codec
from tests.codec_helpers import write_classifier, write_vae
from tests.engine.asking import Sent, joined, request, run
from tests.helpers import digits_like

if TYPE_CHECKING:
    from pathlib import Path

    from latentlab.engine.codec_worker import CodecWorker

IMAGES, _ = digits_like(90)


def test_it_says_what_the_network_says(library: Path) -> None:
    folder = write_classifier(library)
    probabilities, features = Codec.open(folder, "cpu").judge(IMAGES)
    model, _ = checkpoint.load_model(folder, torch.device("cpu"))
    with torch.inference_mode():
        seen = model.eval().encode(torch.tensor(IMAGES) / 255).mu
        shares = model.head(seen).softmax(1)
    np.testing.assert_allclose(features, seen.numpy(), atol=1e-5)
    np.testing.assert_allclose(probabilities, shares.numpy(), atol=1e-5)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, atol=1e-5)
    assert probabilities.shape == (90, 3)
    assert features.shape == (90, Codec.open(folder, "cpu").manifest.latent_size)


def test_attributes_are_judged_each_by_itself(library: Path) -> None:
    codec = Codec.open(write_classifier(library, of_attributes=True), "cpu")
    probabilities, _ = codec.judge(IMAGES)
    assert probabilities.shape == (90, 2)
    assert ((probabilities > 0) & (probabilities < 1)).all()
    assert np.abs(probabilities.sum(axis=1) - 1).max() > 1e-3, "no shares of one"


def test_a_picture_is_judged_alike_whatever_is_beside_it(library: Path) -> None:
    codec = Codec.open(write_classifier(library), "cpu")
    whole = codec.judge(IMAGES)
    codec.batch = 7
    for one, all_ in zip(codec.judge(IMAGES / np.float32(255)), whole, strict=True):
        np.testing.assert_allclose(one, all_, atol=1e-5)


def test_what_is_no_classifier_says_so(library: Path) -> None:
    with pytest.raises(ModelError, match="is no classifier"):
        Codec.open(write_vae(library), "cpu").judge(IMAGES)


@pytest.mark.parametrize("shape", [(1, 1, 9, 8), (1, 3, 8, 8), (1, 8, 8)])
def test_pictures_of_another_shape_are_refused(library: Path, shape: tuple[int, ...]) -> None:
    codec = Codec.open(write_classifier(library), "cpu")
    with pytest.raises(ConfigError, match="takes pictures of shape 1 x 8 x 8"):
        codec.judge(np.zeros(shape, np.uint8))


def test_a_classifier_neither_decodes_nor_samples(library: Path) -> None:
    codec = Codec.open(write_classifier(library), "cpu")
    with pytest.raises(ModelError, match="has no decoder"):
        codec.decode(np.zeros((1, 32)))
    with pytest.raises(ModelError, match="has no prior"):
        codec.sample(1)


def test_the_worker_judges_in_slices_in_order(
    library: Path, worker: CodecWorker, sent: Sent
) -> None:
    folder = write_classifier(library)
    run(worker, request(1, "homotopy-judge", "judge", folder, images=IMAGES))
    probabilities, features = Codec.open(folder, "cpu").judge(IMAGES)
    np.testing.assert_allclose(joined(sent, "probabilities"), probabilities, atol=1e-5)
    np.testing.assert_allclose(joined(sent, "features"), features, atol=1e-5)
    starts = [header["start"] for header, _ in sent.messages]
    assert starts == sorted(starts)
    assert len(starts) > 1, "16 rows are tried first"
    assert [header["last"] for header, _ in sent.messages][-1]


def test_the_slider_goes_first_while_many_are_judged(
    library: Path, worker: CodecWorker, sent: Sent
) -> None:
    folder, vae = write_classifier(library), write_vae(library)
    worker.accept(request(1, "homotopy-features", "judge", folder, images=IMAGES))
    worker.step()
    worker.accept(request(2, "homotopy-t", "decode", vae, z=np.zeros((3, 2), np.float32)))
    worker.step()
    assert sent.ids[-1] == 2
    run(worker)
    assert sent.ids[-1] == 1


@pytest.mark.parametrize("broken", ["vae", "shape", "folder"])
def test_the_worker_refuses_in_one_sentence(
    library: Path, worker: CodecWorker, sent: Sent, broken: str
) -> None:
    folder: Any = write_vae(library) if broken == "vae" else write_classifier(library)
    images = np.zeros((2, 1, 5, 5), np.uint8) if broken == "shape" else IMAGES
    if broken == "folder":
        (folder / "weights.safetensors").unlink()
    run(worker, request(1, "judge", "judge", folder, images=images))
    ((header, _),) = sent.messages
    assert header["kind"] == "error"
    wanted = {"vae": "is no classifier", "shape": "1 x 8 x 8", "folder": "missing"}
    assert wanted[broken] in header["message"]
    assert "bug" not in header["message"]
