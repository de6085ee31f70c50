"""Find where a function crosses zero, in few steps: each step of a replica's load is worth microseconds."""

from collections.abc import Callable

ROOT_STEPS, ROOT_TOLERANCE = 40, 1e-7
"""The edge of a limit is found to one part in ten million: far below what one replica more changes."""


def root(function: Callable[[float], float], high: float, ends: tuple[float, float] | None = None) -> float:
    """The largest x in [0, high] found with f(x) ≤ 0, for a non-decreasing f with f(0) ≤ 0 < f(high).

    Regula falsi by Anderson and Björck (BIT 13, 1973): it keeps a bracket, and weighs down an end that stays
    by how straight the function is there. A bisection now and then where it crawls. `ends` are f(0) and
    f(high), where they are known already.
    """
    low, (at_low, at_high) = 0.0, ends or (function(0.0), function(high))
    kept = 0
    for step in range(ROOT_STEPS):
        if high - low <= ROOT_TOLERANCE * high:
            break
        middle = low - at_low * (high - low) / (at_high - at_low)
        if step % 8 == 7 or not low < middle < high:
            middle = (low + high) / 2
        at_middle = function(middle)
        if -ROOT_TOLERANCE <= at_middle <= 0:
            return middle
        if at_middle <= 0:
            at_high *= _lighter(at_middle, at_low) if kept > 0 else 1.0
            low, at_low, kept = middle, at_middle, 1
        else:
            at_low *= _lighter(at_middle, at_high) if kept < 0 else 1.0
            high, at_high, kept = middle, at_middle, -1
    return low


def _lighter(new: float, old: float) -> float:
    """Weigh the end that stays a second time: 1 - f(new) ÷ f(old) of the end that moved, else a half."""
    left = 1.0 - new / old if old else 0.5
    return left if left > 0 else 0.5
