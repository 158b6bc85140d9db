"""The folder of a run, which is a model from its first second. Torch-free: the window reads it.

    <id>/ manifest.json  events.jsonl  preview.png
          weights.safetensors  latents.safetensors  state.safetensors
          samples/<images seen>.safetensors  snapshots/<images seen>/weights.safetensors

Disk is the truth. One process writes a run and holds its lock; any number of them read.
"""

from __future__ import annotations

import errno
import hashlib
import json
import logging
import re
import unicodedata
from typing import TYPE_CHECKING, Any, Self

from pydantic import ValidationError

from latentlab.core import events, paths
from latentlab.core.errors import ModelError, TrainingError
from latentlab.core.manifest import SCHEMA_VERSION, Manifest, Metric, RunState
from latentlab.engine import files

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

    from filelock import FileLock

MANIFEST = "manifest.json"
EVENTS = "events.jsonl"
WEIGHTS = "weights.safetensors"
LATENTS = "latents.safetensors"
STATE = "state.safetensors"
PREVIEW = "preview.png"
SAMPLES = "samples"
ERROR_LOG = "error.log"
PROVISIONAL = "validation_loss"  # headline of a model that `evaluate` has not measured yet
_LOCK = ".lock"
_LOOKING_S = 1.0  # whoever only looks at a lock holds it for a moment
_TAIL_BYTES = 1 << 22  # read at once by `tail`, so that following a long run never blocks for long

log = logging.getLogger(__name__)


# -- reading ---------------------------------------------------------------------------------


def is_model(folder: Path) -> bool:
    """Whether a folder says of itself that it is a model."""
    return (folder / MANIFEST).is_file()


