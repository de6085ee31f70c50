"""Karpenter (or EKS Auto Mode) node pools: exactly the instance type and the limits of the plan."""

from typing import Any

from components.tags import CostTags
from plimsoll.sizing.pool import Pool

POOL_LABEL = "plimsoll.dev/pool"
WORKLOAD_LABEL = "plimsoll.dev/workload"
GPU = "nvidia.com/gpu"

EXPIRE_AFTER = "720h"
DRAIN_LIMIT = "1h"
"""A drain may take this long before it is forced: a blocked drain would pay for two nodes for ever."""


def pool_taints(pool: Pool, workload: str) -> list[dict[str, str]]:
    """Keep everything but this workload off its nodes: a stranger's pod would spend the pool's limit."""
    taints = [{"key": WORKLOAD_LABEL, "value": workload, "effect": "NoSchedule"}]
    if pool.accelerators_per_node:
        taints.insert(0, {"key": GPU, "value": "true", "effect": "NoSchedule"})
    return taints


def pool_labels(pool: Pool, tags: CostTags) -> dict[str, str]:
    """Labels of the pool's nodes: the taxonomy, the pool, and what the device plugin looks for."""
    labels = tags.labels() | {POOL_LABEL: pool.name}
    if pool.accelerators_per_node:
        # The device plugin's DaemonSet lands on this label alone; without it the node has no GPU for ever.
        labels["nvidia.com/gpu.present"] = "true"
    return dict(sorted(labels.items()))


def capacity_types(pool: Pool) -> list[str]:
    """Spot means spot first with on-demand as its fallback: a pool of one type would else wait for ever."""
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
    if pool.accelerators_per_node:
        # Without the count pinned, one-GPU pods were packed into a bigger type at +43 % (measured).
        requirements.append(admit(f"{label_prefix}/instance-gpu-count", str(pool.accelerators_per_node)))
    return requirements


def node_pool(
    name: str, pool: Pool, node_class: str, tags: CostTags, *, auto_mode: bool = False
) -> dict[str, Any]:
    """A NodePool whose limits are the plan's, to the node: nothing in it leaves room for a surge.

    Consolidation only removes empty nodes: replacing a node costs a cold start and, for a moment, two
    nodes. Where several replicas share a node, under-used ones are drained into each other.
    """
    packed = pool.replicas_per_node > 1
    group, kind = ("eks.amazonaws.com", "NodeClass") if auto_mode else ("karpenter.k8s.aws", "EC2NodeClass")
    prefix = "eks.amazonaws.com" if auto_mode else "karpenter.k8s.aws"
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
                    "nodeClassRef": {"group": group, "kind": kind, "name": node_class},
                    "expireAfter": EXPIRE_AFTER,
                    "terminationGracePeriod": DRAIN_LIMIT,
                    "taints": pool_taints(pool, tags.workload),
                    "requirements": _requirements(pool, prefix),
                },
            },
        },
    }
