"""Labels and taints tie nodes and pods together, and keep strangers off."""

from plimsoll.objects.tags import WORKLOAD_LABEL, CostTags
from plimsoll.plan.plan import Pool
from plimsoll.sizing.sharing import RESOURCE

NAME_LABEL = "app.kubernetes.io/name"
POOL_LABEL = "plimsoll.dev/pool"
GPU = RESOURCE


def pool_taints(pool: Pool, workload: str) -> list[dict[str, str]]:
    """Keep everything but this workload off its nodes: a stranger's pod would spend the pool's limit."""
    taints = [{"key": WORKLOAD_LABEL, "value": workload, "effect": "NoSchedule"}]
    if pool.accelerators_per_node:
        taints.insert(0, {"key": GPU, "value": "true", "effect": "NoSchedule"})
    return taints


def pool_labels(pool: Pool, tags: CostTags) -> dict[str, str]:
    """Label the pool's nodes: the taxonomy, the pool, and what the device plugin looks for."""
    labels = tags.labels() | {POOL_LABEL: pool.name}
    if pool.accelerators_per_node:
        # The device plugin's DaemonSet lands on this label alone; without it the node has no GPU for ever.
        labels["nvidia.com/gpu.present"] = "true"
    return dict(sorted(labels.items()))


def pod_labels(pool: Pool, workload: str) -> dict[str, str]:
    """Select a pool's pods by names alone: the selector is immutable, and no other change replaces it."""
    return {NAME_LABEL: workload, POOL_LABEL: pool.name}
