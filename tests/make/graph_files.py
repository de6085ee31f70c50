"""Resource graphs as Pulumi writes them: a preview's digest, a stack's export, and manifests."""

from typing import Any

import yaml

from plimsoll.graph.resource import Resource
from tests.make.graphs import REGION, urn_of

GROUP = "aws:eks/nodeGroup:NodeGroup"


def state(token: str, name: str, inputs: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {"urn": urn_of(token, name), "type": token, "custom": True, "inputs": inputs, **fields}


def group(name: str, maximum: Any = 4, **fields: Any) -> dict[str, Any]:
    scaling = {"minSize": 1, "desiredSize": 1, "maxSize": maximum}
    inputs = {"clusterName": "c", "instanceTypes": ["g6.xlarge"], "diskSize": 50, "scalingConfig": scaling}
    return state(GROUP, name, inputs, **fields)


def provider(region: str = REGION) -> dict[str, Any]:
    return state("pulumi:providers:aws", "default", {"region": region}, id="1234")


def step(operation: str, resource: dict[str, Any]) -> dict[str, Any]:
    key = "oldState" if operation in ("delete", "delete-replaced") else "newState"
    return {"op": operation, "urn": resource["urn"], key: resource}


def digest(*steps: dict[str, Any], **summary: int) -> dict[str, Any]:
    return {"config": {"aws:region": REGION}, "steps": list(steps), "changeSummary": summary}


def export(*resources: dict[str, Any], **extra: Any) -> dict[str, Any]:
    return {"version": 3, "deployment": {"manifest": {}, "resources": list(resources), **extra}}


def manifests(*resources: Resource) -> str:
    documents = [
        {"apiVersion": r.type.split(":")[1], "kind": r.type.split(":")[2], **r.inputs} for r in resources
    ]
    return yaml.safe_dump_all(documents)
