"""ONNX files as ONNX Runtime reads them, beside what torch says."""

from __future__ import annotations

import errno
import importlib.util
from typing import TYPE_CHECKING, Any

import numpy as np
import onnx
import onnxruntime
import pytest

from latentlab.cli.group import main
from latentlab.core import paths
from latentlab.core.errors import LatentlabError, ModelError
from latentlab.engine import codec, files, onnx_check, onnx_export, runs
from tests.codec_helpers import write_vae

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_vae(tmp_path_factory.mktemp("library"), latent=3)


@pytest.fixture(scope="module")
def exported(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> onnx_export.OnnxReport:
    return onnx_export.export_onnx(folder, tmp_path_factory.mktemp("onnx") / "my.vae.onnx")


@pytest.fixture
def converted(exported: onnx_export.OnnxReport, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the exporter of torch gives, which takes seconds, is what it gave before."""
    parts = onnx_export._NETWORKS.values()
    data = {part: path.read_bytes() for part, path in zip(parts, exported.files, strict=True)}
    monkeypatch.setattr(onnx_export, "_converted", lambda network, *_: data[type(network)])


def session(path: Path) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def compare(folder: Path, report: onnx_export.OnnxReport, n: int) -> None:
    """The files against the codec, which is the program's own way to run a model."""
    own = codec.Codec.open(folder, "cpu")
    rng = np.random.default_rng(n)
    images = rng.random((n, *own.manifest.data.shape), np.float32)
    z = rng.normal(size=(n, own.manifest.latent_size)).astype(np.float32)
    mu, logvar = own.encode(images)
    encoder, decoder = map(session, report.files)
    found = dict(zip(names(encoder), encoder.run(None, {"image": images}), strict=True))
    np.testing.assert_allclose(found["mu"], mu, atol=1e-4)
    assert ("logvar" in found) == (logvar is not None)
    if logvar is not None:
        np.testing.assert_allclose(found["logvar"], logvar, atol=1e-4)
    (decoded,) = decoder.run(None, {"z": z})
    np.testing.assert_allclose(decoded * 255, own.decode(z), atol=0.51)


def names(opened: onnxruntime.InferenceSession) -> list[str]:
    return [output.name for output in opened.get_outputs()]


@pytest.mark.parametrize("n", [1, 2, 33])
def test_the_files_compute_what_the_model_does_at_any_batch(
    folder: Path, exported: onnx_export.OnnxReport, n: int
) -> None:
    compare(folder, exported, n)


@pytest.mark.parametrize("name", ["mnist-pca-30", "mnist-ae-conv"])
def test_other_families_and_convolutions_too(tmp_path: Path, name: str) -> None:
    report = onnx_export.export_onnx(paths.trained() / name, tmp_path / name)
    assert [path.name for path in report.files] == [f"{name}-encoder.onnx", f"{name}-decoder.onnx"]
    compare(paths.trained() / name, report, 5)


def test_the_report_tells_what_was_measured(exported: onnx_export.OnnxReport) -> None:
    assert exported.differences.keys() == {"mu", "logvar", "image"}
    assert all(0 <= value < 1e-4 for value in exported.differences.values())
    assert exported.rows == 2 * 2 * (1 + 7 + 64)
    assert "my.vae-encoder.onnx and " in str(exported)
    assert "on 288 inputs: mu " in str(exported)


def test_the_files_say_what_they_are_and_nothing_of_this_machine(
    folder: Path, exported: onnx_export.OnnxReport
) -> None:
    manifest = runs.read_manifest(folder)
    for path in exported.files:
        proto = onnx.load(path)
        onnx.checker.check_model(proto, full_check=True)
        told = {prop.key: prop.value for prop in proto.metadata_props}
        assert told == {
            "latentlab.model": manifest.id,
            "latentlab.family": "vae",
            "latentlab.weights": manifest.files[runs.WEIGHTS],
            "latentlab.data": "Digits",
            "latentlab.licence": "",
        }
        assert proto.graph.input[0].type.tensor_type.shape.dim[0].dim_param == "batch"
        data = path.read_bytes()
        for trace in (b".py", b"latentlab/engine", str(folder).encode()):
            assert trace not in data


@pytest.mark.usefixtures("converted")
def test_a_network_that_onnx_computes_otherwise_is_refused(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = onnx_check._answers

    def shifted(*given: Any) -> Any:
        for expected, found in answers(*given):
            yield expected, {name: array * 1.001 for name, array in found.items()}

    monkeypatch.setattr(onnx_check, "_answers", shifted)
    with pytest.raises(ModelError, match=r"encoder's mu as ONNX differs .* nothing was written"):
        onnx_export.export_onnx(folder, tmp_path / "a")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("converted")
@pytest.mark.parametrize("wrong", [np.nan, np.inf])
def test_numbers_that_are_none_are_no_agreement(
    folder: Path, tmp_path: Path, wrong: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(onnx_check, "_difference", lambda *_: wrong)
    with pytest.raises(ModelError, match="differs from torch"):
        onnx_export.export_onnx(folder, tmp_path / "a")


def test_a_missing_extra_is_named(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    find = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == "onnxscript" else find(name)
    )
    with pytest.raises(ModelError, match=r"needs onnxscript, .* pip install 'latentlab\[onnx\]'"):
        onnx_export.export_onnx(folder, tmp_path / "a")


@pytest.mark.usefixtures("converted")
def test_both_files_or_none(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a-decoder.onnx").write_bytes(b"mine")
    with pytest.raises(ModelError, match=r"a-decoder\.onnx exists already"):
        onnx_export.export_onnx(folder, tmp_path / "a")
    write = files._write

    def full(path: Path, data: bytes, *, durable: bool) -> None:
        write(path, data, durable=durable)
        if "decoder" in path.name:
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(files, "_write", full)
    with pytest.raises(LatentlabError, match="the disk is full"):
        onnx_export.export_onnx(folder, tmp_path / "a", overwrite=True)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {
        "a-decoder.onnx": b"mine"
    }


def test_the_command_writes_zip_or_onnx(
    library: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_vae(library, "tiny")
    out = tmp_path / "out"
    assert main(["models", "export", "tiny", "-o", str(out)]) == 0
    assert main(["models", "export", "tiny", "--format", "onnx", "-o", str(out)]) == 0
    assert "largest differences to torch" in capsys.readouterr().out
    assert {path.name for path in tmp_path.iterdir()} == {
        "out.zip", "out-encoder.onnx", "out-decoder.onnx",
    }  # fmt: skip
    assert main(["models", "export", "tiny", "--format", "onnx", "-o", str(out)]) == 1
    assert "exists already" in capsys.readouterr().err
    assert main(["models", "export", "none", "--format", "onnx", "-o", str(out)]) == 1
    assert main(["models", "export", "tiny", "--format", "pickle", "-o", str(out)]) != 0
