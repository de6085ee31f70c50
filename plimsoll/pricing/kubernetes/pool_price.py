"""A node pool costs the dearest fill of its limits, nodes in flight and disks; and at least its floor."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial

from plimsoll.catalog.facts import InstanceType
from plimsoll.ground.tree import View
from plimsoll.ground.units import GIB, HOURS_PER_MONTH
from plimsoll.pricing.charges import CEILING, FLOOR, Charges, May
from plimsoll.pricing.disks import usd_per_month as usage_usd_per_month
from plimsoll.pricing.filling.fill import Choice, Fill, UnlimitedFillError, dearest_fill, value_of
from plimsoll.pricing.index import Index
from plimsoll.pricing.kubernetes.admission import admitted_types, names_types
from plimsoll.pricing.kubernetes.auto_mode import fee_rate
from plimsoll.pricing.kubernetes.floor import standing_on
from plimsoll.pricing.kubernetes.labels import CAPACITY_TYPE, CAPACITY_TYPES
from plimsoll.pricing.kubernetes.node_class import NodeExtras
from plimsoll.pricing.kubernetes.overlays import Overlay
from plimsoll.pricing.kubernetes.requirements import Requirement, admitted_options
from plimsoll.pricing.kubernetes.runs.hours import Runs
from plimsoll.pricing.kubernetes.runs.price import add_runs
from plimsoll.pricing.kubernetes.unread import ceiling_rate
from plimsoll.pricing.market import Market, Rate
from plimsoll.pricing.result import Of

IN_FLIGHT_SHARE = Decimal("0.1")
"""Share of a pool's node-hours in a month that may run above its limit: Karpenter's limits are eventually
consistent, and a replacement starts before the old node is gone.

Source: kubernetes-sigs/karpenter issues 3093 and 2915 (a limit of 608 nodes ended at 627). For one node it
is 73 hours a month, which bounds a replacement a day with an overlap of 2.4 hours.
"""

MEMORY_OVERHEAD = Decimal("0.075")
"""Share of memory that Karpenter leaves out of a node's capacity (`VM_MEMORY_OVERHEAD_PERCENT`)."""

_MILLI = 1000

_ACCELERATOR_RESOURCE = {
    "nvidia": ("nvidia.com/gpu",),
    "amd": ("amd.com/gpu",),
    "aws": ("aws.amazon.com/neuron", "aws.amazon.com/neurondevice"),
}


@dataclass(frozen=True, slots=True)
class PoolType:
    """One admitted instance type: its dearest hour here, and the month of one node with its disks."""

    name: str
    rate: Rate
    usd_per_month: Decimal
    fee: Rate | None = None


