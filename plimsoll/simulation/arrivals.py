"""Requests arrive as a Poisson process, in bursts, or as the hours of a day say; a trace says it itself."""

from collections.abc import Iterator, Sequence
from typing import Literal

from plimsoll.ground.start_up import record
from plimsoll.simulation.chance.draws import Draws, on_grid

Process = Literal["poisson", "bursty", "diurnal", "trace"]

BURSTINESS = 2.0
"""Coefficient of variation of the times between requests of bursty traffic, gamma distributed; 1 is Poisson.
BurstGPT's traces of a day have 1.5 to 4 (Wang et al., 2024). Assumption."""

HOUR_S = 3600.0


@record
class ArrivalProcess:
    """So many requests come, `qps` a second at the peak; `hourly` are the hours' shares of it, from hour 0.

    Bursty and Poisson requests come at the peak all the time. A diurnal stream that is shorter than its
    profile lies around the busiest hour: `from_hour` is where it begins.
    """

    process: Process
    qps: float
    count: int
    hourly: tuple[float, ...] = (1.0,)
    from_hour: int = 0

    def times(self, seed: int) -> list[float]:
        """Draw the times of arrival, seconds from the start.

        Raises:
            ValueError: no requests come at this rate.
        """
        if not self.qps > 0 or not any(self.hourly):
            msg = f"cannot simulate {self.qps} requests per second"
            raise ValueError(msg)
        draws = Draws(seed, "arrivals")
        if self.process == "diurnal":
            return self._by_the_hour(draws)
        gap = 1.0 / self.qps
        if self.process == "bursty":
            return _summed(on_grid(draws.gamma(BURSTINESS) * gap) for _ in range(self.count))
        return _summed(on_grid(draws.exponential() * gap) for _ in range(self.count))

    def _by_the_hour(self, draws: Draws) -> list[float]:
        """Draw in units of mean arrivals, and put each where the load that has passed is as much."""
        found: list[float] = []
        hour, start, want = self.from_hour, 0.0, 0.0
        passed, lasts = 0.0, self._of_hour(hour)
        for _ in range(self.count):
            want += draws.exponential()
            while want > passed + lasts:
                passed, start, hour = passed + lasts, start + HOUR_S, hour + 1
                lasts = self._of_hour(hour)
            found.append(on_grid(start + (want - passed) / lasts * HOUR_S))
        return found

    def _of_hour(self, hour: int) -> float:
        return self.hourly[hour % len(self.hourly)] * self.qps * HOUR_S


def around_the_peak(qps: float, hourly: Sequence[float], count: int) -> ArrivalProcess:
    """Lay a diurnal stream so that its busiest hour is in the middle of it, as nearly as whole hours can.

    One that lasts as long as the profile or longer begins with it.
    """
    hours = tuple(hourly)
    needed = qps * HOUR_S
    if count >= needed * sum(hours):
        return ArrivalProcess("diurnal", qps, count, hours)
    peak = max(range(len(hours)), key=lambda hour: hours[hour])
    first, left = peak, count / needed - hours[peak]
    before, after = 1, 1
    while left > 0:
        earlier = hours[(peak - before) % len(hours)]
        left -= earlier + hours[(peak + after) % len(hours)]
        first, before, after = peak - before, before + 1, after + 1
    return ArrivalProcess("diurnal", qps, count, hours, first % len(hours))


def _summed(gaps: Iterator[float]) -> list[float]:
    now, found = 0.0, list[float]()
    for gap in gaps:
        now += gap
        found.append(now)
    return found
