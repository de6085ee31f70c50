"""Sliced nodes with the same slices on their accelerators are one pool: its label says how they are cut."""

from collections.abc import Sequence

from plimsoll.catalog.facts import InstanceType
from plimsoll.ground.start_up import record
from plimsoll.plan.portfolio.groups.group import Cuts, JointPool, counted
from plimsoll.sizing.nodes import free_cpu, free_memory_gib
from plimsoll.sizing.pool import Packing, Share, pool_of
from plimsoll.sizing.sharing.nodes import Load, SlicedNodes, SlicedPods, layouts
from plimsoll.sizing.sharing.share import Tenancy

_HAIR = 1e-9


@record
class SlicedOn:
    """Pods of a group lie on nodes of a type."""

    host: InstanceType
    ways: tuple[SlicedPods, ...]
    laid: SlicedNodes


def lie_anywhere(ways: Sequence[SlicedPods], laid: SlicedNodes, host: InstanceType) -> bool:
    """Say whether nodes hold their pods whichever of those of a profile land on them.

    Slices of one profile are one resource: the scheduler does not know for whose pod a slice was meant. So
    each is counted with the most vCPU and memory that any pod of its profile asks for.
    """
    cpu, memory = dict[str, float](), dict[str, float]()
    for each in ways:
        profile = each.profile.name
        cpu[profile] = max(cpu.get(profile, 0.0), each.cpu)
        memory[profile] = max(memory.get(profile, 0.0), each.memory_gib)
    for load in laid.loads:
        held = [(each.profile.name, count) for each, count in zip(ways, load, strict=True)]
        if sum(cpu[name] * count for name, count in held) > free_cpu(host) + _HAIR:
            return False
        if sum(memory[name] * count for name, count in held) > free_memory_gib(host) + _HAIR:
            return False
    return True


def joint_pools(on: SlicedOn, volume_gib: int) -> tuple[JointPool, ...]:
    """Make a pool of the nodes that are cut alike; those with the most slices first."""
    nodes: dict[tuple[tuple[tuple[str, int], ...], ...], int] = {}
    for load in on.laid.loads:
        key = tuple(tuple(cut.items()) for cut in _cuts(on.ways, load))
        nodes[key] = nodes.get(key, 0) + 1
    found = sorted(nodes.items(), key=lambda each: (-_slices(tuple(map(dict, each[0]))), each[0]))
    names = ["base"] if len(found) == 1 else [f"cut{place}" for place in range(1, len(found) + 1)]
    return tuple(
        _pool(name, count, tuple(map(dict, cuts)), on, volume_gib)
        for name, (cuts, count) in zip(names, found, strict=True)
    )


def _cuts(ways: Sequence[SlicedPods], load: Load) -> Cuts:
    return tuple(counted(profile for _, profile in gpu) for gpu in layouts(ways, load))


def _slices(cuts: Cuts) -> int:
    return sum(sum(cut.values()) for cut in cuts)


def _pool(name: str, nodes: int, cuts: Cuts, on: SlicedOn, volume_gib: int) -> JointPool:
    """Make one pool; its share says that slices are cut, which ones is said by the cuts alone."""
    resource = {each.profile.name: each.profile.share.resource for each in on.ways}
    profiles = counted(profile for cut in cuts for profile, count in cut.items() for _ in range(count))
    held = _slices(cuts)
    share = Tenancy("mig", resource[next(iter(profiles))], 1, 1.0)
    pods = Share(name, "on-demand", nodes * held, nodes * held)
    pool = pool_of(pods, on.host, Packing(held, 1, volume_gib, share))
    return JointPool(pool, cuts, {resource[profile]: count for profile, count in profiles.items()})
