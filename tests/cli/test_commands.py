"""The commands as a person types them, in one process; each error is one sentence."""

from __future__ import annotations

import csv
import importlib
import json
import os
import shutil
import signal
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image

from latentlab.app.registry import Registry
from latentlab.cli.group import COMMANDS, main
from latentlab.core import events
from latentlab.engine import runs

if TYPE_CHECKING:
    from pathlib import Path

TINY = ("-s", "width=8", "-s", "depth=1", "-s", "batch_size=16", "--epochs", "1", "--threads", "1")


@pytest.fixture
def trained(library: Path, tiny_data: str, capsys: pytest.CaptureFixture[str]) -> str:
    """Id of a tiny VAE, trained by the command itself."""
    assert main(["train", "vae", "--data", tiny_data, "--name", "tiny", *TINY]) == 0
    capsys.readouterr()
    return "tiny"


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_of_the_table_exists_and_has_help(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([name, "--help"]) == 0
    assert f"latentlab {name}" in capsys.readouterr().out


def test_the_list_of_commands_and_models_waits_for_neither_torch_nor_qt() -> None:
    code = (
        "import sys; from latentlab.cli.group import main; main(['--help']); "
        "main(['models', 'list']); assert not {'torch', 'PySide6', 'sklearn'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, stdout=subprocess.DEVNULL)


def test_train_tells_its_events_as_json_lines(
    library: Path, tiny_data: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["train", "vae", "--data", tiny_data, "--json", "--seed", "3", *TINY]) == 0
    told = [events.parse(line) for line in capsys.readouterr().out.splitlines()]
    started, ended = told[0], told[-1]
    assert isinstance(started, events.RunStarted)
    assert isinstance(ended, events.RunEnded)
    assert ended.state == "finished"
    written, _ = runs.tail(library / started.run / runs.EVENTS)
    assert written == told
    assert Registry(library).find(started.run).require().seed == 3


@pytest.mark.skipif(os.name != "posix", reason="Windows has no SIGINT for one process")
def test_ctrl_c_stops_a_training_and_keeps_the_model(library: Path, tiny_data: str) -> None:
    command = [
        sys.executable, "-m", "latentlab", "train", "vae", "--data", tiny_data, "--json",
        "--name", "long", "-s", "width=8", "-s", "batch_size=16", "--epochs", "100000",
    ]  # fmt: skip
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if events.parse(line).kind == "evaluated":
                process.send_signal(signal.SIGINT)
                break
        last = process.stdout.read().splitlines()[-1]
    assert process.returncode == 0
    ended = events.parse(last)
    assert isinstance(ended, events.RunEnded)
    assert ended.state == "stopped"
    runs.verify(library / "long")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["train", "vea"], "vae"),
        (["train", "vae", "-s", "latent=0"], "latent"),
        (["train", "vae", "-s", "latnet=2"], "latent"),
        (["train", "vae", "--data", "mnits"], "mnist"),
        (["train", "vae", "--data", "folder:/no/such/place"], "no/such/place"),
        (["models", "show", "nothing"], "There is no model"),
        (["decode", "nothing", "--z", "1", "-o", "x.png"], "There is no model"),
        (["sample", "nothing", "-o", "x.docx"], "x.docx: name a file that ends in .png"),
    ],
)
def test_a_mistake_is_told_in_one_sentence(
    arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 1
    told = capsys.readouterr().err.strip()
    assert sentence in told
    assert "Traceback" not in told
    assert len(told.splitlines()) == 1


def test_encode_then_decode_gives_the_pictures_of_the_model(
    trained: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    encoded, decoded = tmp_path / "z.npz", tmp_path / "x.npz"
    assert main(["encode", trained, "-o", str(encoded), "--split", "train", "-n", "7"]) == 0
    assert main(["decode", trained, "--from", str(encoded), "-o", str(decoded), "--json"]) == 0
    with np.load(encoded) as z, np.load(decoded) as x:
        assert z["mu"].shape == (7, 2)
        assert x["images"].shape == (7, 1, 8, 8)
        assert np.array_equal(x["z"], z["mu"])
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["pictures"] == 7


def test_encode_writes_a_table_with_label_names(trained: str, tmp_path: Path) -> None:
    out = tmp_path / "z.csv"
    assert main(["encode", trained, "-o", str(out), "--split", "train", "-n", "4"]) == 0
    with out.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 4
    assert all(row["name"] for row in rows)
    assert all(np.isfinite(float(row["z1"])) for row in rows)


def test_encode_reads_picture_files_of_any_size(trained: str, tmp_path: Path) -> None:
    picture, out = tmp_path / "a b é.png", tmp_path / "z.npz"
    Image.new("RGBA", (31, 20), (200, 10, 10, 128)).save(picture)
    assert main(["encode", trained, str(picture), "-o", str(out)]) == 0
    with np.load(out) as z:
        assert z["mu"].shape == (1, 2)


def test_sample_is_repeatable_and_seeded(trained: str, tmp_path: Path) -> None:
    files = [tmp_path / f"{i}.png" for i in range(3)]
    for file, seed in zip(files, ("5", "5", "6"), strict=True):
        assert main(["sample", trained, "-n", "9", "--seed", seed, "-o", str(file)]) == 0
    same, again, other = (file.read_bytes() for file in files)
    assert same == again != other
    with Image.open(files[0]) as sheet:
        assert sheet.size == ((3 * 9 - 1) * 4, (3 * 9 - 1) * 4)  # 8 pixels and a gap, scale 4


@pytest.mark.parametrize("z", ["1,2,3", "a,b", "nan,1", ""])
def test_a_wrong_latent_writes_nothing(
    z: str, trained: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "x.png"
    assert main(["decode", trained, "--z", z, "-o", str(out)]) == 1
    assert len(capsys.readouterr().err.strip().splitlines()) == 1
    assert not out.exists()


def test_a_pickle_is_not_a_file_of_latents(
    trained: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    trap = tmp_path / "trap.npz"
    np.save(trap.with_suffix(".npy"), np.array([print], dtype=object), allow_pickle=True)
    trap.with_suffix(".npy").rename(trap)
    assert main(["decode", trained, "--from", str(trap), "-o", str(tmp_path / "x.png")]) == 1
    assert "no .npz that can be read" in capsys.readouterr().err


def test_models_travel_as_one_file(
    trained: str, library: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "tiny.zip"
    assert main(["models", "export", trained, "-o", str(file)]) == 0
    assert main(["models", "export", trained, "-o", str(file)]) == 1  # never silently again
    assert main(["models", "import", str(file), "--name", "copy"]) == 0
    assert main(["models", "verify"]) == 0
    assert main(["models", "rm", trained, "--yes"]) == 0
    assert [card.id for card in Registry(library).cards() if not card.shipped] == ["copy"]
    (library / "copy" / runs.WEIGHTS).write_bytes(b"\x80\x04 not weights")
    assert main(["models", "verify", "copy"]) == 1
    assert "a pickle" in capsys.readouterr().err


def test_models_list_and_show_as_json(trained: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models", "list", "--json"]) == 0
    listed: list[dict[str, Any]] = json.loads(capsys.readouterr().out)
    assert trained in {model["id"] for model in listed}
    assert main(["models", "show", trained, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["family"] == "vae"


def test_evaluate_measures_and_prints_json(
    trained: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["evaluate", trained, "-k", "5", "--split", "train", "--json"]) == 0
    figures = json.loads(capsys.readouterr().out)
    assert figures
    assert all(np.isfinite(figure["value"]) for figure in figures.values())


def test_figures_are_noted_in_ones_own_models_only(
    trained: str, library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def noted(library: Path) -> set[str]:
        return set(Registry(library, tmp_path / "none").find(trained).require().metrics)

    shutil.copytree(library / trained, tmp_path / "shipped" / trained)
    quick = ["--metrics", "psnr", "--split", "train"]
    assert main(["evaluate", trained, *quick]) == 0
    assert "psnr" in noted(library)
    monkeypatch.setattr("latentlab.core.paths.trained", lambda: tmp_path / "shipped")
    shutil.rmtree(library / trained)
    assert main(["evaluate", trained, *quick]) == 0
    assert "psnr" not in noted(tmp_path / "shipped")
    assert main(["evaluate", trained, *quick, "--keep"]) == 0
    assert "psnr" in noted(tmp_path / "shipped")


def test_families_describe_every_setting(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["families", "vae"]) == 0
    shown = capsys.readouterr().out
    described = importlib.import_module("latentlab.models").get("vae").Config.model_fields
    assert all(name in shown for name in described)
