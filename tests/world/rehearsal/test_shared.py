"""Pending pods of services that share nodes make real Karpenter rent the group's nodes, and no other."""

import json
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.claims.test_shared_nodes import SLICES, TURNS, Spec, emitted, planned, turning
from tests.make.sliced import service
from tests.world.rehearsal.cluster import REGION, Object, Rehearsed

pytestmark = [pytest.mark.cluster, pytest.mark.slow]

PRICE = "eks-node-viewer/instance-price"
SETTLED_S = 10
"""Karpenter batches pending pods for at most as long: later it would have rented what it wanted more."""


def renamed(specs: Sequence[Spec], head: str) -> list[Spec]:
    """One control plane plays all cases, one beside the other."""
    return [each | {"name": f"{head}-{each['name']}"} for each in specs]


PLACED: Mapping[str, Sequence[Spec]] = {
    "slices": renamed(SLICES, "s"),
    "turns": renamed(TURNS, "u"),
    "three turns": renamed([turning(f"t{n}", 20, 4) for n in range(3)], "v"),
    "nodes cut in two ways": renamed((service("a", 600, 9), service("b", 60, 18)), "w"),
}


@pytest.mark.parametrize("case", PLACED)
def test_karpenter_rents_what_the_plan_says(rehearsed: Rehearsed, case: str, tmp_path: Path) -> None:
    joint = planned(PLACED[case])
    (node,), (group,) = joint.portfolio.shared, joint.deployed.groups  # type: ignore[union-attr]
    objects = emitted(tmp_path, PLACED[case])
    _open_operators_namespace(rehearsed)
    rehearsed.place(list(map(_at_its_peak(objects), objects)))
    pods = {part.name: part.pods for part in node.parts}
    rehearsed.until(lambda: {name: len(_running(rehearsed, name)) for name in pods} == pods)

    pools = {f"{node.name}-{each.pool.name}": each for each in group.rented.pools}
    rehearsed.until(lambda: all(len(rehearsed.nodes(each)) == pools[each].pool.max_nodes for each in pools))
    time.sleep(SETTLED_S)
    made = Counter(each["metadata"]["labels"]["karpenter.sh/nodepool"] for each in rehearsed.claims())
    ours = {pool: count for pool, count in made.items() if pool.startswith((node.name, *pods))}
    assert ours == {name: each.pool.max_nodes for name, each in pools.items()}, "the group's, and no other"
    assert sum(ours.values()) == node.nodes
    for claim in (each for pool in pools for each in rehearsed.claims(pool)):
        _is_what_the_plan_says(rehearsed, claim, node)
    here = {each["metadata"]["name"]: each for pool in pools for each in rehearsed.nodes(pool)}
    assert {pod["spec"]["nodeName"] for name in pods for pod in _running(rehearsed, name)} == here.keys()
    for pool, each in pools.items():
        for found in rehearsed.nodes(pool):
            allocatable = found["status"]["allocatable"]
            promised = {name: str(count) for name, count in each.resources.items()}
            assert {name: allocatable[name] for name in promised} == promised
            assert "plimsoll.dev/uncut" not in [taint["key"] for taint in found["spec"].get("taints", ())]


def _open_operators_namespace(rehearsed: Rehearsed) -> None:
    """Whoever installs NVIDIA's GPU operator makes it; here nobody does."""
    rehearsed.server.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "gpu-operator"}})


def _at_its_peak(objects: Sequence[Object]) -> Any:
    """KEDA is not played: Deployments have the most replicas that it would give them."""
    most = {
        each["spec"]["scaleTargetRef"]["name"]: each["spec"]["maxReplicaCount"]
        for each in objects
        if each["kind"] == "ScaledObject"
    }

    def peak(manifest: Object) -> Object:
        if manifest["kind"] != "Deployment" or manifest["metadata"]["name"] not in most:
            return manifest
        copy = json.loads(json.dumps(manifest))
        copy["spec"]["replicas"] = most[manifest["metadata"]["name"]]
        return copy

    return peak


def _running(rehearsed: Rehearsed, namespace: str) -> list[Object]:
    return [pod for pod in rehearsed.pods(namespace) if pod["status"].get("phase") == "Running"]


def _is_what_the_plan_says(rehearsed: Rehearsed, claim: Object, node: Any) -> None:
    labels = claim["metadata"]["labels"]
    assert labels["node.kubernetes.io/instance-type"] == node.instance_type
    assert labels["karpenter.sh/capacity-type"] == "on-demand"
    assert labels["plimsoll.dev/workload"] == node.name
    assert {key for key in labels if key.startswith("tenant.plimsoll.dev/")} == {
        f"tenant.plimsoll.dev/{name}" for name in node.tenants
    }
    offering = rehearsed.catalog.offering(node.instance_type, REGION)
    assert Decimal(labels[PRICE]) == round(offering.on_demand.usd, 6), "an overlay changes no price"
