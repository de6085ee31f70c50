"""Base and burst on two types are tried where a spec allows it, and refused with what speaks against them."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from plimsoll.candidates.candidate import Candidate
from plimsoll.candidates.search import Search
from plimsoll.ground.assumption import Assumption
from plimsoll.ground.start_up import record
from plimsoll.sizing.mix import WORTH, overloaded, weights
from plimsoll.sizing.nodes import round_up

NAME = "capacity.mix"


@record
class Nodes:
    """Nodes of one type: what one carries, requests/s, and what an hour of it costs as it is rented."""

    name: str
    per_s: float
    usd_per_hour: Decimal


@record
class TypePair:
    """So many nodes of a base run always, a burst takes what is left; the mean price of an hour."""

    base: Nodes
    count: int
    burst: Nodes
    most: int
    usd_per_hour: Decimal


def mixed(search: Search) -> Iterator[Assumption]:
    """Tell the best base and burst on two types beside the best single one, and why it is not taken."""
    peak = search.traffic.peak_qps
    types = _types(search.holding)
    if peak is None or len(types) < 2:
        why = "fewer than two types hold every limit alone" if peak is not None else "the load is in flight"
        yield Assumption(NAME, "one type", None, f"not mixed: {why}")
        return
    hourly = [fraction * peak for fraction in search.work.hourly]
    single = min(_mean(nodes, 0, nodes, hourly) for nodes in types)
    best = best_pair(types, hourly)
    if best is None:
        yield Assumption(NAME, "one type", None, "not mixed: one node of a type carries the whole peak")
        return
    said = (
        f"{best.count} × {best.base.name} always and up to {best.most} × {best.burst.name}: nodes at "
        f"${best.usd_per_hour:.3f}/h on average, of one type ${single:.3f}/h"
    )
    yield Assumption(NAME, "one type", None, f"not mixed: {said}; {_against(best, single, peak)}")


def best_pair(types: Sequence[Nodes], hourly: Sequence[float]) -> TypePair | None:
    """Try every base count of every pair of types; None where a single node carries everything."""
    found = [
        TypePair(
            base, count, burst, _beyond(max(hourly), base, count, burst), _mean(base, count, burst, hourly)
        )
        for base in types
        for burst in types
        if base is not burst
        for count in range(1, round_up(max(hourly) / base.per_s))
    ]
    return min(
        found, key=lambda each: (each.usd_per_hour, each.count, each.base.name, each.burst.name), default=None
    )


def _types(holding: Sequence[Candidate]) -> list[Nodes]:
    """Take the best way of each instance type that holds every limit alone."""
    found: dict[str, Nodes] = {}
    for each in holding:
        sized, loaded = each.must_be_sized(), each.setup.loaded
        pool = sized.fleet.pools[-1]
        if loaded is not None and each.setup.stages == 1:
            price = sized.rates.of(pool.capacity_type).usd
            name = each.instance.name
            found.setdefault(name, Nodes(name, loaded.qps * pool.replicas_per_node, price))
    return list(found.values())


def _beyond(load: float, base: Nodes, count: int, burst: Nodes) -> int:
    return round_up(max(load - count * base.per_s, 0.0) / burst.per_s)


def _mean(base: Nodes, count: int, burst: Nodes, hourly: Sequence[float]) -> Decimal:
    nodes = sum(_beyond(load, base, count, burst) for load in hourly)
    return count * base.usd_per_hour + Decimal(nodes) / len(hourly) * burst.usd_per_hour


def _against(best: TypePair, single: Decimal, peak: float) -> str:
    """Say what speaks against a mix: that it saves too little, or that one Service would overload a type."""
    if best.usd_per_hour > WORTH * single:
        return "it must save a tenth to be worth two pools"
    carried = (best.base.per_s,) * best.count + (best.burst.per_s,) * best.most
    slow = min(best.base, best.burst, key=lambda each: each.per_s).name
    parts = weights((best.count * best.base.per_s, best.most * best.burst.per_s))
    spread = f"weights of {parts[0]} and {parts[1]} would hold it"
    if overloaded(peak, carried):
        return f"one Service spreads evenly by connection and overloads {slow}; {spread}, as two workloads"
    return f"each type needs engine settings of its own; {spread}, as two workloads"
