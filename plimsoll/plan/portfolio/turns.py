"""Services that allow sharing may share nodes: who with whom, on what, and what it saves.

It is advice beside the choice: what each gets is as it chose alone. Where a group shares a node, one spec of
them is deployed with the others' pods beside, and all of them pay for one node.
"""

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from functools import cache, partial
from itertools import combinations
from typing import TypeVar

from plimsoll.candidates.candidate import Candidate
from plimsoll.candidates.search import Search
from plimsoll.ground.start_up import record
from plimsoll.ground.units import GIB, usd_text
from plimsoll.money.line import Line
from plimsoll.plan.portfolio.document import KeptApart, SharedNode, TenantPart
from plimsoll.plan.portfolio.slices import sliced_node, slicers_of, split
from plimsoll.sizing.nodes import free_cpu, free_memory_gib
from plimsoll.sizing.sharing.share import SHARED_RESOURCE
from plimsoll.sizing.sharing.tenants import Tenant, forbidden, latencies_ms
from plimsoll.spec.measured.service_rules import NO_ACCELERATOR

Sharer = TypeVar("Sharer")

MOST_TENANTS = 8
"""Services of one accelerator and region that are put together exactly; of more, the first by name."""


@record
class _Sharer:
    """A service that would fit a part of an accelerator: as a tenant, and what it rents alone."""

    tenant: Tenant
    search: Search
    alone: Candidate


def shared_nodes(tried: Sequence[Search]) -> tuple[SharedNode, ...]:
    """Put services on shared accelerators so that most is saved; each service is in one group at most."""
    found: list[SharedNode] = []
    for sharers in _alike(tried).values():
        ordered = sorted(sharers, key=lambda each: each.tenant.name)[:MOST_TENANTS]
        found += grouped(ordered, _node)
    placed = {name for node in found for name in node.tenants}
    for slicers in slicers_of(tried).values():
        ordered = sorted((each for each in slicers if each.name not in placed), key=lambda each: each.name)
        nodes = grouped(ordered[:MOST_TENANTS], partial(sliced_node, tried=tried))
        placed |= {name for node in nodes for name in node.tenants}
        found += nodes
    return tuple(sorted(found, key=lambda each: each.tenants))


def kept_apart(tried: Sequence[Search]) -> tuple[KeptApart, ...]:
    """List the pairs that cannot share an accelerator of theirs, with every limit that they would break."""
    return tuple(
        KeptApart((one.tenant.name, other.tenant.name), reasons)
        for sharers in _alike(tried).values()
        for one, other in combinations(sharers, 2)
        if (reasons := tuple(forbidden((one.tenant, other.tenant), _usable_gib(one))))
    )


def _usable_gib(sharer: _Sharer) -> float:
    accelerator = sharer.search.catalog.accelerators[sharer.alone.instance.accelerator or ""]
    return accelerator.memory_bytes * accelerator.visible_share / GIB


def _alike(tried: Sequence[Search]) -> dict[tuple[str, str], list[_Sharer]]:
    """Sort what may share by accelerator and region."""
    found: dict[tuple[str, str], list[_Sharer]] = {}
    for search in tried:
        sharer = _sharer(search)
        if sharer is not None:
            accelerator, region = sharer.alone.instance.accelerator or "", sharer.alone.option.region
            found.setdefault((accelerator, region), []).append(sharer)
    return found


def _sharer(search: Search) -> _Sharer | None:
    """Take a service that allows turns and needs one replica on one accelerator; None if it does not."""
    workload, peak = search.workload, search.traffic.peak_qps
    allowed = "time_slicing" in workload.capacity.share
    if not (allowed and search.holding and workload.measurements) or peak is None:
        return None
    alone = search.holding[0]
    measured = workload.measurements[alone.setup.place]
    memory = measured.accelerator_memory_gib
    whole = alone.setup.pod.share is None and alone.option.capacity_type == "on-demand"
    single = alone.must_be_sized().fleet.replicas.max == 1 and alone.setup.accelerators == 1
    if measured.accelerator == NO_ACCELERATOR or memory is None or not (whole and single):
        return None
    limits = dict(workload.sla.latency_limits())
    given = {key: getattr(measured, key, None) for key in _LATENCIES}
    known = {key: value for key, value in given.items() if value is not None}
    most = measured.qps_per_replica or 0.0
    availability = workload.sla.availability
    return _Sharer(Tenant(workload.name, peak, most, memory, known, limits, availability), search, alone)


