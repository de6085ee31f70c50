"""A replica spans nodes only where no single node holds it: as a pipeline, never by tensor parallelism."""

import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from plimsoll.catalog.tables import load
from plimsoll.ground.problems import SpecError
from plimsoll.manifests.published import validate
from plimsoll.objects.workload import of_workload
from plimsoll.plan.of_spec import planned_one
from plimsoll.plan.plan import Plan, Refusal
from plimsoll.plan.write import written
from plimsoll.pricing import price
from plimsoll.sizing.memory.stages import layers_of_stages
from plimsoll.spec.read import from_data
from plimsoll.speed.read import load_speed
from tests.claims.test_two_roads import graph
from tests.claims.test_written_is_what_runs import facts

DATE = "2026-11-27"
KIMI: dict[str, Any] = {
    "name": "kimi",
    "model": "moonshotai/Kimi-K2-Instruct",
    "load": {"qps": 1, "input_tokens": 1000, "output_tokens": 200},
    "capacity": {"allow": ["p5"]},
}
TWO = {"allow": ["p5"], "nodes_per_replica": 2}


def answered(**changes: Any) -> Plan | Refusal:
    answer = planned_one(from_data(KIMI | changes, load(DATE), file="kimi.yaml"), load_speed())
    assert isinstance(answer, Plan | Refusal)
    return answer


def planned(**changes: Any) -> Plan:
    answer = answered(**changes)
    assert isinstance(answer, Plan)
    return answer


def reasons(answer: Plan | Refusal, part: str) -> dict[str, str]:
    rows = [
        each for each in written(answer)["candidates"] if part in each["id"] and "on-demand" in each["id"]
    ]
    assert len(rows) == 1, [each["id"] for each in rows]
    return {each["code"]: each["message"] for each in rows[0]["reasons"]}


def test_one_node_that_holds_it_goes_before_two_that_do_not() -> None:
    plan = planned(capacity={"allow": ["p5", "p5en"]})
    assert (plan.chosen.instance_type, plan.cost.usd_per_month.ceiling) == ("p5en.48xlarge", "51177.74")
    assert "needs 2 nodes" in reasons(plan, "p5.48xlarge/tp8/fp8")["memory"]
    both = planned(capacity={"allow": ["p5", "p5en"], "nodes_per_replica": 2})
    assert both.chosen.instance_type == "p5en.48xlarge"
    assert "holds the model" in reasons(both, "p5en.48xlarge/tp8/pp2")["host"]


def test_two_nodes_are_the_last_way_out() -> None:
    refusal = answered()
    assert isinstance(refusal, Refusal)
    *_, last = refusal.ways_out
    assert (last.change, last.from_, last.to) == ("capacity.nodes_per_replica", 1, 2)
    plan = planned(capacity=TWO)
    assert plan.cost.usd_per_month.ceiling == last.usd_per_month_ceiling
    (nodes,) = [each for each in plan.cost.lines if each.kind == "nodes" and each.of == "expected"]
    assert nodes.usd_per_month == "80358.40"


def test_the_ways_out_of_one_type_alone_are_fewer_bits_then_more_memory_then_two_nodes() -> None:
    """Multi-node design, acceptance 2: int4 on p5 at $44,548.17, p5en, and two nodes last."""
    refusal = answered(precision="fp8")
    assert isinstance(refusal, Refusal)
    assert [(each.change, each.to) for each in refusal.ways_out] == [
        ("precision", "int4"),
        ("capacity.allow", ["p5", "p5en"]),
        ("capacity.nodes_per_replica", 2),
    ]
    assert [each.usd_per_month_ceiling for each in refusal.ways_out[:2]] == ["44548.17", "51177.74"]
    smaller = planned(precision="int4")
    assert smaller.cost.usd_per_month.ceiling == "44548.17"
    assert (smaller.chosen.instance_type, smaller.chosen.replicas.max) == ("p5.48xlarge", 1)
    assert smaller.chosen.weights == "RedHatAI/Kimi-K2-Instruct-quantized.w4a16"


def test_fewer_bits_are_no_way_out_of_a_model_that_nobody_publishes_so() -> None:
    refusal = answered(model="deepseek-ai/DeepSeek-V3", precision="fp8", capacity={"allow": ["g6e"]})
    assert isinstance(refusal, Refusal)
    tried = {each.to for each in refusal.ways_out if each.change == "precision"}
    assert "bf16" not in tried


def test_a_group_is_two_nodes_of_all_their_accelerators() -> None:
    chosen = planned(capacity=TWO).chosen
    assert (chosen.tensor_parallel, chosen.accelerators_per_replica) == (8, 16)
    assert chosen.pipeline_layers == (31, 30)
    (pool,) = chosen.pools
    assert (pool.nodes_per_replica, pool.max_replicas, pool.max_nodes) == (2, 1, 2)


