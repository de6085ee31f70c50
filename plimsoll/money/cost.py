"""The money of a plan: floor, expected and ceiling, as lines that add up to the cent.

Every line is quantity × unit price, rounded half up to the cent; a total is the exact sum of its
lines. `plimsoll.pricing` reaches the same ceiling from the resource graph by a road of its own.
"""

from collections.abc import Sequence
from decimal import Decimal

from plimsoll.catalog.facts import Catalog, Offering, Price
from plimsoll.ground.start_up import record
from plimsoll.ground.units import HOURS_PER_MONTH, cents, exact_text, usd_text
from plimsoll.money.cluster import SYSTEM_NODES
from plimsoll.money.line import Basis, CostLine, Scope
from plimsoll.sizing.nodes import IN_FLIGHT_HOURS
from plimsoll.sizing.pool import Pool

LEFT_OUT = (
    "cross-AZ and internet data transfer, and NAT gateway data processing (usage)",
    "object storage and transfer of model weights and images (usage)",
    "CloudWatch logs and metrics (usage)",
    "taxes, support plans, private discounts and credits",
    "a load balancer or ingress in front of the ClusterIP Service",
    "extra nodes during an EKS node group version update",
)
"""What the three numbers do not contain, by name."""

_QUANTITY = Decimal("0.0001")


@record
class Line:
    """One cost line before it is written: quantity × price counts towards `of`."""

    item: str
    of: Basis
    quantity: Decimal
    unit: str
    price: Price
    scope: Scope = "workload"

    @property
    def usd(self) -> Decimal:
        """USD per month, to the cent."""
        return cents(self.quantity * self.price.usd)

    def written(self) -> CostLine:
        """The line as the document carries it."""
        return CostLine(
            item=self.item,
            of=self.of,
            quantity=exact_text(self.quantity),
            unit=self.unit,
            usd_per_unit=exact_text(self.price.usd),
            usd_per_month=usd_text(self.usd),
            source=self.price.source,
            as_of=self.price.as_of,
            scope=self.scope,
        )


@record
class Bill:
    """The lines and the three sums, USD per month."""

    lines: tuple[Line, ...]
    floor: Decimal
    expected: Decimal
    ceiling: Decimal

    @classmethod
    def of(cls, lines: Sequence[Line]) -> "Bill":
        """Add up the lines of each basis."""
        sums = {"floor": Decimal(0), "expected": Decimal(0), "ceiling": Decimal(0)}
        for line in lines:
            sums[line.of] += line.usd
        return cls(tuple(lines), sums["floor"], sums["expected"], sums["ceiling"])

    def with_lines(self, lines: Sequence[Line]) -> "Bill":
        """This bill and more lines."""
        more = Bill.of(lines)
        return Bill(
            (*self.lines, *more.lines),
            self.floor + more.floor,
            self.expected + more.expected,
            self.ceiling + more.ceiling,
        )


@record
class Rates:
    """Unit prices of one candidate. `spot` is None unless the candidate uses spot capacity."""

    on_demand: Price
    spot: Price | None
    volume: Price
    fallback_share: Decimal
    """Share of spot hours expected to run on demand instead, because spot was not to be had."""


def rates_of(offering: Offering, volume: Price, *, spot: bool, fallback_share: float) -> Rates | None:
    """Collect the unit prices; None if one that is needed is missing."""
    if offering.on_demand is None or (spot and offering.spot is None):
        return None
    return Rates(
        on_demand=offering.on_demand,
        spot=offering.spot if spot else None,
        volume=volume,
        fallback_share=cents(Decimal(str(fallback_share))),
    )


