"""Small graphs for the tests of the policies."""

from typing import Any

from plimsoll.graph.resource import Graph, Resource

REGION = "us-east-1"
POOL = "kubernetes:karpenter.sh/v1:NodePool"
NODE_CLASS = "kubernetes:karpenter.k8s.aws/v1:EC2NodeClass"


def resource(token: str, name: str, inputs: dict[str, Any], **fields: Any) -> Resource:
    return Resource(f"urn:pulumi:dev::program::{token}::{name}", token, name, inputs, **fields)


def node_class(name: str = "default") -> Resource:
    disk = {"volumeSize": "50Gi", "volumeType": "gp3", "encrypted": True}
    spec = {"blockDeviceMappings": [{"deviceName": "/dev/xvda", "ebs": disk}]}
    return resource(NODE_CLASS, name, {"metadata": {"name": name}, "spec": spec})


def pool(name: str = "gpu", nodes: Any = "4", kind: str = "g6.xlarge", **labels: str) -> Resource:
    requirement = {"key": "node.kubernetes.io/instance-type", "operator": "In", "values": [kind]}
    reference = {"group": "karpenter.k8s.aws", "kind": "EC2NodeClass", "name": "default"}
    template = {"spec": {"nodeClassRef": reference, "requirements": [requirement]}}
    metadata = {"name": name, "labels": labels}
    return resource(
        POOL, name, {"metadata": metadata, "spec": {"limits": {"nodes": nodes}, "template": template}}
    )


def graph(*resources: Resource, stack: str = "dev") -> Graph:
    return Graph((node_class(), *resources), stack, "program", REGION)
