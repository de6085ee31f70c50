"""Services that allow MIG may share sliced nodes: who has which slice of which GPU, and who pays what.

Each is on a slice that holds its limits by itself (a slice has memory and compute of its own), so what is
chosen here is on which of the profiles that hold it runs, and where the slices lie.
"""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import product
from math import prod

from plimsoll.candidates.candidate import Candidate
from plimsoll.candidates.search import Search
from plimsoll.catalog.facts import InstanceType
from plimsoll.ground.start_up import record
from plimsoll.ground.units import usd_text
from plimsoll.money.terms import Rates
from plimsoll.plan.portfolio.document import SharedNode, SliceOf, TenantPart
from plimsoll.plan.portfolio.groups.cuts import SlicedOn, joint_pools, lie_anywhere
from plimsoll.plan.portfolio.groups.group import (
    Allotment,
    Group,
    JointRent,
    joint_name,
    own_usd_of,
    rented,
)
from plimsoll.sizing.sharing.nodes import SlicedNodes, SlicedPods, fewest_nodes, layouts
from plimsoll.sizing.sharing.profiles import profiles_of
from plimsoll.sizing.spares import tolerates_zone


@record
class Slicer:
    """A service that holds its limits on slices: its pods on each profile, smallest first, and what it rents.

    `alone` is that without the others; `volume_gib` is the root volume that its weights ask of a node.
    """

    name: str
    ways: tuple[SlicedPods, ...]
    region: str
    accelerator: str
    volume_gib: int
    alone: Candidate


Ways = tuple[SlicedPods, ...]
"""One way of each service of a group."""

MOST_WAYS = 256
"""Combinations of profiles of a group up to which every one is tried; beyond, each takes its smallest."""


def slicers_of(
    tried: Sequence[Search], given: Mapping[str, Candidate]
) -> dict[tuple[str, str], list[Slicer]]:
    """Sort the services that may share sliced nodes by accelerator and region; one may be in several.

    `given` is what each rents without the others.
    """
    found: dict[tuple[str, str], list[Slicer]] = {}
    for search in tried:
        if search.holding and not tolerates_zone(search.workload.sla.availability):
            for key, slicer in _slicers(search, given[search.workload.name]).items():
                found.setdefault(key, []).append(slicer)
    return found


def _slicers(search: Search, alone: Candidate) -> dict[tuple[str, str], Slicer]:
    """Take of each accelerator the profiles that hold where it rents, with all pods of it at the peak."""
    found: dict[tuple[str, str], dict[str, tuple[SlicedPods, int]]] = {}
    region = alone.option.region
    for each in (one for one in search.holding if _cut(one) and one.option.region == region):
        accelerator, share = each.instance.accelerator or "", each.setup.pod.share
        fleet, pod = each.must_be_sized().fleet, each.setup.pod
        profile = next(known for known in profiles_of(accelerator) if share and known.name == share.profile)
        pods = SlicedPods(search.workload.name, profile, fleet.replicas.max, pod.cpu, pod.memory_gib)
        volume = max(pool.volume_gib for pool in fleet.pools)
        ways = found.setdefault((accelerator, region), {})
        first, most = ways.get(profile.name, (pods, 0))
        ways[profile.name] = first, max(volume, most)
    return {key: _slicer(alone, key, list(ways.values())) for key, ways in found.items()}


def _slicer(alone: Candidate, key: tuple[str, str], ways: Sequence[tuple[SlicedPods, int]]) -> Slicer:
    ordered = sorted((pods for pods, _ in ways), key=lambda each: (_slots(each), each.profile.name))
    volume = max(gib for _, gib in ways)
    return Slicer(ordered[0].name, tuple(ordered), key[1], key[0], volume, alone)


def _slots(pods: SlicedPods) -> int:
    return pods.profile.slots * pods.count


def sliced_node(group: Sequence[Slicer], tried: Sequence[Search]) -> Group | None:
    """Rent the cheapest nodes that carry a group; None where none does, or where it saves nothing."""
    alone = sum((own_usd_of(each.alone, "expected") for each in group), Decimal(0))
    found = [
        (
            nodes.usd("expected"),
            nodes.usd("ceiling"),
            host.name,
            sum(map(_slots, ways)),
            host,
            ways,
            laid,
            nodes,
        )
        for host, rates in _hosts(group, tried)
        for ways in _ways(group)
        if (laid := fewest_nodes(ways, host)) is not None and lie_anywhere(ways, laid, host)
        for nodes in [_rented(group, SlicedOn(host, ways, laid), rates)]
        if nodes.usd("expected") < alone
    ]
    if not found:
        return None
    *_, host, ways, laid, nodes = min(found, key=lambda each: each[:4])
    saves = alone - nodes.usd("expected")
    chosen = tuple(_runs_as(pods, host, group[0].region, tried) for pods in ways)
    on = SlicedOn(host, ways, laid)
    allotment = _allotment(on)
    parts = _parts(group, on, nodes, allotment)
    return Group(_told(group, on, nodes, saves, parts), nodes, chosen, allotment)


