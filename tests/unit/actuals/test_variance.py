from decimal import Decimal
from fractions import Fraction

import pytest

from plimsoll.actuals.meter import Meter
from plimsoll.actuals.planned import PlannedItem
from plimsoll.actuals.variance import HeldItem, Paid, cents, money_of_row

NODES = Meter("instance-hour", "g6e.xlarge")


def item(plan: tuple[object, object] | None, paid: tuple[object, object] | None) -> HeldItem:
    planned = PlannedItem(NODES, "nodes", Fraction(str(plan[0])), Fraction(str(plan[1]))) if plan else None
    quantity = Fraction(str(paid[0])) if paid and paid[0] is not None else None
    return HeldItem(NODES, planned, Paid(NODES, quantity, Fraction(str(paid[1]))) if paid else None)


@pytest.mark.parametrize(
    ("plan", "paid", "causes"),
    [
        ((100, 200), (100, 200), ("0.00", "0.00", "0.00", "0.00")),
        ((100, 200), (90, 180), ("-20.00", "0.00", "0.00", "0.00")),
        ((100, 200), (100, 150), ("0.00", "-50.00", "0.00", "0.00")),
        ((100, 200), (110, 165), ("20.00", "-55.00", "0.00", "0.00")),
        ((100, 200), (None, 260), ("0.00", "60.00", "0.00", "0.00")),
        ((100, 200), (0, 0), ("-200.00", "0.00", "0.00", "0.00")),
        ((100, 200), None, ("0.00", "0.00", "0.00", "-200.00")),
        (None, (7, 21), ("0.00", "0.00", "21.00", "0.00")),
    ],
)
def test_a_difference_has_its_cause(plan: object, paid: object, causes: tuple[str, ...]) -> None:
    found = money_of_row([item(plan, paid)], Fraction(0), Fraction(0)).variance  # type: ignore[arg-type]
    assert (found.quantity, found.rate, found.unplanned, found.missing) == causes


def test_thirds_of_a_cent_add_up_as_printed() -> None:
    third = Fraction(1, 300)
    items = [
        HeldItem(NODES, PlannedItem(NODES, "a", Fraction(3), third), Paid(NODES, Fraction(5), 7 * third)),
        HeldItem(NODES, PlannedItem(NODES, "b", Fraction(1), 4 * third), None),
        HeldItem(NODES, None, Paid(NODES, Fraction(1), 2 * third)),
    ]
    row = money_of_row(items, Fraction(0), Fraction(0))
    plan, actual, found = row.plan, row.actual, row.variance
    printed = [Decimal(each) for each in (found.quantity, found.rate, found.unplanned, found.missing)]
    assert sum(printed) == actual - plan
    assert (plan, actual) == (Decimal("0.02"), Decimal("0.03"))


@pytest.mark.parametrize(
    ("amount", "written"), [("0.005", "0.01"), ("-0.005", "-0.01"), ("0.0049", "0.00"), ("2", "2.00")]
)
def test_cents_are_rounded_half_away_from_zero(amount: str, written: str) -> None:
    assert cents(Fraction(amount)) == Decimal(written)
