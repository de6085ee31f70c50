"""What was planned for a window is read from locks: the expected lines, by their own hours and months."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

from plimsoll.actuals.meter import CACHES, GB_MONTH, NODE_HOUR, Meter
from plimsoll.actuals.window import BillWindow
from plimsoll.ground.problems import Problem, SpecError
from plimsoll.ground.start_up import record
from plimsoll.money.line import SHARED as SHARED_KINDS
from plimsoll.money.line import Basis
from plimsoll.objects.tags import SHARED
from plimsoll.plan.plan import Plan

if TYPE_CHECKING:
    from plimsoll.money.line import CostLine
    from plimsoll.money.runs.month import RunLine
    from plimsoll.plan.portfolio.groups.group import Group
    from plimsoll.plan.runs.plan import RunPlan

    Lines = Sequence[CostLine | RunLine]

Prices = Literal["list", "effective"]
"""Prices that are compared: list against list, or what is paid against what is paid."""


@record
class PlannedItem:
    """One item of a plan in a window: a quantity of a meter and its money, exactly."""

    meter: Meter
    label: str
    quantity: Fraction
    usd: Fraction
    has_free: bool = False
    """Whether some of it was planned to cost nothing, as capacity that is owned does."""
    usd_per_unit: Fraction | None = None
    """Its price where the quantity does not tell it any more: nothing of it is left to come."""

    @property
    def price(self) -> Fraction:
        """US dollars by unit; 0 of an item without units."""
        if self.usd_per_unit is not None:
            return self.usd_per_unit
        return self.usd / self.quantity if self.quantity else Fraction(0)


@record
class MoneyOwner:
    """Whose the money is: a workload of a lock, a group of them, or what those of a cluster share."""

    name: str
    items: tuple[PlannedItem, ...]
    floor_usd: Fraction
    ceiling_usd: Fraction
    team: str = ""
    cost_center: str = ""
    expires: str = ""
    pools: tuple[str, ...] = ()
    is_run: bool = False
    is_single_run: bool = False
    """Whether it is one run, planned whole, and not one that comes so many times a month."""
    gpus_per_node: int = 0
    group: "Group | None" = None
    """The group whose nodes it is, which its tenants pay for."""

    @property
    def tenants(self) -> tuple[str, ...]:
        """Workloads whose parts of the money its nodes are; none of who is no group."""
        return () if self.group is None else self.group.node.tenants

    @property
    def plan_usd(self) -> Fraction:
        """What the window should cost."""
        return sum((item.usd for item in self.items), Fraction(0))


@record
class PlanScale:
    """How a line of a month, or of a run, becomes one of the window, and at which prices."""

    window: BillWindow
    prices: Prices
    runs: Fraction | None = None

    def planned(self, line: "CostLine | RunLine") -> PlannedItem:
        """Scale a line: GB-months by the months of the window, all else by its hours over 730, runs whole."""
        share = self.runs
        if share is None:
            share = self.window.month_share if line.unit == GB_MONTH else self.window.hour_share
        at_list = self.prices == "list" and line.list_usd_per_unit is not None
        price = line.list_usd_per_unit if at_list else line.usd_per_unit
        quantity, each = Fraction(Decimal(line.quantity)) * share, Fraction(Decimal(price or "0"))
        return PlannedItem(meter_of_line(line), line.item, quantity, quantity * each, not each)

    def usd(self, lines: "Lines", of: Basis) -> Fraction:
        """Add up the lines of one of the three numbers."""
        return sum((self.planned(line).usd for line in lines if line.of == of), Fraction(0))


def owners_of(
    plans: "Sequence[Plan | RunPlan]", window: BillWindow, prices: Prices, groups: "Sequence[Group]" = ()
) -> tuple[MoneyOwner, ...]:
    """Say what each workload should cost in a window, then the nodes of each group, then what all share.

    A run is planned whole: its plan is that of one run, or of those that its spec has in a month. A tenant of
    a group is planned with what it pays besides the nodes of the group.

    Raises:
        SpecError: two locks hold the same workload.
    """
    names = [str(plan.workload["name"]) for plan in plans]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        problem = Problem(f"two locks hold the workload {twice!r}", "", "give each workload once", "--plan")
        raise SpecError(problem)
    scale = PlanScale(window, prices)
    bills = [(plan.chosen.region, plan.cost.lines) for plan in plans]
    bills += [(each.node.region, _lines(each)) for each in groups]
    nodes = (_nodes(each, scale) for each in groups)
    return (*(_owner(plan, scale) for plan in plans), *nodes, _shared(bills, scale))


def _lines(group: "Group") -> "tuple[CostLine, ...]":
    return tuple(line.written() for line in group.rented.bill.lines)


def _nodes(group: "Group", scale: PlanScale) -> MoneyOwner:
    """Plan the nodes of a group. A bill that counts GPUs does not say how many nodes slices of them are."""
    lines = [line for line in _lines(group) if line.kind not in SHARED_KINDS]
    return MoneyOwner(
        name=group.node.name,
        items=_items(lines, scale),
        floor_usd=scale.usd(lines, "floor"),
        ceiling_usd=scale.usd(lines, "ceiling"),
        pools=tuple(each.pool.name for each in group.rented.pools),
        group=group,
    )


def _owner(plan: "Plan | RunPlan", scale: PlanScale) -> MoneyOwner:
    said, run = plan.workload, not isinstance(plan, Plan)
    who: Mapping[str, str | None] = said.get("owner") or {}
    lines = [line for line in plan.cost.lines if line.kind not in SHARED_KINDS]
    if run:
        scale = PlanScale(scale.window, scale.prices, _runs(said, scale.window))
    return MoneyOwner(
        name=str(said["name"]),
        items=_items(lines, scale),
        floor_usd=scale.usd(lines, "floor"),
        ceiling_usd=scale.usd(lines, "ceiling"),
        team=who.get("team") or "",
        cost_center=who.get("cost_center") or "",
        expires=str(said.get("expires") or ""),
        pools=tuple(pool.name for pool in plan.chosen.pools),
        is_run=run,
        is_single_run=run and said.get("runs_per_month") is None,
        gpus_per_node=max((pool.accelerators_per_node for pool in plan.chosen.pools), default=0),
    )


def _runs(said: Mapping[str, object], window: BillWindow) -> Fraction:
    monthly = said.get("runs_per_month")
    return Fraction(1) if monthly is None else Fraction(Decimal(str(monthly))) * window.month_share


def _shared(bills: "Sequence[tuple[str, Lines]]", scale: PlanScale) -> MoneyOwner:
    """The parts that clusters share: of each region and item the dearest line, as a portfolio counts them."""
    found: dict[tuple[str, str, str], CostLine | RunLine] = {}
    for region, of_bill in bills:
        for line in of_bill:
            key = (region, line.of, line.item)
            if _is_shared(line, scale) and (key not in found or _usd(line) > _usd(found[key])):
                found[key] = line
    lines = list(found.values())
    floor, ceiling = scale.usd(lines, "floor"), scale.usd(lines, "ceiling")
    return MoneyOwner(SHARED, _items(lines, scale), floor, ceiling, pools=("system",))


def _is_shared(line: "CostLine | RunLine", scale: PlanScale) -> bool:
    """A commitment is paid, and has no list price."""
    return line.kind == "fixed" or (line.kind == "commitment" and scale.prices == "effective")


def _items(lines: "Lines", scale: PlanScale) -> tuple[PlannedItem, ...]:
    """Add up the expected lines of one meter: pools of one type, spot and its fallback, are one item."""
    found: dict[Meter, list[PlannedItem]] = {}
    for line in lines:
        if line.of == "expected":
            found.setdefault(meter_of_line(line), []).append(scale.planned(line))
    return tuple(_together(parts) for parts in found.values())


def _together(parts: Sequence[PlannedItem]) -> PlannedItem:
    labels = dict.fromkeys(part.label for part in parts)
    quantity = sum((part.quantity for part in parts), Fraction(0))
    usd = sum((part.usd for part in parts), Fraction(0))
    return PlannedItem(
        parts[0].meter, " + ".join(labels), quantity, usd, any(part.has_free for part in parts)
    )


def meter_of_line(line: "CostLine | RunLine") -> Meter:
    """Say what a line of a plan counts."""
    if line.kind == "cache" and line.unit == NODE_HOUR:
        return Meter(NODE_HOUR, "", CACHES)
    return Meter(line.unit, line.instance_type or "", "storage" if line.kind == "storage" else "")


def _usd(line: "CostLine | RunLine") -> Decimal:
    return Decimal(line.quantity) * Decimal(line.usd_per_unit)
