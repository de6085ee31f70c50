"""What spans nodes, a replica or a run, makes real Karpenter rent all nodes of its group, in one zone."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from plimsoll.objects.workload import of_workload
from tests.claims.test_pipeline import TWO, planned
from tests.claims.test_written_is_what_runs import facts
from tests.make.places import ROOT
from tests.make.runs import objects as run_objects
from tests.make.runs import planned as planned_run
from tests.world.rehearsal.cluster import REGION, Object, Rehearsed

pytestmark = [pytest.mark.cluster, pytest.mark.slow]

KEYS = "leaderworkerset.sigs.k8s.io"


@pytest.mark.parametrize("first", ["leader", "worker"])
def test_karpenter_rents_the_nodes_of_a_group(rehearsed: Rehearsed, first: str) -> None:
    name = f"group-{first}"
    plan = planned(capacity=TWO, name=name)
    (pool,) = plan.chosen.pools
    objects = of_workload(plan, facts(plan, "karpenter", keda=True))
    (group,) = [each for each in objects if each["kind"] == "LeaderWorkerSet"]
    assert plan.chosen.region == REGION
    rehearsed.place(objects)
    pods = _pods_of(group)[:: 1 if first == "leader" else -1]
    for pod in pods:
        rehearsed.server.call("POST", f"/api/v1/namespaces/{pod['metadata']['namespace']}/pods", pod)
    rehearsed.until(lambda: len(_running(rehearsed, name)) == len(pods))

    claims = rehearsed.claims(f"{name}-{pool.name}")
    assert len(claims) == pool.max_nodes == pool.nodes_per_replica
    labels = [each["metadata"]["labels"] for each in claims]
    assert {each["node.kubernetes.io/instance-type"] for each in labels} == {pool.instance_type}
    assert {each["karpenter.sh/capacity-type"] for each in labels} == {pool.capacity_type}
    assert len({each["topology.kubernetes.io/zone"] for each in labels}) == 1, "a group stays in one zone"
    assert len({pod["spec"]["nodeName"] for pod in _running(rehearsed, name)}) == len(pods)


def test_karpenter_rents_the_nodes_of_a_gang(rehearsed: Rehearsed, tmp_path: Path) -> None:
    """Four nodes for one training; Kueue and JobSet, which let it start, have their own tests."""
    spec = yaml.safe_load((ROOT / "workloads" / "runs" / "clinical-8b.yaml").read_text(encoding="utf-8"))
    plan = planned_run(tmp_path, {key: value for key, value in spec.items() if key != "name"}, "gang")
    (pool,) = plan.chosen.pools
    objects = run_objects(plan)
    (gang,) = [each for each in objects if each["kind"] == "JobSet"]
    rehearsed.place([each for each in objects if each["kind"] not in ("JobSet", "Secret")])
    (part,) = gang["spec"]["replicatedJobs"]
    metadata = part["template"]["metadata"] | {"name": f"{plan.workload['name']}-{part['name']}-0"}
    where = f"/apis/batch/v1/namespaces/{gang['metadata']['namespace']}/jobs"
    job = {"apiVersion": "batch/v1", "kind": "Job", "metadata": metadata, "spec": part["template"]["spec"]}
    rehearsed.server.call("POST", where, job)
    rehearsed.until(lambda: len(_running(rehearsed, "gang")) == plan.container.nodes)

    labels = [each["metadata"]["labels"] for each in rehearsed.claims(f"gang-{pool.name}")]
    assert len(labels) == pool.max_nodes == plan.container.nodes
    assert {each["node.kubernetes.io/instance-type"] for each in labels} == {pool.instance_type}
    assert len({each["topology.kubernetes.io/zone"] for each in labels}) == 1


def _pods_of(group: Object) -> list[Object]:
    """The pods that the LeaderWorkerSet controller makes of each replica; it is not built here."""
    parts, replicas = group["spec"]["leaderWorkerTemplate"], group["spec"]["replicas"]
    return [
        _pod(group, parts["leaderTemplate" if worker == 0 else "workerTemplate"], number, worker)
        for number in range(replicas)
        for worker in range(parts["size"])
    ]


def _pod(group: Object, template: dict[str, Any], number: int, worker: int) -> Object:
    name, copy = group["metadata"]["name"], json.loads(json.dumps(template))
    marks = {"name": name, "group-index": str(number), "group-key": f"{name}-{number}"}
    labels = copy["metadata"]["labels"] | {f"{KEYS}/{key}": value for key, value in marks.items()}
    own = {"name": f"{name}-{number}" + (f"-{worker}" if worker else "")}
    where = {"namespace": group["metadata"]["namespace"], "labels": labels}
    metadata = copy["metadata"] | own | where
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": copy["spec"]}


def _running(rehearsed: Rehearsed, namespace: str) -> list[Object]:
    return [pod for pod in rehearsed.pods(namespace) if pod["status"].get("phase") == "Running"]