def _told(
    group: Sequence[Slicer], on: SlicedOn, nodes: JointRent, saves: Decimal, parts: tuple[TenantPart, ...]
) -> SharedNode:
    tenants = tuple(each.name for each in group)
    return SharedNode(
        name=joint_name(tenants),
        instance_type=on.host.name,
        region=group[0].region,
        tenants=tenants,
        usd_per_month_expected=usd_text(nodes.usd("expected")),
        saves_usd_per_month=usd_text(saves),
        latency_ms={},
        kind="mig",
        nodes=len(on.laid.loads),
        usd_per_month_ceiling=usd_text(nodes.usd("ceiling")),
        parts=parts,
        accelerators=tuple(_layouts(on.ways, on.laid)),
        exact=on.laid.exact and _all_ways(group) <= MOST_WAYS,
    )


def _runs_as(pods: SlicedPods, host: InstanceType, region: str, tried: Sequence[Search]) -> Candidate:
    """Find the candidate of a tenant that runs it on this profile of this type, as it was tried alone."""
    (search,) = (each for each in tried if each.workload.name == pods.name)
    return next(
        each
        for each in search.holding
        if _cut(each)
        and (each.instance.name, each.option.region) == (host.name, region)
        and each.setup.pod.share == pods.profile.share
    )


def _all_ways(group: Sequence[Slicer]) -> int:
    return prod(len(each.ways) for each in group)


def _ways(group: Sequence[Slicer]) -> Iterator[Ways]:
    if _all_ways(group) > MOST_WAYS:
        yield tuple(each.ways[0] for each in group)
    else:
        yield from product(*(each.ways for each in group))


def _hosts(group: Sequence[Slicer], tried: Sequence[Search]) -> list[tuple[InstanceType, Rates]]:
    """Find the types with the group's accelerator on which each of the group was tried and priced."""
    names = {each.name for each in group}
    first = group[0]
    found: dict[str, tuple[InstanceType, Rates, set[str]]] = {}
    for search in tried:
        for each in search.holding if search.workload.name in names else ():
            sized = each.must_be_sized()
            same = each.option.region == first.region and _cut(each)
            if same and each.instance.accelerator == first.accelerator:
                entry = found.setdefault(each.instance.name, (each.instance, sized.rates, set()))
                entry[2].add(search.workload.name)
    return [(host, rates) for host, rates, seen in found.values() if seen == names]


def _cut(candidate: Candidate) -> bool:
    share = candidate.setup.pod.share
    return share is not None and share.kind == "mig" and candidate.option.capacity_type == "on-demand"


def _rented(group: Sequence[Slicer], on: SlicedOn, rates: Rates) -> JointRent:
    """Rent the nodes once, at all hours: tenants come and go on them, the slices stay."""
    pools = joint_pools(on, max(each.volume_gib for each in group))
    name = joint_name(each.name for each in group)
    return rented(name, group[0].region, pools, rates, group[0].alone.must_be_sized().purchase)


def _allotment(on: SlicedOn) -> Allotment:
    """Say what each has of the nodes: the memory slots that its pods take at the peak."""
    slots = on.ways[0].profile.board_slots * on.host.accelerators * len(on.laid.loads)
    return Allotment("memory_slots", tuple(_slots(each) for each in on.ways), slots)


def _parts(
    group: Sequence[Slicer], on: SlicedOn, nodes: JointRent, allotment: Allotment
) -> tuple[TenantPart, ...]:
    """Split the money of the nodes, to the cent: the parts add up to the whole."""
    expected, ceiling = (allotment.split(nodes.usd(of)) for of in ("expected", "ceiling"))
    return tuple(
        TenantPart(
            name=each.name,
            pods=pods.count,
            resource=pods.profile.share.resource,
            usd_per_month_expected=usd_text(mine),
            usd_per_month_ceiling=usd_text(most),
            saves_usd_per_month=usd_text(own_usd_of(each.alone, "expected") - mine),
        )
        for each, pods, mine, most in zip(group, on.ways, expected, ceiling, strict=True)
    )


def _layouts(pods: Ways, laid: SlicedNodes) -> Iterator[tuple[SliceOf, ...]]:
    for node, load in enumerate(laid.loads, 1):
        for gpu, slices in enumerate(layouts(pods, load), 1):
            yield tuple(SliceOf(node, gpu, name, profile) for name, profile in slices)
