"""The cheapest mix of two types becomes a candidate, if it saves enough to be worth two pools."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING

from plimsoll.candidates.candidate import Candidate, Option, Sized
from plimsoll.candidates.checks import over_budget
from plimsoll.candidates.mixed.own import own_terms_of
from plimsoll.candidates.mixed.pairs import TypePair, TypePairs
from plimsoll.candidates.mixed.second import BURST, SecondType
from plimsoll.candidates.mixed.server import TypeServer, servers_of
from plimsoll.ground.start_up import record
from plimsoll.ground.units import usd_display
from plimsoll.money.bill import pool_lines
from plimsoll.money.cluster import cluster_bill
from plimsoll.money.own_bill import own_bill
from plimsoll.money.use import Billed
from plimsoll.sizing.fleet import Fleet
from plimsoll.sizing.limits import BUDGET, MAX_REPLICAS, Reason
from plimsoll.sizing.pool import Replicas, Share, pool_of
from plimsoll.sizing.traffic import Traffic
from plimsoll.sizing.work.setup import Setup
from plimsoll.spec.workload import Workload

if TYPE_CHECKING:
    from plimsoll.candidates.every import SearchSpace

WORTH = Decimal("0.9")
"""A mix is taken from a tenth below the best single type on: it has two pools to watch, and routing. Rule of
ours."""


@record
class BestMix:
    """The mix that is a candidate, and what is told of it; `candidate` is None where none is worth it."""

    candidate: Candidate | None
    told: str


def mix_of(space: "SearchSpace", traffic: Traffic, candidates: Sequence[Candidate]) -> BestMix:
    """Find the cheapest mix of two of the candidates that hold every limit, the budget apart."""
    if why := not_mixed(space.workload, traffic):
        return BestMix(None, why)
    whole = [each for each in candidates if each.holds or each.breaks_only(BUDGET)]
    servers = servers_of(space.workload, space.work, whole, space.discounts)
    if len({each.name for each in servers}) < 2:
        return BestMix(None, "fewer than two types hold every limit alone")
    evenly = not routed(space.workload)
    pairs = TypePairs(space.workload, space.work, traffic.peak_qps or 0.0, evenly=evenly)
    billed = partial(_candidate, space, pairs, evenly=evenly)
    own = own_terms_of(space.discounts, space.catalog, servers)
    if own is None:
        found = list(map(billed, pairs.best(servers)))
    else:
        found = own.cheapest(pairs.every(servers), billed)
    if not found:
        return BestMix(None, "no base leaves anything to a burst: one replica carries the whole peak")
    best = min(found, key=lambda each: each.order(prefer_spot=False))
    single = min(map(own_usd, whole))
    what = "nodes" if own is None else "nodes and commitments"
    told = f"{said(best)}: {_usd(own_usd(best))} a month for {what}, of one type {_usd(single)}"
    if own_usd(best) > WORTH * single:
        return BestMix(None, f"{told}; it must save a tenth to be worth two pools")
    return BestMix(best, told)


def not_mixed(workload: Workload, traffic: Traffic) -> str:
    """Say why two types are not tried at all; empty where they are."""
    if traffic.peak_qps is None:
        return "the load is in flight, which two types share by their speed"
    if workload.load.queue is not None:
        return "workers of a queue are one pool: what they take at once is counted for all of them"
    if workload.load.cache is not None:
        return "a cold cache and a warm one would need two bases; leave load.cache out to try it"
    if workload.scale.to_zero or workload.scale.schedule is not None:
        return "where there may be no replica there is no base that always runs"
    if workload.pin.instance_type is not None or workload.pin.replicas is not None:
        return "the pin leaves one type, or one count"
    return ""


def routed(workload: Workload) -> bool:
    """Say whether a gateway spreads requests by the load of each replica."""
    return workload.route.prefix_aware and bool(workload.load.shared_prefix_tokens)


def own_usd(candidate: Candidate) -> Decimal:
    """The expected money of its own nodes, without what the cluster shares, USD a month.

    On own terms the commitments that it has to pay count, and the hours that they cover cost nothing.
    """
    lines = candidate.must_be_sized().bill.lines
    own = (line.usd for line in lines if line.of == "expected" and line.kind != "fixed")
    return sum(own, Decimal(0))


def said(candidate: Candidate) -> str:
    """Say how many of what a mix rents."""
    base, burst = candidate.must_be_sized().fleet.pools
    kind = "" if burst.capacity_type == "on-demand" else f" ({burst.capacity_type})"
    return (
        f"{base.max_nodes} × {base.instance_type} always and up to "
        f"{burst.max_nodes} × {burst.instance_type}{kind}"
    )


def _usd(usd: Decimal) -> str:
    return usd_display(usd)


def _candidate(space: "SearchSpace", pairs: TypePairs, pair: TypePair, *, evenly: bool) -> Candidate:
    base_on, burst_on = _of_one_length(pair.base_on.option, pair.burst_on.option)
    fleet = _fleet(pairs, pair)
    share = pair.burst * pair.burst_qps / (pair.burst * pair.burst_qps + pair.base * pair.base_qps)
    second = SecondType(
        option=burst_on,
        rates=pair.burst_on.rates,
        share=share,
        serving=pair.burst,
        base_serving=pair.base,
        evenly=evenly,
        hourly_replicas=pair.hourly,
    )
    option = replace(base_on, capacity_type=burst_on.capacity_type)
    sized = _sized(space, option, fleet, pair.base_on, second)
    reasons = (*_too_many(space.workload, fleet), *over_budget(space.workload, sized.bill, fleet))
    return Candidate(option, reasons, sized)


def _fleet(pairs: TypePairs, pair: TypePair) -> Fleet:
    base_on, burst_on = pair.base_on, pair.burst_on
    least = min(pairs.least_burst(pair.base_all), pair.burst_all)
    base = Share("base", "on-demand", pair.base_all, pair.base_all)
    burst = Share(BURST, burst_on.option.capacity_type, least, pair.burst_all)
    count = pair.base_all + pair.burst_all
    pools = (
        pool_of(base, base_on.option.instance, base_on.packing),
        pool_of(burst, burst_on.option.instance, burst_on.packing),
    )
    shares = _shares_of_load(pair)
    return Fleet(
        replicas=Replicas(pair.base_all + least, count, count),
        pools=tuple(replace(pool, share_of_load=part) for pool, part in zip(pools, shares, strict=True)),
        hourly_nodes=(
            (pools[0].max_nodes,) * len(pair.hourly),
            tuple(map(burst_on.packing.nodes, pair.hourly)),
        ),
        serving=pair.base + pair.burst,
        zones=max(base_on.packing.zones, burst_on.packing.zones),
        cold_start_s=max(base_on.rental.cold_start_s, burst_on.rental.cold_start_s),
    )


def _shares_of_load(pair: TypePair) -> tuple[float, float]:
    """Share the peak by what the replicas of each type carry, spares included, as requests are spread."""
    base, burst = pair.base_all * pair.base_qps, pair.burst_all * pair.burst_qps
    part = float(f"{burst / (base + burst):.4f}")
    return round(1 - part, 4), part


def _sized(
    space: "SearchSpace", option: Option, fleet: Fleet, base_on: TypeServer, second: SecondType
) -> Sized:
    offering, cluster = base_on.option.offering, cluster_bill(space.catalog, option.region)
    if offering is None or cluster is None:
        msg = f"{base_on.name} holds every limit where it has no price"
        raise ValueError(msg)
    prices = {"base": base_on.rates, BURST: second.rates}
    if space.discounts is None:
        hours = zip(fleet.pools, fleet.hourly_nodes, strict=True)
        lines = [line for pool, nodes in hours for line in pool_lines(pool, prices[pool.name], nodes)]
        return Sized(offering, fleet, base_on.rates, cluster.with_lines(lines), second=second)
    billed = Billed(space.workload.name, option.region, space.discounts)
    bill, purchase = own_bill(cluster, fleet, prices, billed, space.catalog.priced_on)
    return Sized(offering, fleet, base_on.rates, bill, purchase, second=second)


def _too_many(workload: Workload, fleet: Fleet) -> Iterator[Reason]:
    upper, count = workload.scale.max_replicas, fleet.replicas.max
    if upper is not None and count > upper:
        message = f"needs {count} replicas of two types, scale.max_replicas is {upper}"
        yield MAX_REPLICAS.broken(message, upper, count)


def _of_one_length(base: Option, burst: Option) -> tuple[Option, Option]:
    """Tell both engines the shorter of the longest requests: a request may land on either."""
    lengths = [each.setup.max_tokens for each in (base, burst)]
    most = min((length for length in lengths if length is not None), default=None)
    return _told(base, most), _told(burst, most)


def _told(option: Option, most: int | None) -> Option:
    setup: Setup = option.setup
    if most is None or setup.max_tokens is None or setup.max_tokens == most:
        return option
    settings = replace(setup.settings, max_model_len_tok=most) if setup.settings is not None else None
    return replace(option, setup=replace(setup, max_tokens=most, settings=settings))
