"""A bill is the lines of a fleet and the three sums that they add up to, to the cent.

Every line is quantity × unit price, rounded half up to the cent; a total is the exact sum of its
lines. `plimsoll.pricing` reaches the same ceiling from the resource graph by a road of its own.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from plimsoll.catalog.clock import INSTANCE_HOUR
from plimsoll.catalog.facts import Price
from plimsoll.ground.start_up import record
from plimsoll.ground.units import HOURS_PER_MONTH
from plimsoll.money.line import BASES, Basis, Line, to_quantity
from plimsoll.money.terms import Rates
from plimsoll.sizing.overshoot import IN_FLIGHT_HOURS
from plimsoll.sizing.pool import Pool

HOURS_OF_WEEK = 168
FEE, FEE_HOUR = "EKS Auto Mode fee", "node-hour"


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
        return cls((), Decimal(0), Decimal(0), Decimal(0)).with_lines(lines)

    def with_lines(self, lines: Sequence[Line]) -> "Bill":
        """This bill and more lines."""
        sums = {"floor": self.floor, "expected": self.expected, "ceiling": self.ceiling}
        for line in lines:
            sums[line.of] += line.usd
        return Bill((*self.lines, *lines), **sums)

    def at_list(self) -> dict[Basis, Decimal]:
        """The three sums at list prices."""
        sums = dict.fromkeys(BASES, Decimal(0))
        for line in self.lines:
            sums[line.of] += line.usd_at_list
        return sums


def pool_lines(pool: Pool, rates: Rates, hourly_nodes: Sequence[int]) -> list[Line]:
    """The lines of one pool. `hourly_nodes` are its nodes in each hour of the load profile."""
    node_hours = Decimal(sum(hourly_nodes)) * HOURS_PER_MONTH / len(hourly_nodes)
    lines = (*_floor(pool, rates), *_expected(pool, rates, node_hours), *_ceiling(pool, rates))
    return [line for line in lines if line.quantity]


def _floor(pool: Pool, rates: Rates) -> Iterator[Line]:
    """No traffic: the fewest nodes, each hour of the month, or of those that a schedule covers."""
    hours = least_node_hours(pool)
    price = rates.of(pool.capacity_type)
    yield _nodes(pool, "floor", pool.capacity_type, hours, price)
    yield from _fee(pool, "floor", hours, rates)
    if pool.scheduled_nodes:
        months = to_quantity(hours / HOURS_PER_MONTH * pool.volume_gib)
        yield Line("volumes", pool.name, f"{pool.name} volumes", "floor", months, "GB-month", rates.volume)
    else:
        yield _volumes(pool, "floor", Decimal(pool.min_nodes), rates.volume)


def least_node_hours(pool: Pool) -> Decimal:
    """Count the node-hours of a month that run without any traffic.

    A schedule of so many hours of the 168 of a week covers that share of the 730 of a month (365 × 24 ÷ 12):
    its hours over a year ÷ 12, whatever the clock does in between.
    """
    always = Decimal(pool.min_nodes) * HOURS_PER_MONTH
    kept = max(pool.scheduled_nodes - pool.min_nodes, 0) * pool.scheduled_h_per_week
    return always + to_quantity(kept * HOURS_PER_MONTH / HOURS_OF_WEEK) if kept else always


def _expected(pool: Pool, rates: Rates, node_hours: Decimal) -> Iterator[Line]:
    """The load as described; a share of spot hours falls back to on-demand."""
    price = rates.of(pool.capacity_type)
    fallback = to_quantity(node_hours * rates.fallback_share) if price is rates.spot else Decimal(0)
    yield _nodes(pool, "expected", pool.capacity_type, to_quantity(node_hours) - fallback, price)
    if fallback:
        yield _nodes(pool, "expected", "on-demand fallback", fallback, rates.on_demand)
    yield from _fee(pool, "expected", to_quantity(node_hours), rates)
    months = to_quantity(node_hours / HOURS_PER_MONTH * pool.volume_gib)
    yield Line("volumes", pool.name, f"{pool.name} volumes", "expected", months, "GB-month", rates.volume)


def _ceiling(pool: Pool, rates: Rates) -> Iterator[Line]:
    """Every node that the limit allows and what is in flight above it, at the on-demand price."""
    most = Decimal(pool.max_nodes)
    in_flight = most * IN_FLIGHT_HOURS
    yield _nodes(pool, "ceiling", "at its limit, on-demand", most * HOURS_PER_MONTH, rates.on_demand)
    label = f"{pool.name} nodes in flight above the limit"
    kind = pool.instance_type
    yield Line("overshoot", pool.name, label, "ceiling", in_flight, INSTANCE_HOUR, rates.on_demand, kind)
    yield from _fee(pool, "ceiling", most * HOURS_PER_MONTH, rates)
    yield from _fee(pool, "ceiling", in_flight, rates, " in flight above the limit")
    yield _volumes(pool, "ceiling", most + in_flight / HOURS_PER_MONTH, rates.volume)


def _nodes(pool: Pool, of: Basis, how: str, hours: Decimal, price: Price) -> Line:
    label = f"{pool.name} nodes ({pool.instance_type} {how})"
    return Line("nodes", pool.name, label, of, hours, INSTANCE_HOUR, price, pool.instance_type)


def _fee(pool: Pool, of: Basis, hours: Decimal, rates: Rates, where: str = "") -> Iterator[Line]:
    if rates.fee is not None:
        yield Line("fee", pool.name, f"{pool.name} {FEE}{where}", of, hours, FEE_HOUR, rates.fee)


def _volumes(pool: Pool, of: Basis, nodes: Decimal, price: Price) -> Line:
    quantity = nodes * Decimal(pool.volume_gib)
    return Line("volumes", pool.name, f"{pool.name} volumes", of, quantity, "GB-month", price)
