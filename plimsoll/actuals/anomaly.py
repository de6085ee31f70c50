"""A day is an anomaly if it is far from the same weekday of the weeks before, by their own spread.

    |day - median| > max(3 × 1.4826 × MAD, $10)

1.4826 × MAD estimates a standard deviation where days vary as a normal law does (Rousseeuw and Croux 1993).
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from plimsoll.actuals.charge import Charges
from plimsoll.actuals.document import Anomaly
from plimsoll.actuals.matched import amount_of
from plimsoll.actuals.meter import meter_of
from plimsoll.actuals.planned import MoneyOwner, Prices
from plimsoll.actuals.variance import cents
from plimsoll.actuals.window import BillWindow
from plimsoll.ground.units import usd_text

WEEKS = 4
"""Weeks before a day whose same weekday it is held against; three of them are enough."""

LEAST_WEEKS = 3

SPREADS = Fraction(Decimal("3")) * Fraction(Decimal("1.4826"))
"""Times the MAD: three standard deviations."""

LEAST_USD = Fraction(10)
"""No day that is off by less is worth a look."""

Days = Mapping[date, Fraction]


def anomalies_of(
    owners: Sequence[MoneyOwner],
    charges: Mapping[str, Charges],
    window: BillWindow,
    prices: Prices,
) -> tuple[Anomaly, ...]:
    """Find the days of the window that are far from the same weekday before them, row by row."""
    found: list[Anomaly] = []
    for owner in owners:
        own = charges[owner.name]
        if not owner.is_run:
            found.extend(_of_row(owner, own, window, prices))
    return tuple(found)


def _of_row(owner: MoneyOwner, charges: Charges, window: BillWindow, prices: Prices) -> Iterator[Anomaly]:
    days = _filled(by_day(charges, prices))
    plan = owner.plan_usd / window.days
    for day in sorted(days):
        before = _same_weekday(day, days)
        if not window.holds(day) or len(before) < LEAST_WEEKS:
            continue
        usual, limit = _law([days[each] for each in before])
        if abs(days[day] - usual) > limit:
            moved = _moved(day, before, charges, prices)
            yield Anomaly(
                name=owner.name,
                day=str(day),
                usd=_text(days[day]),
                usual=_text(usual),
                limit=_text(limit),
                plan=_text(plan),
                days=tuple(map(str, before)),
                moved=moved,
            )


def _text(amount: Fraction) -> str:
    return usd_text(cents(amount))


def by_day(charges: Charges, prices: Prices) -> dict[date, Fraction]:
    """Add up charges by day."""
    days: dict[date, Fraction] = {}
    for charge in charges:
        days[charge.day] = days.get(charge.day, Fraction(0)) + amount_of(charge, prices)
    return days


def _filled(days: Days) -> Days:
    """Count a day without a charge between two that have some: it cost nothing."""
    if not days:
        return days
    first, last = min(days), max(days)
    span = (first + timedelta(days=place) for place in range((last - first).days + 1))
    return {day: days.get(day, Fraction(0)) for day in span}


def _same_weekday(day: date, days: Days) -> list[date]:
    before = (day - timedelta(weeks=week) for week in range(WEEKS, 0, -1))
    return [each for each in before if each in days]


def _law(amounts: Sequence[Fraction]) -> tuple[Fraction, Fraction]:
    usual = median(amounts)
    return usual, max(SPREADS * median([abs(each - usual) for each in amounts]), LEAST_USD)


def median(amounts: Sequence[Fraction]) -> Fraction:
    """Take the middle, or the mean of the two that are."""
    ordered, half = sorted(amounts), len(amounts) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


def _moved(day: date, before: Sequence[date], charges: Charges, prices: Prices) -> str:
    """Name the meter whose money of the day is farthest from its own median."""
    meters: dict[str, dict[date, Fraction]] = {}
    for charge in charges:
        own = meters.setdefault(str(meter_of(charge)), {})
        own[charge.day] = own.get(charge.day, Fraction(0)) + amount_of(charge, prices)
    zero = Fraction(0)
    off = {
        name: abs(own.get(day, zero) - median([own.get(each, zero) for each in before]))
        for name, own in meters.items()
    }
    return max(sorted(off), key=lambda name: off[name])
