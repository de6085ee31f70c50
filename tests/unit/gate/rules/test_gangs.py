"""Pods that run together, and where their nodes may stand."""

from typing import Any

import pytest

from plimsoll.graph.resource import Resource
from tests.make.graphs import codes_of, graph, need, pool, resource

SET = "kubernetes:jobset.x-k8s.io/v1alpha2:JobSet"
ZONE = "topology.kubernetes.io/zone"


def gang(pods: int = 2, **child: Any) -> Resource:
    job = {"parallelism": pods, "activeDeadlineSeconds": 60, "template": {"spec": {"containers": []}}}
    spec = {"replicatedJobs": [{"name": "w", "template": {"spec": job | child}}]}
    return resource(SET, "train", metadata={"name": "train"}, spec=spec)


def zoned(*zones: str) -> Resource:
    made = pool()
    made.inputs["spec"]["template"]["spec"]["requirements"].append(need(ZONE, "In", *zones))
    return made


def test_a_gang_stands_in_one_zone() -> None:
    assert "gang_across_zones" in codes_of(graph(pool(), gang()))
    assert "gang_across_zones" in codes_of(graph(zoned("us-east-1a", "us-east-1b"), gang()))
    assert "gang_across_zones" not in codes_of(graph(zoned("us-east-1a"), gang()))


def test_one_pod_is_no_gang() -> None:
    assert "gang_across_zones" not in codes_of(graph(pool(), gang(1)))


@pytest.mark.parametrize(
    ("flavor", "static", "found"),
    [
        ({"topologyName": "racks", "nodeLabels": {"karpenter.sh/nodepool": "gpu"}}, None, True),
        ({"topologyName": "racks"}, None, True),
        ({"topologyName": "racks", "nodeLabels": {"karpenter.sh/nodepool": "other"}}, None, False),
        ({"topologyName": "racks", "nodeLabels": {"karpenter.sh/nodepool": "gpu"}}, 2, False),
        ({"nodeLabels": {"karpenter.sh/nodepool": "gpu"}}, None, False),
    ],
)
def test_topology_is_of_nodes_that_stand(flavor: Any, static: int | None, found: bool) -> None:
    made = pool()
    if static is not None:
        made.inputs["spec"]["replicas"] = static
    token = "kubernetes:kueue.x-k8s.io/v1beta2:ResourceFlavor"
    asked = resource(token, "f", metadata={"name": "f"}, spec=flavor)
    assert ("tas_on_elastic_pool" in codes_of(graph(made, asked))) is found
