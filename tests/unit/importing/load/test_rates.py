"""Rates follow from moments: a steady log has its rate at every hour, a busy hour shows in the profile."""

import pytest

from plimsoll.importing.load.rates import rates_of

MONDAY = 1793577600
"""2026-11-02T00:00:00Z."""


def test_a_steady_log_has_one_rate():
    rates = rates_of([second * 2.0 for second in range(5400)])
    assert rates.peak_qps == pytest.approx(0.5, rel=0.01)
    assert rates.average_qps == pytest.approx(0.5, rel=0.01)
    assert rates.hourly is None


def test_a_day_is_seen_after_two_of_them():
    times = [MONDAY + 60.0 * minute for minute in range(60 * 24 * 3) if 9 <= minute // 60 % 24 < 17]
    rates = rates_of([MONDAY, *times, MONDAY + 3 * 86_400])
    assert rates.hourly is not None
    assert [round(share, 1) for share in rates.hourly] == [0.0] * 9 + [1.0] * 8 + [0.0] * 7


def test_a_week_is_seen_after_two_of_them_and_begins_on_monday():
    times = [MONDAY + 600.0 * at for at in range(6 * 24 * 21) if at // (6 * 24) % 7 < 5]
    rates = rates_of([*times, MONDAY + 21 * 86_400])
    assert rates.hourly is not None
    assert len(rates.hourly) == 168
    assert min(rates.hourly[:120]) > 0.4
    assert max(rates.hourly[120:]) == 0


def test_a_trace_that_begins_at_zero_has_no_weekday():
    rates = rates_of([600.0 * at for at in range(6 * 24 * 21)])
    assert rates.hourly is not None
    assert len(rates.hourly) == 24
