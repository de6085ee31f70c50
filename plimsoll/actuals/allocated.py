"""Money of nodes that workloads share is split by what the plan gives to each tenant: exactly, to the cent.

This is split cost allocation, by planned shares in place of measured use: every bill splits alike, whatever
it can see of pods. What no tenant has is idle, and is shared out by the same weights (OpenCost: weighted).
"""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from plimsoll.actuals.document import ActualItem, AllocatedPart, SharedNodesRow
from plimsoll.actuals.planned import MoneyOwner
from plimsoll.actuals.variance import HeldItem, RowMoney, cents, money_of_row
from plimsoll.ground.units import usd_text
from plimsoll.plan.portfolio.groups.group import Allotment, Group

METHODS = {"memory_slots": "memory slots", "busy_time": "busy time"}
"""Ways to split, in words."""


def money_by_row(
    owners: Sequence[MoneyOwner], items: Mapping[str, Sequence[HeldItem]]
) -> dict[str, RowMoney]:
    """Add up each owner's money; that of tenants with their parts of the nodes that they share."""
    found = {each.name: money_of_row(items[each.name], each.floor_usd, each.ceiling_usd) for each in owners}
    for owner in owners:
        if owner.group is not None:
            for name, part in parts_of(owner.group, found[owner.name]).items():
                found[name] += part
    return found


def parts_of(group: Group, money: RowMoney) -> dict[str, RowMoney]:
    """Split the money of a group's nodes by tenant; the parts add up to it."""
    return dict(zip(group.node.tenants, money.by(group.allotment.split), strict=True))


def own_part(owner: MoneyOwner, usd: Fraction, tenant: str) -> Fraction:
    """Take a tenant's part of an amount of a group's, exactly; nothing of who is no tenant."""
    if owner.group is None or tenant not in owner.tenants:
        return Fraction(0)
    return usd * _share(owner.group.allotment, owner.tenants.index(tenant))


def part_items(
    owners: Sequence[MoneyOwner], money: Mapping[str, RowMoney], tenant: str
) -> Iterator[ActualItem]:
    """Write a tenant's parts of shared nodes, as items of its row."""
    for owner in owners:
        if owner.group is not None and tenant in owner.tenants:
            part = parts_of(owner.group, money[owner.name])[tenant]
            yield ActualItem(
                item=f"part of {owner.name}",
                unit=f"by {METHODS[owner.group.allotment.method]}",
                plan_quantity=None,
                actual_quantity=None,
                free_quantity=None,
                plan=usd_text(part.plan),
                actual=usd_text(part.actual),
            )


def shared_nodes_row(
    owner: MoneyOwner, money: RowMoney, items: tuple[ActualItem, ...], owners: Sequence[MoneyOwner]
) -> SharedNodesRow:
    """Write the nodes of a group, whole and by tenant."""
    group = owner.group
    assert group is not None, "only a group's nodes are split"
    allotment = group.allotment
    idle_plan, idle_actual = (_idle(allotment, usd) for usd in (money.plan, money.actual))
    return SharedNodesRow(
        name=owner.name,
        instance_type=group.node.instance_type,
        region=group.node.region,
        allocated_method=allotment.method,
        idle_sharing="weighted",
        idle_pct=_pct(allotment.idle),
        plan=usd_text(money.plan),
        actual=usd_text(money.actual),
        variance=money.variance,
        floor=usd_text(money.floor),
        ceiling=usd_text(money.ceiling),
        within=money.within,
        idle_plan=usd_text(idle_plan),
        idle_actual=usd_text(idle_actual),
        items=items,
        parts=tuple(_parts(group, money, owners)),
    )


def _parts(group: Group, money: RowMoney, owners: Sequence[MoneyOwner]) -> Iterator[AllocatedPart]:
    known, allotment = {each.name: each for each in owners}, group.allotment
    idle = [allotment.split(_idle(allotment, usd)) for usd in (money.plan, money.actual)]
    for place, (name, part) in enumerate(parts_of(group, money).items()):
        yield AllocatedPart(
            name=name,
            team=known[name].team or None,
            cost_center=known[name].cost_center or None,
            weight=allotment.weights[place],
            pct=_pct(_share(allotment, place)),
            plan=usd_text(part.plan),
            actual=usd_text(part.actual),
            variance=part.variance,
            idle_plan=usd_text(idle[0][place]),
            idle_actual=usd_text(idle[1][place]),
        )


def _share(allotment: Allotment, place: int) -> Fraction:
    return Fraction(allotment.weights[place], sum(allotment.weights))


def _idle(allotment: Allotment, usd: Decimal) -> Decimal:
    return cents(Fraction(usd) * allotment.idle)


def _pct(share: Fraction) -> float:
    return float(cents(share * 100))
