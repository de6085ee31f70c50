"""The cheapest of the variants that were measured wins, where it was measured, by its own image."""

from decimal import Decimal
from typing import Any

import pytest

from plimsoll.ground.problems import SpecError
from plimsoll.plan.plan import Plan, Refusal
from tests.make import queues
from tests.make.variants import ORT, TENSORRT, TORCH, answer, planned, spec

HOURS = 730
USD_PER_HOUR = {"g4dn.xlarge": Decimal("0.526"), "c7i.2xlarge": Decimal("0.357")}
"""On-demand in us-east-1, 2026-07-20."""


def replicas_of(plan: Plan, variant: str, instance_type: str) -> tuple[int, str]:
    """Count the replicas of a variant on a type, and price as many nodes for a month."""
    row = next(
        each
        for each in plan.candidates
        if (each.variant, each.instance_type, each.capacity) == (variant, instance_type, "on-demand")
    )
    assert row.replicas is not None
    assert f"/{variant}/" in row.id
    return row.replicas.peak, f"{row.replicas.peak * HOURS * USD_PER_HOUR[instance_type]:.2f}"


def test_the_published_variants_of_300_requests_a_second() -> None:
    ort = TORCH | {"variant": "ort", "qps_per_replica": 200}
    plan = planned(spec(300, TORCH, ort, TENSORRT, ORT))
    assert (plan.chosen.variant, plan.chosen.replicas.peak) == ("tensorrt", 2)
    assert replicas_of(plan, "torch", "g4dn.xlarge") == (4, "1535.92")
    assert replicas_of(plan, "ort", "g4dn.xlarge") == (3, "1151.94")
    assert replicas_of(plan, "tensorrt", "g4dn.xlarge") == (2, "767.96")
    assert replicas_of(plan, "ort-int8", "c7i.2xlarge") == (13, "3387.93")


def test_a_cpu_wins_where_little_comes() -> None:
    plan = planned(spec(20, sla={"latency_p95_ms": 100}))
    assert (plan.chosen.variant, plan.chosen.instance_type) == ("ort-int8", "c7i.2xlarge")
    assert replicas_of(plan, "ort-int8", "c7i.2xlarge") == (1, "260.61")
    assert replicas_of(plan, "torch", "g4dn.xlarge") == (1, "383.98")


def test_a_limit_keeps_out_the_slower_and_a_tie_goes_to_the_earlier() -> None:
    for first, second in ((TORCH, TENSORRT), (TENSORRT, TORCH)):
        plan = planned(spec(20, first, second, ORT, sla={"latency_p95_ms": 50}))
        assert (plan.chosen.variant, plan.chosen.instance_type) == (first["variant"], "g4dn.xlarge")
        slow = [each for each in plan.candidates if each.variant == "ort-int8"]
        assert all("latency" in {reason.code for reason in each.reasons} for each in slow)


def test_a_denied_family_leaves_the_variant_of_cpus() -> None:
    plan = planned(spec(20, capacity={"deny": ["g4dn"]}))
    on_t4 = [each for each in plan.candidates if each.instance_type.startswith("g4dn.")]
    assert {each.variant for each in on_t4} == {"torch", "tensorrt"}
    assert all("denied" in {reason.code for reason in each.reasons} for each in on_t4)
    assert plan.chosen.variant == "ort-int8"
    refused = answer(spec(20, TORCH, TENSORRT, capacity={"deny": ["g4dn"]}))
    assert isinstance(refused, Refusal)
    assert "denied" in refused.binding


def test_a_rate_of_a_cpu_holds_on_its_family_alone() -> None:
    plan = planned(spec(20, ORT))
    held = {each.instance_type.partition(".")[0] for each in plan.candidates if each.verdict != "rejected"}
    assert held == {"c7i"}
    graviton = planned(spec(20, ORT | {"instance_type": "c7g.2xlarge"}))
    assert graviton.chosen.instance_type.startswith("c7g.")
    assert graviton.chosen.pools[0].arch == "arm64"
    anywhere = planned(spec(20, {key: value for key, value in ORT.items() if key != "instance_type"}))
    assert any(each.name == "measured rate holds on" for each in anywhere.assumptions)


def test_each_variant_brings_its_image_its_start_and_what_its_engine_is_bound_to() -> None:
    image = {"image": "registry.example/trt:7", "startup_s": 240}
    slow, quick = planned(spec(300, TORCH, TENSORRT | image)), planned(spec(300, TORCH, TENSORRT))
    assert (slow.serving.image, quick.serving.image) == ("registry.example/trt:7", None)
    assert slow.serving.cold_start_s == quick.serving.cold_start_s + 240 - 15
    bound = [each for each in slow.assumptions if each.name == "engine built for"]
    assert [(each.value, "rebuild the engine" in (each.source or "")) for each in bound] == [("T4", True)]
    other = next(
        each for each in slow.candidates if each.instance_type == "g6.xlarge" and each.variant == "tensorrt"
    )
    assert "rebuild the engine for L4" in other.reasons[0].message
    assert not [each for each in planned(spec(20, TORCH)).assumptions if each.name == "engine built for"]


