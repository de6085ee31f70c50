"""Terms of purchase set the unit prices of a candidate; other terms would make another bill of it."""

from collections.abc import Iterable, Sequence
from decimal import ROUND_FLOOR, Decimal

from plimsoll.catalog.facts import Offering, Price
from plimsoll.ground.start_up import record
from plimsoll.ground.units import HOURS_PER_MONTH, to_cent
from plimsoll.money.line import QUANTITY_STEP, Line, cost_of, in_whole_cents, to_quantity
from plimsoll.sizing.pool import Pool

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
    fee: Price | None = None
    """What EKS bills for an hour of every node, whatever else is paid for it; None where it bills nothing."""

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
        fee=offering.node_fee,
    )


def besides_nodes(lines: Iterable[Line]) -> Decimal:
    """Add up what is expected whatever the terms of the nodes: volumes and the cluster, USD a month."""
    expected = (line.usd for line in lines if line.of == "expected" and line.kind != "nodes")
    return sum(expected, Decimal(0))


def commit_level(hourly: Sequence[int], committed: Decimal, on_demand: Decimal) -> int:
    """Say how many nodes to commit to: the k-th is worth it if it runs in more than r of the hours.

    r is the committed price over the on-demand price; a tie is not bought. It is the newsvendor rule,
    k* = max{k : P(usage ≥ k) > r}: a unit that is paid for all hours saves 1 − r in those that it runs in,
    and costs r in the others (Arrow, Harris, Marschak 1951). It is exact for a profile of steps.
    """
    worth = (k for k in sorted(set(hourly)) if _hours_at(hourly, k) * on_demand > len(hourly) * committed)
    return max(worth, default=0)


def _hours_at(hourly: Sequence[int], least: int) -> int:
    return sum(nodes >= least for nodes in hourly)


def worth_reserving(
    pools: Sequence[Pool], hourly_nodes: Hours, rates: Rates, reserved: Price | None
) -> tuple[int, ...]:
    """Say how many nodes of each pool are worth reserving for a year; none of spot, nor without a price."""
    return tuple(
        commit_level(nodes, reserved.usd, rates.on_demand.usd)
        if reserved is not None and rates.of(pool.capacity_type) is rates.on_demand
        else 0
        for pool, nodes in zip(pools, hourly_nodes, strict=True)
    )


def reserved_expected(
    pools: Sequence[Pool], hourly_nodes: Hours, rates: Rates, reserved: Price | None, expected: Decimal
) -> Decimal | None:
    """Add up the expected bill with the nodes that are worth it reserved for a year, and the rest as it is.

    Hours are covered as a commitment of the discounts file covers them, to the cent (`plimsoll.money.cover`).
    None where AWS lists no 1-year price, or no node is worth it.
    """
    if reserved is None:
        return None
    levels = worth_reserving(pools, hourly_nodes, rates, reserved)
    for level, nodes in zip(levels, hourly_nodes, strict=True):
        if level:
            quantity = to_quantity(sum(nodes) * HOURS_PER_MONTH / len(nodes))
            used = sum(min(count, level) for count in nodes) * HOURS_PER_MONTH / len(nodes)
            covered = in_whole_cents(
                quantity, rates.on_demand, used.quantize(QUANTITY_STEP, rounding=ROUND_FLOOR)
            )
            expected -= cost_of(quantity, rates.on_demand)
            expected += cost_of(level * HOURS_PER_MONTH, reserved)
            expected += cost_of(quantity - covered, rates.on_demand)
    return expected if any(levels) else None


def on_demand_expected(hourly_nodes: Hours, rates: Rates, besides: Decimal) -> Decimal:
    """Add up the expected bill with no spot at all."""
    total = besides
    for nodes in hourly_nodes:
        hours = Decimal(sum(nodes)) * HOURS_PER_MONTH / len(nodes)
        total += cost_of(to_quantity(hours), rates.on_demand)
    return total
