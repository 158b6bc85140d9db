"""Files of documents: nothing a person made is lost, whatever the disk holds."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from pydantic import ValidationError

from latentlab.app import documents
from latentlab.app.preferences import Preferences, Settings, default_path
from latentlab.app.session import Session, SessionFile

if TYPE_CHECKING:
    from pathlib import Path


def test_a_missing_file_is_a_fresh_document(tmp_path: Path) -> None:
    assert documents.read(tmp_path / "none.json", Settings) == (Settings(), "")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is damaged"),
        (b"{", "is damaged"),
        (b"\xff\xfe\x00", "is damaged"),
        (b"[1, 2]", "is damaged"),
        (b'{"version": 1, "ui_scale": 9}', "is damaged at 'ui_scale'"),
        (b'{"version": 1, "colour": "red"}', "is damaged at 'colour'"),
        (b'{"version": 2, "theme": "dark"}', "was written by a newer latentlab"),
    ],
)
def test_a_broken_file_is_set_aside(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "preferences.json"
    path.write_bytes(content)
    document, problem = documents.read(path, Settings)
    assert document == Settings()
    assert words in problem
    assert "preferences.kept.json" in problem
    assert problem.count(". ") == 0, "one sentence"
    assert (tmp_path / "preferences.kept.json").read_bytes() == content
    assert not path.exists()


def test_a_second_broken_file_does_not_replace_the_first(tmp_path: Path) -> None:
    path = tmp_path / "session.json"
    for number in range(3):
        path.write_text(f"broken {number}")
        Session.restore(path)
    kept = [tmp_path / f"session.kept{end}.json" for end in ("", "-2", "-3")]
    assert [file.read_text() for file in kept] == ["broken 0", "broken 1", "broken 2"]


def test_an_unreadable_file_stays(tmp_path: Path) -> None:
    (tmp_path / "session.json").mkdir()
    document, problem = documents.read(tmp_path / "session.json", SessionFile)
    assert document == SessionFile()
    assert "cannot be read" in problem
    assert (tmp_path / "session.json").is_dir()


def test_a_failed_write_keeps_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "preferences.json"
    documents.write(path, Settings(theme="dark"))

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        documents.write(path, Settings(theme="light"))
    assert documents.read(path, Settings)[0].theme == "dark"
    assert [file.name for file in tmp_path.iterdir()] == ["preferences.json"]


def test_next_free_never_names_what_is_there(tmp_path: Path) -> None:
    first = tmp_path / "picture.png"
    assert documents.next_free(first) == first
    first.touch()
    (tmp_path / "picture-2.png").symlink_to("nowhere")
    assert documents.next_free(first).name == "picture-3.png"


def test_preferences_round_trip_and_tell(home: Path) -> None:
    preferences, problem = Preferences.restore()
    told: list[tuple[Settings, Settings]] = []
    preferences.changed.connect(lambda new, old: told.append((new, old)))
    preferences.update(theme="dark", ui_scale=1.5, geometry="AdnQywADAAA", seen=("move",))
    preferences.update(theme="dark")
    assert problem == ""
    assert told == [(preferences.settings, Settings())]
    preferences.save()
    assert home in default_path().parents
    assert Preferences.restore()[0].settings == preferences.settings


def test_preferences_refuse_what_is_out_of_range() -> None:
    preferences = Preferences()
    for wrong in ({"ui_scale": 3.0}, {"theme": "pink"}, {"unknown": 1}):
        with pytest.raises(ValidationError):
            preferences.update(**wrong)
    assert preferences.settings == Settings()
