"""How the stops of a chain are called."""

from __future__ import annotations


def stop_letters(count: int) -> list[str]:
    """A, the waypoints by number, B: A, 1, 2, B."""
    if count < 2:
        return ["A"][:count]
    return ["A", *(str(number) for number in range(1, count - 1)), "B"]
