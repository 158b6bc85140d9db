"""Which device a run computes on, with how many threads, and what it is called."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

import torch

from latentlab.core.errors import DeviceError

if TYPE_CHECKING:
    from collections.abc import Iterator


def choose(wish: str = "auto") -> torch.device:
    """The device for auto | cpu | cuda | cuda:1 | mps; raises DeviceError when there is none."""
    if wish == "auto":
        return _best()
    try:
        device = torch.device(wish)
    except RuntimeError:
        raise DeviceError(f"{wish!r} is no device; choose auto, cpu, cuda, cuda:1 or mps") from None
    if device.type == "cpu":
        return torch.device("cpu")
    if device.type == "mps" and torch.backends.mps.is_available():
        return torch.device("mps")
    if device.type == "cuda" and torch.cuda.is_available():
        return _cuda(device.index or 0)
    raise DeviceError(f"This machine has no device {wish!r} that torch can use; choose auto or cpu")


def title(device: torch.device, threads: int = 1) -> str:
    """The device's name for people: "CPU, 1 thread", "NVIDIA H200"."""
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    if device.type == "mps":
        return "Apple GPU"
    return f"CPU, {threads} thread{'' if threads == 1 else 's'}"


def cores() -> int:
    """CPU cores this process may use."""
    return os.process_cpu_count() if hasattr(os, "process_cpu_count") else _affine_cores()


def trainer_threads(wish: int | None = None) -> int:
    """`wish`, or all cores but the one that draws the window; at least 1."""
    return max(1, cores() - 1 if wish is None else wish)


@contextmanager
def using_threads(threads: int) -> Iterator[None]:
    """Compute with this many CPU threads, then as before."""
    before = torch.get_num_threads()
    torch.set_num_threads(threads)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def is_out_of_memory(error: BaseException) -> bool:
    """Whether torch gave up for want of memory, on any device."""
    if isinstance(error, torch.OutOfMemoryError | MemoryError):
        return True
    signs = ("out of memory", "can't allocate memory", "CUBLAS_STATUS_ALLOC_FAILED")
    return isinstance(error, RuntimeError) and any(sign in str(error) for sign in signs)


def free_memory(device: torch.device) -> None:
    """Give cached blocks back to the driver."""
    if device.type == "cuda":
        torch.cuda.empty_cache()
    elif device.type == "mps":
        torch.mps.empty_cache()


def _best() -> torch.device:
    if torch.cuda.is_available():
        return torch.device("cuda", 0)
    return torch.device("mps" if torch.backends.mps.is_available() else "cpu")


def _cuda(index: int) -> torch.device:
    count = torch.cuda.device_count()
    if index >= count:
        raise DeviceError(
            f"cuda:{index} does not exist, this machine has {count} CUDA device"
            f"{'' if count == 1 else 's'}; choose cuda:{count - 1} or lower"
        )
    return torch.device("cuda", index)


def _affine_cores() -> int:
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1
