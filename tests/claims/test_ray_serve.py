"""Ray Serve is for those who ask for it: its upgrade runs two clusters, and both roads count both."""

from decimal import Decimal
from typing import Any

import pytest
import yaml

from plimsoll.ground.problems import SpecError
from plimsoll.manifests.published import validate
from plimsoll.objects.cluster import ClusterFacts
from plimsoll.objects.tags import CostTags
from plimsoll.objects.workload import of_workload
from plimsoll.plan.plan import Plan
from plimsoll.pricing import price
from tests.make.program import graph_of
from tests.make.variants import planned, spec
from tests.make.worlds import real

CHAT: dict[str, Any] = {
    "name": "chat",
    "model": "Qwen/Qwen3-8B",
    "load": {"qps": {"peak": 20, "average": 6}},
    "sla": {"tpot_p95_ms": 60},
}
RAY = CHAT | {"engine": {"run_by": "ray_serve"}}


def of(plan: Plan, scope: str, *kinds: str) -> Decimal:
    lines = (line for line in plan.cost.lines if line.of == scope and line.kind in kinds)
    return sum((Decimal(line.usd_per_month) for line in lines), Decimal(0))


def objects(plan: Plan) -> dict[str, Any]:
    cluster = ClusterFacts(
        "demo", CostTags("a", "1", "prod", "chat"), "node", images={"chat": "registry.example/ray:1"}
    )
    made = of_workload(plan, cluster)
    assert [str(problem) for problem in validate(made)] == []
    return {each["kind"]: each for each in made}


def test_the_ceiling_counts_two_clusters_and_nothing_else_moves() -> None:
    plain, by_ray = planned(CHAT), planned(RAY)
    assert of(by_ray, "ceiling", "nodes") == 2 * of(plain, "ceiling", "nodes")
    for scope in ("floor", "expected"):
        assert of(by_ray, scope, "nodes", "volumes") == of(plain, scope, "nodes", "volumes")
    assert by_ray.chosen.replicas == plain.chosen.replicas
    (pool,) = by_ray.chosen.pools
    assert (pool.clusters, pool.max_nodes) == (2, 2 * plain.chosen.pools[0].max_nodes)
    (told,) = [each.message for each in by_ray.warnings if each.code == "ray_two_clusters"]
    more = Decimal(by_ray.cost.usd_per_month.ceiling) - Decimal(plain.cost.usd_per_month.ceiling)
    assert f"${more:,.2f} a month more" in told


@pytest.mark.parametrize("qps", [0.5, 20])
def test_the_graph_costs_what_the_plan_says(qps: float, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = planned(RAY | {"load": {"qps": qps}})
    priced = price(graph_of(monkeypatch, plan, images={"chat": "r.example/ray:1"}), real(), "us-east-1")
    assert priced.cannot_price == ()
    assert priced.ceiling == Decimal(plan.cost.usd_per_month.ceiling)


def test_the_service_runs_what_was_sized_between_the_planned_bounds() -> None:
    plan = planned(RAY)
    made = objects(plan)
    assert not {"Deployment", "ScaledObject", "HorizontalPodAutoscaler"} & made.keys()
    service = made["RayService"]["spec"]
    (group,) = service["rayClusterConfig"]["workerGroupSpecs"]
    assert 1 + group["maxReplicas"] == plan.chosen.replicas.max
    assert 1 + group["minReplicas"] == plan.chosen.replicas.min
    (application,) = yaml.safe_load(service["serveConfigV2"])["applications"]
    (model,) = application["args"]["llm_configs"]
    assert model["engine_kwargs"]["max_model_len"] == plan.chosen.max_tokens
    assert model["engine_kwargs"]["tensor_parallel_size"] == plan.chosen.tensor_parallel
    assert model["model_loading_config"]["model_source"] == plan.chosen.weights
    scaling = model["deployment_config"]["autoscaling_config"]
    assert scaling["target_ongoing_requests"] == plan.autoscaling.target
    for template in (service["rayClusterConfig"]["headGroupSpec"], group):
        (container,) = template["template"]["spec"]["containers"]
        assert container["resources"]["limits"]["nvidia.com/gpu"] == str(plan.chosen.accelerators_per_replica)
        assert not {"args", "command", "livenessProbe"} & container.keys()


def test_one_replica_is_a_head_without_workers() -> None:
    service = objects(planned(RAY | {"load": {"qps": 0.5}}))["RayService"]["spec"]
    assert service["rayClusterConfig"]["workerGroupSpecs"] == []
    assert service["rayClusterConfig"]["enableInTreeAutoscaling"] is False


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"capacity": {"spot": "allow"}}, "its whole cluster ends with it"),
        ({"scale": {"to_zero": True}}, "always runs"),
        ({"scale": {"schedule": {"days": "mon-fri", "hours": "08-20"}}}, "always runs"),
        ({"capacity": {"nodes_per_replica": 2}}, "34.5 % of one node's speed"),
        ({"capacity": {"mix": 2}}, "spreads requests evenly"),
        ({"sla": {"availability": 0.999}}, "the head stands in one"),
        ({"route": {"prefix_aware": True}}, "routes requests itself"),
        ({"engine": {"run_by": "ray_serve", "name": "sglang", "version": "0.5.15"}}, "not sglang"),
        ({"model": "BAAI/bge-m3"}, "no language model"),
    ],
)
def test_where_it_loses_it_is_refused_with_its_sentence(changes: dict[str, Any], why: str) -> None:
    with pytest.raises(SpecError, match=why.replace(".", r"\.")):
        planned(RAY | changes)


def test_a_measured_service_is_none_of_its() -> None:
    with pytest.raises(SpecError, match="language models"):
        planned(spec(100) | {"engine": {"run_by": "ray_serve"}})
