"""Array files are read whole, by one thread at a time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from latentlab.data import arrays

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """An array file."""
    np.save(tmp_path / "a.npy", np.arange(6).reshape(2, 3))
    return tmp_path / "a.npy"


def test_an_array_is_read_only_in_memory(file: Path) -> None:
    array = arrays.read(file)
    assert array.tolist() == [[0, 1, 2], [3, 4, 5]]
    assert not array.flags.writeable
    assert not isinstance(array, np.memmap)


def test_a_mapped_array_stays_on_disk(file: Path) -> None:
    array = arrays.mapped(file)
    assert array.tolist() == [[0, 1, 2], [3, 4, 5]]
    assert isinstance(array, np.memmap)
    assert not array.flags.writeable


def test_two_threads_never_read_headers_at_once(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    began, may_end = Event(), Event()
    inside: list[str] = []
    load = np.load

    def slow_load(path: Path, **how: Any) -> NDArray[Any]:
        inside.append("in")
        began.set()
        assert may_end.wait(10)
        array: NDArray[Any] = load(path, **how)
        inside.append("out")
        return array

    monkeypatch.setattr(np, "load", slow_load)
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(arrays.read, file)
        assert began.wait(10)
        second = pool.submit(arrays.mapped, file)
        while not second.running():
            pass
        may_end.set()
        assert first.result(10).shape == second.result(10).shape
    assert inside == ["in", "out", "in", "out"]
