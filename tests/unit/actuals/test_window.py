from datetime import date
from fractions import Fraction

import pytest

from plimsoll.actuals.window import BillWindow, read_window
from plimsoll.ground.problems import SpecError


@pytest.mark.parametrize(
    ("text", "hours", "months"),
    [
        ("2026-10-01..2026-11-01", 744, Fraction(1)),
        ("2028-02-01..2028-03-01", 696, Fraction(1)),
        ("2026-02-01..2026-02-15", 336, Fraction(1, 2)),
        ("2026-12-25..2027-02-08", 1080, Fraction(7, 31) + 1 + Fraction(7, 28)),
    ],
)
def test_a_window_has_its_own_hours_and_months(text: str, hours: int, months: Fraction) -> None:
    window = read_window(text)
    assert (window.hours, window.month_share) == (hours, months)
    assert window.hour_share == Fraction(hours, 730)
    assert str(window) == text


def test_months_cut_it_at_their_first_days() -> None:
    window = BillWindow(date(2026, 12, 25), date(2027, 2, 8))
    assert [str(month) for month in window.months()] == [
        "2026-12-25..2027-01-01",
        "2027-01-01..2027-02-01",
        "2027-02-01..2027-02-08",
    ]


@pytest.mark.parametrize("text", ["", "..", "2026-10-01", "2026-10-01..2026-9-1", "2026-10-01..2026-10-01"])
def test_no_window_is_told_with_the_way_to_write_one(text: str) -> None:
    with pytest.raises(SpecError, match=r"write FROM\.\.TO"):
        read_window(text)
