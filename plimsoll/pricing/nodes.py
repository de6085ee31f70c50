"""Nodes of one kind bill together: hours of the dearest type, disks, public addresses, detailed metrics."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from plimsoll.pricing.charges import CEILING, FLOOR, Charges, May
from plimsoll.pricing.disks import Disk, usage_of, usd_per_month
from plimsoll.pricing.market import Market, Rate
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
    may_be_spot: bool = False
    """Whether some of them may be spot; `spot` says that all of them are."""

    def check(self, market: Market) -> None:
        """Refuse names that are not in the catalogue, and types that have no price here."""
        if not self.types:
            raise Unpriceable("invalid_value", f"{self.path} is absent, and the price depends on it")
        for name in self.types:
            market.book.instance_type(name, self.path)
            self.rate(name, market)

    def rate(self, name: str, market: Market) -> Rate:
        """Find the most that an hour costs if it is of this type."""
        return market.node_rate(name, may_be_spot=self.spot or self.may_be_spot)

    def dearest(self, market: Market) -> str:
        """Name the type with the dearest hour."""
        return max(self.types, key=lambda name: (self.rate(name, market).usd, name))

    def may(self, market: Market) -> May:
        """Say what a node may be, and whether a commitment may cover it."""
        return May(self.types, market.named and not (self.spot or self.may_be_spot))


def add_nodes(charges: Charges, market: Market, node: FleetNode, least: int, most: int) -> None:
    """Add the lines of `least` (floor) to `most` (ceiling) nodes of one kind."""
    node.check(market)
    dearest = node.dearest(market)
    charges.add_nodes(dearest, most, node.rate(dearest, market), CEILING, node.may(market))
    rates = [(market.least_rate(name, spot=node.spot), name) for name in node.types]
    rate, cheapest = min(rates, key=lambda pair: (pair[0].usd, pair[1]))
    charges.add_nodes(cheapest, least, rate, FLOOR, node.may(market))
    add_extras(charges, market, node, least, FLOOR)
    add_extras(charges, market, node, most, CEILING)


def add_extras(charges: Charges, market: Market, node: FleetNode, count: int, of: tuple[Of, ...]) -> None:
    """Add what `count` nodes bill beside their hours."""
    rate = market.least_service_rate if of == FLOOR else market.service_rate
    for item, amount in usage_of(node.disks).items():
        charges.add_volumes(item, count * amount, rate(item), of, node.disk_note)
    if node.public_address:
        charges.add_hours("public addresses of nodes", count, rate("public-ipv4"), of)
    if node.detailed_monitoring:
        metrics = Decimal(count * DETAILED_METRICS)
        charges.add("detailed monitoring", metrics, rate("cloudwatch-custom-metric"), of)


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
        any(n.may_be_spot for n in nodes),
    )
