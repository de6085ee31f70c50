"""What a plan chose is read back from its manifests: all examples, and three hundred drawn specs."""

from collections.abc import Sequence
from functools import cache
from itertools import islice
from typing import Any

import pytest

from plimsoll.manifests.published import validate
from plimsoll.objects.cluster import ClusterFacts, MetricSource
from plimsoll.objects.container import missing_image
from plimsoll.objects.tags import CostTags
from plimsoll.objects.workload import of_workload
from plimsoll.plan.of_stack import NoPlanError, plan_workloads
from plimsoll.plan.plan import Plan
from plimsoll.plan.write import written
from tests.make import read_back
from tests.make.drawn import COUNT, deployed_plans
from tests.make.places import ROOT
from tests.make.worlds import real

EXAMPLES = sorted(path.stem for path in (ROOT / "workloads").glob("*.yaml"))
MAKERS = {"karpenter": True, "auto-mode": True, "managed": False}
"""Who makes the nodes, and whether KEDA scales."""

DTYPES = {"bf16": "bfloat16", "fp16": "float16"}
GATEWAY = 'sum(requests{service="{workload}"})'


@cache
def example(name: str) -> Plan:
    ((_, plan),) = plan_workloads([ROOT / "workloads" / f"{name}.yaml"], None, None).items()
    return plan


@cache
def drawn() -> tuple[Plan, ...]:
    startable = (plan for _, plan in deployed_plans(10 * COUNT, real()) if _starts(plan))
    return tuple(islice(startable, COUNT))


def _starts(plan: Plan) -> bool:
    return missing_image(plan, facts(plan, "karpenter", keda=True)) is None


def facts(plan: Plan, nodes: str, *, keda: bool) -> ClusterFacts:
    name = str(plan.workload["name"])
    metrics = MetricSource(keda=keda, gateway_query=GATEWAY)
    images = {} if plan.serving.image else {name: "registry.example/own:1"}
    tags = CostTags("search", "4711", "prod", name)
    return ClusterFacts("demo", tags, "demo-nodes", nodes, metrics, images=images)


def objects_of(plan: Plan, nodes: str) -> Sequence[dict[str, Any]]:
    sleeps = any(p.min_replicas == 0 for p in plan.chosen.pools if p.autoscaled)
    keda = MAKERS[nodes] or sleeps or plan.queue is not None
    return of_workload(plan, facts(plan, nodes, keda=keda))


def assert_it_is_what_runs(plan: Plan, nodes: str) -> None:
    made = objects_of(plan, nodes)
    chosen = written(plan)["chosen"]
    _assert_served(plan, chosen, read_back.served(made))
    _assert_replicas(chosen, read_back.replicas(made), plan)
    if nodes != "managed":
        _assert_pools(chosen, read_back.pools(made), str(plan.workload["name"]))
    assert [str(problem) for problem in validate(list(made))] == []


def _assert_served(plan: Plan, chosen: dict[str, Any], runs: dict[str, Any]) -> None:
    assert runs["accelerators"] == chosen["accelerators_per_replica"]
    assert runs["weights"] == (chosen["weights"] if plan.serving.engine else None)
    if plan.serving.engine != "vllm":
        return
    assert runs["max_tokens"] == chosen["max_tokens"]
    assert runs["tensor_parallel"] == chosen["tensor_parallel"]
    assert runs["dtype"] == DTYPES.get(chosen["precision"])
    made_at_load = runs["quantization"] is not None
    assert runs["quantization"] == (chosen["quantization"] if made_at_load else None)
    # Weights that are not quantised as they are stored are so by the engine, and the other way round.
    plain = chosen["weights"] in _plain_names(plan)
    assert made_at_load == (plain and chosen["precision"] not in DTYPES)


def _plain_names(plan: Plan) -> set[str]:
    """Names that, read by a person, are those of 16-bit weights in this plan."""
    model = real().model(str(plan.workload["model"]))
    quantised = model is not None and model.quantised_by
    own = model.native_precision if model is not None else "bf16"
    given, accepted = plan.workload["weights"], plan.workload["precision"] or [own]
    silent = given == "acme/tuned" and {"bf16", "fp16", "fp8"} & {*accepted}
    names = {given} if silent else set()
    return names if quantised or model is None else names | {model.name}


def _assert_replicas(chosen: dict[str, Any], bounds: dict[str, tuple[int, int]], plan: Plan) -> None:
    name = str(plan.workload["name"])
    pools = {f"{name}-{pool['name']}": pool for pool in chosen["pools"]}
    assert bounds == {key: (each["min_replicas"], each["max_replicas"]) for key, each in pools.items()}
    assert sum(low for low, _ in bounds.values()) == chosen["replicas"]["min"]
    assert sum(high for _, high in bounds.values()) == chosen["replicas"]["max"]
    assert chosen["replicas"]["peak"] <= chosen["replicas"]["max"]


def _assert_pools(chosen: dict[str, Any], bought: dict[str, dict[str, Any]], name: str) -> None:
    assert set(bought) == {f"{name}-{pool['name']}" for pool in chosen["pools"]}
    for pool in chosen["pools"]:
        runs = bought[f"{name}-{pool['name']}"]
        assert runs["instance_types"] == [chosen["instance_type"]] == [pool["instance_type"]]
        spot = pool["capacity_type"] == "spot"
        assert runs["capacity_types"] == (["on-demand", "spot"] if spot else ["on-demand"])
        assert runs["arch"] == [pool["arch"]]
        count = pool["accelerators_per_node"]
        assert runs["accelerators"] == ([str(count)] if count else [])
        assert runs["limits"]["nodes"] == str(pool["max_nodes"])
        each = {"nvidia.com/gpu": count} if count else {"cpu": pool["vcpus_per_node"]}
        assert {key: int(runs["limits"][key]) for key in each} == {
            key: value * pool["max_nodes"] for key, value in each.items()
        }


@pytest.mark.parametrize("nodes", MAKERS)
@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_runs_what_it_says(name: str, nodes: str) -> None:
    try:
        plan = example(name)
    except NoPlanError:
        pytest.skip("it has no plan")
    assert_it_is_what_runs(plan, nodes)


@pytest.mark.parametrize("number", range(COUNT))
def test_a_drawn_spec_runs_what_its_plan_says(number: int) -> None:
    assert_it_is_what_runs(drawn()[number], list(MAKERS)[number % len(MAKERS)])


def test_the_drawn_specs_show_everything() -> None:
    chosen = [written(plan)["chosen"] for plan in drawn()]
    assert {each["precision"] for each in chosen} >= {None, "bf16", "fp8", "fp4"}
    assert {each["quantization"] for each in chosen} >= {None, "fp8", "mxfp4"}
    assert len({each["weights"] for each in chosen}) > 5
    assert len({each["max_tokens"] for each in chosen}) > 5
    assert {len(each["pools"]) for each in chosen} == {1, 2}
    assert {each["replicas"]["min"] for each in chosen} >= {0, 1}
