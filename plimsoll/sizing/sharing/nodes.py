"""Pods of several services lie on sliced nodes: as few as can be, by slots, vCPU and host memory of each."""

from collections.abc import Callable, Iterator, Sequence
from functools import cache

from plimsoll.catalog.facts import InstanceType
from plimsoll.ground.start_up import record
from plimsoll.sizing.nodes import free_cpu, free_memory_gib
from plimsoll.sizing.sharing.packing import MOST_PODS, packed
from plimsoll.sizing.sharing.profiles import Profile

MOST_LOADS = 20_000
"""Different loads of one node up to which every one is tried; beyond, pods are laid first fit."""

DAEMONS = 8
"""Pods of its own that each node runs, at most (`plimsoll.sizing.nodes`)."""

Load = tuple[int, ...]
"""How many pods of each service a node has."""


@record
class SlicedPods:
    """Pods of one service, each on one slice of a profile."""

    name: str
    profile: Profile
    count: int
    cpu: float
    memory_gib: float


@record
class SlicedNodes:
    """What lies on each node, and whether no other way takes fewer of them."""

    loads: tuple[Load, ...]
    exact: bool


def fewest_nodes(pods: Sequence[SlicedPods], host: InstanceType) -> SlicedNodes | None:
    """Lay the pods of several services on nodes of one type, as few as there can be; None if one fits none.

    Exact up to `MOST_PODS` pods: every full load of the first node is tried, and of what is left the same.
    """
    wanted = tuple(each.count for each in pods)

    @cache
    def fits(load: Load) -> bool:
        return _fits(pods, load, host)

    if not all(fits(tuple(int(at == place) for at in range(len(pods)))) for place in range(len(pods))):
        return None
    loads = 1
    for count in wanted:
        loads *= count + 1
    if sum(wanted) > MOST_PODS or loads > MOST_LOADS:
        return SlicedNodes(tuple(_first_fit(pods, fits)), exact=False)
    return SlicedNodes(_fewest(wanted, list(_full(wanted, fits))), exact=True)


def layouts(pods: Sequence[SlicedPods], load: Load) -> list[list[tuple[str, str]]]:
    """Say for each GPU of a node which service has which profile of it, in the order of the services."""
    profiles = [each.profile for each, count in zip(pods, load, strict=True) for _ in range(count)]
    waiting: dict[str, list[str]] = {}
    for each, count in zip(pods, load, strict=True):
        waiting.setdefault(each.profile.name, []).extend([each.name] * count)
    return [[(waiting[profile.name].pop(0), profile.name) for profile in gpu] for gpu in packed(profiles)]


def _fits(pods: Sequence[SlicedPods], load: Load, host: InstanceType) -> bool:
    held = [(each, count) for each, count in zip(pods, load, strict=True) if count]
    hair = 1e-9
    return (
        sum(count for _, count in held) <= host.max_pods - DAEMONS
        and sum(each.cpu * count for each, count in held) <= free_cpu(host) + hair
        and sum(each.memory_gib * count for each, count in held) <= free_memory_gib(host) + hair
        and len(packed([each.profile for each, count in held for _ in range(count)])) <= host.accelerators
    )


def _full(wanted: Load, fits: Callable[[Load], bool]) -> Iterator[Load]:
    """Yield the loads of a node to which no pod that is wanted could be added."""

    def extend(load: Load) -> Iterator[Load]:
        place = len(load)
        if place == len(wanted):
            yield load
            return
        blank = (0,) * (len(wanted) - place - 1)
        for count in range(wanted[place], -1, -1):
            if fits((*load, count, *blank)):
                yield from extend((*load, count))

    for load in extend(()):
        more = (
            (*load[:at], load[at] + 1, *load[at + 1 :]) for at in range(len(load)) if load[at] < wanted[at]
        )
        if any(load) and not any(fits(each) for each in more):
            yield load


def _fewest(wanted: Load, full: Sequence[Load]) -> tuple[Load, ...]:
    @cache
    def best(left: Load) -> tuple[Load, ...]:
        if not any(left):
            return ()
        first = next(place for place, count in enumerate(left) if count)
        found: tuple[Load, ...] | None = None
        for load in full:
            laid = tuple(min(pair) for pair in zip(load, left, strict=True))
            if laid[first]:
                rest = best(tuple(have - taken for have, taken in zip(left, laid, strict=True)))
                if found is None or len(rest) + 1 < len(found):
                    found = (laid, *rest)
        return found or ()

    return best(wanted)


def _first_fit(pods: Sequence[SlicedPods], fits: Callable[[Load], bool]) -> list[Load]:
    """Lay the largest slices first, each on the first node with room."""
    order = sorted(range(len(pods)), key=lambda at: (-pods[at].profile.slots, pods[at].name))
    nodes: list[Load] = []
    for place in order:
        for _ in range(pods[place].count):
            _lay(nodes, place, len(pods), fits)
    return nodes


def _lay(nodes: list[Load], place: int, kinds: int, fits: Callable[[Load], bool]) -> None:
    for at, load in enumerate(nodes):
        more = (*load[:place], load[place] + 1, *load[place + 1 :])
        if fits(more):
            nodes[at] = more
            return
    nodes.append(tuple(int(each == place) for each in range(kinds)))
