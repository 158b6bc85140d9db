"""Numbers by command and by Python: the very files that the window writes."""

from __future__ import annotations

import shlex
import subprocess
import sys
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import latentlab
from latentlab.app import columns, data_calls
from latentlab.app.curve_table import arrays_of
from latentlab.app.data_calls import DataCall
from latentlab.app.proposals import numbers_of
from latentlab.app.run_record import RunRecord
from latentlab.core import events
from latentlab.core.errors import ConfigError, DataError, LatentlabError, ModelError
from latentlab.engine import runs
from latentlab.engine.latents import load_latents
from tests.helpers import write_model

if TYPE_CHECKING:
    from pathlib import Path

NAMES = ("0", "1", "2")


@pytest.fixture
def model(library: Path) -> Path:
    """A model of the usual library whose run has told something."""
    folder = write_model(library)
    told = [
        events.Step(
            epoch=0, images_seen=20 * i, losses={"loss": 3 / i, "kl": 1 / i}, images_per_s=1.0,
            eta_s=1.0, t=float(i),
        )
        for i in range(1, 5)
    ]  # fmt: skip
    lines = [event.model_dump_json() for event in told]
    (folder / runs.EVENTS).write_text("".join(f"{line}\n" for line in lines))
    return folder


@given(st.lists(st.integers(0, 99), min_size=1, max_size=40))
def test_rows_are_read_as_they_were_written(rows: list[int]) -> None:
    assert data_calls.read(data_calls.written(rows), 100) == rows


def test_neighbours_are_written_together() -> None:
    assert data_calls.written((3, 4, 5, 8, 2)) == "3-5,8,2"


@pytest.mark.parametrize("text", ["", "a", "3-", "-3", "5-3", "3,,4", "60", "1.5"])
def test_rows_that_are_none_are_told(text: str) -> None:
    with pytest.raises(ConfigError, match="rows"):
        data_calls.read(text, 60)


@pytest.mark.parametrize("suffix", [".csv", ".npz"])
@pytest.mark.parametrize("rows", [None, (3, 4, 5, 17)])
def test_latents_by_command_and_python_are_the_files_of_the_window(
    model: Path, tmp_path: Path, suffix: str, rows: tuple[int, ...] | None
) -> None:
    chosen = None if rows is None else np.array(rows)
    window = tmp_path / f"window{suffix}"
    found = numbers_of(load_latents(model), NAMES, chosen)
    columns.save_data(window, found, overwrite=False)
    check_both(DataCall("latents", model.name, rows), window, tmp_path)


@pytest.mark.parametrize("suffix", [".csv", ".npz"])
def test_a_history_by_command_and_python_is_the_file_of_the_window(
    model: Path, tmp_path: Path, suffix: str
) -> None:
    window = tmp_path / f"window{suffix}"
    columns.save_data(window, arrays_of(RunRecord.open(model).history), overwrite=False)
    check_both(DataCall("history", model.name), window, tmp_path)
    told = latentlab.history(model.name).arrays
    assert set(told["term"]) == {"loss", "kl"}
    assert len(told["value"]) == 8


def check_both(call: DataCall, window: Path, folder: Path) -> None:
    """Runs both texts as they are copied."""
    from latentlab.cli.group import main

    command, python = folder / f"a{window.suffix}", folder / f"b{window.suffix}"
    assert main(shlex.split(call.command(command))[1:]) == 0
    exec(compile(call.python(python), "copied", "exec"), {})
    for made in (command, python):
        if window.suffix == ".csv":
            assert made.read_bytes() == window.read_bytes()
            continue
        with np.load(made) as ours, np.load(window) as theirs:
            assert ours.files == theirs.files
            for name in theirs.files:
                assert ours[name].dtype == theirs[name].dtype
                assert np.array_equal(ours[name], theirs[name])


def test_texts_name_what_is_unusual(tmp_path: Path) -> None:
    call = DataCall("latents", "tiny", (1, 2), images=True)
    assert call.command("x.csv") == "latentlab latents tiny --rows 1-2 -o x.csv"
    assert "--images" in call.command("x.npz")
    place = tmp_path / "my models"
    assert shlex.split(call.command("x.npz", place))[:3] == ["latentlab", "--library", str(place)]
    assert "images=True" in call.python("x.npz", place)
    assert f'library="{place}"' in call.python("x.npz", place)


def test_what_cannot_be_given_is_told(model: Path, tmp_path: Path) -> None:
    for wrong, sentence in (
        (lambda: latentlab.latents("nothing"), "There is no model"),
        (lambda: latentlab.latents(model.name, rows=[60]), "0 to 59"),
        (lambda: latentlab.latents(model.name).save(tmp_path / "x.txt"), "x.txt"),
    ):
        with pytest.raises(LatentlabError, match=sentence):
            wrong()
    with pytest.raises(DataError, match="not what the model was trained on"):
        latentlab.latents(model.name, images=True)
    (model / runs.EVENTS).write_text("")
    with pytest.raises(ModelError, match="no curves"):
        latentlab.history(model.name)


def test_numbers_need_no_torch() -> None:
    code = "import sys, latentlab; latentlab.latents; latentlab.Numbers; assert 'torch' not in " \
        "sys.modules"  # fmt: skip
    subprocess.run([sys.executable, "-c", code], check=True)
