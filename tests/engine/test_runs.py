from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from latentlab.core import events, paths
from latentlab.core.errors import ModelError, TrainingError
from latentlab.core.manifest import Metric
from latentlab.engine import files, runs
from tests.helpers import edit_manifest, manifest_of, sha256, write_model

if TYPE_CHECKING:
    from pathlib import Path

CHANGED = [
    events.StateChanged(state="paused", message=text, t=t)
    for t, text in enumerate(["", "é—数", "line\nbreak"])
]


def start(library: Path, name: str = "run") -> runs.RunWriter:
    folder = runs.reserve(library, name)
    writer = runs.RunWriter(folder, manifest_of(folder.name, state="running", files={}))
    writer.update()
    return writer


def test_window_may_read_runs_without_torch() -> None:
    code = (
        "import sys; from latentlab.engine import runs, files, control; "
        "assert not {'torch', 'PySide6'} & sys.modules.keys()"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("My VAE!", "my-vae"),
        ("../../etc", "etc"),
        ("数字 模型", "数字-模型"),
        ("...", "default-name"),
        ("", "default-name"),
        ("a" * 200, "a" * 64),
    ],
)
def test_ids_are_made_from_what_people_type(name: str, wanted: str) -> None:
    assert runs.make_id(name, "Default name") == wanted


@given(st.text())
def test_ids_are_always_plain_folder_names(name: str) -> None:
    made = runs.make_id(name, "")
    assert made
    assert made == made.strip(".-_ ")
    assert not set(made) & set('/\\:*?"<>|\0')


def test_taken_ids_get_a_number(library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shipped = library.parent / "trained"
    (shipped / "mnist-2").mkdir(parents=True)
    monkeypatch.setattr(paths, "trained", lambda: shipped)
    names = [runs.reserve(library, "mnist").name for _ in range(3)]
    assert names == ["mnist", "mnist-3", "mnist-4"]


def test_library_that_is_a_file_or_read_only_is_told(library: Path) -> None:
    (library / "file").touch()
    with pytest.raises(TrainingError, match="is a file"):
        runs.reserve(library / "file", "x")
    with pytest.raises(TrainingError, match="cannot be created"):
        runs.reserve(library / "file" / "below", "x")


def test_manifest_comes_back_as_written(library: Path) -> None:
    with start(library) as run:
        run.update(epoch=3, message="naïve")
        assert runs.read_manifest(run.folder) == run.manifest
        assert run.manifest.epoch == 3
    assert runs.is_model(run.folder)
    assert not runs.is_model(library)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "is damaged"),
        ("[]", "schema version None"),
        ('{"schema_version": 9}', "schema version 9"),
        ('{"schema_version": 1, "id": 3}', "damaged at"),
        ("\udcff", "is damaged"),
    ],
)
def test_strange_manifests_are_one_sentence(tiny_model: Path, text: str, words: str) -> None:
    path = tiny_model / runs.MANIFEST
    path.write_bytes(text.encode(errors="surrogateescape"))
    with pytest.raises(ModelError, match=words) as caught:
        runs.read_manifest(tiny_model)
    assert str(path) in str(caught.value)


def test_unknown_field_of_a_manifest_is_named(tiny_model: Path) -> None:
    edit_manifest(tiny_model, surprise=1)
    with pytest.raises(ModelError, match="surprise"):
        runs.read_manifest(tiny_model)


def test_folder_without_manifest_is_no_model(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="is no model"):
        runs.read_manifest(tmp_path)


def test_running_state_is_believed_only_while_the_lock_is_held(library: Path) -> None:
    with start(library) as run:
        assert runs.effective_state(run.folder) == "running"
        with pytest.raises(TrainingError, match="another process"):
            runs.RunWriter(run.folder, run.manifest)
        run.update(state="paused")
        assert runs.effective_state(run.folder) == "paused"
    assert runs.effective_state(run.folder) == "interrupted"


def test_running_state_without_any_lock_is_interrupted(library: Path) -> None:
    assert runs.effective_state(write_model(library, state="running")) == "interrupted"
    assert runs.effective_state(write_model(library, "done")) == "finished"


def test_tail_waits_for_the_end_of_a_line(library: Path) -> None:
    with start(library) as run:
        path = run.folder / runs.EVENTS
        assert runs.tail(path) == ([], 0)
        run.append(CHANGED[0])
        seen, offset = runs.tail(path)
        assert seen == CHANGED[:1]
        with path.open("ab") as file:
            file.write(b'{"kind": "state_')
        assert runs.tail(path, offset) == ([], offset)
    with runs.RunWriter(run.folder, run.manifest) as again:  # it was killed in that line
        again.append(CHANGED[1])
    assert runs.tail(path, offset)[0] == CHANGED[1:2]


