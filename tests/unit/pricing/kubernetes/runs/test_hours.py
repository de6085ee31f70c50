"""A pool stands for the hours of its runs only where nothing else can make its nodes stay."""

from decimal import Decimal
from typing import Any

import pytest

from plimsoll.graph.resource import Graph, Resource
from plimsoll.pricing import price
from plimsoll.pricing.result import Priced
from tests.make.graphs import node_class, node_pool, resource, types_in
from tests.make.worlds import real

TAINT = {"key": "plimsoll.dev/run", "value": "llama", "effect": "NoSchedule"}
TOLERATION = {"key": "plimsoll.dev/run", "operator": "Equal", "value": "llama", "effect": "NoSchedule"}
QUEUE = {"kueue.x-k8s.io/queue-name": "team"}
MAX_EXEC = "kueue.x-k8s.io/max-exec-time-seconds"
RUNS = "plimsoll.dev/runs-per-month"
"""Four p5.48xlarge, as a pool is written for a gang of that size."""


def pool(name: str = "run", *, taint: Any = TAINT, limits: Any = None, **spec: Any) -> Resource:
    disruption = {"consolidationPolicy": "WhenEmpty", "consolidateAfter": "0s"}
    made = node_pool(
        types_in("p5.48xlarge"),
        limits=limits or {"nvidia.com/gpu": "32"},
        name=name,
        disruption=disruption | spec.pop("disruption", {}),
        **spec,
    )
    template = made.inputs["spec"]["template"]
    template["spec"]["taints"] = [taint] if taint else []
    return made


def pods(**spec: Any) -> dict[str, Any]:
    return {"spec": {"containers": [{"name": "train", "image": "x"}], "tolerations": [TOLERATION], **spec}}


def job(name: str = "train", labels: Any = None, annotations: Any = None, **spec: Any) -> Resource:
    body = {"parallelism": 4, "template": pods(), **spec}
    metadata = {"name": name, "labels": labels or {}, "annotations": annotations or {}}
    return resource("kubernetes:batch/v1:Job", name, metadata=metadata, spec=body)


def judged(*resources: Resource) -> Priced:
    return price(Graph((node_class(), *resources), "dev", "program", "us-east-1"), real())


def compute(priced: Priced) -> dict[str, Decimal]:
    """The lines of the ceiling that are about nodes, by item."""
    lines = [line for line in priced.lines if line.of == "ceiling" and line.kind in ("nodes", "overshoot")]
    totals: dict[str, Decimal] = {}
    for line in lines:
        totals[line.item] = totals.get(line.item, Decimal(0)) + line.usd_per_month
    return totals


def whole_month(priced: Priced) -> bool:
    return compute(priced).get("nodes p5.48xlarge", Decimal(0)) >= Decimal("160000")


def test_a_run_costs_its_deadline_and_a_node_in_flight() -> None:
    priced = judged(pool(), job(activeDeadlineSeconds=7200))
    assert compute(priced) == {
        "nodes p5.48xlarge": Decimal("440.32"),
        "node in flight p5.48xlarge": Decimal("110.08"),
    }
    assert any("bounded by train.spec.activeDeadlineSeconds" in line.note for line in priced.lines)


def test_nodes_stay_until_they_are_consolidated_and_gone() -> None:
    made = pool(disruption={"consolidateAfter": "6m"})
    made.inputs["spec"]["template"]["spec"]["terminationGracePeriod"] = "24m"
    gone = compute(judged(made, job(activeDeadlineSeconds=7200)))["nodes until they are gone p5.48xlarge"]
    assert gone == Decimal("110.08")


def test_pods_that_may_linger_longer_than_the_pool_lets_them_count() -> None:
    lingering = pods(terminationGracePeriodSeconds=1800)
    gone = compute(judged(pool(), job(activeDeadlineSeconds=7200, template=lingering)))
    assert gone["nodes until they are gone p5.48xlarge"] == Decimal("110.08")


def test_runs_multiply() -> None:
    several = judged(pool(), job(activeDeadlineSeconds=7200, annotations={RUNS: "4"}))
    assert compute(several)["nodes p5.48xlarge"] == 4 * Decimal("440.32")
    assert {line.unit for line in several.lines if line.kind == "nodes"} == {"run"}


