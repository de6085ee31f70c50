"""The days of an answer in words."""

import pytest

from plimsoll.catalog.clock import Clock
from plimsoll.show.clock import prices_text


@pytest.mark.parametrize(
    ("clock", "said"),
    [
        (Clock(None, "2026-07-20", "2026-07-20"), "prices of 2026-07-20"),
        (Clock(None, "2026-07-20", "2025-12-01"), "prices of 2025-12-01 to 2026-07-20"),
        (Clock("2027-01-01", "2026-07-20", "2026-07-20"), "prices of 2026-07-20 (asked for 2027-01-01)"),
        (
            Clock("2026-02-01", "2026-07-20", "2026-01-19"),
            "prices that held on 2026-02-01, read 2026-01-19 to 2026-07-20",
        ),
        (Clock(None, None, None), "no price that was read"),
        (Clock("2027-01-01", None, None), "no price that was read (asked for 2027-01-01)"),
    ],
)
def test_the_days_are_said(clock: Clock, said: str):
    assert prices_text(clock) == said
