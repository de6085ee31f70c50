"""The spread of a run's hours is that of its interruptions and of its speed together."""

from math import inf
from statistics import NormalDist

import pytest

from plimsoll.sizing.runs.spot import SpotWork, every_run
from plimsoll.sizing.runs.spread import WorkHours, normal_at, quantiles_h

EXACT = WorkHours(10.2, 10.2, 10.2)


def followed(switch_h: float, stay_h: float = 12.0) -> tuple[tuple[float, float, float, int, bool], ...]:
    return every_run(SpotWork(10.0, 0.1, 0.2, stay_h, switch_h, immediate=False, end_h=1e6)).runs


@pytest.mark.parametrize("share", [0.002, 0.1, 0.5, 0.9, 0.998])
def test_the_normal_distribution_is_right_to_a_thousandth(share: float) -> None:
    assert normal_at(share) == pytest.approx(NormalDist().inv_cdf(share), abs=1e-3)


def test_where_speed_is_known_only_interruptions_spread_it() -> None:
    hours = sorted(each[2] for each in followed(inf))
    assert quantiles_h(followed(inf), EXACT, inf) == (hours[25], hours[225])


def test_where_nothing_interrupts_only_speed_does() -> None:
    low, high = quantiles_h(followed(inf, stay_h=1e6), WorkHours(5.1, 10.2, 20.4), inf)
    assert (low, high) == (pytest.approx(5.1, rel=0.03), pytest.approx(20.4, rel=0.03))


def test_both_together_spread_it_more_than_either() -> None:
    wide = WorkHours(7.0, 10.2, 15.0)
    exact, calm = quantiles_h(followed(inf), EXACT, inf), quantiles_h(followed(inf, stay_h=1e6), wide, inf)
    low, high = quantiles_h(followed(inf), wide, inf)
    assert low < exact[0]
    assert high > max(exact[1], calm[1])


def test_a_slower_run_leaves_spot_at_the_same_moment_and_ends_so_much_later() -> None:
    slow = WorkHours(10.2, 10.2, 14.2)
    late = quantiles_h(followed(0.5), slow, 0.5)[1] - quantiles_h(followed(0.5), EXACT, 0.5)[1]
    assert late == pytest.approx(4.0, rel=0.1)
