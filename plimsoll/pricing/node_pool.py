"""Karpenter and EKS Auto Mode node pools: the most that their limits let them cost.

The ceiling of a pool is the dearest mixture of admitted instance types that fits its limits, at the
on-demand price whatever the capacity type, plus the nodes that Karpenter may have in flight above a limit,
plus every node's disks. Weights, price overlays and `minValues` steer Karpenter's choice and lower nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from plimsoll.catalog import InstanceType
from plimsoll.graph import Resource
from plimsoll.pricing.admission import admitted_types
from plimsoll.pricing.bill import CEILING, FLOOR, Bill
from plimsoll.pricing.disks import usage_of
from plimsoll.pricing.disks import usd_per_month as disks_usd_per_month
from plimsoll.pricing.fill import Choice, Fill, UnlimitedFillError, dearest_fill
from plimsoll.pricing.labels import CAPACITY_TYPE, OS, REGION, TENANCY, ZONE
from plimsoll.pricing.market import Market, Rate
from plimsoll.pricing.node_class import AUTO_NODE_CLASS, EC2_NODE_CLASSES, NodeExtras, node_extras
from plimsoll.pricing.reading import View, shown
from plimsoll.pricing.requirements import Requirement, admitted_options, listed, read_requirements
from plimsoll.pricing.result import Unpriceable
from plimsoll.pricing.scene import Scene, region_of_zone
from plimsoll.units import GIB, HOURS_PER_MONTH

NODE_POOLS = tuple(f"kubernetes:karpenter.sh/{version}:NodePool" for version in ("v1", "v1beta1"))
NODE_CLAIM = "kubernetes:karpenter.sh/v1:NodeClaim"
NODE_OVERLAY = "kubernetes:karpenter.sh/v1alpha1:NodeOverlay"

CAPACITY_TYPES = ("on-demand", "reserved", "spot")

IN_FLIGHT_SHARE = Decimal("0.1")
"""Share of a pool's node-hours in a month that may run above its limit: Karpenter's limits are eventually
consistent, and a replacement starts before the old node is gone.

Source: kubernetes-sigs/karpenter issues 3093 and 2915 (a limit of 608 nodes ended at 627). For one node it
is 73 hours a month, which bounds a replacement a day with an overlap of 2.4 hours.
"""

MEMORY_OVERHEAD = Decimal("0.075")
"""Share of memory that Karpenter leaves out of a node's capacity (`VM_MEMORY_OVERHEAD_PERCENT`)."""

_MILLI = 1000
_SCALE = Decimal(10**9)

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


def price_node_pool(resource: Resource, scene: Scene, bill: Bill) -> None:
    """Price a NodePool with the node class that it refers to."""
    spec = View(resource.inputs)["spec"].required()
    template = spec["template"].required()["spec"]
    class_ref = template["nodeClassRef"].required()
    auto_mode = class_ref["group"].text("karpenter.k8s.aws") == "eks.amazonaws.com"
    if auto_mode:
        bill.cannot("unpriced", "EKS Auto Mode adds a fee per instance type that the catalogue does not have")
    requirements = read_requirements(
        template["requirements"], spec["template"]["metadata"]["labels"], auto_mode=auto_mode
    )
    market = _pool_market(requirements, scene, resource)
    _check_fixed_labels(requirements)
    extras = NodeExtras()
    try:
        extras = _extras(resource, class_ref, scene, auto_mode=auto_mode)
    except Unpriceable as refusal:
        bill.cannot(refusal.code, refusal.message, pending=refusal.pending)
    _Pool(spec, requirements, market, extras, _overlaid(scene)).price(bill)


def price_node_claim(resource: Resource, scene: Scene, bill: Bill) -> None:
    """Price a NodeClaim made by hand: one node of the dearest type that it admits."""
    spec = View(resource.inputs)["spec"].required()
    class_ref = spec["nodeClassRef"].required()
    requirements = read_requirements(spec["requirements"], View({}), auto_mode=False)
    market = _pool_market(requirements, scene, resource)
    _check_fixed_labels(requirements)
    extras = _extras(resource, class_ref, scene, auto_mode=False)
    one_node = View({"replicas": 1}, "spec")
    _Pool(one_node, requirements, market, extras, {}).price(bill)


def _pool_market(requirements: Sequence[Requirement], scene: Scene, resource: Resource) -> Market:
    """Find where the pool's nodes lie; its zones must lie there too, or say so where nobody else does."""
    market = scene.cluster_market(resource)
    for requirement in requirements:
        if requirement.operator != "In" or requirement.key not in (ZONE, REGION):
            continue
        views = [View(value, f"{requirement.path}.values") for value in requirement.values]
        zonal = requirement.key == ZONE
        regions = {region_of_zone(view) if zonal else view.text() for view in views}
        if not market.named:
            market = Market(market.book, tuple(sorted(regions)), named=True)
        elif not regions <= set(market.regions):
            raise Unpriceable(
                "invalid_value",
                f"the pool asks for {', '.join(sorted(regions))}, but its cluster is in {market.where()}",
            )
    return market


def _check_fixed_labels(requirements: Sequence[Requirement]) -> None:
    """Refuse values of closed labels that do not exist, and what the catalogue has no price for."""
    for requirement in requirements:
        if requirement.key != CAPACITY_TYPE:
            continue
        for value in requirement.values:
            if value not in CAPACITY_TYPES:
                raise Unpriceable(
                    "invalid_value",
                    f"{requirement.path} names capacity type {shown(value)}; "
                    f"they are {', '.join(CAPACITY_TYPES)}",
                )
    if not admitted_options(requirements, CAPACITY_TYPE, CAPACITY_TYPES):
        raise Unpriceable("invalid_value", "the requirements admit no capacity type")
    if "windows" in (listed(requirements, OS) or ()):
        raise Unpriceable("unpriced", "the pool admits Windows, and the catalogue's prices are for Linux")
    tenancies = [r for r in requirements if r.key == TENANCY]
    if tenancies and all(r.admits("dedicated") for r in tenancies):
        raise Unpriceable(
            "unpriced", "the pool admits dedicated tenancy, which the catalogue has no price for"
        )


