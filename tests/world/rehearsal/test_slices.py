"""A pending pod of a shared accelerator makes real Karpenter rent exactly the nodes that the plan says."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest

from plimsoll.objects.workload import of_workload
from plimsoll.plan.plan import Plan
from tests.claims.test_sharing import SPECS, T4, plan_of
from tests.claims.test_written_is_what_runs import facts
from tests.world.rehearsal.cluster import REGION, Object, Rehearsed

pytestmark = [pytest.mark.cluster, pytest.mark.slow]

PRICE = "eks-node-viewer/instance-price"
COST_TAGS = ("team", "cost-center", "environment", "plimsoll.dev/workload")


PLACED: Mapping[str, tuple[str, dict[str, Any]]] = {
    "fraction": ("fraction", {}),
    "two fractions": ("fraction", {"load": {"qps": 20}, "scale": {"min_replicas": 2}}),
    "slice": ("mig", {}),
    "slices of two GPUs": ("mig", {"scale": {"min_replicas": 8}}),
    "slice on spot": ("mig", {"capacity": {"share": ["mig"], "spot": "prefer"}}),
    "turns": ("time_slicing", {}),
    "turns of two GPUs": ("time_slicing", {"scale": {"min_replicas": 4}}),
    "three turns": (
        "time_slicing",
        {"measured": T4 | {"accelerator_memory_gib": 4}, "scale": {"min_replicas": 3}},
    ),
}
"""What is placed, one beside the other: pools of one type are cut in several ways."""


@pytest.fixture
def cluster(rehearsed: Rehearsed) -> Rehearsed:
    return rehearsed


@pytest.mark.parametrize("case", PLACED)
def test_karpenter_rents_what_the_plan_says(cluster: Rehearsed, case: str) -> None:
    way, changes = PLACED[case]
    plan = plan_of(SPECS[way], name=case.replace(" ", "-").lower(), **changes)
    (pool,) = plan.chosen.pools
    objects = of_workload(plan, facts(plan, "karpenter", keda=True))
    (overlay,) = [each for each in objects if each["kind"] == "NodeOverlay"]
    (made,) = [each for each in objects if each["kind"] == "NodePool"]
    name = made["metadata"]["name"]
    cluster.place(objects)
    cluster.until(lambda: len(_running(cluster, plan)) == plan.chosen.replicas.max)
    cluster.until(lambda: len(cluster.nodes(name)) == pool.max_nodes)

    assert len(cluster.claims(name)) == pool.max_nodes, "no node but the plan's"
    for claim in cluster.claims(name):
        _is_what_the_plan_says(cluster, plan, claim, made)
    for node in cluster.nodes(name):
        (resource,) = overlay["spec"]["capacity"]
        assert node["status"]["allocatable"][resource] == overlay["spec"]["capacity"][resource], (
            "what the overlay promises is what a node has"
        )
        assert "plimsoll.dev/uncut" not in [each["key"] for each in node["spec"].get("taints", ())]


def _running(cluster: Rehearsed, plan: Plan) -> list[Object]:
    pods = cluster.pods(str(plan.workload["name"]))
    return [pod for pod in pods if pod["status"].get("phase") == "Running"]


def _is_what_the_plan_says(cluster: Rehearsed, plan: Plan, claim: Object, made: Object) -> None:
    (pool,) = plan.chosen.pools
    labels = claim["metadata"]["labels"]
    assert labels["node.kubernetes.io/instance-type"] == plan.chosen.instance_type
    assert labels["karpenter.sh/capacity-type"] == pool.capacity_type
    assert labels["topology.kubernetes.io/zone"].startswith(REGION)
    wanted = made["spec"]["template"]["metadata"]["labels"]
    assert {key: labels.get(key) for key in wanted} == wanted
    assert set(COST_TAGS) <= labels.keys()
    offering = cluster.catalog.offering(pool.instance_type, plan.chosen.region)
    price = offering.spot if pool.capacity_type == "spot" else offering.on_demand
    assert Decimal(labels[PRICE]) == round(price.usd, 6), "an overlay of a share changes no price"
    (kept,) = {plan.chosen.share.resource} & claim["spec"]["resources"]["requests"].keys()
    assert kept == pool.share.resource
