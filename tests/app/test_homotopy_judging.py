"""A classifier judges rows: the label it says, and distances in what it sees."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from latentlab.app import feature_store, homotopy_judging
from latentlab.app.homotopy_curves import Curves, Line, explain, label_at
from latentlab.app.registry import ModelCard
from latentlab.app.state import State
from latentlab.core.manifest import Metric
from latentlab.data.dataset import Dataset
from tests.app.homotopy_bench import PaperLab, PaperModel, paint, see
from tests.helpers import manifest_of

if TYPE_CHECKING:
    from latentlab.app.homotopy import RowsInStep

A, B = "z:0,0", "z:200,100"


def card(name: str = "reader", target: str = "labels", weights: str = "w1") -> ModelCard:
    metrics = {"accuracy": Metric(value=99.48, unit="%", n=10, title="Accuracy")}
    manifest = manifest_of(
        name, metrics=metrics, config={"target": target}, files={"weights.safetensors": weights}
    )
    return ModelCard(name, Path(name), False, manifest, "finished")


@pytest.fixture
def lab(monkeypatch: pytest.MonkeyPatch) -> PaperLab:
    monkeypatch.setattr(feature_store, "load", lambda *_: None)
    monkeypatch.setattr(feature_store, "save", lambda *_: None)
    made = PaperLab()
    made.registry.labels = card()
    return made


def look(lab: PaperLab, **fields: Any) -> RowsInStep:
    """Two stops chosen, somebody looks, everything is drawn."""
    lab.session.set_homotopy(stops=(A, B), **fields)
    lab.homotopy.want("tab", True)
    lab.codec.answer()
    assert lab.homotopy.is_settled
    return lab.homotopy


def give_dataset(lab: PaperLab, content_hash: str = "h") -> Dataset:
    splits = {"train": np.arange(20), "validation": np.arange(0), "test": np.arange(20, 30)}
    images = paint(np.linspace(0, 200, 60).reshape(30, 2))
    lab.dataset = Dataset(
        "d", "D", images, np.arange(30) % 3, ("0", "1", "2"), None, (), splits, content_hash, "none"
    )
    lab.dataset_changed.emit()
    return lab.dataset


# -- labels ------------------------------------------------------------------------------------


def test_the_label_is_what_the_classifier_says(lab: PaperLab) -> None:
    rows = look(lab)
    curves = rows.curves
    assert curves.predicted
    line = curves.of("label")["latent"]
    assert [label_at(line, t) for t in (0.0, 0.4, 0.6, 1.0)] == [0, 0, 1, 1]
    assert "latent line: zero → one" in explain(curves, "label")
    assert "said by reader, right on 99.5 % of test images" in explain(curves, "label")
    assert set(lab.codec.judged) == {Path("reader")}


def test_features_are_not_gathered_while_nobody_looks_at_them(lab: PaperLab) -> None:
    rows = look(lab, curve="label")
    assert rows.curves.of("feature") == {}
    assert "homotopy-features" not in lab.codec.log


def test_one_of_attributes_serves_by_its_features_only(lab: PaperLab) -> None:
    lab.registry.labels, lab.registry.attributes = None, card("attrs", "attributes")
    rows = look(lab, curve="feature")
    assert not rows.curves.predicted
    assert "label of the nearest images" in explain(rows.curves, "label")
    assert set(rows.curves.of("feature")) == {"pixel", "latent"}


# -- features ----------------------------------------------------------------------------------


def test_distances_in_features_are_those_of_the_features(lab: PaperLab) -> None:
    dataset = give_dataset(lab)
    rows = look(lab, curve="feature")
    assert rows.curves.against == "training images"
    line = rows.curves.of("feature")["latent"]
    real = see(dataset.images[:20])[1]
    z = np.floor(np.linspace([0, 0], [200, 100], 41)) / 10
    wanted = np.linalg.norm(z[:, None] - real[None], axis=2).min(axis=1)
    np.testing.assert_allclose(line.value, wanted, atol=0.2)
    assert set(rows.curves.of("distance")) == {"pixel", "latent"}, "pixels are measured, too"


def test_they_are_gathered_once_and_other_ends_are_quick(lab: PaperLab) -> None:
    give_dataset(lab)
    rows = look(lab, curve="feature")
    assert lab.codec.log.count("homotopy-features") == 1
    before = rows.curves
    lab.session.swap_stops()
    lab.codec.answer()
    assert rows.is_settled
    assert rows.curves is not before
    assert set(rows.curves.of("feature")) == {"pixel", "latent"}
    lab.session.set_homotopy(curve="step")
    lab.session.set_homotopy(curve="feature")
    lab.codec.answer()
    assert lab.codec.log.count("homotopy-features") == 1


def test_the_way_there_is_told(lab: PaperLab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(homotopy_judging, "_AT_ONCE", 8)
    give_dataset(lab)
    rows = look(lab)
    notes: list[str] = []
    rows.measured.connect(lambda: notes.append(rows.measures.judge.note))
    lab.session.set_homotopy(curve="feature")
    assert not rows.is_settled
    assert rows.measures.judge.note.endswith("0 of 20 …")
    assert rows.curves.of("feature") == {}
    lab.codec.answer()
    assert [note.split(": ")[-1] for note in notes[:2]] == ["8 of 20 …", "16 of 20 …"]
    assert rows.measures.judge.note == ""
    assert rows.is_settled


def test_progress_does_not_begin_measuring_anew(
    lab: PaperLab, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(homotopy_judging, "_AT_ONCE", 2)
    give_dataset(lab)
    look(lab)
    lab.codec.log.clear()
    lab.session.set_homotopy(curve="feature")
    lab.codec.answer()
    assert lab.codec.log.count("homotopy-features") == 10
    assert lab.codec.log.count("homotopy-curves") == 1, "when all are there"


def test_kept_features_are_read_and_new_ones_kept(
    lab: PaperLab, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: dict[str, Any] = {}
    monkeypatch.setattr(feature_store, "save", kept.__setitem__)
    monkeypatch.setattr(feature_store, "load", lambda key, _: kept.get(key))
    give_dataset(lab)
    look(lab, curve="feature")
    ((key, features),) = kept.items()
    assert "w1" in key
    assert features.shape == (20, 2)
    again = PaperLab()
    again.registry.labels = card()
    give_dataset(again)
    assert set(look(again, curve="feature").curves.of("feature")) == {"pixel", "latent"}
    assert "homotopy-features" not in again.codec.log


def test_decoded_images_stand_in_and_are_not_kept(
    lab: PaperLab, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: dict[str, Any] = {}
    monkeypatch.setattr(feature_store, "save", kept.__setitem__)
    rows = look(lab, curve="feature")
    assert rows.curves.against == "decoded test images"
    assert set(rows.curves.of("feature")) == {"pixel", "latent"}
    assert kept == {}


def test_without_real_images_there_are_no_such_distances(lab: PaperLab) -> None:
    lab.latents = None
    rows = look(lab, curve="feature")
    assert rows.curves.of("feature") == {}
    assert rows.curves.predicted, "what the classifier says needs none"


# -- when it changes, goes or fails ------------------------------------------------------------


def test_one_that_goes_leaves_pixels_and_votes(lab: PaperLab) -> None:
    rows = look(lab, curve="feature")
    lab.registry.labels = None
    lab.registry.changed.emit()
    lab.codec.answer()
    assert rows.is_settled
    assert rows.measures.judge.yardstick is None
    assert not rows.curves.predicted
    assert set(rows.curves.of("distance")) == {"pixel", "latent"}


def test_one_that_goes_while_it_looks_is_not_waited_for(lab: PaperLab) -> None:
    rows = look(lab)
    lab.session.set_homotopy(curve="feature")
    lab.registry.labels = None
    lab.registry.changed.emit()
    lab.codec.answer()
    assert rows.is_settled


def test_another_one_measures_anew(lab: PaperLab) -> None:
    rows = look(lab, curve="feature")
    lab.registry.labels = card("better", weights="w2")
    lab.registry.changed.emit()
    lab.codec.answer()
    assert rows.is_settled
    assert rows.curves.yardstick.id == "better"
    assert lab.codec.log.count("homotopy-features") == 2
    before = rows.curves
    lab.registry.changed.emit()
    assert lab.codec.answer() == 0
    assert rows.curves is before, "the same is no news"


@pytest.mark.parametrize("lane", ["homotopy-judge", "homotopy-features"])
def test_one_that_fails_is_one_sentence_and_pixels_and_votes_serve(
    lab: PaperLab, lane: str
) -> None:
    give_dataset(lab)
    lab.session.set_homotopy(stops=(A, B), curve="feature")
    lab.homotopy.want("tab", True)
    while lane not in [each.lane for each in lab.codec.asked]:
        each = lab.codec.asked.pop(0)
        each.done(*see(each.array) if each.op == "judge" else (paint(each.array),))
    lab.codec.take(lane).failed("its weights are damaged.")
    lab.codec.answer()
    rows = lab.homotopy
    assert rows.is_settled
    fact = rows.measures.judge
    assert fact.yardstick is None
    assert fact.problem == "The classifier reader does not serve: its weights are damaged."
    assert not rows.curves.predicted
    assert set(rows.curves.of("distance")) == {"pixel", "latent"}
    assert "nearest images" in explain(rows.curves, "label")
    lab.session.swap_stops()
    lab.codec.answer()
    assert rows.measures.judge.problem == "", "other ends ask it once more"
    assert rows.curves.predicted


def test_another_model_is_judged_by_its_own(lab: PaperLab) -> None:
    rows = look(lab)
    lab.registry.labels = None
    lab.model = PaperModel("tiny", manifest=manifest_of(files={"weights.safetensors": "2"}))
    lab.model_changed.emit()
    lab.codec.answer()
    assert not rows.curves.predicted


# -- words and documents -----------------------------------------------------------------------


def test_the_sentence_about_features_has_its_caveat() -> None:
    t = np.linspace(0, 1, 3)
    far = {"pixel": Line(t, np.full(3, 4.0)), "latent": Line(t, np.full(3, 2.0))}
    told = explain(Curves({"feature": far}, "training images"), "feature")
    assert told == (
        "pixel space row: 4.0 from the nearest training image in the middle; latent line: 2.0. "
        "Nearer means more like a real one, to a classifier of ours that learned only to tell "
        "labels."
    )
    alone = explain(Curves({"feature": {"pixel": far["pixel"]}}, "training images"), "feature")
    assert alone.endswith("As seen by a classifier of ours that learned only to tell labels.")


@pytest.mark.parametrize("curve", ["distance", "feature", "step", "norm", "label"])
def test_documents_with_every_curve_are_read(curve: str) -> None:
    old = f'{{"homotopy": {{"curve": "{curve}"}}}}'
    assert State.model_validate_json(old).homotopy.curve == curve
