"""A trainer process without torch: the same lines both ways, a run in milliseconds.

`spec.config` says what happens: {"refuse": text}, {"die": status or "kill"} after two steps,
{"mute": true} ignores everything, {"babble": true} prints what is no event. With {"steps": n} it
ends by itself after n steps, else it waits for a wish.
"""

from __future__ import annotations

import json
import os
import queue
import signal
import sys
import threading
from pathlib import Path
from typing import Any

WISHES: queue.Queue[str] = queue.Queue()


def say(kind: str, **fields: Any) -> None:
    write(json.dumps({"kind": kind, "t": 0.5, **fields}))


def write(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def step(number: int) -> None:
    say("step", epoch=0, images_seen=100 * number, losses={"loss": 1.0 / number},
        images_per_s=1000.0, eta_s=3.0)  # fmt: skip


def end(state: str, number: int) -> None:
    say("run_ended", state=state, epoch=0, images_seen=100 * number, images_per_s=900.0)


def listen() -> None:
    for line in sys.stdin:
        WISHES.put(line.strip())
    WISHES.put("stop")


def begin(spec: dict[str, Any], library: Path) -> None:
    name = spec["name"] or "fake"
    (library / name).mkdir(parents=True, exist_ok=True)
    say("run_started", run=name, family=spec["family"], data=spec["data"], device="CPU",
        epochs=2, images_per_epoch=1000, parameters=10, loss_unit="nats")  # fmt: skip


def die(how: Any) -> None:
    if how == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    sys.stderr.write("Traceback\nRuntimeError: the fake broke\n")
    sys.exit(how)


def run(spec: dict[str, Any], library: Path) -> None:
    wanted = spec["config"]
    if "refuse" in wanted:
        write(json.dumps({"kind": "refused", "message": wanted["refuse"]}))
        return
    if wanted.get("early"):
        die(wanted["die"])
    begin(spec, library)
    for number in range(1, wanted.get("steps", 2) + 1):
        step(number)
    if wanted.get("babble"):
        write("no event at all")
    if "die" in wanted:
        die(wanted["die"])
    if "steps" in wanted:
        end("finished", wanted["steps"])
    else:
        obey()


def obey() -> None:
    while (wish := WISHES.get()) != "stop":
        if wish == "snapshot":
            say("snapshot", epoch=0, images_seen=200, path="snapshots/200")
        elif wish.startswith(("step_", "slow ")):
            say("samples", epoch=0, images_seen=200, path=f"samples/{wish}")
        else:
            state = "paused" if wish == "pause" else "running"
            say("state_changed", state=state)
    end("stopped", 2)


def main() -> None:
    say("ready")
    line = sys.stdin.readline()
    if not line:
        return
    job = json.loads(line)
    if "resume" in job:
        folder = Path(job["resume"])
        spec = {"name": folder.name, "family": "vae", "data": "digits", "config": {}}
        job = {"library": str(folder.parent), "spec": spec}
    if job["spec"]["config"].get("mute"):
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        begin(job["spec"], Path(job["library"]))
        threading.Event().wait()
    threading.Thread(target=listen, daemon=True).start()
    run(job["spec"], Path(job["library"]))


if __name__ == "__main__":
    main()
