"""Which classifier judges a model's pictures, and what is said of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from filelock import FileLock

from latentlab.app.registry import Registry
from latentlab.app.yardstick import Yardstick, yardstick_of
from latentlab.core.manifest import DataRecord, Metric
from latentlab.engine import runs
from tests.helpers import manifest_of, write_model

if TYPE_CHECKING:
    from pathlib import Path

OURS = manifest_of()


@pytest.fixture
def shipped(tmp_path: Path) -> Path:
    return tmp_path / "trained"


@pytest.fixture
def registry(library: Path, shipped: Path) -> Registry:
    return Registry(library, shipped)


def add(place: Path, name: str, accuracy: float | None = None, **fields: Any) -> Path:
    """A classifier of the same digits; `fields` overrule."""
    metrics = {}
    if accuracy is not None:
        metrics = {"accuracy": Metric(value=accuracy, unit="%", n=10, title="Accuracy")}
    values = {"capabilities": ("classify", "encode"), "config": {"target": "labels"}}
    return write_model(place, name, metrics=metrics, headline="", **{**values, **fields})


def chosen(registry: Registry, **how: Any) -> str | None:
    card = registry.yardstick(OURS, **how)
    return None if card is None else card.id


def test_without_a_classifier_there_is_none(registry: Registry, library: Path) -> None:
    write_model(library)
    assert chosen(registry) is None
    assert yardstick_of(registry, OURS) is None


def test_better_accuracy_wins_then_a_shipped_one_then_the_newest(
    registry: Registry, library: Path, shipped: Path
) -> None:
    add(library, "unmeasured", created="2026-11-22T00:00:00+00:00")
    assert chosen(registry) == "unmeasured"
    add(library, "good", 98.0, created="2026-11-01T00:00:00+00:00")
    registry.rescan()
    assert chosen(registry) == "good"
    add(library, "newer", 98.0, created="2026-11-02T00:00:00+00:00")
    registry.rescan()
    assert chosen(registry) == "newer"
    add(shipped, "ships", 98.0, created="2020-01-01T00:00:00+00:00")
    registry.rescan()
    assert chosen(registry) == "ships"
    add(library, "best", 98.5)
    registry.rescan()
    assert chosen(registry) == "best"


@pytest.mark.parametrize(
    "fields",
    [
        {"data": OURS.data.model_copy(update={"content_hash": "1" * 64})},
        {"data": OURS.data.model_copy(update={"shape": (1, 16, 16)})},
        {"data": DataRecord(name="n", title="N", content_hash="2" * 64, shape=(3, 8, 8))},
        {"capabilities": ("encode", "decode")},
        {"config": {"target": "attributes"}},
        {"data": OURS.data.model_copy(update={"label_names": ("0", "2", "1")})},
        {"data": OURS.data.model_copy(update={"label_names": ("0", "1")})},
    ],
)
def test_what_reads_something_else_is_not_taken(
    registry: Registry, library: Path, fields: dict[str, Any]
) -> None:
    add(library, "other", 99.9, **fields)
    assert chosen(registry) is None
    add(library, "fitting", 50.0)
    registry.rescan()
    assert chosen(registry) == "fitting"


def test_one_of_attributes_is_taken_when_asked_for(registry: Registry, library: Path) -> None:
    add(library, "reads-attributes", 91.0, config={"target": "attributes"})
    assert chosen(registry) is None
    assert chosen(registry, attributes=True) == "reads-attributes"
    found = yardstick_of(registry, OURS)
    assert found is not None
    assert (found.id, found.reads_labels) == ("reads-attributes", False)
    assert found.words == "reads-attributes, right on 91.0 % of attributes of test images"
    add(library, "reads-labels", 10.0)
    registry.rescan()
    assert yardstick_of(registry, OURS).id == "reads-labels", "labels come first"


def test_one_of_other_attributes_is_not_taken(registry: Registry, library: Path) -> None:
    reads = {"target": "attributes"}
    for name, known in {
        "fewer": ("big",),
        "turned": ("red", "big"),
        "same": ("big", "red"),
    }.items():
        data = OURS.data.model_copy(update={"attribute_names": known})
        add(library, name, config=reads, data=data)
    ours = OURS.model_copy(
        update={"data": OURS.data.model_copy(update={"attribute_names": ("big", "red")})}
    )
    found = registry.yardstick(ours, attributes=True)
    assert found is not None
    assert found.id == "same"


def test_broken_ones_are_ignored(registry: Registry, library: Path) -> None:
    (add(library, "broken", 99.0) / runs.MANIFEST).write_text("{")
    add(library, "without-weights", 99.0, files={})
    assert chosen(registry) is None


def test_one_that_still_learns_is_no_measure(registry: Registry, library: Path) -> None:
    folder = add(library, "learning", 99.0, state="running")
    with FileLock(folder / ".lock"):
        assert registry.find("learning").is_active
        assert chosen(registry) is None
    registry.rescan()
    assert chosen(registry) == "learning", "what it has learned so far serves"


def test_what_is_said_of_it(registry: Registry, library: Path) -> None:
    add(library, "reader", 99.48)
    found = yardstick_of(registry, OURS)
    assert found.words == "reader, right on 99.5 % of test images"
    assert found.brief == "reader, 99.5 % right"
    assert len(found.weights) == 64
    bare = Yardstick("x", library, "w", reads_labels=True)
    assert bare.words == bare.brief == "x"
