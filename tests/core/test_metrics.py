"""The table of measures: words for all, and reasons against some."""

from __future__ import annotations

import pytest

from latentlab.core.manifest import DataRecord
from latentlab.core.metrics import _LACKS, KINDS
from tests.helpers import manifest_of


def record(**changes: object) -> DataRecord:
    known = {"name": "toy", "title": "Toy", "content_hash": "", "shape": (1, 8, 8)}
    return DataRecord.model_validate({**known, "label_names": ("a", "b"), **changes})


@pytest.mark.parametrize("name", KINDS)
def test_every_measure_says_what_it_is_in_one_line(name: str) -> None:
    kind = KINDS[name]
    assert kind.title
    assert kind.words.endswith(".")
    assert len(kind.words) < 90
    assert kind.needs <= _LACKS.keys()


def test_a_model_is_measured_by_what_it_can_do() -> None:
    gan = manifest_of(capabilities=("decode", "sample", "score"), data=record())
    obstacles = {name: kind.obstacle(gan, has_judge=True) for name, kind in KINDS.items()}
    assert obstacles["cfid"] == obstacles["memorisation"] == ""
    assert obstacles["elbo"] == "it gives no likelihood"
    assert obstacles["reconstruction"] == "it has no encoder"
    assert "against each other" in obstacles["objective"]
    vae = manifest_of(capabilities=("encode", "decode", "sample", "likelihood"), data=record())
    assert KINDS["objective"].obstacle(vae, has_judge=False) == ""


def test_without_a_classifier_only_points_lie_in_a_space_of_their_own() -> None:
    able = ("decode", "sample")
    pictures = manifest_of(capabilities=able, data=record(name="toy", title="Toy"))
    reason = KINDS["cfid"].obstacle(pictures, has_judge=False)
    assert reason.startswith("there is no classifier of Toy")
    assert reason.endswith("latentlab train classifier --data toy")
    points = manifest_of(capabilities=able, data=record(shape=(2, 1, 1)))
    assert KINDS["cfid"].obstacle(points, has_judge=False) == ""


def test_some_pictures_have_no_strokes_and_some_labels_are_many() -> None:
    able = ("encode", "decode", "sample", "label")
    colour = manifest_of(capabilities=able, data=record(shape=(3, 8, 8)))
    assert "no strokes" in KINDS["slant"].obstacle(colour, has_judge=True)
    told = {"capabilities": able, "config": {"condition": "attributes"}}
    many = manifest_of(**told, data=record(attribute_names=("x", "y")))
    assert "not one label" in KINDS["diversity"].obstacle(many, has_judge=True)
    bare = manifest_of(capabilities=("encode",), data=record(label_names=()))
    assert "no labels" in KINDS["probe"].obstacle(bare, has_judge=True)


def test_what_is_asked_of_faces_depends_on_the_model() -> None:
    faces = record(name="faces?size=64", label_names=(), attribute_names=("smile", "hat"))
    vae = manifest_of(capabilities=("encode", "decode", "sample"), data=faces)
    judge = manifest_of(capabilities=("encode", "classify"), data=faces)
    assert KINDS["mig"].obstacle(vae, has_judge=False) == ""
    assert "on purpose" in KINDS["mig"].obstacle(judge, has_judge=False)
    assert KINDS["arithmetic"].obstacle(vae, has_judge=True) == ""
    assert "no classifier" in KINDS["arithmetic"].obstacle(vae, has_judge=False)
    told = manifest_of(
        capabilities=("encode", "decode", "sample", "label"),
        config={"condition": "attributes"},
        data=faces,
    )
    assert "told beside z" in KINDS["arithmetic"].obstacle(told, has_judge=True)
    digits = manifest_of(capabilities=("decode", "sample"), data=record())
    assert KINDS["arithmetic"].obstacle(digits, has_judge=True) == "its dataset has no attributes"
