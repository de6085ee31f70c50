"""What ends a run: the bound of the spec, else its limits, else the plan's own estimate."""

import pytest

from plimsoll.sizing.runs.limits import RunLimits


@pytest.mark.parametrize(
    ("limits", "minutes"),
    [
        (RunLimits(p50_h=10, p90_h=20, max_h=30), 1800),
        (RunLimits(p50_h=10, p90_h=20), 1200),
        (RunLimits(p50_h=10), 900),
        (RunLimits(), 301),
        (RunLimits(max_h=0.01), 1),
    ],
)
def test_the_bound_is_whole_minutes_of_the_first_that_is_given(limits: RunLimits, minutes: int) -> None:
    assert limits.enforced_min(4.9, 0.11) == minutes


def test_spot_is_left_for_the_ninth_in_ten_and_else_for_the_half() -> None:
    assert RunLimits(p50_h=10, p90_h=20).deadline_h == 20
    assert RunLimits(p50_h=10).of_half
    assert not RunLimits(p50_h=10, p90_h=20).of_half
    assert RunLimits().deadline_h is None
