from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest

from plimsoll.actuals.anomaly import anomalies_of, median
from plimsoll.actuals.charge import BillCharge
from plimsoll.actuals.meter import Meter
from plimsoll.actuals.planned import MoneyOwner, PlannedItem
from plimsoll.actuals.window import BillWindow

WINDOW = BillWindow(date(2026, 10, 1), date(2026, 11, 1))
OWNER = MoneyOwner(
    "chat", (PlannedItem(Meter("hour"), "x", Fraction(1), Fraction(3100)),), Fraction(0), Fraction(0)
)


def charge(day: date, usd: object, kind: str = "g6e.xlarge") -> BillCharge:
    amount = Decimal(str(usd))
    texts = ("chat", "", "", "EC2", "Hrs", kind, "")
    return BillCharge(day, "usage", *texts, Decimal(24), amount, amount, amount)


def found(days: dict[date, float]) -> list[tuple[str, str, str]]:
    charges = {"chat": [charge(day, usd) for day, usd in days.items()]}
    return [(each.day, each.usual, each.plan) for each in anomalies_of([OWNER], charges, WINDOW, "list")]


def weeks(usual: float = 100.0, spread: float = 0.0) -> dict[date, float]:
    """Days of nine weeks whose weekdays differ, and whose weeks alternate."""
    first = date(2026, 9, 3)
    days = (first + timedelta(days=place) for place in range(59))
    return {
        day: usual + 20 * day.weekday() + (spread if day.toordinal() // 7 % 2 else -spread) for day in days
    }


def test_a_week_has_its_own_shape_and_that_is_no_anomaly() -> None:
    assert found(weeks()) == []
    assert found(weeks(spread=8)) == []


def test_a_day_unlike_its_weekday_is_found_with_what_the_plan_has() -> None:
    days = weeks() | {date(2026, 10, 20): 131}  # a Tuesday, usually 120
    assert found(days) == [("2026-10-20", "120.00", "100.00")]


@pytest.mark.parametrize(("usd", "is_one"), [(129.99, False), (130.01, True)])
def test_less_than_ten_dollars_is_never_one(usd: float, is_one: bool) -> None:
    assert bool(found(weeks() | {date(2026, 10, 20): usd})) is is_one


@pytest.mark.parametrize(("off", "is_one"), [(44.4, False), (44.6, True)])
def test_days_that_vary_may_vary(off: float, is_one: bool) -> None:
    """With ± 10 every other week the MAD is 10: 3 × 1.4826 × 10 = 44.48."""
    assert bool(found(weeks(spread=10) | {date(2026, 10, 20): 120 + off})) is is_one


def test_a_day_without_a_charge_cost_nothing() -> None:
    days = weeks()
    del days[date(2026, 10, 20)]
    assert [each[0] for each in found(days)] == ["2026-10-20"]


def test_two_weeks_before_are_too_few() -> None:
    days = {day: usd for day, usd in weeks().items() if day >= date(2026, 10, 5)}
    assert found(days | {date(2026, 10, 20): 500}) == []


def test_what_moved_is_named() -> None:
    day = date(2026, 10, 20)
    charges = [charge(each, 100) for each in weeks()] + [charge(day, 300, "p5.48xlarge")]
    (anomaly,) = anomalies_of([OWNER], {"chat": charges}, WINDOW, "list")
    assert anomaly.moved == "p5.48xlarge instance-hour"
    assert anomaly.days == ("2026-09-22", "2026-09-29", "2026-10-06", "2026-10-13")


def test_the_median_of_an_even_count_is_the_mean_of_two() -> None:
    assert median([Fraction(4), Fraction(1), Fraction(3), Fraction(9)]) == Fraction(7, 2)
