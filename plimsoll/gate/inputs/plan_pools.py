"""A pool of a plan is written as the resources that stand for it, to be priced anew."""

from collections.abc import Mapping
from typing import Any, cast

from plimsoll.gate.inputs.plan_fields import UnreadableError, count, list_of, text
from plimsoll.gate.inputs.reader import Json
from plimsoll.graph.resource import Resource
from plimsoll.graph.types import EC2_NODE_CLASS, NODE_POOL, REPLICATION_GROUP


def pools_of(document: Json, workload: str, parent: str, *, kept: Json | None = None) -> list[Resource]:
    """Write every pool of a plan as the resources that stand for it; `kept` is the taint of pools of runs.

    Raises:
        UnreadableError: one is no pool of ours.
    """
    region = text(document, "chosen", "region")
    found: list[Resource] = []
    for index, pool in enumerate(list_of(document, "chosen", "pools")):
        try:
            found += _resources(cast("Json", pool), workload, parent, region, kept)
        except UnreadableError as error:
            raise UnreadableError(f"chosen.pools[{index}].{error.path}", str(error)) from None
    return found


def caches_of(document: Json, workload: str, parent: str) -> list[Resource]:
    """Write the cache of answers of a plan as the replication group that stands for it; none without one.

    Raises:
        UnreadableError: it is no cache of ours.
    """
    cache = document.get("cache")
    if cache is None:
        return []
    if not isinstance(cache, Mapping):
        raise UnreadableError("cache", "not an object")
    region, pool = text(document, "chosen", "region"), cast("Json", cache).get("pool")
    if pool is not None:
        try:
            return list(_resources(cast("Json", pool), workload, parent, region, None))
        except UnreadableError as error:
            raise UnreadableError(f"cache.pool.{error.path}", str(error)) from None
    try:
        inputs = {
            "engine": text(cache, "engine"),
            "nodeType": text(cache, "node_type"),
            "numNodeGroups": count(cache, "shards"),
            "replicasPerNodeGroup": max(count(cache, "nodes_per_shard") - 1, 0),
        }
    except UnreadableError as error:
        raise UnreadableError(f"cache.{error.path}", str(error)) from None
    return [child(REPLICATION_GROUP, f"{workload}-answers", inputs, parent, region)]


def _resources(
    pool: Json, workload: str, parent: str, region: str, kept: Json | None
) -> tuple[Resource, ...]:
    """Write a pool as the NodePool and node class that stand for it."""
    name = f"{workload}-{text(pool, 'name')}"
    spot = text(pool, "capacity_type") == "spot"
    node_pool: dict[str, Any] = {
        "metadata": {"name": name},
        "spec": {
            "limits": {"nodes": str(count(pool, "max_nodes"))},
            "disruption": {"budgets": [{"nodes": str(count(pool, "overshoot_nodes"))}]},
            "template": {
                "spec": {
                    "nodeClassRef": {"group": "karpenter.k8s.aws", "kind": "EC2NodeClass", "name": name},
                    "requirements": [
                        _in("node.kubernetes.io/instance-type", text(pool, "instance_type")),
                        _in(
                            "karpenter.sh/capacity-type", *(("spot", "on-demand") if spot else ("on-demand",))
                        ),
                    ],
                }
            },
        },
    }
    if kept is not None:
        node_pool["spec"]["template"]["spec"]["taints"] = [kept]
        node_pool["spec"]["template"]["metadata"] = {"labels": {kept["key"]: workload}}
        node_pool["spec"]["disruption"]["consolidateAfter"] = "0s"
    disk = {"volumeSize": f"{count(pool, 'volume_gib')}Gi", "volumeType": "gp3", "encrypted": True}
    node_class = {
        "metadata": {"name": name},
        "spec": {"blockDeviceMappings": [{"deviceName": "/dev/xvda", "rootVolume": True, "ebs": disk}]},
    }
    return (
        child(EC2_NODE_CLASS, name, node_class, parent, region),
        child(NODE_POOL, name, node_pool, parent, region),
    )


def _in(key: str, *values: str) -> Json:
    return {"key": key, "operator": "In", "values": list(values)}


def child(token: str, name: str, inputs: Json, parent: str, region: str) -> Resource:
    """Write a resource of a plan, below its workload."""
    return Resource(f"urn:pulumi:plan::plimsoll::{token}::{name}", token, name, inputs, parent, region=region)
