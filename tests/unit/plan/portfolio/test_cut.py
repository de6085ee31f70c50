"""What is cut is the same kind of pool, smaller: a plan that asks for so many replicas has the same."""

from decimal import Decimal
from typing import Any

import pytest

from plimsoll.candidates.candidate import Candidate, Sized
from plimsoll.candidates.search import Search, search
from plimsoll.catalog.tables import load
from plimsoll.plan.portfolio.cut import cut
from plimsoll.spec.read import from_data
from plimsoll.speed.read import load_speed

Spec = dict[str, Any]

SPANNING: Spec = {
    "name": "spans-two",
    "model": "moonshotai/Kimi-K2-Instruct",
    "load": {"qps": 6},
    "capacity": {"allow": ["p5"], "nodes_per_replica": 2},
}
SLICED: Spec = {
    "name": "sliced",
    "measured": {
        "accelerator": "H100-80GB",
        "qps_per_replica": 800,
        "accelerator_memory_gib": 18,
        "cpu": 2,
        "memory_gib": 8,
        "source": "load test",
    },
    "load": {"qps": 3000},
    "capacity": {"share": ["mig"]},
}
WHOLE: Spec = {"name": "whole", "model": "Qwen/Qwen2.5-7B-Instruct", "load": {"qps": 30}}
RAY: Spec = WHOLE | {"name": "ray", "engine": {"run_by": "ray_serve"}, "capacity": {"spot": "never"}}


def searched(spec: Spec) -> Search:
    loaded = from_data(spec, load("2026-11-27"), file="spec.yaml")
    return search(loaded.workload, loaded.architecture, loaded.catalog, load_speed(), None)


def taken(found: Search, spec: Spec) -> Candidate:
    """Take the first that shares where sharing is asked for, and more than one replica is wanted."""
    shared = "share" in spec.get("capacity", {})
    return next(
        each
        for each in found.holding
        if (each.setup.pod.share is not None) == shared and each.must_be_sized().fleet.replicas.max > 1
    )


@pytest.mark.parametrize("spec", [SPANNING, SLICED, WHOLE, RAY], ids=lambda spec: spec["name"])
def test_a_cut_candidate_is_the_one_that_is_pinned_to_as_many_replicas(spec: Spec) -> None:
    wanted = taken(searched(spec), spec)
    cut_to_one = cut(wanted, 1).must_be_sized()
    pinned = next(
        each for each in searched(spec | {"pin": {"replicas": 1}}).candidates if each.id == wanted.id
    ).must_be_sized()
    assert cut_to_one.fleet.pools == pinned.fleet.pools
    assert ceilings(cut_to_one) == ceilings(pinned)


def ceilings(sized: Sized) -> list[tuple[str, str, Decimal]]:
    return [(line.pool, line.kind, line.usd) for line in sized.bill.lines if line.of == "ceiling"]


def test_half_of_a_fleet_of_groups_of_two_nodes_costs_half() -> None:
    wanted = taken(searched(SPANNING), SPANNING)
    whole, half = (wanted.must_be_sized(), cut(wanted, 1).must_be_sized())
    assert (whole.fleet.pools[0].max_nodes, half.fleet.pools[0].max_nodes) == (4, 2)
    assert half.fleet.pools[0].overshoot_nodes == 2
    assert nodes_usd(half) * 2 == nodes_usd(whole)


def nodes_usd(sized: Sized) -> Decimal:
    return sum((usd for _, kind, usd in ceilings(sized) if kind == "nodes"), Decimal(0))