def test_three_nodes_would_hold_deepseek_in_sixteen_bits() -> None:
    """Nobody publishes it so; its memory is told all the same."""
    capacity = {"allow": ["p5"], "nodes_per_replica": 4}
    refusal = answered(model="deepseek-ai/DeepSeek-V3", precision="bf16", capacity=capacity)
    assert set(reasons(refusal, "p5.48xlarge/tp8/pp3")) == {"precision"}


@pytest.mark.parametrize(
    ("layers", "stages", "dealt"),
    [(61, 3, (20, 21, 20)), (62, 3, (21, 21, 20)), (61, 2, (31, 30)), (80, 4, (20, 20, 20, 20))],
)
def test_layers_are_dealt_out_as_vllm_does(layers: int, stages: int, dealt: tuple[int, ...]) -> None:
    assert layers_of_stages(layers, stages) == dealt
    assert sum(dealt) == layers


def test_tensor_parallelism_never_crosses_a_node() -> None:
    refusal = answered(pin={"tensor_parallel": 16}, capacity=TWO)
    said = reasons(refusal, "p5.48xlarge/tp16")
    assert "crosses a node: 34.5 % of one node's speed was measured" in said["host"]


def test_stages_take_longer_than_one_node_would_and_carry_more() -> None:
    one = planned(model="meta-llama/Llama-3.1-405B-Instruct", precision="bf16", capacity={"allow": ["p5en"]})
    two = planned(model="meta-llama/Llama-3.1-405B-Instruct", precision="bf16", capacity=TWO)
    assert two.chosen.pipeline_layers == (63, 63)
    assert two.latency["tpot_p95_ms"].estimate > 1.4 * one.latency["tpot_p95_ms"].estimate
    found = two.latency["tpot_p95_ms"]
    assert found.low / found.estimate < one.latency["tpot_p95_ms"].low / one.latency["tpot_p95_ms"].estimate


def test_the_gate_reaches_the_price_of_the_plan_to_the_cent(tmp_path: Path) -> None:
    plan, spec = planned(capacity=TWO), tmp_path / "kimi.yaml"
    spec.write_text(json.dumps(KIMI | {"capacity": TWO}))
    priced = price(graph(spec, plan.chosen.region, leaderWorkerSet=True), load(), plan.chosen.region)
    assert priced.cannot_price == ()
    assert priced.ceiling == Decimal(plan.cost.usd_per_month.ceiling)


def test_the_objects_are_a_group_in_one_zone_over_efa() -> None:
    plan = planned(capacity=TWO)
    made = of_workload(plan, facts(plan, "karpenter", keda=True))
    assert [str(problem) for problem in validate(list(made))] == []
    (group,) = [each for each in made if each["kind"] == "LeaderWorkerSet"]
    parts = group["spec"]["leaderWorkerTemplate"]
    assert parts["size"] == 2
    (leader,) = parts["leaderTemplate"]["spec"]["containers"]
    assert "--pipeline-parallel-size=2" in leader["args"][0]
    assert leader["resources"]["limits"]["vpc.amazonaws.com/efa"] == "32"
    for part in ("leaderTemplate", "workerTemplate"):
        (near,) = parts[part]["spec"]["affinity"]["podAffinity"].popitem()[1]
        assert near["matchLabelKeys"] == ["leaderworkerset.sigs.k8s.io/group-key"]
        labels = parts[part]["metadata"]["labels"]
        assert near["labelSelector"]["matchLabels"].items() <= labels.items(), "it may be the first"
    asked = json.dumps(group)
    assert "hugepages" not in asked, "Karpenter has none"
    assert {"name": "FI_EFA_USE_HUGE_PAGE", "value": "0"} in leader["env"]


@pytest.mark.parametrize("wrong", [0, 9, 1.5, "two", True])
def test_a_number_of_nodes_is_small_and_whole(wrong: object) -> None:
    with pytest.raises(SpecError) as refused:
        answered(capacity={"nodes_per_replica": wrong})
    (problem,) = refused.value.problems
    assert "nodes_per_replica" in str(problem)


@pytest.mark.parametrize("zone", ["", "us-east-1c"])
def test_the_nodes_of_a_group_stand_in_one_zone(zone: str) -> None:
    """Karpenter would else rent them in two, and the limit of the pool leaves no third."""
    plan = planned(capacity=TWO)
    where = replace(facts(plan, "karpenter", keda=True), zone=zone)
    (pool,) = [each for each in of_workload(plan, where) if each["kind"] == "NodePool"]
    asked = {each["key"]: each["values"] for each in pool["spec"]["template"]["spec"]["requirements"]}
    assert asked["topology.kubernetes.io/zone"] == [zone or "us-east-1a"]


def test_a_replica_of_one_node_may_stand_in_any_zone() -> None:
    plan = planned(capacity={"allow": ["p5en"]})
    (pool,) = [
        each for each in of_workload(plan, facts(plan, "karpenter", keda=True)) if each["kind"] == "NodePool"
    ]
    keys = {each["key"] for each in pool["spec"]["template"]["spec"]["requirements"]}
    assert "topology.kubernetes.io/zone" not in keys
