"""What tests of several rooms share: model folders, a drained Post, looking at child processes."""

from __future__ import annotations

import hashlib
import json
import os
import queue
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image
from safetensors.numpy import save_file

from latentlab.core.manifest import DataRecord, Manifest, Metric

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray


class QueuePost:
    """A Post whose work is done by the test's thread, when the test says so."""

    def __init__(self) -> None:
        self._work: queue.Queue[Callable[[], None]] = queue.Queue()

    def __call__(self, work: Callable[[], None]) -> None:
        """Keep the work for `drain` or `run_until`; callable from any thread."""
        self._work.put(work)

    def drain(self) -> int:
        """Do everything posted so far; returns how many pieces of work that was."""
        done = 0
        while not self._work.empty():
            self._work.get()()
            done += 1
        return done

    def run_until(self, reached: Callable[[], bool], timeout_s: float = 30.0) -> None:
        """Do posted work in order until `reached`; fails when that takes too long."""
        end = time.monotonic() + timeout_s
        while not reached():
            try:
                self._work.get(timeout=max(0.0, min(0.05, end - time.monotonic())))()
            except queue.Empty:
                assert time.monotonic() < end, f"not reached within {timeout_s} s"


def children() -> dict[int, str]:
    """Living child processes of this one, pid to command line; empty where /proc is missing.

    Python's own resource tracker is left out: it serves the whole test run.
    """
    found: dict[int, str] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent = stat.read_text().rpartition(")")[2].split()[:2]
            command = (stat.parent / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:  # it ended while we looked
            continue
        if int(parent) == os.getpid() and state != "Z" and "resource_tracker" not in command:
            found[int(stat.parent.name)] = command.strip()
    return found


def digits_like(
    n: int = 60, side: int = 8, classes: int = 3, channels: int = 1, seed: int = 0
) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Pictures (n, channels, side, side) that cluster by label, and their labels (n,)."""
    rng = np.random.default_rng(seed)
    ideals = rng.integers(0, 256, (classes, channels, side, side))
    labels = np.arange(n, dtype=np.int64) % classes
    noisy = ideals[labels] + rng.normal(0, 25, (n, channels, side, side))
    return noisy.clip(0, 255).astype(np.uint8), labels


def write_npz(path: Path, n: int = 60, side: int = 8, classes: int = 3, channels: int = 1) -> str:
    """A small labelled dataset file; returns the spec that loads it."""
    images, labels = digits_like(n, side, classes, channels)
    np.savez(path, images=images, labels=labels)
    return f"npz:{path}"


def manifest_of(name: str = "tiny-vae-2", latent: int = 2, **fields: Any) -> Manifest:
    """A believable manifest of a finished VAE on 8 x 8 pictures; `fields` overrule."""
    values: dict[str, Any] = {
        "id": name,
        "title": "Tiny VAE",
        "family": "vae",
        "family_title": "VAE",
        "config": {"latent_size": latent},
        "recipe": {"epochs": 2},
        "capabilities": ("encode", "decode", "sample", "posterior"),
        "latent_shape": (latent,),
        "data": DataRecord(
            name="digits",
            title="Digits",
            content_hash="0" * 64,
            shape=(1, 8, 8),
            label_names=("0", "1", "2"),
        ),
        "state": "finished",
        "epoch": 2,
        "images_seen": 120,
        "created": "2026-11-20T12:00:00+00:00",
        "metrics": {"elbo": Metric(value=41.5, unit="nats per image", n=60, title="-ELBO")},
        "headline": "elbo",
    }
    return Manifest(**{**values, **fields})


def write_model(
    library: Path, name: str = "tiny-vae-2", latent: int = 2, n: int = 60, **fields: Any
) -> Path:
    """A complete, valid model folder written by hand: it verifies, but no family can decode it."""
    folder = library / name
    folder.mkdir(parents=True)
    rng = np.random.default_rng(1)
    labels = np.arange(n, dtype=np.int64) % 3
    latents = {
        "mu": (rng.normal(size=(n, latent)) + labels[:, None]).astype(np.float32),
        "logvar": np.full((n, latent), -2.0, np.float32),
        "labels": labels,
        "indices": np.arange(n, dtype=np.int64),
    }
    save_file(latents, folder / "latents.safetensors")
    weights = {"decoder.weight": rng.normal(size=(4, 4)).astype(np.float32)}
    save_file(weights, folder / "weights.safetensors")
    Image.fromarray(rng.integers(0, 256, (16, 16), np.uint8)).save(folder / "preview.png")
    (folder / "events.jsonl").write_text("")
    files = {path.name: sha256(path) for path in sorted(folder.glob("*.safetensors"))}
    manifest = manifest_of(name, latent, **{"files": files, **fields})
    (folder / "manifest.json").write_text(manifest.model_dump_json(indent=1))
    return folder


def write_completer_card(library: Path, name: str = "completer") -> Path:
    """The same of a model that completes pictures, and so has no encoded images."""
    folder = write_model(
        library, name, family="cvae", config={"condition": "quadrants"}, capabilities=("complete",)
    )
    (folder / "latents.safetensors").unlink()
    edit_manifest(folder, files={"weights.safetensors": sha256(folder / "weights.safetensors")})
    return folder


def train_digits(library: Path, cache: Path, name: str = "small-digits", epochs: int = 3) -> None:
    """Train a 2-D VAE of the digits into a library, in a process of its own."""
    settings = ["-s", "latent=2", "--epochs", str(epochs), "--device", "cpu", "--threads", "1"]
    command = [sys.executable, "-m", "latentlab", "train", "vae", "--data", "digits", *settings]
    places = {"LATENTLAB_LIBRARY": str(library), "LATENTLAB_CACHE": str(cache)}
    done = subprocess.run(
        [*command, "--name", name, "--json"],
        env={**os.environ, **places},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]


def edit_manifest(folder: Path, **changes: Any) -> None:
    """Overwrite keys of a manifest.json behind everybody's back."""
    path = folder / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))


def sha256(path: Path) -> str:
    """Hex digest of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
