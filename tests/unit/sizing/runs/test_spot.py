"""On spot: how long nodes stay, when a run must leave, and that scenarios say what each policy does."""

from math import inf

import pytest

from plimsoll.sizing.runs.scenarios import POINTS, all_scenarios, refusals_h, stays
from plimsoll.sizing.runs.spot import SpotWork, every_run, mean_stay_h, switch_at_h


@pytest.mark.parametrize(
    ("band", "hours"), [(0.05, 100), (0.1, 48), (0.15, 24), (0.2, 12), (1.0, 6), (None, 6)]
)
def test_a_band_stands_for_hours(band: float | None, hours: float) -> None:
    assert mean_stay_h(band, None, 1) == hours
    assert mean_stay_h(band, None, 2) == mean_stay_h(band, None, 64) == hours / 2
    assert mean_stay_h(band, 10, 1) == 10


def test_a_run_leaves_in_time_for_two_changeovers_a_grant_and_the_last_save() -> None:
    assert switch_at_h(50, 48, 0.2, 0.1) == pytest.approx(1.0)


def test_scenarios_are_spread_evenly_and_have_the_mean_and_the_tail_of_the_traces() -> None:
    first = sorted(stays(each, 1)[0] for each in all_scenarios())
    assert sum(first) / POINTS == pytest.approx(1, rel=0.1)
    assert first[POINTS // 2] == pytest.approx(0.24, rel=0.05)
    refused = [refusals_h(each, 3)[2] for each in all_scenarios()]
    assert min(refused) >= 0.8
    assert max(refused) <= 3.6
    assert sum(refused) / POINTS == pytest.approx(2.2, rel=0.01)


def work(**changed: float | bool) -> SpotWork:
    kept = {"work_h": 10.0, "cycle_h": 0.1, "back_h": 0.2, "stay_h": 12.0, "switch_h": inf, "end_h": 1e6}
    return SpotWork(**{**kept, "immediate": False, **changed})  # type: ignore[arg-type]


def test_what_nobody_takes_back_needs_no_on_demand() -> None:
    mean = every_run(work(stay_h=1e9)).mean
    assert (mean.on_demand_h, mean.interruptions, mean.done) == (0.0, 0.0, 1.0)
    assert mean.spot_h == pytest.approx(10.2)


def test_more_time_before_the_switch_is_more_spot() -> None:
    shares = [every_run(work(switch_h=switch)).mean.spot_h for switch in (0.5, 2, 5, 10, 20)]
    assert shares == sorted(shares)


def test_leaving_at_once_is_sooner_done_and_less_on_spot() -> None:
    at_once, late = every_run(work(immediate=True)).mean, every_run(work(switch_h=30.0)).mean
    assert at_once.run_h < late.run_h
    assert at_once.spot_h < late.spot_h


def test_a_run_that_is_ended_is_billed_until_then_and_not_done() -> None:
    found = every_run(work(end_h=8.0))
    assert found.mean.done == 0
    assert max(spot + on_demand for spot, on_demand, *_ in found.runs) <= 8
