"""A run that spans nodes makes real Karpenter rent all nodes of its gang, in one zone."""

from pathlib import Path

import pytest
import yaml

from tests.make.places import ROOT
from tests.make.runs import objects as run_objects
from tests.make.runs import planned as planned_run
from tests.world.rehearsal.cluster import Object, Rehearsed

pytestmark = [pytest.mark.cluster, pytest.mark.slow]


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


def _running(rehearsed: Rehearsed, namespace: str) -> list[Object]:
    return [pod for pod in rehearsed.pods(namespace) if pod["status"].get("phase") == "Running"]