def test_a_cron_job_counts_its_most_firings() -> None:
    template = {"metadata": {}, "spec": {"parallelism": 4, "activeDeadlineSeconds": 3600, "template": pods()}}
    nightly = {"schedule": "0 22 * * *", "jobTemplate": template}
    made = resource("kubernetes:batch/v1:CronJob", "nightly", metadata={"name": "nightly"}, spec=nightly)
    assert compute(judged(pool(), made))["nodes p5.48xlarge"] == 31 * Decimal("220.16")


def test_a_job_set_counts_its_restarts_and_is_unbounded_where_they_are_ignored() -> None:
    child = {
        "name": "w",
        "replicas": 1,
        "template": {"spec": {"activeDeadlineSeconds": 7200, "template": pods()}},
    }
    spec = {"replicatedJobs": [child], "failurePolicy": {"maxRestarts": 2}}
    token = "kubernetes:jobset.x-k8s.io/v1alpha2:JobSet"
    three = judged(pool(), resource(token, "gang", metadata={"name": "gang"}, spec=spec))
    assert compute(three)["nodes p5.48xlarge"] == 3 * Decimal("440.32")
    ignoring = {"maxRestarts": 2, "rules": [{"action": "RestartJobSetAndIgnoreMaxRestarts"}]}
    endless = judged(
        pool(), resource(token, "gang", metadata={"name": "gang"}, spec=spec | {"failurePolicy": ignoring})
    )
    assert whole_month(endless)


def test_a_queued_job_is_bounded_by_its_time_in_all_alone() -> None:
    assert whole_month(judged(pool(), job(labels=QUEUE, activeDeadlineSeconds=7200)))
    both = judged(pool(), job(labels=QUEUE | {MAX_EXEC: "3600"}, activeDeadlineSeconds=7200))
    assert compute(both)["nodes p5.48xlarge"] == Decimal("220.16")


def test_a_train_job_is_bounded_by_kueue_alone() -> None:
    token = "kubernetes:trainer.kubeflow.org/v1alpha1:TrainJob"
    spec = {"activeDeadlineSeconds": 7200, "trainer": {"numNodes": 4}}
    assert whole_month(judged(pool(), resource(token, "fit", metadata={"name": "fit"}, spec=spec)))
    metadata = {"name": "fit", "labels": QUEUE | {MAX_EXEC: "7200"}}
    assert compute(judged(pool(), resource(token, "fit", metadata=metadata, spec=spec)))[
        "nodes p5.48xlarge"
    ] == Decimal("440.32")


def test_two_pools_of_one_run_carry_it_once() -> None:
    spot, ordinary = pool("run-spot"), pool("run-od")
    need = {"key": "karpenter.sh/capacity-type", "operator": "In", "values": ["spot"]}
    spot.inputs["spec"]["template"]["spec"]["requirements"].append(need)
    priced = judged(spot, ordinary, job(activeDeadlineSeconds=7200))
    assert compute(priced)["nodes p5.48xlarge"] == Decimal("440.32")
    more = judged(spot, ordinary, job(activeDeadlineSeconds=7200, parallelism=8))
    assert compute(more)["nodes p5.48xlarge"] == 2 * Decimal("440.32")
    forever = pool("run-od", disruption={"consolidateAfter": "Never"})
    mixed = judged(spot, forever, job(activeDeadlineSeconds=7200))
    assert compute(mixed)["nodes p5.48xlarge"] == 4 * 730 * Decimal("55.04") + Decimal("440.32")


def deployment(**spec: Any) -> Resource:
    body = {"replicas": 1, "template": pods(), **spec}
    return resource("kubernetes:apps/v1:Deployment", "web", metadata={"name": "web"}, spec=body)


def held(made: Resource) -> Resource:
    made.inputs["spec"]["template"]["metadata"]["annotations"] = {"karpenter.sh/do-not-disrupt": "true"}
    return made


_EXISTS = {"operator": "Exists"}


