"""One more commitment beside those that an organisation has: an entry of the discounts file, applied."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from plimsoll.candidates.candidate import Candidate
from plimsoll.candidates.search import Search
from plimsoll.catalog.clock import INSTANCE_HOUR
from plimsoll.catalog.discounts.terms import APPLIED, Commitment, Discounts
from plimsoll.ground.units import HOURS_PER_MONTH
from plimsoll.money.cluster import SYSTEM_NODES
from plimsoll.money.net import NetPrices
from plimsoll.savings.case import RentedNodes, SteadyNodes

if TYPE_CHECKING:  # start-up: only a plan with a discounts file has one
    from plimsoll.money.purchase import IdleCommitment, Purchase

ENTRY = "discounts.commitments"
"""The path of a change that is an entry of the discounts file, not of the spec."""


def with_entry(search: Search, entry: Mapping[str, Any]) -> Discounts:
    """Add an entry to the terms of a search, in the order in which commitments are applied."""
    terms = search.discounts or Discounts("", "", None, Decimal(0), Decimal(0), {}, {}, ())
    added = (*terms.commitments, commitment_of(entry))
    ordered = sorted(added, key=lambda each: (APPLIED.index(each.kind), each.rate_of_on_demand or Decimal(0)))
    return replace(terms, commitments=tuple(ordered))


def commitment_of(entry: Mapping[str, Any]) -> Commitment:
    """Read an entry that we wrote."""
    rate = entry.get("rate_of_on_demand")
    return Commitment(
        kind=entry["kind"],
        path="commitments[0]",
        usd_per_hour=Decimal(entry["usd_per_hour"]),
        region=entry.get("region"),
        family=entry.get("family"),
        instance_type=entry.get("instance_type"),
        count=entry.get("count"),
        rate_of_on_demand=None if rate is None else Decimal(rate),
        until=entry.get("until"),
    )


def year_from(day: str) -> str:
    """Name the last day of a year that begins on a day, both `YYYY-MM-DD`."""
    begins = date.fromisoformat(day)
    leap = (begins.month, begins.day) == (2, 29)
    again = date(begins.year + 1, 3, 1) if leap else begins.replace(year=begins.year + 1)
    return (again - timedelta(days=1)).isoformat()


def left_by(was: "Purchase | None", now: "Purchase | None") -> tuple["IdleCommitment", ...]:
    """List the commitments that a purchase uses and another does not: they are paid all the same."""
    if was is None or now is None:
        return ()
    used = was.burdens
    return tuple(each for each in now.left if each.commitment in used)


def rental_of(search: Search, candidate: Candidate, left: Decimal) -> RentedNodes:
    """Say what a candidate rents on demand that no commitment covers yet, its cluster's nodes included.

    Both types of a mix are its own, and the node that keeps answers in the cluster. `left` is what the plan's
    commitments cost that it leaves idle, USD a month.
    """
    region, counts = candidate.option.region, _own_nodes(candidate)
    if search.workload.load.cache is not None:
        _add_cache_nodes(counts, candidate)
    own, system = set(counts), SYSTEM_NODES.instance_type
    counts[system] = _both(counts.get(system), (SYSTEM_NODES.desired_nodes,))
    found = (_steady(search, name, region, hourly) for name, hourly in counts.items())
    nodes = tuple(each for each in found if each is not None)
    paid = candidate.must_be_sized().bill.expected + left
    return RentedNodes(paid, nodes, any(each.instance_type in own for each in nodes))


def _own_nodes(candidate: Candidate) -> dict[str, tuple[int, ...]]:
    """Count the nodes of the pools that run on demand, by type, hour by hour; empty where none does."""
    sized, counts = candidate.must_be_sized(), dict[str, tuple[int, ...]]()
    for pool, nodes in zip(sized.fleet.pools, sized.fleet.hourly_nodes, strict=True):
        rates, name = sized.rates_of(pool), candidate.instance_of(pool).name
        if rates.of(pool.capacity_type) is rates.on_demand:
            counts[name] = _both(counts.get(name), nodes)
    return counts


def _both(some: tuple[int, ...] | None, more: tuple[int, ...]) -> tuple[int, ...]:
    """Add up nodes of one type hour by hour; one number is of every hour."""
    if some is None or len(some) < len(more):
        some, more = more, some or (0,)
    return tuple(map(sum, zip(some, more * (len(some) // len(more)), strict=True)))


def _add_cache_nodes(counts: dict[str, tuple[int, ...]], candidate: Candidate) -> None:
    """Add the nodes that keep answers in the cluster all month, hours that are covered already too."""
    hours = dict[str, Decimal]()
    for line in candidate.must_be_sized().bill.lines:
        if line.kind == "cache" and line.of == "expected" and line.unit == INSTANCE_HOUR:
            hours[line.instance_type] = hours.get(line.instance_type, Decimal(0)) + line.quantity
    for name, all_month in hours.items():
        counts[name] = _both(counts.get(name), (int(all_month / HOURS_PER_MONTH),))


def _steady(search: Search, name: str, region: str, hourly: tuple[int, ...]) -> SteadyNodes | None:
    """Say of nodes what they cost and could cost; None where a rate is negotiated, or all are covered."""
    offering = search.catalog.offering(name, region)
    if offering is None or offering.on_demand is None:
        return None
    listed, net, terms = offering.on_demand, offering.on_demand, search.discounts
    if terms is not None:
        prices = NetPrices(terms, name, region)
        if prices.rate is not None:
            return None
        net = prices.on_demand(listed)
        covered = sum(
            _covers(each, name, region, listed.usd) for each in terms.in_force(search.catalog.priced_on)
        )
        hourly = tuple(max(count - covered, 0) for count in hourly)
    plans = search.catalog.plan_rates(name, region)
    return (
        SteadyNodes(name, region, listed.usd, net.usd, offering.reserved_1y, plans, hourly)
        if any(hourly)
        else None
    )


def _covers(commitment: Commitment, name: str, region: str, listed: Decimal) -> int:
    """Count the instances that a commitment covers at once, whole ones."""
    if not commitment.concerns(name, region):
        return 0
    if commitment.rate_of_on_demand is None:
        return commitment.count or 0
    return int(commitment.usd_per_hour / (listed * commitment.rate_of_on_demand))