_LATENCIES = tuple(f"latency_{name}_ms" for name in ("p50", "p90", "p95", "p99"))


def grouped(
    sharers: Sequence[Sharer], node_of: Callable[[Sequence[Sharer]], SharedNode | None]
) -> Sequence[SharedNode]:
    """Choose the groups that save most together, trying every way to group them."""
    every = {
        members: node
        for size in range(2, len(sharers) + 1)
        for members in combinations(range(len(sharers)), size)
        if (node := node_of([sharers[each] for each in members])) is not None
    }

    @cache
    def best(left: frozenset[int]) -> tuple[Decimal, tuple[SharedNode, ...]]:
        if not left:
            return Decimal(0), ()
        first = min(left)
        found = best(left - {first})
        for members, node in every.items():
            if members[0] == first and left.issuperset(members):
                saved, others = best(left.difference(members))
                found = max(
                    found, (saved + Decimal(node.saves_usd_per_month), (node, *others)), key=lambda x: x[0]
                )
        return found

    return best(frozenset(range(len(sharers))))[1]


def _node(group: Sequence[_Sharer]) -> SharedNode | None:
    """Rent the cheapest node that carries a group; None where none does, or where it saves nothing."""
    tenants = [each.tenant for each in group]
    if any(forbidden(tenants, _usable_gib(group[0]))):
        return None
    alone = sum((_usd(each.alone) for each in group), Decimal(0))
    fitting = [(usd, each) for each in _hosts(group) if (usd := _usd(each)) < alone]
    if not fitting:
        return None
    usd, host = min(fitting, key=lambda each: (each[0], each[1].id))
    ceiling = sum((line.usd for line in _own(host, "ceiling")), Decimal(0))
    return SharedNode(
        instance_type=host.instance.name,
        region=host.option.region,
        tenants=tuple(each.name for each in tenants),
        usd_per_month_expected=usd_text(usd),
        saves_usd_per_month=usd_text(alone - usd),
        latency_ms=latencies_ms(tenants),
        kind="time_slicing",
        nodes=1,
        usd_per_month_ceiling=usd_text(ceiling),
        parts=_parts(group, usd, ceiling),
        accelerators=(),
        exact=True,
    )


def _parts(group: Sequence[_Sharer], usd: Decimal, ceiling: Decimal) -> tuple[TenantPart, ...]:
    """Split the money of the node by the time for which each keeps the accelerator busy."""
    busy = [max(round(each.tenant.busy * 10**6), 1) for each in group]
    return tuple(
        TenantPart(
            name=each.tenant.name,
            pods=1,
            resource=SHARED_RESOURCE,
            usd_per_month_expected=usd_text(mine),
            usd_per_month_ceiling=usd_text(most),
            saves_usd_per_month=usd_text(_usd(each.alone) - mine),
        )
        for each, mine, most in zip(group, split(usd, busy), split(ceiling, busy), strict=True)
    )


def _hosts(group: Sequence[_Sharer]) -> Iterator[Candidate]:
    """Yield what one of a group could rent for itself alone and has room for all of them."""
    pods = [each.alone.setup.pod for each in group]
    cpu, memory = sum(pod.cpu for pod in pods), sum(pod.memory_gib for pod in pods)
    for each in group[0].search.holding:
        host = each.instance
        same = each.option.region == group[0].alone.option.region and each.setup.pod.share is None
        room = cpu <= free_cpu(host) and memory <= free_memory_gib(host)
        on_demand = each.option.capacity_type == "on-demand"
        if same and room and on_demand and each.must_be_sized().fleet.replicas.max == 1:
            yield each


def _usd(candidate: Candidate) -> Decimal:
    """Add up what its own nodes are expected to cost in a month."""
    return sum((line.usd for line in _own(candidate, "expected")), Decimal(0))


def _own(candidate: Candidate, of: str) -> Iterator[Line]:
    return (line for line in candidate.must_be_sized().bill.lines if line.of == of and line.pool)
