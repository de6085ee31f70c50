"""Terms of purchase set the unit prices of a candidate; other terms would make another bill of it."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from plimsoll.catalog.facts import Offering, Price
from plimsoll.ground.start_up import record
from plimsoll.ground.units import HOURS_PER_MONTH, to_cent
from plimsoll.money.line import Line, cost_of, to_quantity

Hours = Sequence[Sequence[int]]
"""Nodes of each pool in each hour of the load profile."""


@record
class Rates:
    """Unit prices of one candidate. `spot` is None unless the candidate uses spot capacity."""

    on_demand: Price
    spot: Price | None
    volume: Price
    fallback_share: Decimal
    """Share of spot hours expected to run on demand instead, because spot was not to be had."""

    def of(self, capacity_type: str) -> Price:
        """Price a node-hour of a pool: spot where its pool and the candidate use it."""
        return self.spot if capacity_type == "spot" and self.spot is not None else self.on_demand


def rates_of(offering: Offering, volume: Price, *, spot: bool, fallback_share: float) -> Rates | None:
    """Collect the unit prices; None if one that is needed is missing."""
    if offering.on_demand is None or (spot and offering.spot is None):
        return None
    return Rates(
        on_demand=offering.on_demand,
        spot=offering.spot if spot else None,
        volume=volume,
        # Whole percent: AWS publishes interruption in bands of five.
        fallback_share=to_cent(Decimal(str(fallback_share))),
    )


def besides_nodes(lines: Iterable[Line]) -> Decimal:
    """Add up what is expected whatever the terms of the nodes: volumes and the cluster, USD a month."""
    expected = (line.usd for line in lines if line.of == "expected" and line.kind != "nodes")
    return sum(expected, Decimal(0))


def reserved_expected(
    hourly_nodes: Hours, rates: Rates, reserved: Price | None, besides: Decimal
) -> Decimal | None:
    """Add up the expected bill with the always-on nodes reserved for a year and the rest on demand.

    None where AWS lists no 1-year price.
    """
    if reserved is None:
        return None
    total = besides
    for nodes in hourly_nodes:
        steady = min(nodes)
        rest = Decimal(sum(nodes) - steady * len(nodes)) / len(nodes)
        total += cost_of(steady * HOURS_PER_MONTH, reserved)
        total += cost_of(to_quantity(rest * HOURS_PER_MONTH), rates.on_demand)
    return total


def on_demand_expected(hourly_nodes: Hours, rates: Rates, besides: Decimal) -> Decimal:
    """Add up the expected bill with no spot at all."""
    total = besides
    for nodes in hourly_nodes:
        hours = Decimal(sum(nodes)) * HOURS_PER_MONTH / len(nodes)
        total += cost_of(to_quantity(hours), rates.on_demand)
    return total
