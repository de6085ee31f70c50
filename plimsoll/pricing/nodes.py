"""Nodes of one kind bill together: hours of the dearest type, disks, public addresses, detailed metrics."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from plimsoll.pricing.charges import CEILING, FLOOR, Charges
from plimsoll.pricing.disks import Disk, usage_of, usd_per_month
from plimsoll.pricing.market import Market
from plimsoll.pricing.result import Of, Unpriceable

DETAILED_METRICS = 7
"""Metrics that EC2's detailed monitoring bills per instance. Source: aws.amazon.com/cloudwatch/pricing."""


@dataclass(frozen=True, slots=True)
class FleetNode:
    """One node of a fleet may be any of `types` (refused if one has no price), with extras."""

    types: tuple[str, ...]
    disks: tuple[Disk, ...] = ()
    public_address: bool = False
    detailed_monitoring: bool = False
    spot: bool = False
    path: str = field(default="instanceType")
    disk_note: str = ""

    def check(self, market: Market) -> None:
        """Refuse names that are not in the catalogue, and types that have no price here."""
        if not self.types:
            raise Unpriceable("invalid_value", f"{self.path} is absent, and the price depends on it")
        for name in self.types:
            market.book.instance_type(name, self.path)
            market.node_rate(name)

    def dearest(self, market: Market) -> str:
        """Name the type with the dearest hour."""
        return max(self.types, key=lambda name: (market.node_rate(name).usd, name))


def add_nodes(charges: Charges, market: Market, node: FleetNode, least: int, most: int) -> None:
    """Add the lines of `least` (floor) to `most` (ceiling) nodes of one kind."""
    node.check(market)
    dearest = node.dearest(market)
    charges.add_nodes(dearest, most, market.node_rate(dearest), CEILING)
    rates = [(market.least_rate(name, spot=node.spot), name) for name in node.types]
    rate, cheapest = min(rates, key=lambda pair: (pair[0].usd, pair[1]))
    charges.add_nodes(cheapest, least, rate, FLOOR)
    add_extras(charges, market, node, least, FLOOR)
    add_extras(charges, market, node, most, CEILING)


def add_extras(charges: Charges, market: Market, node: FleetNode, count: int, of: tuple[Of, ...]) -> None:
    """Add what `count` nodes bill beside their hours."""
    for item, amount in usage_of(node.disks).items():
        charges.add_volumes(item, count * amount, market.service_rate(item), of, node.disk_note)
    if node.public_address:
        charges.add_hours("public addresses of nodes", count, market.service_rate("public-ipv4"), of)
    if node.detailed_monitoring:
        metrics = Decimal(count * DETAILED_METRICS)
        charges.add("detailed monitoring", metrics, market.service_rate("cloudwatch-custom-metric"), of)


def dearest_disks(sets: Iterable[tuple[Disk, ...]], market: Market) -> tuple[Disk, ...]:
    """Pick the set of disks that bills most."""
    return max(sets, key=lambda disks: (usd_per_month(usage_of(disks), market), repr(disks)), default=())


def merged(nodes: Sequence[FleetNode], types: Iterable[str], market: Market) -> FleetNode:
    """Join several possible nodes into one that is at least as dear: any type, every extra, dearest disks."""
    return FleetNode(
        tuple(dict.fromkeys(types)),
        dearest_disks((node.disks for node in nodes), market),
        any(n.public_address for n in nodes),
        any(n.detailed_monitoring for n in nodes),
        any(n.spot for n in nodes),
        nodes[0].path if nodes else "instanceType",
        next((node.disk_note for node in nodes if node.disk_note), ""),
    )
