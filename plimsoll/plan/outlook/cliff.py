"""A price cliff is the load at which the ceiling changes: one step more, and another machine is paid for."""

import math
from collections.abc import Callable
from fractions import Fraction

from plimsoll.candidates.search import Search
from plimsoll.ground.start_up import record
from plimsoll.plan.outlook.load import at_peak_of, peak_of, unit_of
from plimsoll.plan.outlook.setting import SpecSetting
from plimsoll.plan.outlook.solved import ChangeSolver, Solved, solved_of

FARTHEST = 4
"""How many times the peak is looked at for a cliff: beyond, a spec would be written anew."""

STEPS = 100
"""A step of the load is a hundredth of its leading digit: 0.01 up to ten requests a second, 0.1 up to 100."""

Same = Callable[[int], bool]
"""Says of a load, in steps, whether its ceiling is still that of the plan."""


@record
class Side:
    """One side of the cliff: the peak, the settings that say it, and what that spec is solved to."""

    peak: float
    settings: tuple[SpecSetting, ...]
    solved: Solved


@record
class Cliff:
    """The last load with today's ceiling and the first with another, one step apart; `peak` is today's."""

    unit: str
    peak: float
    step: float
    below: Side
    above: Side


def next_cliff(solver: ChangeSolver) -> Cliff | None:
    """Find the nearest load above the peak with another ceiling; None within four times the peak."""
    search = solver.search
    load = search.workload.load
    step = _step(peak_of(load))
    now = solved_of(search.holding[0])
    sides: dict[int, Side] = {}

    def side(count: int) -> Side | None:
        if count not in sides:
            peak = float(step * count)
            settings = at_peak_of(load, peak)
            solved = solver.solve(settings)
            if solved is None:
                return None
            sides[count] = Side(peak, settings, solved)
        return sides[count]

    def same(count: int) -> bool:
        found = side(count)
        return found is not None and found.solved.ceiling == now.ceiling

    first = math.ceil(Fraction(repr(peak_of(load))) / step)
    last = _last_same(search, same, first, step)
    if last is None or (below := side(last)) is None or (above := side(last + 1)) is None:
        return None
    return Cliff(unit_of(load), peak_of(load), float(step), below, above)


def _step(peak: float) -> Fraction:
    """A hundredth of the leading digit of the peak; whole requests where they are counted in hundreds."""
    return Fraction(10) ** math.floor(math.log10(peak)) / STEPS


def _last_same(search: Search, same: Same, first: int, step: Fraction) -> int | None:
    """Find the last load with the same ceiling: guessed from what the replicas carry, held by solving it.

    The ceiling is taken to change once between two loads that were solved; where it does not the nearest of
    its changes that was met is told, which is one.
    """
    if not same(first):
        return None
    low, high = first, math.floor(first * FARTHEST)
    for guess in _guesses(search, step):
        if not low <= guess < high:
            continue
        if not same(guess):
            high = guess
            break
        low = guess
        if not same(guess + 1):
            return guess
    if same(high):
        return None
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if same(middle) else (low, middle)
    return low


def _guesses(search: Search, step: Fraction) -> list[int]:
    """Count the steps that so many replicas of the choice carry, for as many as it has and a few more."""
    best = search.holding[0]
    loaded = best.setup.loaded
    if loaded is None:
        return []
    carried = loaded.qps if search.workload.load.qps is not None else loaded.in_flight
    serving = best.must_be_sized().fleet.serving
    needed = search.work.needed(best.setup)
    counts = sorted({needed, serving, serving + 1, serving + 2})
    return [math.floor(Fraction(carried * count + 1e-9) / step) for count in counts]
