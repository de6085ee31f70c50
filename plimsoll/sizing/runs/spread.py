"""The spread of a run on spot: what interrupts it, and how fast it computes, as two quantiles of its hours.

Each scenario of interruptions gets a speed of its own, spread over what was measured in such runs; what the
scenario did at the expected speed says what it does at that one: work goes on at its pace until the run
leaves spot, and hour by hour on demand.
"""

from functools import cache
from math import inf, log, sqrt

from plimsoll.ground.start_up import record
from plimsoll.sizing.runs.scenarios import GRANT_MOST_H, POINTS, all_scenarios, shares
from plimsoll.sizing.runs.spot import SpotRun

SPEED_FROM = 96
"""Dimension from which speeds take their shares; stays and refusals take those before."""

TENTH = 1.2815515655446004
"""Standard deviations between the median of a normal distribution and its 90th percentile."""


@record
class WorkHours:
    """Hours of work at the speed that a tenth of runs exceeds, the expected one, and that of nine tenths."""

    fast: float
    expected: float
    slow: float

    def at(self, deviations: float) -> float:
        """Hours so many standard deviations from the expected speed; each side has a width of its own."""
        edge = self.slow if deviations > 0 else self.fast
        if edge == self.expected or not self.expected:
            return self.expected
        return self.expected * (edge / self.expected) ** (abs(deviations) / TENTH)


def quantiles_h(runs: tuple[SpotRun, ...], work: WorkHours, leaves_h: float) -> tuple[float, float]:
    """The hours that a tenth of runs keep, and nine tenths; at `leaves_h` a run leaves spot at the latest."""
    hours = sorted(
        _at(run, work.expected, work.at(deviations), leaves_h)
        for run, deviations in zip(runs, _deviations(), strict=True)
    )
    return hours[len(hours) // 10], hours[min(9 * len(hours) // 10, len(hours) - 1)]


def _at(run: SpotRun, expected_h: float, work_h: float, leaves_h: float) -> float:
    """Hours of a scenario whose work takes `work_h` in place of what is expected."""
    _, on_demand_h, hours, _, _ = run
    if work_h == expected_h or expected_h <= 0:
        return hours
    granted_h = GRANT_MOST_H / 2
    if on_demand_h <= 0:
        left, done = leaves_h, expected_h * (leaves_h / hours if leaves_h < inf else 1.0)
        on_spot = hours * work_h / expected_h
    else:
        left = max(hours - granted_h - on_demand_h, 0.0)
        done = max(expected_h - on_demand_h, 0.0)
        on_spot = left * work_h / done if done else inf
    return on_spot if on_spot <= left else left + granted_h + max(work_h - done, 0.0)


@cache
def _deviations() -> tuple[float, ...]:
    """One speed for each scenario, in standard deviations, evenly over all shares."""
    return tuple(
        normal_at((next(shares(each, SPEED_FROM)) * (POINTS - 1) + 0.5) / POINTS) for each in all_scenarios()
    )


def normal_at(share: float) -> float:
    """Standard deviations below which a share of a normal distribution lies, within 0.0005.

    Source: Abramowitz and Stegun, Handbook of Mathematical Functions (1964), 26.2.23.
    """
    tail = min(share, 1 - share)
    t = sqrt(-2 * log(tail))
    upper = t - (2.515517 + 0.802853 * t + 0.010328 * t * t) / (
        1 + 1.432788 * t + 0.189269 * t * t + 0.001308 * t**3
    )
    return upper if share > 0.5 else -upper
