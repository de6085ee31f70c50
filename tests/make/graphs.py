"""Small resource graphs, built by hand: node pools, node classes, and how to find things in a graph."""

from collections.abc import Iterable, Mapping
from typing import Any

from plimsoll.catalog.tables import load
from plimsoll.gate.judge import judge
from plimsoll.graph.resource import Graph, Resource

REGION = "us-east-1"
NODE_POOL = "kubernetes:karpenter.sh/v1:NodePool"
NODE_CLASS = "kubernetes:karpenter.k8s.aws/v1:EC2NodeClass"


def urn_of(token: str, name: str) -> str:
    """The URN of a resource of the stack `dev`."""
    return f"urn:pulumi:dev::program::{token}::{name}"


NODE_CLASS_SPEC = {
    "amiSelectorTerms": [{"alias": "al2023@v20260724"}],
    "blockDeviceMappings": [
        {"deviceName": "/dev/xvda", "rootVolume": True, "ebs": {"volumeSize": "100Gi", "volumeType": "gp3"}}
    ],
}


def resource(token: str, name: str = "thing", /, *, region: str | None = REGION, **inputs: Any) -> Resource:
    """Build a resource; keyword arguments are its inputs.

    `region` is where its provider points; `own_region` is its own input of that name.
    """
    if "own_region" in inputs:
        inputs["region"] = inputs.pop("own_region")
    return Resource(urn_of(token, name), token, name, inputs, region=region)


def node_class(name: str = "gpu", **changes: Any) -> Resource:
    return resource(NODE_CLASS, name, metadata={"name": name}, spec=NODE_CLASS_SPEC | changes)


def need(key: str, operator: str, *values: str) -> dict[str, Any]:
    """One requirement; a bare key gets Karpenter's prefix."""
    full = key if "/" in key else f"karpenter.k8s.aws/instance-{key}"
    return {"key": full, "operator": operator, "values": list(values)}


def types_in(*names: str) -> dict[str, Any]:
    return need("node.kubernetes.io/instance-type", "In", *names)


def node_pool(
    *requirements: Any,
    limits: Any = None,
    name: str = "pool",
    labels: Any = None,
    region: str | None = REGION,
    **spec: Any,
) -> Resource:
    template: dict[str, Any] = {
        "metadata": {"labels": labels or {}},
        "spec": {
            "nodeClassRef": {"group": "karpenter.k8s.aws", "kind": "EC2NodeClass", "name": "gpu"},
            "requirements": list(requirements),
        },
    }
    body = {"template": template, **spec}
    if limits is not None:
        body["limits"] = limits
    return resource(NODE_POOL, name, region=region, metadata={"name": name}, spec=body)


def default_class(name: str = "default") -> Resource:
    """The node class of `pool`, whose provider says no region."""
    disk = {"volumeSize": "50Gi", "volumeType": "gp3", "encrypted": True}
    spec = {"blockDeviceMappings": [{"deviceName": "/dev/xvda", "ebs": disk}]}
    return resource(NODE_CLASS, name, region=None, metadata={"name": name}, spec=spec)


def pool(name: str = "gpu", nodes: Any = "4", kind: str = "g6.xlarge", **labels: str) -> Resource:
    """A pool of one type with a limit on its nodes; labels are its own, and name who owns it."""
    reference = {"group": "karpenter.k8s.aws", "kind": "EC2NodeClass", "name": "default"}
    template = {"spec": {"nodeClassRef": reference, "requirements": [types_in(kind)]}}
    spec = {"limits": {"nodes": nodes}, "template": template}
    return resource(NODE_POOL, name, region=None, metadata={"name": name, "labels": labels}, spec=spec)


def graph(*resources: Resource, stack: str = "dev") -> Graph:
    """A graph of these resources and the default node class."""
    return Graph((default_class(), *resources), stack, "program", REGION)


def codes_of(graph: Graph) -> set[str]:
    """The codes of all violations that are found in a graph, whatever their level."""
    return {each.code for each in judge(graph, load()).violations}


def of_type(graph: Graph, suffix: str) -> list[Resource]:
    return [found for found in graph.resources if found.type.endswith(suffix)]


def one(graph: Graph, suffix: str, name: str = "") -> Resource:
    found = [item for item in of_type(graph, suffix) if not name or item.name == name]
    assert len(found) == 1, [item.urn for item in found]
    return found[0]


def walk(value: Any) -> Iterable[Any]:
    yield value
    if isinstance(value, Mapping):
        for item in value.values():
            yield from walk(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from walk(item)