def pool_lines(pool: Pool, rates: Rates, hourly_nodes: Sequence[int]) -> list[Line]:
    """The lines of one pool. `hourly_nodes` are its nodes in each hour of the load profile."""
    spot = rates.spot if pool.capacity_type == "spot" else None
    own_price = spot or rates.on_demand
    hours = HOURS_PER_MONTH
    node_hours = Decimal(sum(hourly_nodes)) * hours / len(hourly_nodes)
    gib = Decimal(pool.volume_gib)
    most = Decimal(pool.max_nodes)
    in_flight = most * IN_FLIGHT_HOURS
    least = Decimal(pool.min_nodes)
    kind = f"{pool.instance_type} {pool.capacity_type}"
    lines = [
        Line(f"{pool.name} nodes ({kind})", "floor", least * hours, "instance-hour", own_price),
        Line(f"{pool.name} volumes", "floor", least * gib, "GB-month", rates.volume),
    ]
    if spot is None:
        lines.append(
            Line(f"{pool.name} nodes ({kind})", "expected", _q(node_hours), "instance-hour", own_price)
        )
    else:
        fallback = _q(node_hours * rates.fallback_share)
        lines += [
            Line(f"{pool.name} nodes ({kind})", "expected", _q(node_hours) - fallback, "instance-hour", spot),
            Line(
                f"{pool.name} nodes ({pool.instance_type} on-demand fallback)",
                "expected",
                fallback,
                "instance-hour",
                rates.on_demand,
            ),
        ]
    lines += [
        Line(f"{pool.name} volumes", "expected", _q(node_hours / hours * gib), "GB-month", rates.volume),
        Line(
            f"{pool.name} nodes ({pool.instance_type} at its limit, on-demand)",
            "ceiling",
            most * hours,
            "instance-hour",
            rates.on_demand,
        ),
        Line(
            f"{pool.name} nodes in flight above the limit",
            "ceiling",
            in_flight,
            "instance-hour",
            rates.on_demand,
        ),
        Line(f"{pool.name} volumes", "ceiling", (most + in_flight / hours) * gib, "GB-month", rates.volume),
    ]
    return [line for line in lines if line.quantity]


def cluster_bill(catalog: Catalog, region: str) -> Bill | None:
    """The fixed parts of one cluster, which its workloads share; None if a price is missing.

    EKS control plane, the system node group and its volumes, one NAT gateway and its public address.
    """
    system = catalog.offering(SYSTEM_NODES.instance_type, region)
    items = ("eks-cluster-standard", "ebs-gp3-storage", "nat-gateway-hour", "public-ipv4")
    found = [catalog.service(item, region) for item in items]
    if system is None or system.on_demand is None or None in found:
        return None
    eks, volume, nat, address = (service.price for service in found if service is not None)
    hours = HOURS_PER_MONTH
    lines: list[Line] = []
    bases: tuple[Basis, ...] = ("floor", "expected", "ceiling")
    for of in bases:
        nodes = Decimal(SYSTEM_NODES.max_nodes if of == "ceiling" else SYSTEM_NODES.desired_nodes)
        gib = nodes * SYSTEM_NODES.volume_gib
        lines += [
            Line("EKS control plane", of, hours, "cluster-hour", eks, "cluster"),
            Line(
                f"system nodes ({SYSTEM_NODES.instance_type} on-demand)",
                of,
                nodes * hours,
                "instance-hour",
                system.on_demand,
                "cluster",
            ),
            Line("system volumes", of, gib, "GB-month", volume, "cluster"),
            Line("NAT gateway", of, hours, "hour", nat, "cluster"),
            Line("NAT gateway public IPv4", of, hours, "address-hour", address, "cluster"),
        ]
    return Bill.of(lines)


def reserved_expected(
    pool_hours: Sequence[tuple[Pool, Sequence[int]]], rates: Rates, reserved: Price | None, other: Decimal
) -> Decimal | None:
    """Expected bill with the always-on nodes reserved for a year and the rest on demand.

    `other` is everything that is not an instance-hour. None where AWS lists no 1-year price.
    """
    if reserved is None:
        return None
    total = other
    for _, nodes in pool_hours:
        steady = min(nodes)
        rest = Decimal(sum(nodes) - steady * len(nodes)) / len(nodes)
        total += cents(steady * HOURS_PER_MONTH * reserved.usd)
        total += cents(_q(rest * HOURS_PER_MONTH) * rates.on_demand.usd)
    return total


def on_demand_expected(
    pool_hours: Sequence[tuple[Pool, Sequence[int]]], rates: Rates, other: Decimal
) -> Decimal:
    """Expected bill with no spot at all."""
    total = other
    for _, nodes in pool_hours:
        hours = Decimal(sum(nodes)) * HOURS_PER_MONTH / len(nodes)
        total += cents(_q(hours) * rates.on_demand.usd)
    return total


def _q(quantity: Decimal) -> Decimal:
    return quantity.quantize(_QUANTITY)
