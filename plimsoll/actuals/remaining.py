"""A run is planned whole: a window in which it goes on is held against what its plan has left by then.

What was paid before the window is read too, as far back as the run can have begun. Of runs that come again
every month the window has its share instead, and nothing is taken off.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from math import ceil
from typing import TYPE_CHECKING

from plimsoll.actuals.anomaly import WEEKS
from plimsoll.actuals.charge import BillCharge, Charges
from plimsoll.actuals.matched import held
from plimsoll.actuals.meter import WHOLE, Meter
from plimsoll.actuals.planned import MoneyOwner, PlannedItem, Prices
from plimsoll.actuals.variance import Paid
from plimsoll.actuals.window import DAYS_MOST, BillWindow
from plimsoll.plan.plan import Plan

if TYPE_CHECKING:
    from plimsoll.plan.runs.plan import RunPlan


def days_before(plans: "Sequence[Plan | RunPlan]") -> int:
    """Say how many days before a window a run can have begun that goes on in it; 0 without a run.

    A run takes at most the hours that the cluster lets it run; it may wait as long again for its nodes.
    """
    hours = (plan.run.enforced_h for plan in plans if not isinstance(plan, Plan))
    return min(max((ceil(2 * each / 24) + 1 for each in hours), default=0), DAYS_MOST)


def reading_window(plans: "Sequence[Plan | RunPlan]", window: BillWindow) -> BillWindow:
    """Widen a window by the weeks that its days are held against, and by what a run may have before it."""
    back = max(7 * WEEKS, days_before(plans))
    return replace(window, start=window.start - timedelta(days=back))


def asking_window(plans: "Sequence[Plan | RunPlan]", window: BillWindow) -> BillWindow:
    """Widen the window for which an API is asked where a run may have begun before it."""
    back = days_before(plans)
    return reading_window(plans, window) if back else window


def with_what_remains(
    owners: Sequence[MoneyOwner], usage: Mapping[str, Charges], window: BillWindow, prices: Prices
) -> tuple[MoneyOwner, ...]:
    """Take what single runs had cost before a window off their plans; `usage` is all that was read.

    A run that has money before the window and none in it has ended: nothing of it is planned any more.

    Raises:
        MissingFactError: the bill has no price of a planned type before the window.
    """
    return tuple(
        _remaining(owner, usage[owner.name], window, prices) if owner.is_single_run else owner
        for owner in owners
    )


def before_of(charges: Charges, window: BillWindow) -> list[BillCharge]:
    """Keep what was before a window."""
    return [charge for charge in charges if charge.day < window.start]


def _remaining(owner: MoneyOwner, charges: Charges, window: BillWindow, prices: Prices) -> MoneyOwner:
    before = before_of(charges, window)
    if not before:
        return owner
    paid = {item.meter: item.paid for item in held(owner, before, prices, "") if item.paid is not None}
    spent = sum((each.usd for each in paid.values()), Fraction(0))
    goes_on = any(window.holds(charge.day) for charge in charges)
    items = tuple(_less(item, paid, owner.plan_usd) if goes_on else _none(item) for item in owner.items)
    zero = Fraction(0)
    return replace(
        owner,
        items=items,
        floor_usd=max(owner.floor_usd - spent, zero) if goes_on else zero,
        ceiling_usd=max(owner.ceiling_usd - spent, zero) if goes_on else zero,
    )


def _less(item: PlannedItem, paid: Mapping[Meter, Paid], plan_usd: Fraction) -> PlannedItem:
    """Take off what was counted of an item; of a bill that counts nothing, the share of all the money."""
    whole = paid.get(Meter(WHOLE))
    own = whole or paid.get(item.meter)
    if own is None or not item.quantity:
        return item
    if whole is not None or own.quantity is None:
        planned = plan_usd if whole is not None else item.usd
        gone = item.quantity * own.usd / planned if planned else Fraction(0)
    else:
        gone = own.quantity
    return _of(item, max(item.quantity - gone, Fraction(0)))


def _none(item: PlannedItem) -> PlannedItem:
    return _of(item, Fraction(0))


def _of(item: PlannedItem, quantity: Fraction) -> PlannedItem:
    return replace(item, quantity=quantity, usd=quantity * item.price, usd_per_unit=item.price)
