"""Charges find their owner by tags, and their item of the plan by what they count."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from plimsoll.actuals.charge import GPU_HOUR, BillCharge, Charges, is_free
from plimsoll.actuals.meter import WHOLE, Meter, meter_of
from plimsoll.actuals.planned import MoneyOwner, PlannedItem, Prices
from plimsoll.actuals.variance import HeldItem, Paid
from plimsoll.catalog.clock import INSTANCE_HOUR
from plimsoll.ground.problems import MissingFactError, Problem
from plimsoll.ground.start_up import record
from plimsoll.objects.tags import SHARED


@record
class Sorted:
    """Usage by owner, that of workloads without a lock here, and what carries no tag of ours."""

    by_owner: Mapping[str, Charges]
    others: Mapping[str, Charges]
    untagged: Charges


def sorted_by_owner(charges: Iterable[BillCharge], owners: Sequence[MoneyOwner]) -> Sorted:
    """Give each charge to its owner: by the tag of the workload, the pool, the cluster; else to nobody.

    Where a bill is of pods, what those of a tenant cost on nodes is of its group's.
    """
    homes = {name: each.name for each in owners for name in each.tenants}
    mine: dict[str, list[BillCharge]] = {owner.name: [] for owner in owners}
    others: dict[str, list[BillCharge]] = {}
    untagged: list[BillCharge] = []
    for charge in charges:
        name = charge.workload or _by_pool(charge, owners) or (SHARED if charge.cluster else "")
        if charge.unit == GPU_HOUR:
            name = homes.get(name, name)
        if not name:
            untagged.append(charge)
        else:
            mine.get(name, others.setdefault(name, []) if name not in mine else []).append(charge)
    return Sorted(mine, others, untagged)


def _by_pool(charge: BillCharge, owners: Sequence[MoneyOwner]) -> str:
    """Name the one workload whose pool this is; a NodePool is named `<workload>-<pool>`."""
    if not charge.pool:
        return ""
    full = [owner.name for owner in owners if charge.pool in {f"{owner.name}-{pool}" for pool in owner.pools}]
    short = [owner.name for owner in owners if charge.pool in owner.pools]
    found = full or short
    return found[0] if len(found) == 1 else ""


def held(owner: MoneyOwner, charges: Charges, prices: Prices, file: str) -> list[HeldItem]:
    """Hold the charges of an owner against its plan, item by item; `file` is what messages call the bill.

    Raises:
        MissingFactError: a planned type ran, and the bill has no price of it: that is not cheap but unknown.
    """
    parts, planned = _by_meter(owner, charges), {item.meter: item for item in owner.items}
    paid = {meter: _sum_of(planned.get(meter), meter, each, prices) for meter, each in parts.items()}
    if Meter(WHOLE) in paid:
        return [_whole(owner, paid)]
    found = [
        HeldItem(meter, planned.get(meter), paid.get(meter)) for meter in dict.fromkeys([*planned, *paid])
    ]
    for item in found if prices == "list" else ():
        _check_price(owner, item, parts.get(item.meter, ()), file)
    return found


def _by_meter(owner: MoneyOwner, charges: Charges) -> dict[Meter, list[BillCharge]]:
    found: dict[Meter, list[BillCharge]] = {}
    for charge in (_as_nodes(owner, each) for each in charges):
        found.setdefault(_settled(owner, meter_of(charge)), []).append(charge)
    return found


def _as_nodes(owner: MoneyOwner, charge: BillCharge) -> BillCharge:
    """Count nodes where a bill counts their GPUs; without GPUs the bill does not say how many there were.

    Raises:
        MissingFactError: the plan has GPUs, and the bill none.
    """
    if charge.unit != GPU_HOUR:
        return charge
    if not owner.gpus_per_node:
        return replace(charge, unit=INSTANCE_HOUR, usage="", service="", quantity=None)
    if owner.is_run and not charge.quantity and not charge.list_usd:  # it has ended; its volumes have not
        return replace(charge, unit=INSTANCE_HOUR, usage="", service="")
    if not charge.quantity:
        why = f"{owner.name} is planned on GPUs, and {charge.day} has no GPU-hours: unknown, not cheap"
        fix = "let OpenCost see the GPUs and their price, or read the bill with --from focus"
        raise MissingFactError(Problem("no GPU price", why, fix))
    return replace(
        charge, unit=INSTANCE_HOUR, usage="", service="", quantity=charge.quantity / owner.gpus_per_node
    )


def node_hours(owner: MoneyOwner, charges: Charges) -> Fraction | None:
    """Add up the hours of nodes of the types that an owner plans; None where the bill does not count them."""
    found = Fraction(0)
    for charge in (_as_nodes(owner, each) for each in charges):
        meter = _settled(owner, meter_of(charge))
        if meter.unit == INSTANCE_HOUR and any(item.meter == meter for item in owner.items):
            if charge.quantity is None:
                return None
            found += Fraction(charge.quantity)
        elif meter == Meter(WHOLE):
            return None
    return found


def _settled(owner: MoneyOwner, meter: Meter) -> Meter:
    """Take hours of an unnamed type for those of the only type that the owner plans."""
    types = [item.meter for item in owner.items if item.meter.unit == INSTANCE_HOUR]
    unnamed = meter == Meter(INSTANCE_HOUR)
    return types[0] if unnamed and len(types) == 1 else meter


def _sum_of(plan: PlannedItem | None, meter: Meter, parts: Charges, prices: Prices) -> Paid:
    """Add up a meter; what the bill has of it for nothing stands apart, unless it was planned to."""
    usd = sum((amount_of(part, prices) for part in parts), Fraction(0))
    is_apart = plan is None or not plan.has_free
    free, priced = Fraction(0), list[BillCharge]()
    for part in parts:
        if is_apart and is_free(part, money_of(part, prices)):
            free += Fraction(part.quantity or 0)
        else:
            priced.append(part)
    quantities = [Fraction(part.quantity) for part in priced if part.quantity is not None]
    quantity = sum(quantities, Fraction(0))
    return Paid(meter, quantity if quantity or len(quantities) == len(priced) else None, usd, free)


def money_of(charge: BillCharge, prices: Prices) -> Decimal:
    """Take a charge at list prices, or as it is paid."""
    return charge.list_usd if prices == "list" else charge.effective_usd


def amount_of(charge: BillCharge, prices: Prices) -> Fraction:
    """Take it so, exactly."""
    return Fraction(money_of(charge, prices))


def _whole(owner: MoneyOwner, paid: Mapping[Meter, Paid]) -> HeldItem:
    """A bill that does not say what for is held against the whole of the plan."""
    plan = PlannedItem(Meter(WHOLE), "all lines", Fraction(1), owner.plan_usd) if owner.items else None
    return HeldItem(
        Meter(WHOLE), plan, Paid(Meter(WHOLE), None, sum((each.usd for each in paid.values()), Fraction(0)))
    )


def _check_price(owner: MoneyOwner, item: HeldItem, charges: Charges, file: str) -> None:
    """Refuse hours of a planned type, of any day, that the bill has for nothing."""
    if item.plan is None or item.paid is None or not item.plan.usd > 0:
        return
    unlisted = sum(each.quantity or 0 for each in charges if each.unlisted)
    if unlisted and item.meter.unit == INSTANCE_HOUR:
        why = f"{unlisted:,.0f} {item.meter} have none: what is paid for them may be less, on terms of yours"
        fix = "have the export carry list prices, or take --basis effective"
        what = f"the bill has no list price for {item.meter} of {owner.name}"
        raise MissingFactError(Problem(what, why, fix, file=file))
    if item.plan.has_free:
        return
    free = sum(each.quantity or 0 for each in charges if is_free(each, each.list_usd))
    if free and (item.meter.unit == INSTANCE_HOUR or item.paid.usd == 0):
        hours = f"{free:,.0f} {item.meter}"
        why = f"{hours} for $0.00: a price that is missing is not a low one"
        fix = "have the export carry list prices, or take --basis effective"
        what = f"the bill has no price for {item.meter} of {owner.name}"
        raise MissingFactError(Problem(what, why, fix, file=file))
