"""A variance says by which cause actual and plan differ; the four causes add up to the cent.

actual - plan = (Q actual - Q plan) × P plan + Q actual × (P actual - P plan) + unplanned - missing
"""

from collections.abc import Callable, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Annotated

from plimsoll.actuals.meter import Meter
from plimsoll.actuals.planned import PlannedItem
from plimsoll.ground.start_up import record
from plimsoll.ground.units import usd_text


@record
class Paid:
    """One item of a bill: a quantity of a meter, None where the bill has none, and its money.

    `free` is what the bill counts for nothing besides: it is in no rate, for a price that is missing is none.
    """

    meter: Meter
    quantity: Fraction | None
    usd: Fraction
    free: Fraction = Fraction(0)


@record
class HeldItem:
    """An item of the plan, of the bill, or of both: one against the other."""

    meter: Meter
    plan: PlannedItem | None
    paid: Paid | None

    @property
    def causes(self) -> tuple[Fraction, Fraction, Fraction, Fraction]:
        """Quantity, rate, unplanned, missing; a bill without a quantity is taken to have the plan's."""
        zero = Fraction(0)
        if self.plan is None:
            return zero, zero, self.paid.usd if self.paid is not None else zero, zero
        if self.paid is None:
            return zero, zero, zero, -self.plan.usd
        at_plan = self.plan.usd
        if self.paid.quantity is not None and (self.plan.quantity or self.plan.usd_per_unit is not None):
            at_plan = self.paid.quantity * self.plan.price
        return at_plan - self.plan.usd, self.paid.usd - at_plan, zero, zero


@record
class Variance:
    """By which cause actual and plan differ; the four add up to actual - plan, to the cent."""

    quantity: Annotated[str, "More or fewer units than planned, at planned prices. US dollars."]
    rate: Annotated[str, "Units dearer or cheaper than planned. US dollars."]
    unplanned: Annotated[str, "Items that no plan has. US dollars."]
    missing: Annotated[str, "Items of the plan that the bill does not have; not above 0. US dollars."]


@record
class RowMoney:
    """Money of a row, in whole cents: `steps` run from its plan by one cause after the other to its actual.

    So what is printed adds up, and no cause is a cent off its exact amount or more.
    """

    steps: tuple[Decimal, ...]
    floor: Decimal
    ceiling: Decimal

    @property
    def plan(self) -> Decimal:
        """What was planned."""
        return self.steps[0]

    @property
    def actual(self) -> Decimal:
        """What was billed."""
        return self.steps[-1]

    @property
    def variance(self) -> Variance:
        """By which cause they differ."""
        causes = (after - before for before, after in zip(self.steps, self.steps[1:], strict=False))
        return Variance(*map(usd_text, causes))

    @property
    def within(self) -> bool:
        """Whether the actual lies between floor and ceiling."""
        return self.floor <= self.actual <= self.ceiling

    def __add__(self, other: "RowMoney") -> "RowMoney":
        steps = (mine + more for mine, more in zip(self.steps, other.steps, strict=True))
        return RowMoney(tuple(steps), self.floor + other.floor, self.ceiling + other.ceiling)

    def by(self, split: Callable[[Decimal], Sequence[Decimal]]) -> "list[RowMoney]":
        """Split it into parts that add up to it in every amount; `split` gives whole cents."""
        *steps, floors, ceilings = map(split, (*self.steps, self.floor, self.ceiling))
        return [
            RowMoney(each, floor, ceiling)
            for each, floor, ceiling in zip(zip(*steps, strict=True), floors, ceilings, strict=True)
        ]


def money_of_row(items: Sequence[HeldItem], floor_usd: Fraction, ceiling_usd: Fraction) -> RowMoney:
    """Add up the items of a row."""
    reached = [sum((item.plan.usd for item in items if item.plan is not None), Fraction(0))]
    for index in range(4):
        reached.append(reached[-1] + sum((item.causes[index] for item in items), Fraction(0)))
    return RowMoney(tuple(map(cents, reached)), cents(floor_usd), cents(ceiling_usd))


def cents(amount: Fraction) -> Decimal:
    """Round exact dollars to the cent, half away from zero."""
    units = abs(amount) * 100
    whole = int(units + Fraction(1, 2))
    return Decimal(whole if amount >= 0 else -whole).scaleb(-2)
