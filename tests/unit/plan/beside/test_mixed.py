"""Two types are mixed where that saves a tenth, and the plan says how requests are spread, or why not."""

from typing import Any

import pytest

from plimsoll.plan.plan import Plan
from tests.unit.plan.warnings.test_every import answered

SPEC: dict[str, Any] = {
    "model": "meta-llama/Llama-3.1-8B-Instruct",
    "load": {"qps": {"peak": 40, "average": 12}},
    "sla": {"tpot_p95_ms": 80},
    "capacity": {"mix": 2},
}
GATEWAY = {
    "load": {"qps": {"peak": 40, "average": 12}, "shared_prefix_tokens": 400},
    "route": {"prefix_aware": True},
    "capacity": {"mix": 2, "spot": "allow", "on_demand_base": 2},
}


def planned(**changes: Any) -> Plan:
    plan = answered(SPEC | changes)
    assert isinstance(plan, Plan)
    return plan


def said(**changes: Any) -> str:
    (found,) = [each for each in planned(**changes).assumptions if each.name == "capacity.mix"]
    return found.source


def test_a_plan_of_one_type_says_what_the_best_mix_would_cost_and_why_it_is_not_taken() -> None:
    text = said()
    assert text.startswith("not mixed: ")
    assert "a month for nodes, of one type $" in text
    assert text.endswith("it must save a tenth to be worth two pools")
    assert planned().burst is None


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"pin": {"instance_type": "g6e.xlarge"}}, "the pin leaves one type"),
        ({"load": {"qps": 0.01}}, "one replica carries the whole peak"),
        ({"load": {"concurrency": 64}}, "in flight"),
        ({"scale": {"to_zero": True}}, "no base that always runs"),
        ({"capacity": {"mix": 2, "allow": ["g6e.xlarge"]}}, "fewer than two types"),
    ],
)
def test_what_cannot_be_mixed_says_why(changes: dict[str, Any], why: str) -> None:
    assert why in said(**changes)


def test_a_mix_is_two_pools_of_two_types_that_share_the_peak() -> None:
    plan = planned(**GATEWAY)
    base, burst = plan.chosen.pools
    assert plan.burst is not None
    assert (base.instance_type, burst.instance_type) == (plan.chosen.instance_type, plan.burst.instance_type)
    assert base.instance_type != burst.instance_type
    assert (base.capacity_type, burst.capacity_type) == ("on-demand", "spot")
    assert (base.share_of_load or 0) + (burst.share_of_load or 0) == pytest.approx(1)
    assert base.min_replicas == base.max_replicas >= 2
    assert plan.chosen.replicas.max == base.max_replicas + burst.max_replicas
    assert plan.serving.max_model_len_tok == plan.burst.serving.max_model_len_tok == plan.chosen.max_tokens
    assert "two types" in [each.value for each in plan.assumptions if each.name == "capacity.mix"]
    assert "knows lengths" in said(**GATEWAY)
    assert [warning.code for warning in plan.warnings].count("mix_needs_picker") == 1


def test_the_latency_of_a_mix_is_that_of_its_slower_type() -> None:
    plan = planned(**GATEWAY)
    assert plan.burst is not None
    for key, value in plan.latency.items():
        assert value.estimate >= plan.burst.latency[key].estimate


def test_the_targets_of_base_and_burst_add_up_to_what_is_in_flight_at_the_peak() -> None:
    """The autoscaler's rule at the peak: total - base x its target, over the burst's target, is the burst."""
    plan = planned(**GATEWAY)
    base, burst = plan.chosen.pools
    assert plan.burst is not None
    total = base.max_replicas * plan.burst.base_target + burst.max_replicas * plan.autoscaling.target
    wanted = (total - base.max_replicas * plan.burst.base_target) / plan.autoscaling.target
    assert wanted == pytest.approx(burst.max_replicas)
    assert plan.burst.base_target < plan.autoscaling.target


def test_without_the_key_nothing_is_said_and_one_type_is_rented() -> None:
    plan = answered(SPEC | GATEWAY | {"capacity": {"spot": "allow", "on_demand_base": 2}})
    assert isinstance(plan, Plan)
    assert "capacity.mix" not in {each.name for each in plan.assumptions}
    assert len({pool.instance_type for pool in plan.chosen.pools}) == 1
    assert plan.burst is None


@pytest.mark.parametrize("wrong", [0, 3, "2"])
def test_a_mix_has_two_types_at_most(wrong: object) -> None:
    with pytest.raises(ValueError, match="mix"):
        answered(SPEC | {"capacity": {"mix": wrong}})
