"""Runs and moments read from their folders; planes that do not jump; curves as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from latentlab.app.curve_table import arrays_of
from latentlab.app.moving_plane import MovingPlane
from latentlab.app.run_history import RunHistory
from latentlab.app.run_record import RunRecord, over_each_other, read_moment
from latentlab.core.errors import ModelError
from latentlab.engine import files, runs
from tests.app.test_run_history import ended, evaluated, started, step
from tests.helpers import digits_like, edit_manifest

if TYPE_CHECKING:
    from pathlib import Path


def write_events(folder: Path, *told: Any) -> None:
    with (folder / runs.EVENTS).open("a") as file:
        file.writelines(f"{event.model_dump_json()}\n" for event in told)


def test_a_record_is_read_and_read_on(tiny_model: Path) -> None:
    write_events(tiny_model, started(), step(500))
    record = RunRecord.open(tiny_model)
    assert record.history.name == tiny_model.name
    assert record.history.images_seen == 500
    write_events(tiny_model, step(900), ended())
    record.follow(record.read_on())
    assert (record.history.images_seen, record.history.state) == (60_000, "finished")
    assert record.read_on() == []


def test_a_half_written_line_waits(tiny_model: Path) -> None:
    write_events(tiny_model, started())
    line = step(500).model_dump_json()
    with (tiny_model / runs.EVENTS).open("a") as file:
        file.write(line[:20])
    record = RunRecord.open(tiny_model)
    assert record.history.step is None
    with (tiny_model / runs.EVENTS).open("a") as file:
        file.write(f"{line[20:]}\n")
    record.follow(record.read_on())
    assert record.history.images_seen == 500


def test_a_run_whose_process_is_gone_is_interrupted(tiny_model: Path) -> None:
    write_events(tiny_model, started(), step(500))
    edit_manifest(tiny_model, state="running", message="why")
    record = RunRecord.open(tiny_model)
    assert (record.history.state, record.history.message) == ("interrupted", "why")


def test_a_folder_that_is_no_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no model"):
        RunRecord.open(tmp_path)


def test_a_moment_and_what_is_missing(tiny_model: Path) -> None:
    images, labels = digits_like(16)
    arrays = {"originals": images, "reconstructions": images, "labels": labels}
    files.write_whole(tiny_model / "samples/1.safetensors", files.pack_arrays(arrays))
    moment = read_moment(tiny_model, "samples/1.safetensors")
    assert moment.samples is None
    assert moment.latents is None
    assert moment.pairs is not None
    assert moment.pairs.shape == (32, 1, 8, 8)
    np.testing.assert_array_equal(moment.labels, labels)
    with pytest.raises(ModelError):
        read_moment(tiny_model, "samples/2.safetensors")
    with pytest.raises(ModelError, match="outside"):
        read_moment(tiny_model, "../../secret")


@given(st.integers(0, 40), st.integers(1, 10))
def test_each_original_stands_over_its_reconstruction(count: int, columns: int) -> None:
    numbers = np.arange(count, dtype=np.uint8).reshape(-1, 1, 1, 1)
    sheet = over_each_other(numbers, numbers + 100, columns)
    wide = min(columns, count) or 1
    grid = sheet.reshape(-1, 2, wide)
    np.testing.assert_array_equal(grid[:, 0] + 100, grid[:, 1])
    assert len(sheet) == 2 * (count // wide * wide)


@given(st.integers(0, 2**31), st.integers(3, 12), st.floats(0, 6.3))
def test_a_turning_cloud_does_not_flip(seed: int, size: int, angle: float) -> None:
    rng = np.random.default_rng(seed)
    spread = np.array([5.0, 3.0] + [0.1] * (size - 2))
    latents = rng.normal(size=(60, size)) * spread
    plane = MovingPlane()
    first = plane.project(latents)
    turn = np.eye(size)
    turn[:2, :2] = [[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]
    second = plane.project(latents @ turn)
    np.testing.assert_allclose(second, first, atol=0.05)


def test_flat_latents_are_shown_as_they_are() -> None:
    latents = np.array([[1.0, 2.0], [np.nan, np.inf]], np.float32)
    np.testing.assert_array_equal(MovingPlane().project(latents), [[1, 2], [0, 0]])
    assert MovingPlane().project(np.ones((3, 1), np.float32)).tolist() == [[1, 0]] * 3


def test_another_number_of_points_starts_anew() -> None:
    plane, rng = MovingPlane(), np.random.default_rng(0)
    assert plane.project(rng.normal(size=(20, 4))).shape == (20, 2)
    assert plane.project(rng.normal(size=(30, 4))).shape == (30, 2)


def test_curves_as_a_table() -> None:
    history = RunHistory().extend([started(), step(100, 200.0), step(500, 150.0), evaluated(1)])
    table = arrays_of(history)
    assert [array[0] for array in table.values()] == ["loss", "train", 0.1, 200.0]
    assert set(zip(table["term"], table["split"], strict=True)) == {
        ("loss", "train"), ("loss", "validation"), ("kl", "train"),
    }  # fmt: skip