@pytest.mark.parametrize(
    "graph",
    [
        pytest.param((pool(taint=None), job(activeDeadlineSeconds=7200)), id="no taint"),
        pytest.param(
            (pool(taint=TAINT | {"effect": "PreferNoSchedule"}), job(activeDeadlineSeconds=7200)),
            id="a taint that only prefers",
        ),
        pytest.param((pool(),), id="nobody tolerates it here"),
        pytest.param((pool(), job()), id="no deadline"),
        pytest.param((pool(), job(activeDeadlineSeconds=7200), deployment()), id="a service tolerates it"),
        pytest.param(
            (pool(), job(activeDeadlineSeconds=7200), deployment(template=pods(tolerations=[_EXISTS]))),
            id="a service tolerates everything",
        ),
        pytest.param((pool(), job(activeDeadlineSeconds=7200), job("endless")), id="one of two has none"),
        pytest.param(
            (pool(disruption={"consolidateAfter": "Never"}), job(activeDeadlineSeconds=7200)),
            id="empty nodes never go",
        ),
        pytest.param(
            (pool(disruption={"budgets": [{"nodes": "0"}]}), job(activeDeadlineSeconds=7200)),
            id="a budget keeps empty nodes",
        ),
        pytest.param(
            (
                pool(disruption={"budgets": [{"nodes": "0%", "reasons": ["Empty"]}]}),
                job(activeDeadlineSeconds=7200),
            ),
            id="a budget of empty nodes keeps them",
        ),
        pytest.param((held(pool()), job(activeDeadlineSeconds=7200)), id="nodes that ask to stay"),
        pytest.param(
            (pool(), job(activeDeadlineSeconds=26 * 24 * 3600, annotations={RUNS: "2"})), id="all month"
        ),
        pytest.param(
            (
                pool(),
                job(activeDeadlineSeconds=7200),
                resource(
                    "kubernetes:keda.sh/v1alpha1:ScaledJob",
                    "worker",
                    metadata={"name": "worker"},
                    spec={"jobTargetRef": {"activeDeadlineSeconds": 60, "template": pods()}},
                ),
            ),
            id="a ScaledJob has no end",
        ),
        pytest.param(
            (
                pool(),
                job(activeDeadlineSeconds=7200),
                resource(
                    "kubernetes:kueue.x-k8s.io/v1beta2:ResourceFlavor",
                    "flavor",
                    metadata={"name": "flavor"},
                    spec={"tolerations": [TOLERATION]},
                ),
                resource(
                    "kubernetes:apps/v1:Deployment",
                    "queued",
                    metadata={"name": "queued", "labels": QUEUE},
                    spec={"replicas": 1, "template": {"spec": {"containers": []}}},
                ),
            ),
            id="Kueue lets a service on",
        ),
    ],
)
def test_a_pool_that_may_stand_costs_the_month(graph: tuple[Resource, ...]) -> None:
    assert whole_month(judged(*graph))


def test_budgets_of_other_reasons_and_daemons_keep_no_empty_node() -> None:
    daemon = resource(
        "kubernetes:apps/v1:DaemonSet", "plugin", metadata={"name": "plugin"}, spec={"template": pods()}
    )
    made = pool(disruption={"budgets": [{"nodes": "0", "reasons": ["Drifted", "Underutilized"]}]})
    assert not whole_month(judged(made, daemon, job(activeDeadlineSeconds=7200)))
    daemon.inputs["spec"]["template"]["metadata"] = {"annotations": {"karpenter.sh/do-not-disrupt": "true"}}
    assert whole_month(judged(made, daemon, job(activeDeadlineSeconds=7200)))


@pytest.mark.parametrize(
    "made",
    [
        job(activeDeadlineSeconds=0),
        job(activeDeadlineSeconds=-5),
        job(activeDeadlineSeconds=1.5),
        job(activeDeadlineSeconds="7200"),
        job(activeDeadlineSeconds=7200, annotations={RUNS: "0"}),
        job(activeDeadlineSeconds=7200, annotations={RUNS: "1.5"}),
        job(activeDeadlineSeconds=7200, annotations={RUNS: "many"}),
        job(labels=QUEUE | {MAX_EXEC: "soon"}),
    ],
)
def test_a_bound_that_is_no_positive_whole_number_is_refused(made: Resource) -> None:
    refused = judged(pool(), made)
    assert [(each.urn, each.code) for each in refused.cannot_price] == [(made.urn, "invalid_value")]
