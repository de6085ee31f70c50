"""A run's progress is its money by day, against what the whole run was planned to cost."""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Literal

from plimsoll.actuals.charge import Charges
from plimsoll.actuals.document import RunDay, RunProgress
from plimsoll.actuals.matched import amount_of, node_hours
from plimsoll.actuals.planned import MoneyOwner, Prices
from plimsoll.actuals.remaining import before_of
from plimsoll.actuals.variance import cents
from plimsoll.actuals.window import BillWindow
from plimsoll.catalog.clock import INSTANCE_HOUR
from plimsoll.ground.units import exact_text, usd_text


def progress_of(
    owners: Sequence[MoneyOwner], charges: Mapping[str, Charges], window: BillWindow, prices: Prices
) -> tuple[RunProgress, ...]:
    """Follow each run by day; `charges` reach back before the window, `owners` are planned whole.

    Of a run that comes again every month the money before the window is of earlier ones, and is left out.
    """
    return tuple(_progress(owner, charges[owner.name], window, prices) for owner in owners if owner.is_run)


def _progress(run: MoneyOwner, charges: Charges, window: BillWindow, prices: Prices) -> RunProgress:
    before = before_of(charges, window) if run.is_single_run else []
    inside = [charge for charge in charges if window.holds(charge.day)]
    paid = [charge for charge in (*before, *inside) if amount_of(charge, prices)]
    return RunProgress(
        name=run.name,
        state=_state(before, inside),
        began=str(min(charge.day for charge in paid)) if paid else None,
        plan=usd_text(cents(run.plan_usd)),
        ceiling=usd_text(cents(run.ceiling_usd)),
        before=usd_text(cents(_money(before, prices))),
        days=tuple(_days(run, before, inside, prices)),
    )


def _state(before: Charges, inside: Charges) -> Literal["not_started", "under_way", "ended"]:
    if inside:
        return "under_way"
    return "ended" if before else "not_started"


def _days(run: MoneyOwner, before: Charges, inside: Charges, prices: Prices) -> Iterator[RunDay]:
    reached, hours, plan = _money(before, prices), node_hours(run, before), run.plan_usd
    planned = sum((item.quantity for item in run.items if item.meter.unit == INSTANCE_HOUR), Fraction(0))
    for day in sorted({charge.day for charge in inside}):
        own = [charge for charge in inside if charge.day == day]
        usd, more = _money(own, prices), node_hours(run, own)
        reached += usd
        hours = None if hours is None or more is None else hours + more
        if not usd:
            continue
        yield RunDay(
            day=str(day),
            usd=usd_text(cents(usd)),
            to_date=usd_text(cents(reached)),
            of_plan_pct=_pct(reached, plan),
            node_hours=exact_text(cents(hours)) if hours is not None else None,
            of_hours_pct=_pct(hours, planned) if hours is not None else None,
        )


def _money(charges: Charges, prices: Prices) -> Fraction:
    return sum((amount_of(charge, prices) for charge in charges), Fraction(0))


def _pct(part: Fraction, whole: Fraction) -> float | None:
    return float(cents(part / whole * 100)) if whole else None
