from __future__ import annotations

import hashlib
import http.server
import os
import threading
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pytest

from latentlab import data
from latentlab.core import paths
from latentlab.core.errors import DataError
from latentlab.data import download
from tests.data.makers import write_mnist

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

# What a child does instead of torchvision: quick, and wrong in every way a download can be.
FAKES = """
import sys, threading
from pathlib import Path

def good(folder):
    (folder / "set").mkdir()
    (folder / "set" / "file").write_text("fresh")
    print("a line that is no message")
    print("[1000, 2000]", flush=True)

def refused(folder):
    (folder / "half").write_text("half")
    raise RuntimeError("Error downloading x:\\nTried http://y, got:\\nno route")

def crash(folder):
    raise AssertionError("nobody expects this")

def die(folder):
    sys.stdout.flush()
    import os
    os._exit(3)

def hang(folder):
    (folder / "half").write_text("half")
    print("[1, 2]", flush=True)
    threading.Event().wait()
"""


@pytest.fixture
def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], data.Entry]:
    """An entry whose download is a function of FAKES, in a child without torchvision."""
    (tmp_path / "fakes").mkdir()
    (tmp_path / "fakes" / "fake_sources.py").write_text(FAKES)
    stand_in = tmp_path / "fakes" / "torchvision" / "datasets"
    stand_in.mkdir(parents=True)
    (stand_in.parent / "__init__.py").write_text("")
    (stand_in / "__init__.py").write_text("")
    (stand_in / "utils.py").write_text("tqdm = None")
    monkeypatch.syspath_prepend(tmp_path / "fakes")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "fakes"))

    def entry(function: str) -> data.Entry:
        import fake_sources

        digits = next(entry for entry in data.catalogue() if entry.name == "digits")
        return replace(digits, name="fake", download=getattr(fake_sources, function), place="set")

    return entry


def left_over() -> list[str]:
    home = paths.downloads()
    return sorted(item.name for item in home.iterdir()) if home.exists() else []


def test_a_download_arrives_whole_and_reports(fake: Callable[[str], data.Entry]) -> None:
    reports: list[data.Progress] = []
    old = paths.downloads() / "set"
    old.mkdir(parents=True)
    killed = paths.downloads() / ".fake-of-last-week.part"
    killed.mkdir()
    os.utime(killed, (0, 0))
    (old / "file").write_text("damaged")
    download.fetch(fake("good"), reports.append, lambda: False)
    assert (paths.downloads() / "set" / "file").read_text() == "fresh"
    assert [report.fraction for report in reports] == [None, 0.5]
    assert reports[-1].unit == "bytes"
    assert left_over() == ["set"]


@pytest.mark.parametrize(
    ("function", "reason"),
    [("refused", "no route"), ("crash", "nobody expects this"), ("die", "ended without a word")],
)
def test_a_failed_download_is_one_sentence_and_leaves_nothing(
    fake: Callable[[str], data.Entry], function: str, reason: str
) -> None:
    with pytest.raises(DataError, match=reason) as caught:
        download.fetch(fake(function), lambda _: None, lambda: False)
    assert "\n" not in str(caught.value)
    assert "check the network" in str(caught.value)
    assert left_over() == []


def test_a_cancelled_download_leaves_nothing(fake: Callable[[str], data.Entry]) -> None:
    begun = threading.Event()

    def note(progress: data.Progress) -> None:
        if progress.done:
            begun.set()

    with pytest.raises(data.FetchCancelledError, match="nothing was kept"):
        download.fetch(fake("hang"), note, begun.is_set)
    assert left_over() == []


def test_an_unwritable_folder_is_one_sentence(
    fake: Callable[[str], data.Entry], home: Path
) -> None:
    paths.downloads().parent.mkdir(parents=True)
    paths.downloads().write_text("in the way")
    with pytest.raises(DataError, match="could not be downloaded"):
        download.fetch(fake("good"), lambda _: None, lambda: False)


def fetched(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names that would be downloaded, with MNIST's files put into place at once."""
    names: list[str] = []

    def bring(entry: data.Entry, *_: object) -> None:
        names.append(entry.name)
        write_mnist(paths.downloads() / "MNIST" / "raw")

    monkeypatch.setattr(download, "fetch", bring)
    return names


def test_what_is_missing_or_damaged_is_downloaded_and_what_is_here_is_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    names = fetched(monkeypatch)
    assert len(data.fetch("mnist").images) == 100
    assert len(data.fetch("mnist").images) == 100
    assert names == ["mnist"]
    file = paths.downloads() / "MNIST" / "raw" / "train-images-idx3-ubyte.gz"
    file.write_bytes(file.read_bytes()[:-9])
    assert len(data.fetch("mnist").images) == 100
    assert names == ["mnist", "mnist"]


def test_a_damaged_copy_of_the_user_is_named_and_not_downloaded(
    monkeypatch: pytest.MonkeyPatch, data_folder: Path
) -> None:
    names = fetched(monkeypatch)
    write_mnist(data_folder / "MNIST" / "raw")
    file = data_folder / "MNIST" / "raw" / "t10k-images-idx3-ubyte.gz"
    file.write_bytes(file.read_bytes()[:-9])
    with pytest.raises(data.DamagedDataError, match="t10k-images"):
        data.fetch("mnist")
    assert names == []


def test_what_cannot_be_downloaded_is_loaded_or_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    names = fetched(monkeypatch)
    assert len(data.fetch("digits").images) == 1797
    (tmp_path / "a.npz").write_bytes(b"no archive")
    with pytest.raises(data.DamagedDataError):
        data.fetch(f"npz:{tmp_path / 'a.npz'}")
    assert names == []


SERVED = """
from torchvision.datasets import FashionMNIST
from latentlab.data.entries import mnist

def bring(folder):
    FashionMNIST.mirrors = {mirrors!r}
    FashionMNIST.resources = {resources!r}
    mnist.FASHION.download(folder)
"""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    """A mirror on this machine that serves `tmp_path/served`."""
    (tmp_path / "served").mkdir()
    handler = partial(http.server.SimpleHTTPRequestHandler, directory=tmp_path / "served")
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as mirror:
        thread = threading.Thread(target=mirror.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{mirror.server_address[1]}"
        mirror.shutdown()
        thread.join()


def test_torchvision_downloads_and_verifies(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: str
) -> None:
    """The real torchvision in the real child; the first mirror's files fail their checksum."""
    written = write_mnist(tmp_path / "served" / "good", train=600)
    files = sorted((tmp_path / "served" / "good").iterdir())
    (tmp_path / "served" / "bad").mkdir()
    for file in files:
        (tmp_path / "served" / "bad" / file.name).write_bytes(file.read_bytes()[:-1])
    resources = [(file.name, hashlib.md5(file.read_bytes()).hexdigest()) for file in files]
    mirrors = [f"{server}/bad/", f"{server}/good/"]
    (tmp_path / "served_source.py").write_text(SERVED.format(mirrors=mirrors, resources=resources))
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    entry = next(entry for entry in data.catalogue() if entry.name == "fashion-mnist")

    def bring(_: Path) -> None:
        """Stands for `bring` of the child's module."""

    bring.__module__, bring.__qualname__ = "served_source", "bring"
    reports: list[data.Progress] = []
    download.fetch(replace(entry, download=bring), reports.append, lambda: False)
    assert max(report.done for report in reports) > 400_000
    fashion = data.load("fashion-mnist")
    assert np.array_equal(fashion.images[:600, 0], written["train-images-idx3-ubyte"])
    assert left_over() == ["FashionMNIST"]
