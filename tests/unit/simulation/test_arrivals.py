"""Arrivals: rates, spreads, hours, and the window around the busiest of them."""

import math
from collections import Counter
from itertools import pairwise

import pytest

from plimsoll.simulation.arrivals import BURSTINESS, ArrivalProcess, around_the_peak


def gaps(process: str) -> list[float]:
    times = ArrivalProcess(process, 4.0, 20_000).times(1)  # type: ignore[arg-type]
    return [later - earlier for earlier, later in pairwise(times)]


def cv_of(values: list[float]) -> float:
    mean = math.fsum(values) / len(values)
    return math.sqrt(math.fsum((value - mean) ** 2 for value in values) / len(values)) / mean


@pytest.mark.parametrize(("process", "cv"), [("poisson", 1.0), ("bursty", BURSTINESS)])
def test_requests_come_at_their_rate_with_their_spread(process: str, cv: float) -> None:
    found = gaps(process)
    assert len(found) / math.fsum(found) == pytest.approx(4.0, rel=0.04)
    assert cv_of(found) == pytest.approx(cv, rel=0.05)


def test_each_hour_has_its_share_of_the_peak() -> None:
    hourly = (1.0, 0.5, 0.0, 0.25)
    times = ArrivalProcess("diurnal", 1.0, 12_600, hourly).times(1)
    hours = Counter(int(time // 3600) % 4 for time in times)
    assert hours[2] == 0
    for hour, share in enumerate(hourly):
        assert hours[hour] == pytest.approx(share * 7200, rel=0.06, abs=5)
    assert times == sorted(times)


def test_a_short_day_lies_around_its_busiest_hour_and_a_long_one_begins_with_it() -> None:
    hourly = (0.1, 0.2, 0.4, 1.0, 0.4, 0.2)
    assert around_the_peak(1.0, hourly, 3600 * 2).from_hour == 1
    assert around_the_peak(1.0, hourly, 3600).from_hour == 3
    assert around_the_peak(1.0, hourly, 3600 * 3).from_hour == 0


def test_no_rate_is_a_fault_of_the_caller() -> None:
    with pytest.raises(ValueError, match="cannot simulate 0"):
        ArrivalProcess("poisson", 0.0, 5).times(1)
    with pytest.raises(ValueError, match="cannot simulate"):
        ArrivalProcess("diurnal", 1.0, 5, (0.0,)).times(1)
