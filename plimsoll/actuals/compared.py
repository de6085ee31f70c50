"""Plan and bill of a window are compared here: rows, what carries no tag, what no plan has."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

from plimsoll.actuals.allocated import money_by_row, part_items, shared_nodes_row
from plimsoll.actuals.anomaly import anomalies_of
from plimsoll.actuals.beside import commitments_of, outside_of, untagged_of
from plimsoll.actuals.charge import BillCharge, PaidBill
from plimsoll.actuals.document import (
    SCHEMA,
    ActualDocument,
    ActualItem,
    ActualRow,
    ActualWindow,
    BillReading,
    NamedMoney,
    RunProgress,
    SharedNodesRow,
    SplitRow,
)
from plimsoll.actuals.expiry import expired_of
from plimsoll.actuals.idle import idle_of
from plimsoll.actuals.ledger import ledger_of, owner_sums, total_of
from plimsoll.actuals.matched import Sorted, amount_of, held, sorted_by_owner
from plimsoll.actuals.planned import MoneyOwner, Prices, owners_of
from plimsoll.actuals.progress import progress_of
from plimsoll.actuals.remaining import with_what_remains
from plimsoll.actuals.variance import HeldItem, RowMoney, cents
from plimsoll.actuals.window import BillWindow
from plimsoll.ground.problems import MissingFactError, Problem
from plimsoll.ground.start_up import record
from plimsoll.ground.units import exact_text, usd_text
from plimsoll.objects.tags import SHARED

if TYPE_CHECKING:
    from plimsoll.plan.plan import Plan
    from plimsoll.plan.portfolio.groups.group import Group
    from plimsoll.plan.runs.plan import RunPlan


@record
class Comparison:
    """What is compared: plans, a window and its prices, and the groups on whose nodes some of them run."""

    plans: "Sequence[Plan | RunPlan]"
    window: BillWindow
    prices: Prices
    groups: "Sequence[Group]" = ()

    def owners(self, window: BillWindow) -> tuple[MoneyOwner, ...]:
        """Say what each should cost in a window.

        Raises:
            SpecError: two plans are of one workload.
        """
        return owners_of(self.plans, window, self.prices, self.groups)


def compared(asked: Comparison, bill: PaidBill) -> ActualDocument:
    """Compare plans with a bill.

    Raises:
        MissingFactError: nothing of the window is in the bill, or a price is missing in it.
        SpecError: two plans are of one workload.
    """
    window = _complete(asked.window, bill)
    owners = asked.owners(window)
    inside = [charge for charge in bill.charges if window.holds(charge.day)]
    splits = tuple(each for each in bill.splits if window.holds(each.day))
    engines = tuple(each for each in bill.engines if window.holds(each.day))
    bill = replace(bill, splits=splits, engines=engines)
    if not (inside or bill.splits):
        raise MissingFactError(_nothing(bill, asked.window))
    usage = sorted_by_owner((charge for charge in inside if charge.category == "usage"), owners)
    history = sorted_by_owner((each for each in bill.charges if each.category == "usage"), owners)
    whole, owners = owners, with_what_remains(owners, history.by_owner, window, asked.prices)
    items = {owner.name: held(owner, usage.by_owner[owner.name], asked.prices, bill.file) for owner in owners}
    runs = progress_of(whole, history.by_owner, window, asked.prices)
    money = money_by_row(owners, items)
    return _document(_Found(asked, window, bill, inside, owners, usage, history, items, money, runs))


@record
class _Found:
    asked: Comparison
    window: BillWindow
    bill: PaidBill
    inside: Sequence[BillCharge]
    owners: Sequence[MoneyOwner]
    usage: Sorted
    history: Sorted
    items: dict[str, list[HeldItem]]
    money: dict[str, RowMoney]
    runs: tuple[RunProgress, ...]

    @property
    def coverage_pct(self) -> float | None:
        prices = self.asked.prices
        tagged = _sum((each for part in self.usage.by_owner.values() for each in part), prices)
        tagged += _sum((each for part in self.usage.others.values() for each in part), prices)
        return percent(tagged, tagged + _sum(self.usage.untagged, prices))


def _document(found: _Found) -> ActualDocument:
    prices = found.asked.prices
    rows = tuple(_row(owner, found) for owner in found.owners if owner.group is None)
    return ActualDocument(
        schema=SCHEMA,
        window=_window(found),
        basis=prices,
        workloads=rows,
        shared_nodes=tuple(_nodes(owner, found) for owner in found.owners if owner.group is not None),
        total=total_of(rows),
        untagged=untagged_of(found.usage, prices),
        others=_others(found.usage, prices),
        outside=outside_of(found.inside),
        commitments=commitments_of(found.inside),
        coverage_pct=found.coverage_pct,
        anomalies=anomalies_of(found.owners, found.history.by_owner, found.window, prices),
        ledger=ledger_of(found.asked.owners, found.usage.by_owner, found.window, prices),
        owners=owner_sums(rows),
        expired=tuple(expired_of(found.owners, found.usage.by_owner, found.window, prices)),
        runs=found.runs,
        split=_splits(found.bill),
        reading=_reading(found),
    )


def _window(found: _Found) -> ActualWindow:
    window = found.window
    return ActualWindow(str(window.start), str(window.end), window.hours, str(found.asked.window.end))


def _row(owner: MoneyOwner, found: _Found) -> ActualRow:
    money = found.money[owner.name]
    parts = part_items(found.owners, found.money, owner.name)
    return ActualRow(
        name=owner.name,
        kind="shared" if owner.name == SHARED else "run" if owner.is_run else "service",
        team=owner.team or None,
        cost_center=owner.cost_center or None,
        plan=usd_text(money.plan),
        actual=usd_text(money.actual),
        variance=money.variance,
        floor=usd_text(money.floor),
        ceiling=usd_text(money.ceiling),
        within=money.within,
        coverage_pct=found.coverage_pct,
        idle=idle_of(owner, found.bill, found.items[owner.name]),
        items=(*map(_item, found.items[owner.name]), *parts),
    )


def _nodes(owner: MoneyOwner, found: _Found) -> SharedNodesRow:
    items = tuple(map(_item, found.items[owner.name]))
    return shared_nodes_row(owner, found.money[owner.name], items, found.owners)


def _item(item: HeldItem) -> ActualItem:
    plan, paid = item.plan, item.paid
    return ActualItem(
        item=plan.label if plan is not None else str(item.meter),
        unit=item.meter.unit,
        plan_quantity=_quantity(plan.quantity) if plan is not None else None,
        actual_quantity=_quantity(paid.quantity) if paid is not None and paid.quantity is not None else None,
        free_quantity=_quantity(paid.free) if paid is not None and paid.free else None,
        plan=usd_text(cents(plan.usd)) if plan is not None else "0.00",
        actual=usd_text(cents(paid.usd)) if paid is not None else "0.00",
    )


def _quantity(amount: Fraction) -> str:
    """Write a quantity to four decimals."""
    return exact_text(cents(amount * 100).scaleb(-2))


def _others(usage: Sorted, prices: Prices) -> tuple[NamedMoney, ...]:
    sums = {name: _sum(charges, prices) for name, charges in usage.others.items()}
    return tuple(
        NamedMoney(name, usd_text(cents(usd)))
        for name, usd in sorted(sums.items(), key=lambda x: (-x[1], x[0]))
    )


def _splits(bill: PaidBill) -> tuple[SplitRow, ...]:
    found: dict[tuple[str, str], list[Fraction]] = {}
    for each in bill.splits:
        sums = found.setdefault((each.workload, each.meter), [Fraction(0)] * 3)
        for place, amount in enumerate((each.quantity, each.split_usd, each.unused_usd)):
            sums[place] += Fraction(amount)
    return tuple(_split(*key, *sums) for key, sums in sorted(found.items()))


def _split(name: str, meter: str, quantity: Fraction, split: Fraction, unused: Fraction) -> SplitRow:
    price = _quantity(split / quantity) if quantity else None
    return SplitRow(name, meter, _quantity(quantity), usd_text(cents(split)), usd_text(cents(unused)), price)


def _reading(found: _Found) -> BillReading:
    inside, bill = found.inside, found.bill
    corrections = _sum((each for each in inside if each.correction), found.asked.prices)
    notes = [*bill.notes, *_free(found), *_unlisted(found.inside)]
    days = (each.day for each in (*inside, *bill.splits))
    last = max(days) if bill.ends is None else bill.ends - timedelta(days=1)
    open_days = (found.window.end - last).days - 1
    if open_days > 0:
        of = f"{open_days} of the {found.window.days} days of the window have no row yet"
        notes.append(f"the bill ends with {last}: {of}")
    if found.window.end != found.asked.window.end:
        notes.append(f"days from {found.window.end} on are estimates, and are cut off")
    return BillReading(
        source=bill.source,
        rows=sum(each.rows for each in inside),
        duplicates=sum(each.copies for each in inside),
        corrections_usd=usd_text(cents(corrections)),
        notes=tuple(notes),
    )


def _free(found: _Found) -> Iterator[str]:
    """Name what the bill counts for nothing."""
    for owner in found.owners:
        for item in found.items[owner.name]:
            if item.paid is not None and item.paid.free:
                counted = f"{cents(item.paid.free).normalize():,f} {item.meter} of {owner.name}"
                yield f"{counted} for $0.00: in no quantity and no rate"


def _unlisted(inside: Iterable[BillCharge]) -> Iterator[str]:
    """Count usage without a list price: it is taken as it is paid."""
    rows = [each for each in inside if each.unlisted and each.category == "usage" and each.effective_usd]
    if rows:
        usd = usd_text(cents(_sum(rows, "effective")))
        has, count = (
            ("has", "counts") if (total := sum(each.rows for each in rows)) == 1 else ("have", "count")
        )
        named = "row" if total == 1 else "rows"
        yield f"{total:,} {named} (${usd}) {has} no list price, and {count} at list prices as they are paid"


def _complete(window: BillWindow, bill: PaidBill) -> BillWindow:
    """Cut off the days that are estimates, unless all are."""
    until = bill.complete_until
    return window if until is None or not window.start < until < window.end else replace(window, end=until)


def _nothing(bill: PaidBill, window: BillWindow) -> Problem:
    days = sorted(charge.day for charge in bill.charges)
    why = f"its days are {days[0]} to {days[-1]}" if days else "it has no rows in the weeks around it"
    return Problem(f"the bill has nothing in {window}", why, "give the bill of these days", file=bill.file)


def percent(part: Fraction, whole: Fraction) -> float | None:
    """Write a share in per cent, to two decimals; None of nothing."""
    return None if whole == 0 else float(cents(part / whole * 100))


def _sum(charges: Iterable[BillCharge], prices: Prices) -> Fraction:
    return sum((amount_of(charge, prices) for charge in charges), Fraction(0))
