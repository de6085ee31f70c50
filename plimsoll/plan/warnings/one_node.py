"""One node that carries the whole peak is an outage when it fails: a plan warns, and prices two nodes."""

from collections.abc import Callable, Iterator
from decimal import Decimal

from plimsoll.candidates.candidate import Candidate, Sized
from plimsoll.candidates.search import Search
from plimsoll.catalog.clock import INSTANCE_HOUR
from plimsoll.ground.units import figure, usd_display
from plimsoll.plan.warnings.warning import PlanWarning
from plimsoll.sizing.pool import Pool


def single_node(search: Search, best: Candidate) -> Iterator[PlanWarning]:
    """Warn that two or more replicas share the only node."""
    sized = best.must_be_sized()
    if _only_pool(best) is None or sized.fleet.replicas.peak < 2:
        return
    yield PlanWarning(
        "single_node",
        f"all {sized.fleet.replicas.peak} replicas of the peak share one {best.instance.name}: when it "
        f"fails, nothing serves for a cold start of {figure(sized.fleet.cold_start_s)} s; "
        f"{_two_nodes(search, best)}",
    )


def single_spot_node(search: Search, best: Candidate) -> Iterator[PlanWarning]:
    """Warn that the only node is spot capacity, which may be taken back at two minutes' notice."""
    pool, sized = _only_pool(best), best.must_be_sized()
    if pool is None or pool.capacity_type != "spot":
        return
    keep = "capacity.on_demand_base: 1 keeps one replica on demand"
    dearer = _dearer(best, _first(search, lambda each: each.option.capacity_type == "on-demand"))
    yield PlanWarning(
        "single_spot_node",
        f"everything that serves the peak runs on one spot {best.instance.name}: one interruption takes all "
        f"of it for a cold start of {figure(sized.fleet.cold_start_s)} s; {keep}"
        + (f", capacity.spot: never costs {dearer}" if dearer else ""),
    )


def _only_pool(best: Candidate) -> Pool | None:
    """Find the pool of the only node; None where there are two nodes or more."""
    pools = [pool for pool in best.must_be_sized().fleet.pools if pool.max_nodes]
    return pools[0] if len(pools) == 1 and pools[0].max_nodes == pools[0].clusters else None


def a_node_more(sized: Sized) -> Decimal:
    """What a second node beside the only one is expected to add, at its hours and on its terms, USD a month.

    A commitment that covers the first is used up by it: of the second it covers what is left.
    """
    names = {pool.name for pool in sized.fleet.pools}
    own = [line for line in sized.bill.lines if line.of == "expected" and line.pool in names]
    bought = sized.purchase
    if bought is None:
        return sum((line.usd for line in own), Decimal(0))
    rest = (line.usd for line in own if line.unit != INSTANCE_HOUR)
    return sum(rest, bought.twice().expected_of_hours() - bought.expected_of_hours())


def _two_nodes(search: Search, best: Candidate) -> str:
    """Price the cheapest candidate that has two nodes at the peak; without one, a second node of the type."""
    other = _first(search, lambda each: _only_pool(each) is None)
    if other is None:
        return f"a second node costs {usd_display(a_node_more(best.must_be_sized()))} more a month"
    nodes = sum(pool.max_nodes for pool in other.must_be_sized().fleet.pools)
    text = (
        f"{nodes} nodes of {other.instance.name} ({other.option.capacity_type}) cost {_dearer(best, other)}"
    )
    pinned = _first(search, lambda each: each.instance is other.instance)
    return f"{text} (pin.instance_type: {other.instance.name})" if pinned is other else text


def _first(search: Search, wanted: Callable[[Candidate], bool]) -> Candidate | None:
    """Take the best candidate that holds and is so."""
    return next((candidate for candidate in search.holding if wanted(candidate)), None)


def _dearer(best: Candidate, other: Candidate | None) -> str:
    """Say how much more another candidate is expected to cost; nothing where there is no other."""
    if other is None:
        return ""
    more = other.must_be_sized().bill.expected - best.must_be_sized().bill.expected
    return f"{usd_display(more)} more a month"
