"""Two clouds of latents side by side, and what a probe reads from each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from latentlab.app.style_clouds import StyleClouds, plain_models
from tests.app.lab.waiting import ready
from tests.helpers import edit_manifest, manifest_of, write_model

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from latentlab.app.lab import Lab
    from tests.helpers import QueuePost

    OpenLab = Callable[..., Lab]

ABLE = ("encode", "decode", "sample", "posterior", "label")


@pytest.fixture
def lab(open_lab: OpenLab, post: QueuePost, shipped: Path) -> Lab:
    write_model(shipped, "told-2", n=300, capabilities=ABLE)
    return ready(post, open_lab(model="told-2"))


@pytest.fixture
def clouds(lab: Lab, post: QueuePost) -> StyleClouds:
    made = StyleClouds(lab)
    made.watch(watched=True)
    post.run_until(lambda: made.is_settled and made.own is not None)
    return made


def test_nothing_is_read_while_nobody_looks(lab: Lab, post: QueuePost) -> None:
    made = StyleClouds(lab)
    post.drain()
    assert made.own is None
    assert made.is_settled


def test_the_model_stands_beside_a_plain_one_of_its_size(clouds: StyleClouds) -> None:
    assert clouds.own is not None
    assert clouds.plain is not None
    assert (clouds.own.model, clouds.plain.model) == ("told-2", "mnist-vae-2")
    assert clouds.own.xy.shape == (300, 2)
    np.testing.assert_array_equal(clouds.own.xy, clouds.own.latents.mu)
    assert clouds.own.plane_words == ""


def test_the_probe_is_told_in_words_with_chance(clouds: StyleClouds) -> None:
    own = clouds.own
    assert own is not None
    assert own.found is not None
    assert own.found.n == 150
    assert 0.3 <= own.chance < 0.5
    expected = f"{own.found.accuracy:.0%} (chance {own.chance:.0%})"
    assert own.words == f"labels can be read from z in {expected}"
    assert own.found.accuracy > own.chance, "these latents were drawn around their labels"


def test_another_plain_model_can_be_chosen(clouds: StyleClouds, lab: Lab, post: QueuePost) -> None:
    assert [card.id for card in clouds.choices] == ["mnist-vae-2", "mnist-vae-5"]
    own = clouds.own
    lab.session.set_style(pool="mnist-vae-5")
    post.run_until(lambda: clouds.plain is not None and clouds.plain.model == "mnist-vae-5")
    assert clouds.plain is not None
    assert clouds.plain.plane_words == "two main directions of 5"
    assert clouds.own is own, "read once"
    lab.session.set_style(pool="gone")
    post.run_until(lambda: clouds.plain is not None and clouds.plain.model == "mnist-vae-2")


def test_latents_without_labels_say_so(
    lab: Lab, post: QueuePost, shipped: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from latentlab.app import style_clouds
    from latentlab.engine.latents import Latents, load_latents

    def unlabelled(folder: Path) -> Latents:
        found = load_latents(folder)
        return Latents(found.mu, found.logvar, None, found.indices)

    monkeypatch.setattr(style_clouds, "load_latents", unlabelled)
    made = StyleClouds(lab)
    made.watch(watched=True)
    post.run_until(lambda: made.own is not None)
    assert made.own is not None
    assert made.own.words == made.own.short_words == "these images have no labels"


def test_broken_latents_are_one_sentence(lab: Lab, post: QueuePost, shipped: Path) -> None:
    (shipped / "mnist-vae-2" / "latents.safetensors").write_bytes(b"no tensors")
    made = StyleClouds(lab)
    made.watch(watched=True)
    post.run_until(lambda: bool(made.problem))
    assert made.is_settled
    assert "mnist-vae-2" in made.problem
    assert (made.own, made.plain) == (None, None)


def test_new_latents_of_a_run_keep_the_plane(
    clouds: StyleClouds, lab: Lab, post: QueuePost, shipped: Path
) -> None:
    """A run that trains saves other latents: only they are read again."""
    plain, own = clouds.plain, clouds.own
    other = write_model(shipped / "elsewhere", "told-2", n=90, capabilities=ABLE)
    target = shipped / "told-2"
    (target / "latents.safetensors").write_bytes((other / "latents.safetensors").read_bytes())
    import json

    files = json.loads((other / "manifest.json").read_text())["files"]
    edit_manifest(target, files=files)
    lab.registry.rescan()
    post.run_until(lambda: clouds.is_settled and clouds.own is not own and clouds.own is not None)
    assert clouds.own is not None
    assert len(clouds.own.xy) == 90
    assert clouds.plain is plain


def test_plain_models_are_of_the_same_data_the_nearest_first(lab: Lab, shipped: Path) -> None:
    write_model(shipped, "other-data", data=manifest_of().data.model_copy(
        update={"content_hash": "1" * 64}
    ))  # fmt: skip
    write_model(shipped, "ae-2", capabilities=("encode", "decode"))
    write_model(shipped, "stopped-2", state="stopped")
    write_model(shipped, "classifier", capabilities=("encode", "classify"))
    lab.registry.rescan()
    found = plain_models(lab.registry.cards(), lab.model.require())
    names = [card.id for card in found]
    assert names == ["mnist-vae-2", "stopped-2", "ae-2", "mnist-vae-5"]


def test_without_a_plain_model_one_cloud_stands_alone(
    open_lab: OpenLab, post: QueuePost, shipped: Path
) -> None:
    data = manifest_of().data.model_copy(update={"content_hash": "2" * 64})
    write_model(shipped, "alone", capabilities=ABLE, data=data)
    made = StyleClouds(ready(post, open_lab(model="alone")))
    made.watch(watched=True)
    post.run_until(lambda: made.own is not None)
    assert made.pool is None
    assert made.plain is None
