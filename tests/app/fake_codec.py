"""A codec process without torch, for tests of its client: `python fake_codec.py MODE`.

A decoded "picture" holds how many requests of its lane were served, then the latent itself.
"""

from __future__ import annotations

import os
import sys
import threading
from collections import Counter
from typing import Any

import numpy as np

from latentlab.engine import wire

SOURCE, SINK = sys.stdin.buffer, sys.stdout.buffer


def send(header: dict[str, Any], **arrays: Any) -> None:
    wire.write(SINK, wire.pack(header, arrays))


def answer(header: dict[str, Any], z: Any, count: int, slices: int = 1) -> None:
    images = np.concatenate([np.full((len(z), 1), count), z], axis=1).astype(np.uint8)
    step = -(-len(z) // slices)
    for start in range(0, len(z), step):
        head = {"kind": "part", "id": header["id"], "op": "decode", "start": start}
        last = start + step >= len(z)
        send(
            {**head, "total": len(z), "last": last},
            images=images[start : start + step, None, None, :],
        )


def answer_route(header: dict[str, Any], knots: Any) -> None:
    """Two guesses through the knots as they are, then the result with one of them moved."""
    head = {"kind": "part", "id": header["id"], "op": "route", "start": 0, "total": len(knots)}
    times = np.linspace(0, 1, len(knots))
    for energies in ([3.0], [3.0, 2.0]):
        send({**head, "last": False, "energies": energies}, knots=knots, times=times)
    moved = knots + np.float32(0.5)
    send({**head, "last": True, "energies": [3.0, 2.0]}, knots=moved, times=times)


def serve(mode: str) -> None:
    served: Counter[str] = Counter()
    held = None  # in mode "gate" the first request waits for one in the lane "gate"
    while (message := wire.read(SOURCE)) is not None:
        header, arrays = message
        if header["op"] == "abandon":
            send({"kind": "abandoned", "id": header["id"]})
            held = None
            continue
        served[header["lane"]] += 1
        if mode == "crash":
            os._exit(3)
        if mode == "refuse":
            send({"kind": "error", "id": header["id"], "message": "No such model."})
        elif mode == "gate" and header["lane"] != "gate" and served[header["lane"]] == 1:
            held = header, arrays.get("z")
        elif header["op"] == "route":
            answer_route(header, arrays["knots"])
        elif mode != "mute":
            answer(header, arrays["z"], served[header["lane"]], 4 if mode == "slices" else 1)
        if held is not None and header["lane"] == "gate":
            answer(*held, 1)
            held = None


def main(mode: str) -> None:
    if mode == "fatal":
        send({"kind": "fatal", "message": "Torch is broken here."})
        sys.exit(1)
    send({"kind": "ready", "device_title": "Fake, 1 thread"})
    serve(mode)
    if mode == "hang":
        threading.Event().wait()


if __name__ == "__main__":
    main(sys.argv[1])
