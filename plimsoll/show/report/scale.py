"""Scales place amounts on a picture, with round numbers beside them."""

import math
from collections.abc import Sequence

from plimsoll.ground.start_up import record


@record
class AxisScale:
    """Maps amounts from `low` to `high` onto pixels from `start` to `end`; by ratio where `log`."""

    low: float
    high: float
    start: float
    end: float
    log: bool = False

    def at(self, value: float) -> float:
        """Place an amount."""
        low, high = self._of(self.low), self._of(self.high)
        share = (self._of(value) - low) / (high - low) if high > low else 0.5
        return self.start + share * (self.end - self.start)

    def _of(self, value: float) -> float:
        return math.log10(max(value, 1e-9)) if self.log else value

    def ticks(self, most: int = 6) -> Sequence[float]:
        """Round amounts within the scale, at most so many."""
        return _decades(self.low, self.high, most) if self.log else _steps(self.low, self.high, most)


def around(values: Sequence[float], start: float, end: float, *, log: bool = False) -> AxisScale:
    """A scale that holds values with a little room on both sides."""
    low, high = min(values), max(values)
    if log:
        room = (high / low) ** 0.05 if high > low else 1.3
        return AxisScale(low / room, high * room, start, end, log=True)
    room = (high - low) * 0.12 or abs(high) * 0.1 or 1.0
    return AxisScale(max(low - room, 0.0), high + room, start, end)


def _steps(low: float, high: float, most: int) -> list[float]:
    """Multiples of 1, 2 or 5 × a power of ten."""
    step = _round((high - low) / most)
    first = math.ceil(low / step - 1e-9)
    return [count * step for count in range(first, math.floor(high / step + 1e-9) + 1)]


def _round(rough: float) -> float:
    power = 10.0 ** math.floor(math.log10(rough))
    return next(digit * power for digit in (1, 2, 5, 10) if digit * power >= rough * (1 - 1e-9))


def _decades(low: float, high: float, most: int) -> list[float]:
    """Powers of ten with their doubles and fives, as many of these as there is room for."""
    for digits in ((1, 1.5, 2, 3, 5, 7), (1, 2, 5), (1, 3), (1,)):
        powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
        found = [digit * 10.0**power for power in powers for digit in digits]
        inside = [value for value in found if low <= value <= high]
        if len(inside) <= most:
            return inside
    return []
