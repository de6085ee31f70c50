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
        (Clock(None, None, None), "no instance price that was read"),
    ],
)
def test_the_days_are_said(clock: Clock, said: str):
    assert prices_text(clock) == said
