"""A Capacity Block is paid by whole days, and is not there for all of the last one."""

import pytest

from plimsoll.sizing.runs.blocks import days_for, usable_h


def test_a_day_has_23_hours_and_20_minutes() -> None:
    assert usable_h(1) == pytest.approx(23 + 20 / 60)


@pytest.mark.parametrize(
    ("run_h", "days"), [(23.3, 1), (23.5, 2), (47.3, 2), (14 * 24, 21), (182 * 24 - 1, 182), (182 * 24, None)]
)
def test_a_run_takes_whole_days(run_h: float, days: int | None) -> None:
    assert days_for(run_h) == days
