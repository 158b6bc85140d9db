from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from latentlab.cli.data import data as command
from latentlab.core.errors import DataError
from tests.data.makers import picture_folder, write_mnist

if TYPE_CHECKING:
    from pathlib import Path


def output(*arguments: str) -> str:
    result = CliRunner().invoke(command, arguments, catch_exceptions=False)
    assert result.exit_code == 0
    return result.stdout


def test_list_names_every_dataset_and_whether_it_is_here(data_folder: Path) -> None:
    write_mnist(data_folder / "MNIST" / "raw")
    rows = {line.split()[0]: line for line in output("list").splitlines() if line.split()}
    assert "yes" in rows["mnist"]
    assert "fetch" in rows["kmnist"]
    assert "give a path" in rows["folder"]
    listed = {entry["name"]: entry for entry in json.loads(output("list", "--json"))}
    assert listed["mnist"]["here"]
    assert listed["kmnist"]["downloadable"]
    assert listed["shapes"]["options"] == ["count", "size", "seed"]


def test_info_of_what_is_here(tmp_path: Path) -> None:
    folder = picture_folder(tmp_path / "my pets")
    known = json.loads(output("info", f"folder:{folder}?size=16", "--json"))
    assert known["title"] == "my pets"
    assert known["labels"] == {"a": 6, "b": 6}
    assert known["splits"] == {"train": 10, "validation": 1, "test": 1}
    assert known["shape"] == [1, 16, 16]
    assert "a: 6, b: 6" in output("info", f"folder:{folder}?size=16")


def test_info_of_what_is_not_here() -> None:
    known = json.loads(output("info", "cifar10", "--json"))
    assert (known["here"], known["images"]) == (False, 60_000)
    assert "hash" not in known


def test_fetch_of_what_is_here_says_so() -> None:
    assert "UCI digits is here: 1,797 images" in output("fetch", "digits")


def test_mistakes_reach_the_edge_as_errors() -> None:
    for arguments in (["info", "mnits"], ["fetch", "nothing"], ["info", "shapes?size=1"]):
        with pytest.raises(DataError):
            CliRunner().invoke(command, arguments, catch_exceptions=False)
