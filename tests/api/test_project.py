"""Projection from Python and the command line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image

import latentlab
from latentlab.cli.group import main
from latentlab.core.errors import ConfigError, ModelError
from tests.codec_helpers import write_classifier, write_vae
from tests.helpers import edit_manifest

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def gan(library: Path) -> latentlab.api.Model:
    edit_manifest(write_vae(library, "gan", latent=3), capabilities=("decode", "sample"))
    return latentlab.load("gan")


@pytest.fixture
def file(gan: latentlab.api.Model, tmp_path: Path) -> Path:
    """A picture that the model can make."""
    path = tmp_path / "made.png"
    Image.fromarray(gan.decode(gan.sample(1, seed=4))[0, 0]).save(path)
    return path


def test_pictures_stand_above_what_was_found(gan: latentlab.api.Model, file: Path) -> None:
    shares: list[float] = []
    sheet = gan.project(
        [f"file:{file}", 128 * np.eye(8, dtype=np.uint8)[None]], progress=shares.append
    )
    assert shares == [0.5, 1.0]
    assert sheet.titles == ("given", "found")
    assert sheet.pictures.shape == (2, 2, 1, 8, 8)
    assert sheet.errors[0] < 1e-2 < sheet.errors[1]
    np.testing.assert_array_equal(sheet.pictures[1], gan.decode_alone(sheet.latents))
    apart = np.square((sheet.pictures[0, 1] / 255.0) - sheet.pictures[1, 1] / 255.0).sum()
    assert sheet.errors[1] == pytest.approx(apart)


def test_found_ends_serve_everywhere(gan: latentlab.api.Model, file: Path) -> None:
    end = gan.endpoint(f"file:{file}")
    assert end.missed is not None
    strip = gan.homotopy(f"file:{file}", "seed:1", steps=3)
    np.testing.assert_array_equal(strip.z[0, 0], end.z)


def test_an_encoder_is_asked_where_there_is_one(library: Path, file: Path) -> None:
    write_vae(library, "plain")
    model = latentlab.load("plain")
    end = model.endpoint(f"file:{file}")
    assert end.missed is None
    np.testing.assert_array_equal(model.project(f"file:{file}").latents[0], end.z)


def test_refusals(gan: latentlab.api.Model, library: Path) -> None:
    with pytest.raises(ConfigError, match="No picture is given"):
        gan.project([])
    with pytest.raises(ConfigError, match="sample 3 is no picture; choose an image"):
        gan.project("seed:3")
    write_classifier(library)
    with pytest.raises(ModelError, match="has no decoder"):
        latentlab.load("reader").project(np.zeros((1, 8, 8), np.uint8)).save("x.png")


def test_the_command_writes_a_sheet_and_tells_what_is_missed(
    gan: latentlab.api.Model, file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "found.png"
    assert main(["project", "gan", "--from", f"file:{file}", "-o", str(out), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)["projections"][0]
    sheet = gan.project(f"file:{file}")
    assert told["z"] == pytest.approx(sheet.latents[0].tolist())
    assert told["squared_error"] == pytest.approx(sheet.errors[0])
    again = tmp_path / "again.png"
    assert main(["replay", str(out), "-o", str(again)]) == 0
    assert again.read_bytes() == out.read_bytes()
    assert main(["project", "gan", "--from", f"file:{file}", "-o", str(out)]) == 0
    assert "squared error" in capsys.readouterr().out


def test_the_command_refuses_in_a_sentence(
    gan: latentlab.api.Model, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "found.png"
    assert main(["project", "gan", "--from", "file:nowhere.png", "-o", str(out)]) == 1
    assert "is not there" in capsys.readouterr().err
    assert main(["project", "gan", "--from", "seed:1", "-o", str(out)]) == 1
    assert not out.exists()
