"""Hours of a run: start, work, saves, failures; and when spot has no value."""

import pytest

from plimsoll.sizing.runs.checkpoint import RunCheckpoint
from plimsoll.sizing.runs.failures import Interrupted
from plimsoll.sizing.runs.hours import Conditions, SpotTerms, on_demand_hours, spot_hours
from plimsoll.sizing.runs.limits import RunLimits
from plimsoll.sizing.runs.pace import Pace

SAVES = RunCheckpoint(1e9, 36.0, 6.0, 594.0, 3)
RARELY = Interrupted(1e6, 0.2)


def pace(hours: float, spread: float = 1.0) -> Pace:
    return Pace(1, 1, hours, hours / spread, hours * spread, 1e9)


def test_a_calm_run_is_start_work_saves_and_the_last_save() -> None:
    hours = on_demand_hours(pace(10), Conditions(SAVES, RARELY, RunLimits()))
    assert hours.floor_h == pytest.approx(0.2 + 10 * 600 / 594 + 0.01)
    assert hours.estimate_h == pytest.approx(hours.floor_h, rel=1e-4)
    assert hours.useful_share == pytest.approx(0.99, rel=0.01)


def test_an_uncertain_speed_is_an_interval_of_hours() -> None:
    hours = on_demand_hours(pace(10, 1.3), Conditions(None, RARELY, RunLimits()))
    assert (hours.low_h, hours.high_h) == (pytest.approx(7.89, abs=0.01), pytest.approx(13.2, abs=0.01))


def test_little_slack_is_on_demand_from_the_start() -> None:
    terms = Conditions(SAVES, RARELY, RunLimits(p90_h=50))
    hours = spot_hours(pace(48), terms, SpotTerms(12, "last_moment"))
    assert (hours.spot_h, hours.switch_h) == (0.0, 0.0)
    assert hours.on_demand_h == on_demand_hours(pace(48), terms).on_demand_h


def test_without_a_limit_there_is_no_last_moment_and_nine_in_ten_end_before_the_bound() -> None:
    terms = Conditions(SAVES, RARELY, RunLimits())
    hours = spot_hours(pace(20), terms, SpotTerms(12, "last_moment"))
    assert hours == spot_hours(pace(20), terms, SpotTerms(12, "never"))
    assert hours.switch_h is None
    assert hours.enforced_h == pytest.approx(hours.high_h + 594 / 3600, abs=1 / 60)
    assert hours.late_share is not None
    assert 0.05 < hours.late_share <= 0.1


def test_half_within_a_limit_says_nothing_of_the_other_half() -> None:
    hours = spot_hours(
        pace(8.9, 1.7), Conditions(SAVES, RARELY, RunLimits(p50_h=12)), SpotTerms(12, "last_moment")
    )
    assert hours.estimate_h < 12 < hours.high_h


def test_nine_in_ten_within_a_limit_is_what_leaving_in_time_is_for() -> None:
    hours = spot_hours(
        pace(8.9, 1.7), Conditions(SAVES, RARELY, RunLimits(p90_h=18)), SpotTerms(12, "last_moment")
    )
    assert hours.high_h <= 18


def test_a_run_that_never_leaves_spot_may_be_late() -> None:
    terms = Conditions(SAVES, RARELY, RunLimits(p90_h=24))
    hours = spot_hours(pace(20), terms, SpotTerms(6, "never"))
    assert hours.late_share is not None
    assert hours.late_share > 0.5
    assert hours.high_h > 24