def _extras(resource: Resource, ref: View, scene: Scene, *, auto_mode: bool) -> NodeExtras:
    types = (AUTO_NODE_CLASS,) if auto_mode else EC2_NODE_CLASSES
    name = ref["name"]
    if name.unknown:
        found = scene.referred(resource, "spec", types)
        if len(found) != 1:
            name.known()
        return node_extras(found[0])
    wanted = name.text()
    for node_class in scene.of_type(*types):
        own = View(node_class.inputs)["metadata"]["name"]
        if not own.unknown and not own.absent and own.text() == wanted:
            return node_extras(node_class)
    raise Unpriceable(
        "unpriced",
        f"its node class {shown(wanted)} is not in the graph, so its nodes' disks are not known",
        pending=not scene.complete,
    )


def _overlaid(scene: Scene) -> dict[str, Decimal]:
    """Collect what NodeOverlays make Karpenter believe a node has: a smaller number admits more nodes."""
    believed: dict[str, Decimal] = {}
    for overlay in scene.of_type(NODE_OVERLAY):
        for name, view in View(overlay.inputs)["spec"]["capacity"].entries():
            amount = view.quantity()
            believed[name] = min(amount, believed.get(name, amount))
    return believed


class _Pool:
    """One pool, read: what it admits, what bounds it, and what a node carries."""

    def __init__(
        self,
        spec: View,
        requirements: Sequence[Requirement],
        market: Market,
        extras: NodeExtras,
        overlaid: Mapping[str, Decimal],
    ) -> None:
        self.spec = spec
        self.requirements = requirements
        self.market = market
        self.extras = extras
        self.overlaid = overlaid
        self.disk_usage = usage_of(extras.disks)

    def price(self, bill: Bill) -> None:
        names = admitted_types(self.requirements, self.market)
        types = self._types(names)
        static = not self.spec["replicas"].absent
        keys, limits = self._static_limits() if static else self._limits()
        choices = tuple(
            Choice(kind.name, _scaled(kind.usd_per_month), self._uses(kind.name, keys))
            for kind in types.values()
        )
        try:
            fill = dearest_fill(choices, limits)
        except UnlimitedFillError as error:
            self._refuse_unlimited(bill, error.name, keys)
            return
        self._ceiling(bill, types, choices, limits, fill)
        if static:
            self._static_floor(bill, names)

    def _types(self, names: Sequence[str]) -> dict[str, PoolType]:
        disks = disks_usd_per_month(self.disk_usage, self.market)
        types: dict[str, PoolType] = {}
        for name in names:
            rate = self.market.node_rate(name)
            types[name] = PoolType(name, rate, rate.usd * HOURS_PER_MONTH + disks)
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
            if key in self.overlaid:
                amount = min(amount, self.overlaid[key])
            uses.append(int(amount * _MILLI))
        return tuple(uses)

    def _capacity(self, kind: InstanceType) -> dict[str, Decimal]:
        """What a node of a type counts for against limits; never more than Karpenter may count.

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

    def _refuse_unlimited(self, bill: Bill, name: str, keys: Sequence[str]) -> None:
        given = f"limits on {', '.join(keys)} do not bound {name}" if keys else "it has no limits"
        bill.cannot("unlimited", f"the pool may grow without end: {given}; set limits.nodes")

    def _ceiling(
        self,
        bill: Bill,
        types: Mapping[str, PoolType],
        choices: Sequence[Choice],
        limits: Sequence[int],
        fill: Fill,
    ) -> None:
        if fill.value == 0:
            bill.free("its limits are smaller than any node that it admits")
            return
        for name, count in fill.counts:
            bill.add_hours(f"nodes {name}", count, types[name].rate, CEILING)
        nodes = sum(count for _, count in fill.counts)
        if not fill.exact:
            dearest = max(types.values(), key=lambda t: (t.usd_per_month, t.name)).rate
            bound = (Decimal(fill.value) / _SCALE).quantize(Decimal("0.01"), ROUND_CEILING)
            rate = Rate(bound, "pool-month", dearest.region, dearest.source, dearest.as_of, dearest.note)
            bill.add("nodes and volumes, bound by the limits", 1, rate, CEILING)
        name, overshoot = self._overshoot(choices, limits)
        bill.add_hours(f"overshoot {name}", overshoot, types[name].rate, CEILING)
        for item, amount in self.disk_usage.items():
            rate = self.market.service_rate(item)
            bill.add(f"volumes {item}", (nodes + overshoot) * amount, rate, CEILING)

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

    def _static_floor(self, bill: Bill, names: Sequence[str]) -> None:
        spot = "spot" in admitted_options(self.requirements, CAPACITY_TYPE, CAPACITY_TYPES)
        rates = [(self.market.least_rate(name, spot=spot), name) for name in names]
        rate, name = min(rates, key=lambda pair: (pair[0].usd, pair[1]))
        nodes = self.spec["replicas"].count()
        bill.add_hours(f"nodes {name}", nodes, rate, FLOOR)
        for item, amount in self.disk_usage.items():
            bill.add(f"volumes {item}", nodes * amount, self.market.service_rate(item), FLOOR)


def _scaled(usd: Decimal) -> int:
    return int((usd * _SCALE).to_integral_value(ROUND_CEILING))
