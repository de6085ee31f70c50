"""A candidate can be cut: fewer replicas of the same kind, fewer nodes, a smaller bill, and less carried."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from plimsoll.candidates.candidate import Candidate, Sized
from plimsoll.candidates.search import Search
from plimsoll.money.bill import Bill, pool_lines
from plimsoll.money.own_bill import smaller_bill
from plimsoll.money.purchase import Purchase
from plimsoll.sizing.fleet import Fleet
from plimsoll.sizing.pool import Pool, Replicas, Share, pool_of


def least_replicas(tried: Search, candidate: Candidate) -> int:
    """The floor: what the spec pins or asks for at least, and one."""
    replicas = candidate.must_be_sized().fleet.replicas
    return (
        replicas.max if tried.workload.pin.replicas is not None else min(max(replicas.min, 1), replicas.max)
    )


def without_spares(tried: Search, candidate: Candidate) -> int:
    """The replicas that carry the peak where spot capacity has spares beside them; else all."""
    fleet = candidate.must_be_sized().fleet
    if candidate.option.capacity_type != "spot":
        return fleet.replicas.max
    return max(min(fleet.serving, fleet.replicas.max), least_replicas(tried, candidate))


def cut(candidate: Candidate, most: int) -> Candidate:
    """Hold a candidate to so many replicas; it is itself if that is what it has."""
    sized = candidate.must_be_sized()
    if most >= sized.fleet.replicas.max:
        return candidate
    fleet = _cut(candidate, sized.fleet, most)
    bill, purchase = _bill(sized, fleet)
    return replace(candidate, sized=replace(sized, fleet=fleet, bill=bill, purchase=purchase))


def _cut(candidate: Candidate, fleet: Fleet, most: int) -> Fleet:
    pools = tuple(_pools(candidate, fleet.pools, most))
    hours = zip(pools, fleet.hourly_nodes, strict=False)
    replicas = fleet.replicas
    return replace(
        fleet,
        replicas=Replicas(min(replicas.min, most), min(replicas.peak, most), most),
        pools=pools,
        hourly_nodes=tuple(tuple(min(count, pool.max_nodes) for count in nodes) for pool, nodes in hours),
        serving=min(fleet.serving, most),
    )


def _pools(candidate: Candidate, pools: Sequence[Pool], most: int) -> Iterator[Pool]:
    """The first pools keep what they have; the last gives what is cut, and goes if nothing is left."""
    left = most
    for pool in pools:
        kept = min(pool.max_replicas, left)
        left -= kept
        if kept:
            share = Share(pool.name, pool.capacity_type, min(pool.min_replicas, kept), kept)
            cut_pool = pool_of(share, candidate.instance_of(pool), pool.packing)
            in_hours = min(pool.scheduled_replicas, kept)
            yield replace(
                cut_pool,
                share_of_load=pool.share_of_load,
                scheduled_replicas=in_hours,
                scheduled_nodes=pool.packing.nodes(in_hours),
                scheduled_h_per_week=pool.scheduled_h_per_week,
            )


def _bill(sized: Sized, fleet: Fleet) -> tuple[Bill, Purchase | None]:
    prices = {pool.name: sized.rates_of(pool) for pool in fleet.pools}
    if sized.purchase is not None:
        return smaller_bill(sized.bill, sized.purchase, fleet, prices)
    pools = zip(fleet.pools, fleet.hourly_nodes, strict=True)
    kept = ("fixed", "cache")
    shared = Bill.of([line for line in sized.bill.lines if line.kind in kept or line.pool == "cache"])
    lines = [line for pool, nodes in pools for line in pool_lines(pool, prices[pool.name], nodes)]
    return shared.with_lines(lines), None