@given(st.lists(st.integers(0, 400), max_size=8))
def test_tail_gives_every_event_once_however_the_bytes_arrive(
    tmp_path_factory: pytest.TempPathFactory, cuts: list[int]
) -> None:
    path = tmp_path_factory.mktemp("tail") / runs.EVENTS
    content = b"".join(event.model_dump_json().encode() + b"\n" for event in CHANGED)
    seen: list[events.Event] = []
    offset = 0
    for cut in [*sorted(cuts), len(content)]:
        path.write_bytes(content[:cut])
        found, offset = runs.tail(path, offset)
        seen += found
    assert seen == CHANGED


def test_tail_skips_strange_lines_and_starts_anew_in_a_shorter_file(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / runs.EVENTS
    line = CHANGED[1].model_dump_json()
    path.write_text(f'no json\n{{"kind": "from the future"}}\n{line}\n')
    seen, offset = runs.tail(path)
    assert seen == [CHANGED[1]]
    assert caplog.text.count("was skipped") == 2
    path.write_text(line + "\n")
    assert runs.tail(path, offset) == ([CHANGED[1]], len(line.encode()) + 1)
    assert runs.tail(tmp_path / "nothing", 7) == ([], 0)


def test_long_files_are_followed_in_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "_TAIL_BYTES", 100)
    path = tmp_path / runs.EVENTS
    path.write_text((CHANGED[0].model_dump_json() + "\n") * 5)
    count, offset, before = 0, 0, -1
    while offset != before:
        before = offset
        seen, offset = runs.tail(path, offset)
        assert len(seen) <= 1
        count += len(seen)
    assert count == 5


def test_whole_model_verifies(tiny_model: Path) -> None:
    runs.verify(tiny_model)


def test_tampered_missing_and_escaping_files_are_named(tiny_model: Path) -> None:
    weights = tiny_model / runs.WEIGHTS
    content = bytearray(weights.read_bytes())
    content[-1] ^= 1
    weights.write_bytes(content)
    with pytest.raises(ModelError, match=rf"{runs.WEIGHTS}.*sha256 differs"):
        runs.verify(tiny_model)
    weights.unlink()
    with pytest.raises(ModelError, match=rf"{runs.WEIGHTS} is missing"):
        runs.verify(tiny_model)
    edit_manifest(tiny_model, files={runs.WEIGHTS: "0", "../../evil": "0"})
    with pytest.raises(ModelError):
        runs.verify(tiny_model)
    edit_manifest(tiny_model, files={})
    with pytest.raises(ModelError, match="lists no weights"):
        runs.verify(tiny_model)


def test_event_paths_out_of_the_folder_are_refused(tiny_model: Path) -> None:
    event = events.Samples(epoch=0, images_seen=0, path="../../secret", t=0)
    with pytest.raises(ModelError, match="outside"):
        files.read_arrays(tiny_model, event.path)


def test_file_that_is_not_listed_is_not_used(tiny_model: Path) -> None:
    with pytest.raises(ModelError, match="lists no state"):
        runs.check_file(tiny_model, runs.read_manifest(tiny_model), runs.STATE)


def test_tensor_files_and_their_hashes_appear_together(library: Path) -> None:
    with start(library) as run:
        run.update({runs.WEIGHTS: b"weights"}, epoch=1)
        run.add_file("samples/1.safetensors", b"samples")
        assert runs.read_manifest(run.folder).files.keys() == {runs.WEIGHTS}
        run.update()
        found = runs.read_manifest(run.folder).files
        assert found == {name: sha256(run.folder / name) for name in found}
        assert len(found) == 2
        run.remove("samples/1.safetensors")
        run.update()
    assert runs.read_manifest(run.folder).files.keys() == {runs.WEIGHTS}
    assert not list((run.folder / "samples").iterdir())


def test_measured_figures_take_the_card_from_provisional_ones(tiny_model: Path) -> None:
    edit_manifest(tiny_model, headline=runs.PROVISIONAL)
    metric = Metric(value=1, unit="dB", n=1, title="PSNR")
    assert runs.add_metrics(tiny_model, {"psnr": metric}, "psnr")
    assert runs.add_metrics(tiny_model, {"other": metric}, "other")
    manifest = runs.read_manifest(tiny_model)
    assert manifest.headline == "psnr"
    assert manifest.metrics.keys() == {"elbo", "psnr", "other"}


def test_figures_of_a_run_that_goes_on_are_not_written(library: Path) -> None:
    with start(library) as run:
        before = (run.folder / runs.MANIFEST).read_bytes()
        assert not runs.add_metrics(run.folder, {})
        assert (run.folder / runs.MANIFEST).read_bytes() == before
        assert json.loads(before)["state"] == "running"
