"""A ledger keeps how right the money of plans was, by month; and sums up rows for who owns them."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from plimsoll.actuals.charge import Charges
from plimsoll.actuals.document import ActualRow, ActualTotal, LedgerEntry, OwnerSum
from plimsoll.actuals.matched import held
from plimsoll.actuals.planned import MoneyOwner, Prices, owners_of
from plimsoll.actuals.variance import Variance, cents, variance_of
from plimsoll.actuals.window import BillWindow
from plimsoll.ground.units import usd_text

if TYPE_CHECKING:
    from plimsoll.plan.plan import Plan
    from plimsoll.plan.runs.plan import RunPlan


def ledger_of(
    plans: "Sequence[Plan | RunPlan]",
    charges: Mapping[str, Charges],
    window: BillWindow,
    prices: Prices,
) -> tuple[LedgerEntry, ...]:
    """Hold every month of the window against the plan of its own days, row by row; a run has no month."""
    return tuple(
        _entry(owner, charges[owner.name], month, prices)
        for month in window.months()
        for owner in owners_of(plans, month, prices)
        if not owner.is_run
    )


def _entry(owner: MoneyOwner, charges: Charges, month: BillWindow, prices: Prices) -> LedgerEntry:
    plan, actual, _ = variance_of(
        held(owner, [each for each in charges if month.holds(each.day)], prices, "")
    )
    error = Fraction(actual - plan) / Fraction(plan) * 100 if plan else None
    return LedgerEntry(
        name=owner.name,
        month=f"{month.start:%Y-%m}",
        plan=usd_text(plan),
        actual=usd_text(actual),
        error_pct=float(cents(error)) if error is not None else None,
        within=cents(owner.floor_usd) <= actual <= cents(owner.ceiling_usd),
    )


def owner_sums(rows: Sequence[ActualRow]) -> tuple[OwnerSum, ...]:
    """Sum up the rows of each team and cost centre; what a cluster shares belongs to none of them."""
    keys = {(row.team, row.cost_center) for row in rows if row.kind != "shared"}
    ordered = sorted(keys, key=lambda key: (key[0] or "", key[1] or ""))
    return tuple(_sums(key, rows) for key in ordered)


def _sums(key: tuple[str | None, str | None], rows: Sequence[ActualRow]) -> OwnerSum:
    own = [row for row in rows if row.kind != "shared" and (row.team, row.cost_center) == key]
    plan, actual = _sum(row.plan for row in own), _sum(row.actual for row in own)
    names = tuple(row.name for row in own)
    return OwnerSum(*key, names, usd_text(plan), usd_text(actual), usd_text(actual - plan))


def total_of(rows: Sequence[ActualRow]) -> ActualTotal:
    """Add up what is printed: the sum of rounded rows, so that a reader can check it."""
    causes = ("quantity", "rate", "unplanned", "missing")
    sums = {name: _sum(getattr(row.variance, name) for row in rows) for name in causes}
    plan, actual = _sum(row.plan for row in rows), _sum(row.actual for row in rows)
    return ActualTotal(
        usd_text(plan), usd_text(actual), Variance(**{name: usd_text(usd) for name, usd in sums.items()})
    )


def _sum(amounts: Iterator[str]) -> Decimal:
    return sum(map(Decimal, amounts), Decimal(0))