class NodePool:
    """One pool, read: what it admits, what bounds it, and what a node carries."""

    def __init__(
        self,
        spec: View,
        requirements: Sequence[Requirement],
        market: Market,
        extras: NodeExtras,
        overlaid: Sequence[Overlay],
        *,
        auto_mode: bool = False,
    ) -> None:
        self.spec = spec
        self.requirements = requirements
        self.market = market
        self.overlaid = overlaid
        self.usage = extras.usage()
        self.auto_mode = auto_mode

    @property
    def _may_be_spot(self) -> bool:
        return "spot" in admitted_options(self.requirements, CAPACITY_TYPE, CAPACITY_TYPES)

    def price(self, charges: Charges, runs: Runs | None = None) -> None:
        """Add the ceiling, and the floor of a static pool; refuse a pool that nothing bounds.

        A pool that stands for `runs` alone costs their hours where its fill is known exactly.
        """
        names = admitted_types(self.requirements, self.market)
        types = self._types(names)
        static = not self.spec["replicas"].absent
        keys, limits = self._static_limits() if static else self._limits()
        choices = tuple(
            Choice(kind.name, value_of(kind.usd_per_month), self._uses(kind.name, keys))
            for kind in types.values()
        )
        try:
            fill = dearest_fill(choices, limits)
        except UnlimitedFillError as error:
            self._refuse_unlimited(charges, error.name, keys)
            return
        if runs is not None and fill.exact and fill.value:
            name, _ = self._overshoot(choices, limits)
            add_runs(charges, runs, [(types[each], count) for each, count in fill.counts], types[name], self)
            return
        self._ceiling(charges, types, choices, limits, fill)
        if static:
            self._static_floor(charges, names)

    def _types(self, names: Sequence[str]) -> dict[str, PoolType]:
        extras = usage_usd_per_month(self.usage, self.market)
        types: dict[str, PoolType] = {}
        named, spot = names_types(self.requirements), self._may_be_spot
        find = self.market.node_rate if named else partial(ceiling_rate, market=self.market)
        for name in names:
            rate = find(name, may_be_spot=spot)
            fee = fee_rate(name, rate, named=named) if self.auto_mode else None
            usd = rate.usd if fee is None else rate.usd + fee.usd
            types[name] = PoolType(name, rate, usd * HOURS_PER_MONTH + extras, fee)
        return types

    def _limits(self) -> tuple[tuple[str, ...], tuple[int, ...]]:
        keys: list[str] = []
        limits: list[int] = []
        for key, view in self.spec["limits"].entries():
            keys.append(key)
            limits.append(int(view.quantity() * _MILLI))
        return tuple(keys), tuple(limits)

    def _static_limits(self) -> tuple[tuple[str, ...], tuple[int, ...]]:
        """A static pool has `replicas` nodes, and may be scaled up to `limits.nodes`."""
        nodes = self.spec["replicas"].count()
        limit = self.spec["limits"]["nodes"]
        if not limit.absent:
            nodes = max(nodes, int(limit.quantity()))
        return ("nodes",), (nodes * _MILLI,)

    def _uses(self, name: str, keys: Sequence[str]) -> tuple[int, ...]:
        has = self._capacity(self.market.book.catalog.instance_types[name])
        uses: list[int] = []
        for key in keys:
            amount = has.get(key, Decimal(0))
            told = [each.believed(name, key) for each in self.overlaid]
            amount = min([amount, *(each for each in told if each is not None)])
            uses.append(int(amount * _MILLI))
        return tuple(uses)

    def _capacity(self, kind: InstanceType) -> dict[str, Decimal]:
        """Say how much a node of a type counts for against limits; never more than Karpenter may count.

        Resources that are left out (pods, storage, anything unknown) depend on settings outside the
        pool: a limit on them alone is taken not to bound it.
        """
        has = {
            "nodes": Decimal(1),
            "cpu": Decimal(kind.vcpus),
            "memory": Decimal(str(kind.memory_gib)) * GIB * (1 - MEMORY_OVERHEAD),
        }
        if kind.accelerator is None or kind.accelerator_fraction < 1:
            return has  # Karpenter reports no accelerator for a fraction of one (g6f, gr6f)
        accelerator = self.market.book.catalog.accelerators.get(kind.accelerator)
        vendor = accelerator.vendor.lower() if accelerator is not None else ""
        for resource in _ACCELERATOR_RESOURCE.get(vendor, ()):
            has[resource] = Decimal(kind.accelerators)
        return has

    def _refuse_unlimited(self, charges: Charges, name: str, keys: Sequence[str]) -> None:
        given = f"limits on {', '.join(keys)} do not bound {name}" if keys else "it has no limits"
        charges.cannot("unlimited", f"the pool may grow without end: {given}; set limits.nodes")

    def _ceiling(
        self,
        charges: Charges,
        types: Mapping[str, PoolType],
        choices: Sequence[Choice],
        limits: Sequence[int],
        fill: Fill,
    ) -> None:
        if fill.value == 0:
            charges.free("its limits are smaller than any node that it admits")
            return
        may = May(tuple(types), self.market.named and not self._may_be_spot)
        for name, count in fill.counts:
            charges.add_nodes(name, count, types[name].rate, CEILING, may)
            self._add_fee(charges, types[name].fee, name, count, CEILING)
        nodes = sum(count for _, count in fill.counts)
        if not fill.exact:
            dearest = max(types.values(), key=lambda t: (t.usd_per_month, t.name)).rate
            charges.add_bound("limits", fill.usd, dearest, "pool-month")
        name, overshoot = self._overshoot(choices, limits)
        charges.add_overshoot(name, overshoot, types[name].rate)
        self._add_fee(charges, types[name].fee, name, overshoot, CEILING)
        self._add_usage(charges, nodes + overshoot, CEILING)

    def _overshoot(self, choices: Sequence[Choice], limits: Sequence[int]) -> tuple[str, Decimal]:
        """Find the dearest nodes in flight: for each type, a share of what the pool could hold of it."""
        in_flight: list[tuple[Decimal, str, Decimal]] = []
        for choice in choices:
            held = choice.copies(limits)
            if held:
                nodes = held * IN_FLIGHT_SHARE
                in_flight.append((nodes * choice.value, choice.name, nodes))
        _, name, nodes = max(in_flight)
        return name, nodes

    def floor(self, charges: Charges, index: Index) -> None:
        """Add what the workloads pinned to this pool always keep, on the cheapest type that holds them."""
        spot = self._may_be_spot
        types = self.market.book.catalog.instance_types
        kept: list[tuple[Decimal, str, Decimal]] = []
        for pods in standing_on(charges.resource, index):
            held = [
                (name, pods.nodes(types[name])) for name in admitted_types(self.requirements, self.market)
            ]
            ways = [
                (nodes * self.market.least_rate(name, spot=spot).usd, name, nodes)
                for name, nodes in held
                if nodes
            ]
            kept += [min(ways)] if ways else []
        if kept:
            _, name, nodes = max(kept)
            self._add_floor(charges, name, nodes, spot=spot)

    def _add_floor(self, charges: Charges, name: str, nodes: Decimal, *, spot: bool) -> None:
        may = May(admitted_types(self.requirements, self.market), self.market.named and not spot)
        charges.add_nodes(name, nodes, self.market.least_rate(name, spot=spot), FLOOR, may)
        if self.auto_mode:  # the fee is of the on-demand price, also on spot nodes
            fee = fee_rate(name, self.market.least_rate(name, spot=False), named=False)
            self._add_fee(charges, fee, name, nodes, FLOOR)
        self._add_usage(charges, nodes, FLOOR)

    def _add_fee(
        self, charges: Charges, fee: Rate | None, name: str, nodes: Decimal | int, of: tuple[Of, ...]
    ) -> None:
        """Add the fee of EKS Auto Mode for the hours of nodes."""
        if fee is not None:
            charges.add_hours(f"Auto Mode fee {name}", nodes, fee, of)

    def _add_usage(self, charges: Charges, nodes: Decimal | int, of: tuple[Of, ...]) -> None:
        """Add what nodes bill beside their hours."""
        rate_of = self.market.least_service_rate if of == FLOOR else self.market.service_rate
        for item, amount in self.usage.items():
            rate = rate_of(item)
            if item.startswith("ebs-"):
                charges.add_volumes(item, nodes * amount, rate, of)
            else:
                charges.add(item, nodes * amount, rate, of)

    def _static_floor(self, charges: Charges, names: Sequence[str]) -> None:
        spot = self._may_be_spot
        name = min(names, key=lambda name: (self.market.least_rate(name, spot=spot).usd, name))
        self._add_floor(charges, name, Decimal(self.spec["replicas"].count()), spot=spot)
