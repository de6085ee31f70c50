"""A ledger keeps how right the money of plans was, by month; and sums up rows for who owns them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from plimsoll.actuals.allocated import money_by_row
from plimsoll.actuals.charge import Charges
from plimsoll.actuals.document import ActualRow, ActualTotal, LedgerEntry, OwnerSum
from plimsoll.actuals.matched import held
from plimsoll.actuals.planned import MoneyOwner, Prices
from plimsoll.actuals.variance import RowMoney, Variance, cents
from plimsoll.actuals.window import BillWindow
from plimsoll.ground.units import usd_text


def ledger_of(
    owners_in: Callable[[BillWindow], Sequence[MoneyOwner]],
    charges: Mapping[str, Charges],
    window: BillWindow,
    prices: Prices,
) -> tuple[LedgerEntry, ...]:
    """Hold every month of the window against the plan of its own days, row by row; a run has no month.

    `owners_in` says whose money is planned in a window. Nodes that are shared are in their tenants' rows.
    """
    return tuple(
        entry for month in window.months() for entry in _of_month(owners_in(month), charges, month, prices)
    )


def _of_month(
    owners: Sequence[MoneyOwner], charges: Mapping[str, Charges], month: BillWindow, prices: Prices
) -> Iterator[LedgerEntry]:
    services = [owner for owner in owners if not owner.is_run]
    items = {
        owner.name: held(owner, [each for each in charges[owner.name] if month.holds(each.day)], prices, "")
        for owner in services
    }
    money = money_by_row(services, items)
    yield from (_entry(each.name, money[each.name], month) for each in services if each.group is None)


def _entry(name: str, money: RowMoney, month: BillWindow) -> LedgerEntry:
    plan, actual = money.plan, money.actual
    error = Fraction(actual - plan) / Fraction(plan) * 100 if plan else None
    return LedgerEntry(
        name=name,
        month=f"{month.start:%Y-%m}",
        plan=usd_text(plan),
        actual=usd_text(actual),
        error_pct=float(cents(error)) if error is not None else None,
        within=money.within,
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
