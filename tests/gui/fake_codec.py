"""A codec process without torch for the window's tests: pictures of 8 x 8 that show their latent.

The first pixels of the first row hold z as bytes; the rest is a gradient. Of a conditional model
the last pixel holds 100 and the class (or ten times the first number). What is completed is grey:
10 times the number of the answer, from 1 on, and the seed; 5 in the mean. The sample of a seed has
the seed's last two digits as first number, and shows the class that is left when it is divided by
how many there are. As the real one it refuses what the model cannot do, or is not told.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np

from latentlab.core import quadrants, query
from latentlab.core.errors import ConfigError
from latentlab.engine import wire

SOURCE, SINK = sys.stdin.buffer, sys.stdout.buffer
SIDE = 8
SEEN = 200  # and the class: the pixel before the last of what a conditional model was told


def paint(z: Any) -> Any:
    pictures = np.tile(np.arange(SIDE * SIDE, dtype=np.uint8) * 3, (len(z), 1))
    shown = min(z.shape[1], SIDE)
    pictures[:, :shown] = z[:, :shown].astype(np.int64).astype(np.uint8)
    return pictures.reshape(len(z), 1, SIDE, SIDE)


def read(pictures: Any, latent: int) -> Any:
    """The inverse of `paint`, as far as it goes."""
    z = np.zeros((len(pictures), latent), np.float32)
    shown = min(latent, SIDE)
    z[:, :shown] = pictures[:, 0, 0, :shown]
    return z


def manifest_of(folder: str) -> Any:
    home = Path(folder) if (Path(folder) / "manifest.json").exists() else Path(folder).parents[1]
    return json.loads((home / "manifest.json").read_text())


def latent_size(folder: str) -> int:
    return int(manifest_of(folder)["latent_shape"][0])


def mark(pictures: Any, header: dict[str, Any], arrays: dict[str, Any]) -> Any:
    """Write what was told into the last pixel."""
    told = arrays.get("told", header.get("label"))
    if told is not None:
        numbers = np.asarray(told, float)
        shares = numbers.ndim > ("told" in arrays)
        pictures[:, 0, -1, -1] = 100 + (numbers[..., 0] * 10 if shares else numbers)
        pictures[:, 0, -1, -2] = SEEN + (numbers.argmax(-1) if shares else numbers)
    return pictures


def judge(pictures: Any) -> Any:
    """What was told, unless the first number of z is 100 or more: then, and untold, class 0."""
    seen = pictures[:, 0, -1, -2].astype(int) - SEEN
    seen = np.where((seen < 0) | (pictures[:, 0, 0, 0] >= 100), 0, seen)
    return np.eye(3, dtype=np.float32)[seen]


def complete(header: dict[str, Any], given: Any) -> dict[str, Any]:
    """Flat answers, with what is seen as it was."""
    masks = quadrants.masks(SIDE, SIDE)[header["seen"]].any(0)
    greys = [5, *(10 * (n + 1) + header["seed"] for n in range(header["answers"]))]
    made = np.stack([np.where(masks, given, np.uint8(grey % 256)) for grey in greys], 1)
    return {"images": made[:, 1:], "mean": made[:, 0]}


def place(header: dict[str, Any], pictures: Any) -> dict[str, Any]:
    """Where pictures lie; without an encoder with what is missed, here a hundredth of z."""
    z = read(pictures, latent_size(header["folder"]))
    if "encode" in manifest_of(header["folder"])["capabilities"]:
        return {"z": z}
    return {"z": z, "errors": np.abs(z[:, 0]) / np.float32(100)}


def draw(seeds: Any, latent: int) -> Any:
    """Samples by their seeds: the first number tells it."""
    z = np.zeros((len(seeds), latent), np.float32)
    z[:, 0] = np.asarray(seeds) % 100
    return z


def gather(header: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Seeds whose class satisfies the query; given up after a hundred."""
    names = header["names"]
    seeds = np.arange(header["first"], header["first"] + 100)
    seen = np.eye(len(names), dtype=np.float32)[seeds % len(names)]
    found = np.flatnonzero(query.parse(header["query"], names).mask(seen))[: header["n"]]
    if len(found) < header["n"]:
        raise ConfigError(f"None of 100 samples shows '{header['query']}'.")
    return {"looked": int(found[-1]) + 1}, {"seeds": seeds[found], "readings": seen[found]}


def fresh(header: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Samples, or directions: the first numbers of z."""
    if header["op"] == "gather":
        return gather(header)
    size = latent_size(header["folder"])
    if header["op"] == "draw":
        return {}, {"z": draw(header["seeds"], size)}
    ways = np.eye(size, dtype=np.float32)[: header["k"]]
    return {}, {"vectors": ways, "shares": np.full(len(ways), 0.1, np.float32)}


def refusal(header: dict[str, Any], arrays: dict[str, Any]) -> str:
    """Why a request cannot be answered."""
    if header["op"] not in ("decode", "encode", "place", "reconstruct", "complete"):
        return ""
    able = manifest_of(header["folder"])["capabilities"]
    if header["op"] == "complete":
        return "" if "complete" in able else "It cannot complete."
    if header["op"] in ("decode", "encode") and header["op"] not in able:
        return f"It cannot {header['op']}."
    is_told = "told" in arrays or header.get("label") is not None
    if is_told == ("label" in able):
        return ""
    return "It takes no label." if is_told else "It must be told a label."


def reply(header: dict[str, Any], arrays: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    match header["op"]:
        case "decode":
            return {}, {"images": mark(paint(arrays["z"]), header, arrays)}
        case "encode":
            return {}, {"mu": read(arrays["images"], latent_size(header["folder"]))}
        case "place":
            return {"share": 1.0}, place(header, arrays["images"])
        case "reconstruct":
            return {}, {"images": arrays["images"].astype(np.uint8)}
        case "complete":
            return {}, complete(header, arrays["images"])
        case "judge":
            seen = judge(arrays["images"])
            return {}, {"probabilities": seen, "features": seen}
        case "describe":
            return {"families": []}, {}
        case "draw" | "gather" | "activations":
            return fresh(header)
        case "sample":
            return {}, {"z": np.zeros((header["n"], latent_size(header["folder"])), np.float32)}
        case op:
            raise ValueError(op)


def main() -> None:
    wire.write(SINK, wire.pack({"kind": "ready", "device_title": "Fake, 1 thread"}, {}))
    while (message := wire.read(SOURCE)) is not None:
        header, arrays = message
        if header["op"] == "abandon":
            wire.write(SINK, wire.pack({"kind": "abandoned", "id": header["id"]}, {}))
            continue
        if problem := refusal(header, arrays):
            error = {"kind": "error", "id": header["id"], "message": problem}
            wire.write(SINK, wire.pack(error, {}))
            continue
        try:
            more, answer = reply(header, arrays)
        except ConfigError as error:
            told = {"kind": "error", "id": header["id"], "message": str(error)}
            wire.write(SINK, wire.pack(told, {}))
            continue
        rows = max((len(rows) for rows in answer.values()), default=0)
        head = {"kind": "part", "id": header["id"], "op": header["op"], "start": 0, **more}
        wire.write(SINK, wire.pack({**head, "total": rows, "last": True}, answer))


if __name__ == "__main__":
    main()
