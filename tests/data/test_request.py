from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from latentlab.core.errors import DataError
from latentlab.data import catalogue
from latentlab.data.request import Request, parse

if TYPE_CHECKING:
    from pathlib import Path

ENTRIES = {entry.name: entry for entry in catalogue()}


def understood(spec: str) -> Request:
    return parse(spec, ENTRIES)


def test_a_name_alone() -> None:
    request = understood(" MNIST ")
    assert (request.entry.name, request.path, request.name) == ("mnist", None, "mnist")


def test_options_are_values() -> None:
    request = understood("shapes?size=64&count=10")
    assert request.options.model_dump() == {"size": 64, "count": 10, "seed": 0}
    assert request.name == "shapes?count=10&size=64"


@pytest.mark.parametrize("name", ["my pictures", "was ist das?", "画像", "a?b=c", "100%&=", "x:y"])
def test_any_folder_name_is_a_path(tmp_path: Path, name: str) -> None:
    folder = tmp_path / name
    folder.mkdir()
    request = understood(f"folder:{folder}?size=16&color=grey")
    assert request.path == folder
    assert request.options.model_dump() == {"size": 16, "color": "grey"}
    assert understood(request.name) == request
    assert understood(f"folder:{folder}").path == folder


@given(name=st.text(st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1))
def test_the_written_form_loads_the_same(name: str) -> None:
    request = understood(f"folder:/nowhere/x{name}x?size=24")
    assert request.options.model_dump(exclude_unset=True) == {"size": 24}
    assert understood(request.name) == request


def test_relative_paths_are_written_absolute(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert understood("npz:some.npz").name == f"npz:{tmp_path / 'some.npz'}"


@pytest.mark.parametrize(
    ("spec", "sentence"),
    [
        ("mnits", "did you mean mnist"),
        ("zzzzzzzz", "there are digits, faces"),
        ("", "There is no dataset ''"),
        ("folder", "write 'folder:PATH'"),
        ("folder:", "names no path"),
        ("mnist:/x", "write 'mnist'"),
        ("mnist?size=3", "no setting 'size'; it has: none"),
        ("shapes?sise=3", "it has: count, size, seed"),
        ("shapes?size=3", "size=3 does not do: input should be greater than or equal to 8"),
        ("shapes?size=big", "size=big does not do"),
        ("shapes?size", "write '\\?key=value"),
        ("folder:/nowhere?color=mauve", "'auto', 'grey' or 'rgb'"),
    ],
)
def test_mistakes_are_named(spec: str, sentence: str) -> None:
    with pytest.raises(DataError, match=sentence):
        understood(spec)


def test_a_bare_path_is_told_how_to_be_written(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="write 'folder:"):
        understood(str(tmp_path))
