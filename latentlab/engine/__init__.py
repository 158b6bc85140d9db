"""Training, run folders, checkpoints and evaluation: torch, never Qt.

`runs`, `files` and `control` import no torch, so that the window may use them.
"""
