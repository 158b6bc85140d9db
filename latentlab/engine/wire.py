"""Messages between the window and the codec process: a JSON header and named arrays.

A message is an eight-byte little-endian length, then safetensors bytes whose metadata holds the
header. Only numbers and JSON travel, never a pickle. Torch-free.
"""

from __future__ import annotations

import json
import struct
from typing import IO, TYPE_CHECKING, Any

import numpy as np
import safetensors.numpy
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Mapping

Header = dict[str, Any]
Arrays = dict[str, NDArray[Any]]

_LENGTH = struct.Struct("<Q")
_KEY = "header"


def pack(header: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]] | None = None) -> bytes:
    """One message as bytes."""
    whole = {name: np.ascontiguousarray(array) for name, array in (arrays or {}).items()}
    body = safetensors.numpy.save(whole, {_KEY: json.dumps(header)})
    return _LENGTH.pack(len(body)) + body


def unpack(body: bytes) -> tuple[Header, Arrays]:
    """The inverse of `pack`, of the bytes after the length."""
    (size,) = _LENGTH.unpack_from(body)  # safetensors opens with the length of its own JSON
    metadata = json.loads(body[_LENGTH.size : _LENGTH.size + size])["__metadata__"]
    return json.loads(metadata[_KEY]), safetensors.numpy.load(body)


def read(stream: IO[bytes]) -> tuple[Header, Arrays] | None:
    """The next message of a blocking stream; None at its end, also within a message."""
    prefix = stream.read(_LENGTH.size)
    if len(prefix) < _LENGTH.size:
        return None
    (size,) = _LENGTH.unpack(prefix)
    body = stream.read(size)
    return unpack(body) if len(body) == size else None


def write(stream: IO[bytes], message: bytes) -> None:
    """Write a packed message and hand it to the system at once."""
    stream.write(message)
    stream.flush()