def test_one_mapping_is_a_list_of_one() -> None:
    alone = planned(spec(100) | {"measured": TORCH})
    listed = planned(spec(100, TORCH))
    assert alone.cost == listed.cost
    assert alone.candidates == listed.candidates


def test_a_plan_of_variants_is_a_spec_again() -> None:
    first = planned(spec(300, sla={"latency_p95_ms": 100}))
    assert planned(dict(first.workload)).chosen == first.chosen


def without(entry: dict[str, Any], key: str) -> dict[str, Any]:
    return {name: value for name, value in entry.items() if name != key}


@pytest.mark.parametrize(
    ("variants", "path", "words"),
    [
        ([TORCH, TENSORRT | {"variant": "torch"}], "measured[1].variant", "is there twice"),
        ([TORCH, without(TENSORRT, "source")], "measured[1].source", "source is missing"),
        ([TORCH, without(TENSORRT, "variant")], "measured[1].variant", "variant is missing"),
        ([TORCH | {"variant": "a/b"}], "measured[0].variant", "write a-b"),
        ([TORCH | {"instance_type": "c7i.xlarge"}], "measured[0].instance_type", "has no accelerator"),
        ([ORT | {"instance_type": "c7i.3xlarge"}], "measured[0].instance_type", "no instance type"),
        ([TORCH | {"accelerator": "T5"}], "measured[0].accelerator", "no accelerator 'T5'"),
        ([TORCH | {"qps_per_replica": "many"}], "measured[0].qps_per_replica", "where a number belongs"),
        ([TORCH | {"startup": 3}], "measured[0].startup", "did you mean 'startup_s'"),
        ([TORCH, 5], "measured[1]", "stands where a mapping belongs"),
        ([], "measured", "an empty list"),
    ],
)
def test_a_wrong_variant_is_named_where_it_stands(variants: list[Any], path: str, words: str) -> None:
    with pytest.raises(SpecError) as caught:
        answer(spec(20) | {"measured": variants})
    said = {problem.where: str(problem) for problem in caught.value.problems}
    assert words in said[path]


def test_a_limit_must_have_been_measured_of_each_variant() -> None:
    with pytest.raises(SpecError) as caught:
        answer(spec(20, TORCH, without(ORT, "latency_p95_ms"), sla={"latency_p95_ms": 100}))
    assert "variant ort-int8 does not say its latency_p95_ms" in str(caught.value)


def test_workers_of_a_queue_have_variants_too() -> None:
    """Two engines of one worker: the quicker needs fewer, and each has the numbers that it has alone."""
    slow = QUEUED | {"variant": "torch", "image": "registry.example/torch:1"}
    quick = QUEUED | {
        "variant": "trt",
        "task_mean_ms": 1000,
        "task_cv": 0.5,
        "image": "registry.example/trt:1",
    }
    both = queue_planned([slow, quick])
    assert (both.chosen.variant, both.serving.image) == ("trt", "registry.example/trt:1")
    for entry in (slow, quick):
        alone = queue_planned([entry])
        ids = {each.id: each for each in both.candidates}
        for each in alone.candidates:
            same = ids[each.id]
            assert (same.replicas, same.usd_per_month_ceiling, same.latency) == (
                each.replicas,
                each.usd_per_month_ceiling,
                each.latency,
            ), each.id
    alone = queue_planned([quick])
    assert (both.queue, both.latency, both.cost) == (alone.queue, alone.latency, alone.cost)
    assert (both.autoscaling.min_replicas, both.autoscaling.target) == (
        alone.autoscaling.min_replicas,
        alone.autoscaling.target,
    )


def test_a_variant_of_a_worker_is_held_to_the_notice_of_spot_by_its_own_longest_task() -> None:
    """One takes minutes for a task and must not lie on spot; the other may."""
    long = QUEUED | {"variant": "long", "task_mean_ms": 60_000}
    short = QUEUED | {"variant": "short", "task_mean_ms": 900}
    plan = queue_planned([long, short], sla={"wait_p95_ms": 300_000}, capacity={"spot": "prefer"})
    assert (plan.chosen.variant, plan.chosen.capacity) == ("short", "spot")
    on_spot = [
        {reason.code for reason in each.reasons}
        for each in plan.candidates
        if each.capacity == "spot" and each.variant == "long" and each.replicas is not None
    ]
    assert on_spot
    assert all("interruption" in codes for codes in on_spot)


QUEUED = {key: value for key, value in queues.MEASURED.items() if key != "image"}


def queue_planned(measured: list[dict[str, Any]], **keys: Any) -> Plan:
    queue = {"queue": {"type": "sqs", "tasks_per_s": {"peak": 2, "average": 0.6}}}
    plan = answer(
        {"name": "workers", "measured": measured, "load": queue, "sla": {"wait_p95_ms": 10_000}, **keys}
    )
    assert isinstance(plan, Plan)
    return plan
