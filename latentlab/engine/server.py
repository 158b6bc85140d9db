"""The codec process: `python -m latentlab.engine.server` answers the window on stdin and stdout.

A reader thread keeps the newest request of each lane, also while torch is still being imported.

    to it:    id, lane, op (decode encode reconstruct judge complete sample describe route draw
              gather activations), folder,
              label (a class or numbers, of conditional models); z, images or knots, and told:
              labels (n,) or (n, k) of each row instead of the one | id, lane, op (abandon)
    from it:  ready (device_title) | part (id, op, start, total, last; arrays; energies of a route)
              | abandoned (id) | error (id, message) | fatal (message)

A request that a newer one of its lane replaces before it was begun is not answered.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
from typing import IO, TYPE_CHECKING

from latentlab.core.errors import LatentlabError
from latentlab.engine import wire
from latentlab.engine.lanes import Inbox, Request

if TYPE_CHECKING:
    from collections.abc import Callable

    from latentlab.engine.codec_worker import CodecWorker


def main(argv: list[str] | None = None) -> None:
    """Serve until the window closes its end."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--device", default="auto")
    wish = parser.parse_args(argv).device
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the window, which then ends us
    source, sink = _take_standard_streams()

    def send(header: wire.Header, arrays: wire.Arrays | None = None) -> None:
        wire.write(sink, wire.pack(header, arrays))

    inbox = Inbox()
    threading.Thread(target=_read, args=(source, inbox), daemon=True).start()
    try:
        worker = _warm_up(wish, send)
    except (LatentlabError, ImportError, OSError) as error:
        send({"kind": "fatal", "message": f"Models cannot be used on this machine: {error}"})
        sys.exit(1)
    worker.serve(inbox)


def _take_standard_streams() -> tuple[IO[bytes], IO[bytes]]:
    """Keep stdin and stdout for messages alone: whoever prints, prints to stderr."""
    source, sink = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    return source, sink


def _read(source: IO[bytes], inbox: Inbox) -> None:
    """Reader thread. At the end of input nothing here is worth saving, so it ends at once."""
    while (message := wire.read(source)) is not None:
        request = Request(*message)
        if request.header["op"] == "abandon":
            inbox.abandon(request.header["id"])
        else:
            inbox.put(request)
    os._exit(0)


def _warm_up(wish: str, send: Callable[..., None]) -> CodecWorker:
    """Import torch, wake the device, say so."""
    import torch

    from latentlab.engine import device
    from latentlab.engine.codec import Codec
    from latentlab.engine.codec_cache import CodecCache
    from latentlab.engine.codec_worker import CodecWorker

    torch.set_num_threads(1)  # a small decode is fastest on one, and training needs the others
    on = device.choose(wish)
    with torch.inference_mode():
        torch.nn.functional.linear(torch.ones(1, 2, device=on), torch.ones(8, 2, device=on)).cpu()
    send({"kind": "ready", "device_title": device.title(on)})
    return CodecWorker(CodecCache(lambda folder: Codec.open(folder, str(on))), send)


if __name__ == "__main__":
    main()
