"""Every way out of a run's refusal comes true: applied to the spec, the plan has the price that was offered.

Some of the drawn refusals are tried in every run, all of them under PLIMSOLL_PROOFS=1.
"""

import os
import random
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

from plimsoll.candidates.change import Change
from plimsoll.candidates.runs.changes import RESULT
from plimsoll.candidates.runs.ways_out import apply_to_run
from plimsoll.catalog.tables import load
from plimsoll.plan.runs.plan import RunPlan, RunRefusal
from plimsoll.plan.runs.size import size_run
from plimsoll.spec.runs.read import LoadedRun, from_any_data
from plimsoll.speed.read import load_speed

COUNT = 50 if os.environ.get("PLIMSOLL_PROOFS") else 20
SEED = 20261128

MODELS = ("meta-llama/Llama-3.1-8B", "meta-llama/Llama-3.3-70B-Instruct", "Qwen/Qwen2.5-32B-Instruct")


def _drawn(drawn: random.Random) -> dict[str, Any]:
    spec: dict[str, Any] = {
        "kind": "training",
        "model": drawn.choice(MODELS),
        "method": drawn.choice(["full", "lora", "qlora"]),
        "load": drawn.choice([{"tokens_b": 0.5}, {"samples": 50_000, "epochs": 3, "sample_tokens": 700}]),
        "sla": drawn.choice([{"run_p50_h": drawn.choice([0.5, 2, 10])}, {"run_p90_h": drawn.choice([1, 8])}]),
        "budget": {"usd_per_run": drawn.choice([5, 40, 300]), "basis": drawn.choice(["ceiling", "expected"])},
        "capacity": {
            "spot": drawn.choice(["never", "allow"]),
            "allow": [drawn.choice(["g6e", "p5", "g5", "g6"])],
        },
    }
    if drawn.random() < 0.4:
        spec["pin"] = {"nodes": drawn.choice([1, 2])}
    if drawn.random() < 0.4:
        spec |= {"runs_per_month": 4}
    return spec


@cache
def refusals() -> tuple[tuple[LoadedRun, RunRefusal], ...]:
    """The drawn refusals."""
    return tuple(_refused())


def _refused() -> Iterator[tuple[LoadedRun, RunRefusal]]:
    """Draw specs until so many were refused with a way out."""
    drawn, found = random.Random(SEED), 0
    while found < COUNT:
        loaded = from_any_data(_drawn(drawn), load(), file="a draw")
        assert isinstance(loaded, LoadedRun)
        answer = size_run(loaded.spec, loaded.architecture, loaded.catalog, load_speed())
        if isinstance(answer, RunRefusal) and answer.ways_out:
            found += 1
            yield loaded, answer


def test_every_way_out_comes_true() -> None:
    for loaded, refusal in refusals():
        for way in refusal.ways_out:
            changed = apply_to_run(loaded.spec, Change(way.change, way.from_, way.to))
            assert changed is not None, way.message
            plan = size_run(changed, loaded.architecture, loaded.catalog, load_speed())
            assert isinstance(plan, RunPlan), way.message
            assert plan.cost.usd_per_run.ceiling == way.usd_per_run_ceiling, way.message
            monthly = plan.cost.usd_per_month
            assert (monthly.ceiling if monthly else None) == way.usd_per_month_ceiling, way.message


def test_what_changes_the_result_of_the_training_is_told_last_and_says_so() -> None:
    seen = 0
    for _, refusal in refusals():
        later = [way.change in RESULT for way in refusal.ways_out]
        assert later == sorted(later)
        for way in refusal.ways_out:
            if way.change in RESULT:
                seen += 1
                assert "; another result: " in way.message
    assert seen


@pytest.mark.parametrize("value", [None, "p5"])
def test_a_change_to_nothing_takes_the_key_away(value: str | None) -> None:
    spec = {"kind": "training", "model": MODELS[0], "load": {"tokens_b": 1}, "capacity": {"allow": ["g6e"]}}
    loaded = from_any_data(spec, load(), file="a spec")
    assert isinstance(loaded, LoadedRun)
    changed = apply_to_run(loaded.spec, Change("capacity.allow", ["g6e"], value))
    assert changed is not None
    assert changed.capacity.allow == (() if value is None else ("p5",))


