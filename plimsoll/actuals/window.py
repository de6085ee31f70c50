"""A window is a half-open span of UTC days; a plan counts its own hours in it, never 730."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from plimsoll.ground.days import is_day
from plimsoll.ground.problems import Problem, SpecError
from plimsoll.ground.start_up import record
from plimsoll.ground.units import HOURS_PER_MONTH

DAYS_MOST = 3660
"""Days of the longest window: ten years."""


@record
class BillWindow:
    """The days from `start` to the day before `end`."""

    start: date
    end: date

    @property
    def days(self) -> int:
        """Days in it."""
        return (self.end - self.start).days

    @property
    def hours(self) -> int:
        """Hours in it: UTC days have 24."""
        return 24 * self.days

    @property
    def hour_share(self) -> Fraction:
        """Its hours as a share of the 730 that a plan's month has."""
        return Fraction(self.hours) / Fraction(HOURS_PER_MONTH)

    @property
    def month_share(self) -> Fraction:
        """Calendar months in it, a part of one by its days: what is billed by the month is billed so."""
        return sum((Fraction(part.days, _days_of_month(part.start)) for part in self.months()), Fraction(0))

    def months(self) -> Iterator["BillWindow"]:
        """Cut it at the first day of each month."""
        start = self.start
        while start < self.end:
            stop = min(_next_month(start), self.end)
            yield BillWindow(start, stop)
            start = stop

    def holds(self, day: date) -> bool:
        """Say whether a day is in it."""
        return self.start <= day < self.end

    def __str__(self) -> str:
        return f"{self.start}..{self.end}"


def read_window(text: str) -> BillWindow:
    """Read `FROM..TO`.

    Raises:
        SpecError: these are no two days in order.
    """
    first, dots, last = text.partition("..")
    if not (dots and is_day(first) and is_day(last)):
        raise SpecError(_wrong(f"{text!r} is no window"))
    window = BillWindow(date.fromisoformat(first), date.fromisoformat(last))
    if window.days < 1:
        raise SpecError(_wrong(f"the window {text} holds no day", "its last day is not in it"))
    if window.days > DAYS_MOST:
        raise SpecError(_wrong(f"the window {text} holds {window.days:,} days", f"at most {DAYS_MOST:,}"))
    return window


def per_hour(monthly: Decimal, window: BillWindow) -> Fraction:
    """Scale what runs by the hour from a plan's month to a window."""
    return Fraction(monthly) * window.hour_share


def _wrong(what: str, why: str = "") -> Problem:
    return Problem(what, why, "write FROM..TO in UTC days, TO excluded: 2026-10-01..2026-11-01", "--window")


def _next_month(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def _days_of_month(day: date) -> int:
    first = day.replace(day=1)
    return (_next_month(first) - first) // timedelta(days=1)
