"""Numbers people like to read: 1, 2 and 5 times powers of ten, as ticks and as steps."""

from __future__ import annotations

from math import ceil, floor, log10


def log_ticks(low: float, high: float, most: int = 8) -> list[float]:
    """Round values between 10**low and 10**high for a logarithmic axis, at most about `most`."""
    low, high = max(low, -300.0), min(high, 300.0)
    if high - low > 1.2:
        steps: tuple[int, ...] = (1, 2, 5) if (high - low) * 3 <= most else (1,)
        decades = range(floor(low), ceil(high) + 1)
        thinned = decades[:: max(1, ceil(len(decades) / most))] if len(steps) == 1 else decades
        ticks = [step * 10.0**decade for decade in thinned for step in steps]
    else:
        ticks = linear_ticks(10**low, 10**high, most)
    return [tick for tick in ticks if tick > 0 and low <= log10(tick) <= high]


def linear_ticks(low: float, high: float, most: int = 8) -> list[float]:
    """Multiples of 1, 2 or 5 times a power of ten between low and high, at most about `most`."""
    if not high > low:
        return [low]
    raw = (high - low) / most
    power = 10.0 ** floor(log10(raw))
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= raw)
    first, last = ceil(low / step - 1e-9), floor(high / step + 1e-9)
    return [round(number * step, 12) for number in range(first, last + 1)]


def next_round(value: float) -> float:
    """The next of ... 0.1 0.2 0.5 1 2 5 10 ... above a value; 0.001 above zero."""
    if value < 0:
        return -previous_round(-value)
    if value == 0:
        return 0.001
    power = 10.0 ** floor(log10(value) + 1e-9)
    options = (power * step for step in (1, 2, 5, 10))
    return float(f"{next(option for option in options if option > value * (1 + 1e-9)):.6g}")


def previous_round(value: float) -> float:
    """The next of the same numbers below a value; -0.001 below zero."""
    if value <= 0:
        return -next_round(-value) if value else -0.001
    power = 10.0 ** floor(log10(value) - 1e-9)
    options = (power * step for step in (5, 2, 1))
    return float(f"{next(o for o in options if o < value * (1 - 1e-9)):.6g}")