NEARER: dict[str, tuple[dict[str, Any], list[float]]] = {
    "a pre-training that one node takes two days for": (
        {
            "model": "meta-llama/Llama-3.1-8B",
            "load": {"tokens_b": 10},
            "sla": {"run_p50_h": 1},
            "capacity": {"allow": ["p5.48xlarge"]},
        },
        [7, 1],
    ),
    "a measured run whose batch has eight samples": (
        {
            "measured": {"accelerator": "A10G", "samples_per_s": 1, "cpu": 2, "memory_gib": 8, "source": "x"},
            "load": {"samples": 43_200},
            "training": {"global_batch_samples": 8},
            "sla": {"run_p90_h": 1},
            "capacity": {"allow": ["g5.xlarge"]},
        },
        [8, 1],
    ),
    "an adapter that may have two nodes": (
        {
            "model": "meta-llama/Llama-3.1-8B",
            "method": "lora",
            "load": {"tokens_b": 0.1},
            "sla": {"run_p50_h": 3},
            "scale": {"max_nodes": 2},
            "capacity": {"allow": ["g6e.xlarge"]},
        },
        [2, 1],
    ),
}
"""Refusals for hours, and the nodes on which they are met: the fewest hours first, then the least money."""


@pytest.mark.parametrize("name", NEARER)
def test_a_missed_deadline_is_told_the_nearest_hours_and_the_cheapest(name: str) -> None:
    spec, nodes = NEARER[name]
    loaded = from_any_data({"kind": "training", **spec}, load(), file="a case")
    assert isinstance(loaded, LoadedRun)
    refusal = size_run(loaded.spec, loaded.architecture, loaded.catalog, load_speed())
    assert isinstance(refusal, RunRefusal)
    ways = sorted((way for way in refusal.ways_out if way.change.startswith("sla.")), key=lambda way: way.to)
    found: list[int] = []
    for way in ways:
        changed = apply_to_run(loaded.spec, Change(way.change, way.from_, way.to))
        assert changed is not None
        plan = size_run(changed, loaded.architecture, loaded.catalog, load_speed())
        assert isinstance(plan, RunPlan), way.message
        assert plan.cost.usd_per_run.ceiling == way.usd_per_run_ceiling
        found.append(plan.chosen.nodes)
    assert found == nodes


def test_a_bound_on_nodes_is_raised_to_what_is_needed_and_no_further() -> None:
    spec, _ = NEARER["an adapter that may have two nodes"]
    loaded = from_any_data({"kind": "training", **spec}, load(), file="a case")
    assert isinstance(loaded, LoadedRun)
    refusal = size_run(loaded.spec, loaded.architecture, loaded.catalog, load_speed())
    assert isinstance(refusal, RunRefusal)
    (way,) = (way for way in refusal.ways_out if way.change == "scale.max_nodes")
    changed = apply_to_run(loaded.spec, Change(way.change, way.from_, way.to))
    assert changed is not None
    plan = size_run(changed, loaded.architecture, loaded.catalog, load_speed())
    assert isinstance(plan, RunPlan)
    assert plan.chosen.nodes == way.to


SOONER: dict[str, tuple[dict[str, Any], str]] = {
    "nine in ten": ({"sla": {"run_p90_h": 24}}, "sla.run_p90_h"),
    "half, and a bound far behind": (
        {"sla": {"run_p50_h": 12}, "scale": {"max_run_h": 60}},
        "scale.max_run_h",
    ),
}
"""Limits that bound a run so late that its ceiling is over the budget, and the key that ends it sooner."""


@pytest.mark.parametrize("name", SOONER)
def test_a_ceiling_over_the_budget_comes_down_where_the_bound_is_what_makes_it(name: str) -> None:
    said, key = SOONER[name]
    spec = {
        "kind": "training",
        "model": "meta-llama/Llama-3.1-8B",
        "load": {"tokens_b": 2},
        "budget": {"usd_per_run": 2000},
        "capacity": {"allow": ["p5.48xlarge"]},
        **said,
    }
    loaded = from_any_data(spec, load(), file="a case")
    assert isinstance(loaded, LoadedRun)
    refusal = size_run(loaded.spec, loaded.architecture, loaded.catalog, load_speed())
    assert isinstance(refusal, RunRefusal)
    (way,) = (way for way in refusal.ways_out if way.change == key)
    changed = apply_to_run(loaded.spec, Change(way.change, way.from_, way.to))
    assert changed is not None
    plan = size_run(changed, loaded.architecture, loaded.catalog, load_speed())
    assert isinstance(plan, RunPlan)
    assert plan.cost.usd_per_run.ceiling == way.usd_per_run_ceiling
    assert plan.run.run_h.high <= float(way.to) == plan.run.enforced_h
