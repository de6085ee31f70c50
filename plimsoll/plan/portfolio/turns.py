"""Services that allow sharing may share nodes: who with whom, on what, and what it saves.

It stands beside the choice: what each gets is as it chose alone. Where manifests are written of the
portfolio, a group has nodes of its own, which all of them pay for.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cache, partial
from itertools import combinations
from typing import TypeVar

from plimsoll.candidates.candidate import Candidate
from plimsoll.candidates.search import Search
from plimsoll.ground.start_up import record
from plimsoll.ground.units import GIB, usd_text
from plimsoll.plan.portfolio.document import KeptApart, SharedNode, TenantPart
from plimsoll.plan.portfolio.groups.group import (
    Allotment,
    Group,
    JointPool,
    JointRent,
    joint_name,
    own_usd_of,
    rented,
)
from plimsoll.plan.portfolio.slices import sliced_node, slicers_of
from plimsoll.sizing.nodes import free_cpu, free_memory_gib
from plimsoll.sizing.pool import Packing, Share, pool_of
from plimsoll.sizing.sharing.share import SHARED_RESOURCE, turns
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


def shared_nodes(tried: Sequence[Search], given: Mapping[str, Candidate]) -> tuple[Group, ...]:
    """Put services on shared nodes so that most is saved; each service is in one group at most.

    `given` is what each that holds rents without the others.
    """
    found: list[Group] = []
    for sharers in _alike(tried, given).values():
        ordered = sorted(sharers, key=lambda each: each.tenant.name)[:MOST_TENANTS]
        found += grouped(ordered, _node)
    placed = {name for group in found for name in group.node.tenants}
    for slicers in slicers_of(tried, given).values():
        ordered = sorted((each for each in slicers if each.name not in placed), key=lambda each: each.name)
        groups = grouped(ordered[:MOST_TENANTS], partial(sliced_node, tried=tried))
        placed |= {name for group in groups for name in group.node.tenants}
        found += groups
    return tuple(sorted(found, key=lambda group: group.node.tenants))


def kept_apart(tried: Sequence[Search], given: Mapping[str, Candidate]) -> tuple[KeptApart, ...]:
    """List the pairs that cannot share an accelerator of theirs, with every limit that they would break."""
    return tuple(
        KeptApart((one.tenant.name, other.tenant.name), reasons)
        for sharers in _alike(tried, given).values()
        for one, other in combinations(sharers, 2)
        if (reasons := tuple(forbidden((one.tenant, other.tenant), _usable_gib(one))))
    )


def _usable_gib(sharer: _Sharer) -> float:
    accelerator = sharer.search.catalog.accelerators[sharer.alone.instance.accelerator or ""]
    return accelerator.memory_bytes * accelerator.visible_share / GIB


def _alike(tried: Sequence[Search], given: Mapping[str, Candidate]) -> dict[tuple[str, str], list[_Sharer]]:
    """Sort what may share by accelerator and region."""
    found: dict[tuple[str, str], list[_Sharer]] = {}
    for search in tried:
        sharer = _sharer(search, given)
        if sharer is not None:
            accelerator, region = sharer.alone.instance.accelerator or "", sharer.alone.option.region
            found.setdefault((accelerator, region), []).append(sharer)
    return found


def _sharer(search: Search, given: Mapping[str, Candidate]) -> _Sharer | None:
    """Take a service that allows turns and needs one replica on one accelerator; None if it does not."""
    workload, peak = search.workload, search.traffic.peak_qps
    allowed = "time_slicing" in workload.capacity.share
    if not (allowed and search.holding and workload.measurements) or peak is None:
        return None
    alone = given[workload.name]
    measured = workload.measurements[alone.setup.place]
    memory = measured.accelerator_memory_gib
    whole = alone.setup.pod.share is None and alone.option.capacity_type == "on-demand"
    single = alone.must_be_sized().fleet.replicas.max == 1 and alone.setup.accelerators == 1
    if measured.accelerator == NO_ACCELERATOR or memory is None or not (whole and single):
        return None
    limits = dict(workload.sla.latency_limits())
    asked = {key: getattr(measured, key, None) for key in _LATENCIES}
    known = {key: value for key, value in asked.items() if value is not None}
    most = measured.qps_per_replica or 0.0
    availability = workload.sla.availability
    return _Sharer(Tenant(workload.name, peak, most, memory, known, limits, availability), search, alone)


_LATENCIES = tuple(f"latency_{name}_ms" for name in ("p50", "p90", "p95", "p99"))


def grouped(
    sharers: Sequence[Sharer], group_of: Callable[[Sequence[Sharer]], Group | None]
) -> Sequence[Group]:
    """Choose the groups that save most together, trying every way to group them."""
    every = {
        members: group
        for size in range(2, len(sharers) + 1)
        for members in combinations(range(len(sharers)), size)
        if (group := group_of([sharers[each] for each in members])) is not None
    }

    @cache
    def best(left: frozenset[int]) -> tuple[Decimal, tuple[Group, ...]]:
        if not left:
            return Decimal(0), ()
        first = min(left)
        found = best(left - {first})
        for members, group in every.items():
            if members[0] == first and left.issuperset(members):
                saved, others = best(left.difference(members))
                found = max(found, (saved + group.saves, (group, *others)), key=lambda each: each[0])
        return found

    return best(frozenset(range(len(sharers))))[1]


def _node(group: Sequence[_Sharer]) -> Group | None:
    """Rent the cheapest node that carries a group; None where none does, or where it saves nothing."""
    tenants = [each.tenant for each in group]
    if any(forbidden(tenants, _usable_gib(group[0]))):
        return None
    alone = sum((own_usd_of(each.alone, "expected") for each in group), Decimal(0))
    found = [(_rented(group, ways[0]), ways) for ways in _hosts(group)]
    fitting = [(nodes.usd("expected"), nodes, ways) for nodes, ways in found if nodes.usd("expected") < alone]
    if not fitting:
        return None
    usd, nodes, ways = min(fitting, key=lambda each: (each[0], each[2][0].id))
    names, allotment = tuple(each.name for each in tenants), _allotment(group)
    told = SharedNode(
        name=joint_name(names),
        instance_type=ways[0].instance.name,
        region=ways[0].option.region,
        tenants=names,
        usd_per_month_expected=usd_text(usd),
        saves_usd_per_month=usd_text(alone - usd),
        latency_ms=latencies_ms(tenants),
        kind="time_slicing",
        nodes=1,
        usd_per_month_ceiling=usd_text(nodes.usd("ceiling")),
        parts=_parts(group, nodes, allotment),
        accelerators=(),
        exact=True,
    )
    return Group(told, nodes, ways, allotment)


_WHOLE_TIME = 10**6
"""Parts into which the time of an accelerator is cut, so that what each has of it is a whole number."""


def _allotment(group: Sequence[_Sharer]) -> Allotment:
    """Say what each has of the node: the time for which it keeps the accelerator busy at the peak."""
    busy = (max(round(each.tenant.busy * _WHOLE_TIME), 1) for each in group)
    return Allotment("busy_time", tuple(busy), _WHOLE_TIME)


def _parts(group: Sequence[_Sharer], nodes: JointRent, allotment: Allotment) -> tuple[TenantPart, ...]:
    """Split the money of the node, to the cent: the parts add up to the whole."""
    expected, ceiling = (allotment.split(nodes.usd(of)) for of in ("expected", "ceiling"))
    return tuple(
        TenantPart(
            name=each.tenant.name,
            pods=1,
            resource=SHARED_RESOURCE,
            usd_per_month_expected=usd_text(mine),
            usd_per_month_ceiling=usd_text(most),
            saves_usd_per_month=usd_text(own_usd_of(each.alone, "expected") - mine),
        )
        for each, mine, most in zip(group, expected, ceiling, strict=True)
    )


def _rented(group: Sequence[_Sharer], host: Candidate) -> JointRent:
    """Rent one node of a type, with a turn on its accelerator for each, at all hours."""
    count, sized = len(group), host.must_be_sized()
    volume = max(pool.volume_gib for each in group for pool in each.alone.must_be_sized().fleet.pools)
    packing = Packing(count, 1, volume, turns(count))
    pool = pool_of(Share("base", "on-demand", count, count), host.instance, packing)
    joint = JointPool(pool, (), {SHARED_RESOURCE: pool.shares_per_node})
    name = joint_name(each.tenant.name for each in group)
    terms = group[0].alone.must_be_sized().purchase
    return rented(name, host.option.region, [joint], sized.rates, terms)


def _hosts(group: Sequence[_Sharer]) -> Iterator[tuple[Candidate, ...]]:
    """Yield the types that each of a group could rent for itself alone and that have room for all of them.

    As what each runs there: its own candidate of that type.
    """
    pods = [each.alone.setup.pod for each in group]
    cpu, memory = sum(pod.cpu for pod in pods), sum(pod.memory_gib for pod in pods)
    each_on = [_alone_on(each) for each in group]
    for name, first in each_on[0].items():
        host = first.instance
        ways = tuple(others[name] for others in each_on if name in others)
        if len(ways) == len(group) and cpu <= free_cpu(host) and memory <= free_memory_gib(host):
            yield ways


def _alone_on(sharer: _Sharer) -> dict[str, Candidate]:
    """Take by type what holds where it rents alone, on one whole accelerator of the same kind, on demand."""
    found: dict[str, Candidate] = {}
    alone = sharer.alone
    for each in sharer.search.holding:
        setup = each.setup
        whole = setup.pod.share is None and each.option.capacity_type == "on-demand"
        single = setup.accelerators == 1 and each.must_be_sized().fleet.replicas.max == 1
        same = (each.option.region, each.instance.accelerator, setup.place) == (
            alone.option.region,
            alone.instance.accelerator,
            alone.setup.place,
        )
        if whole and single and same:
            found.setdefault(each.instance.name, each)
    return found
