"""Days as they are written."""

import pytest

from plimsoll.ground.days import is_day


@pytest.mark.parametrize("text", ["2026-11-28", "2028-02-29"])
def test_days_of_the_calendar(text: str) -> None:
    assert is_day(text)


@pytest.mark.parametrize(
    "text", ["2026-02-29", "20261128", "2026-W48-6", "28.11.2026", "", "2026-11-28T00:00"]
)
def test_what_is_no_day(text: str) -> None:
    assert not is_day(text)
