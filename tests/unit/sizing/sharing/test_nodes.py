"""Pods of several services lie on as few sliced nodes as brute force finds, and no GPU is overfull."""

from collections import Counter
from collections.abc import Sequence
from random import Random

import pytest

from plimsoll.catalog.tables import load
from plimsoll.sizing.nodes import free_cpu, free_memory_gib
from plimsoll.sizing.sharing.nodes import SlicedPods, fewest_nodes, layouts
from plimsoll.sizing.sharing.profiles import profiles_of
from tests.unit.sizing.sharing.test_packing import fewest, lies_on_one

HOSTS = ("p4de.24xlarge", "p5.4xlarge", "p5.48xlarge", "g7e.2xlarge", "g7e.12xlarge")


def drawn(seed: int) -> tuple[str, list[SlicedPods]]:
    """At most twelve slices of four services, some of which ask for much of the host."""
    draw = Random(seed)
    name = draw.choice(HOSTS)
    host = load().instance_types[name]
    profiles = profiles_of(host.accelerator or "")
    counts = [draw.randint(1, 3) for _ in range(4)]
    pods = [
        SlicedPods(
            f"s{place}",
            draw.choice(profiles),
            count,
            cpu=draw.choice([1.0, 2.0, free_cpu(host) / 2.5]),
            memory_gib=draw.choice([4.0, free_memory_gib(host) / 3.5]),
        )
        for place, count in enumerate(counts)
    ]
    return name, pods


def holds(pods: Sequence[SlicedPods], name: str) -> bool:
    host = load().instance_types[name]
    return (
        sum(each.cpu for each in pods) <= free_cpu(host) + 1e-9
        and sum(each.memory_gib for each in pods) <= free_memory_gib(host) + 1e-9
        and fewest([each.profile for each in pods]) <= host.accelerators
    )


def brute(pods: Sequence[SlicedPods], name: str) -> int:
    """Put each pod on each node there is, or on a new one, and keep the best."""
    every = [each for each in pods for _ in range(each.count)]
    best = len(every)

    def put(place: int, nodes: list[list[SlicedPods]]) -> None:
        nonlocal best
        if len(nodes) >= best:
            return
        if place == len(every):
            best = len(nodes)
            return
        seen: set[tuple[str, ...]] = set()
        for node in nodes:
            key = tuple(sorted(each.name for each in node))
            if key not in seen and holds([*node, every[place]], name):
                seen.add(key)
                node.append(every[place])
                put(place + 1, nodes)
                node.pop()
        put(place + 1, [*nodes, [every[place]]])

    put(0, [])
    return best


@pytest.mark.parametrize("seed", range(25))
def test_nodes_are_as_few_as_brute_force_finds_and_none_is_overfull(seed: int) -> None:
    name, pods = drawn(seed)
    found = fewest_nodes(pods, load().instance_types[name])
    assert found is not None
    assert found.exact
    assert len(found.loads) == brute(pods, name)
    assert tuple(map(sum, zip(*found.loads, strict=True))) == tuple(each.count for each in pods)
    for load_ in found.loads:
        assert holds([each for each, count in zip(pods, load_, strict=True) for _ in range(count)], name)


@pytest.mark.parametrize("seed", range(25))
def test_no_two_tenants_are_over_the_memory_of_a_gpu(seed: int) -> None:
    name, pods = drawn(seed)
    host = load().instance_types[name]
    known = {each.name: each for each in profiles_of(host.accelerator or "")}
    found = fewest_nodes(pods, host)
    assert found is not None
    held: Counter[str] = Counter()
    for load_ in found.loads:
        gpus = layouts(pods, load_)
        assert len(gpus) <= host.accelerators
        for gpu in gpus:
            slices = [known[profile] for _, profile in gpu]
            assert lies_on_one(slices)
            assert sum(each.slots for each in slices) <= slices[0].board_slots
            held.update(tenant for tenant, _ in gpu)
    assert held == Counter({each.name: each.count for each in pods})


def test_a_pod_that_fits_no_node_has_none_and_many_pods_are_laid_first_fit() -> None:
    host = load().instance_types["p5.4xlarge"]
    small = profiles_of("H100-80GB")[0]
    assert fewest_nodes([SlicedPods("a", small, 1, 999.0, 1.0)], host) is None
    many = fewest_nodes([SlicedPods("a", small, 60, 0.1, 0.1)], host)
    assert many is not None
    assert not many.exact
    assert sum(load_[0] for load_ in many.loads) == 60
