"""A NodePool admits exactly the instance type of its plan, up to exactly its limits."""

from typing import Any

from plimsoll.ground.start_up import record
from plimsoll.objects.cluster import ClusterFacts, Object
from plimsoll.objects.nodes.marks import pool_labels, pool_taints
from plimsoll.plan.plan import Pool

EXPIRE_AFTER = "720h"
DRAIN_LIMIT = "1h"
"""A drain may take this long before it is forced: a blocked drain would pay for two nodes for ever."""


@record
class NodeClassKind:
    """The kind of node class that a pool refers to; `group` heads the labels of its instances too."""

    group: str
    kind: str


def capacity_types(pool: Pool) -> list[str]:
    """Let spot fall back to on-demand: a pool of one type would else wait for ever."""
    return ["on-demand", "spot"] if pool.capacity_type == "spot" else ["on-demand"]


def _requirements(pool: Pool, label_prefix: str) -> list[dict[str, Any]]:
    def admit(key: str, *values: str) -> dict[str, Any]:
        return {"key": key, "operator": "In", "values": list(values)}

    requirements = [
        admit("karpenter.sh/capacity-type", *capacity_types(pool)),
        admit("kubernetes.io/arch", pool.arch),
        admit("kubernetes.io/os", "linux"),
        admit("node.kubernetes.io/instance-type", pool.instance_type),
    ]
    if pool.accelerators_per_node and not _has_a_part(pool):
        # Without the count pinned, one-GPU pods were packed into a bigger type at +43 % (measured).
        requirements.append(admit(f"{label_prefix}/instance-gpu-count", str(pool.accelerators_per_node)))
    return requirements


def _startup_taints(pool: Pool) -> dict[str, Any]:
    """Keep pods off a node until its slices are cut."""
    if pool.share is None or pool.share.kind != "mig":
        return {}
    from plimsoll.objects.nodes.sharing import UNCUT  # start-up: few pools are shared

    return {"startupTaints": [dict(UNCUT)]}


def _has_a_part(pool: Pool) -> bool:
    """Say whether EC2 counts no accelerator on its nodes, since each has a part of one."""
    return pool.share is not None and pool.share.kind == "fraction"


def node_pool(pool: Pool, node_class: NodeClassKind, cluster: ClusterFacts) -> Object:
    """Limit a NodePool to the plan's nodes: nothing in it leaves room for a surge.

    Consolidation only removes empty nodes: replacing a node costs a cold start and, for a moment, two
    nodes. Where several replicas share a node, under-used ones are drained into each other.
    """
    name, tags = cluster.name_of(pool), cluster.tags
    packed = pool.replicas_per_node > 1
    return {
        "apiVersion": "karpenter.sh/v1",
        "kind": "NodePool",
        "metadata": {"name": name, "labels": tags.labels()},
        "spec": {
            "limits": pool.limits,
            "disruption": {
                "consolidationPolicy": "WhenEmptyOrUnderutilized" if packed else "WhenEmpty",
                "consolidateAfter": "10m",
                "budgets": [{"nodes": "1"}],
            },
            "template": {
                "metadata": {"labels": pool_labels(pool, tags)},
                "spec": {
                    "nodeClassRef": {"group": node_class.group, "kind": node_class.kind, "name": name},
                    "expireAfter": EXPIRE_AFTER,
                    "terminationGracePeriod": DRAIN_LIMIT,
                    "taints": pool_taints(pool, tags.workload),
                    **_startup_taints(pool),
                    "requirements": _requirements(pool, node_class.group),
                },
            },
        },
    }
