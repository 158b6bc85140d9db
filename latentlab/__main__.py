"""No argument opens the window, anything else is a command. Nothing heavy is imported here."""

from __future__ import annotations

import os
import sys

# numpy's threads would fight with a training for the cores; torch does not read this.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


def main() -> int:
    """The console script `latentlab` and `python -m latentlab`."""
    if len(sys.argv) == 1:  # the window should not wait even for click
        from latentlab.gui.app import run

        return run()
    from latentlab.cli.group import main as command_line

    return command_line()


if __name__ == "__main__":
    sys.exit(main())