def read_manifest(folder: Path) -> Manifest:
    """What a model folder says of itself; raises ModelError in one sentence."""
    path = folder / MANIFEST
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ModelError(f"{folder} is no model: it has no {MANIFEST}; choose another") from None
    except OSError as error:
        raise ModelError(f"{path} cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise ModelError(f"{path} is damaged ({error}); get the model again") from error
    version = content.get("schema_version") if isinstance(content, dict) else None
    if version != SCHEMA_VERSION:
        raise ModelError(
            f"{path} has schema version {version}, this latentlab reads version "
            f"{SCHEMA_VERSION}; update latentlab or train the model again"
        )
    try:
        return Manifest.model_validate(content)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        raise ModelError(f"{path} is damaged at {field!r}: {first['msg']}") from error


def effective_state(folder: Path, manifest: Manifest | None = None) -> RunState:
    """The manifest's state, "interrupted" when it claims to run but nobody holds its lock."""
    state = (manifest or read_manifest(folder)).state
    if state not in ("running", "paused"):
        return state
    return state if _is_locked(folder) else "interrupted"


def tail(path: Path, offset: int = 0) -> tuple[list[events.Event], int]:
    """Events after byte `offset` up to the last newline, and the offset to go on from.

    A half-written line waits; a line that is no event is skipped with a warning; a file that
    shrank is read anew. Call again until the offset stays.
    """
    try:
        with path.open("rb") as file:
            start = offset if offset <= path.stat().st_size else 0
            file.seek(start)
            content = file.read(_TAIL_BYTES)
    except FileNotFoundError:
        return [], 0
    whole = content[: content.rfind(b"\n") + 1]
    return _parse(path, whole), start + len(whole)


def verify(folder: Path) -> None:
    """Check every listed file against its sha256; raises ModelError naming the first bad one."""
    manifest = read_manifest(folder)
    if manifest.state in ("finished", "stopped") and WEIGHTS not in manifest.files:
        raise ModelError(f"{folder / MANIFEST} lists no {WEIGHTS}; get the model again")
    for relative in manifest.files:
        check_file(folder, manifest, relative)


def check_file(folder: Path, manifest: Manifest, relative: str) -> Path:
    """The path of one listed tensor file whose bytes are as the manifest says, else ModelError."""
    path = files.inside(folder, relative)
    if relative not in manifest.files:
        raise ModelError(f"{folder / MANIFEST} lists no {relative}; the model has none yet")
    files.refuse_disguise(path)
    if files.sha256_of(path) != manifest.files[relative]:
        raise ModelError(
            f"{path} is not the file that {MANIFEST} describes (its sha256 differs); "
            "it was changed or damaged, get the model again"
        )
    return path


def _is_locked(folder: Path) -> bool:
    if not (folder / _LOCK).exists():
        return False
    try:
        lock = _acquire(folder)
    except OSError:  # a folder we may not write into has no writer of ours
        return False
    if lock is not None:
        lock.release()
    return lock is None


def _acquire(folder: Path, timeout_s: float = 0.0) -> FileLock | None:
    """The lock of a run, held until it is released; None while another writer holds it."""
    from filelock import FileLock, Timeout  # imports asyncio, which the window can wait for

    lock = FileLock(folder / _LOCK, thread_local=False)
    try:
        lock.acquire(timeout=timeout_s)
    except Timeout:
        return None
    return lock


def _parse(path: Path, content: bytes) -> list[events.Event]:
    found: list[events.Event] = []
    for line in content.splitlines():
        try:
            found.append(events.parse(line))
        except ValidationError:
            log.warning("%s: a line that is no event was skipped: %.80r", path, line)
    return found


# -- writing ---------------------------------------------------------------------------------


def to_json(manifest: Manifest) -> bytes:
    """The bytes of a manifest.json."""
    return (manifest.model_dump_json(indent=2) + "\n").encode()


def make_id(name: str, default: str) -> str:
    """A folder name from what people typed: lower case, letters and digits of any script."""
    for wanted in (name, default):
        text = unicodedata.normalize("NFKC", wanted).lower()
        clean = re.sub(r"[^\w.]+", "-", text).strip("-._")[:64].rstrip("-._")
        if clean:
            return clean
    return "model"


def reserve(library: Path, wanted: str) -> Path:
    """Create an empty folder for `wanted`, or wanted-2, wanted-3 ...; raises TrainingError."""
    number = 1
    while True:
        folder = library / (wanted if number == 1 else f"{wanted}-{number}")
        number += 1
        if (paths.trained() / folder.name).exists():
            continue
        try:
            library.mkdir(parents=True, exist_ok=True)
            folder.mkdir()
        except FileExistsError:
            if library.is_dir():
                continue
            raise TrainingError(f"{library} is a file; choose a folder as library") from None
        except OSError as error:
            raise TrainingError(files.explain(error, f"{folder} cannot be created")) from error
        return folder


def add_metrics(folder: Path, metrics: Mapping[str, Metric], headline: str = "") -> bool:
    """Note measured figures in a manifest, if it is ours to write and no run writes it now.

    `headline` becomes the figure on the card unless a measured one is there already.
    """
    try:
        lock = _acquire(folder, _LOOKING_S)
        if lock is None:
            return False
        try:
            manifest = read_manifest(folder)
            keep = manifest.headline not in ("", PROVISIONAL)
            changes = {
                "metrics": {**manifest.metrics, **metrics},
                "headline": manifest.headline if keep else headline or manifest.headline,
            }
            changed = manifest.model_copy(update=changes)
            files.write_whole(folder / MANIFEST, to_json(changed))
        finally:
            lock.release()
    except OSError as error:
        log.info("the figures of %s were not kept: %s", folder, error)
        return False
    return True


class RunWriter:
    """The only writer of one run folder. Use as a context manager; leaving it frees the lock."""

    def __init__(self, folder: Path, manifest: Manifest) -> None:
        """Lock the folder; raises TrainingError when another process writes it."""
        self.folder = folder
        self.manifest = manifest
        lock = _acquire(folder, _LOOKING_S)
        if lock is None:
            raise TrainingError(
                f"{folder} is being written by another process; stop that run first"
            )
        self._lock = lock
        try:
            self._mend_events()
            self._events = (folder / EVENTS).open("ab", buffering=0)
        except OSError:
            self._lock.release()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        try:
            self._events.close()
        finally:
            self._lock.release()

    def append(self, event: events.Event) -> None:
        """One line to events.jsonl, handed to the system at once."""
        line = event.model_dump_json().encode() + b"\n"
        if self._events.write(line) != len(line):
            raise OSError(errno.ENOSPC, "No space left on device", str(self.folder / EVENTS))

    def update(
        self,
        tensors: Mapping[str, bytes] | None = None,
        without: Collection[str] = (),
        **changes: Any,
    ) -> None:
        """Write tensor files and the manifest with `changes` and the files' hashes.

        All or none, also when the disk is full: every file is written under a temporary name
        before the first is renamed. Files `without` are listed no more.
        """
        self._require_folder()
        found = self.manifest.model_copy(update=changes)
        hashes = {name: hashlib.sha256(data).hexdigest() for name, data in (tensors or {}).items()}
        listed = {name: sha for name, sha in found.files.items() if name not in without}
        found = found.model_copy(update={"files": {**listed, **hashes}})
        files.write_together(self.folder, {**(tensors or {}), MANIFEST: to_json(found)})
        self.manifest = found

    def add_file(self, relative: str, data: bytes) -> None:
        """A new tensor file that is never rewritten; listed with the next `update`."""
        listed = {**self.manifest.files, relative: self.put_file(relative, data)}
        self.manifest = self.manifest.model_copy(update={"files": listed})

    def put_file(self, relative: str, data: bytes) -> str:
        """A file that is not listed; returns its sha256."""
        self._require_folder()
        return files.write_whole(self.folder / relative, data, durable=False)

    def remove(self, relative: str) -> None:
        """Delete a listed file; the manifest forgets it with the next `update`."""
        kept = {name: sha for name, sha in self.manifest.files.items() if name != relative}
        self.manifest = self.manifest.model_copy(update={"files": kept})
        (self.folder / relative).unlink(missing_ok=True)

    def _require_folder(self) -> None:
        """A folder that was moved away is not made anew."""
        if not self.folder.is_dir():
            raise FileNotFoundError(errno.ENOENT, "No such file or directory", str(self.folder))

    def _mend_events(self) -> None:
        """Cut a half-written last line, left by a writer that was killed."""
        path = self.folder / EVENTS
        if path.exists():
            content = path.read_bytes()
            if not content.endswith(b"\n"):
                with path.open("r+b") as file:
                    file.truncate(content.rfind(b"\n") + 1)
