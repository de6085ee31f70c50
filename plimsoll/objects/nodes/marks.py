"""Labels and taints tie nodes and pods together, and keep strangers off."""

from plimsoll.objects.tags import WORKLOAD_LABEL, CostTags
from plimsoll.plan.plan import Pool
from plimsoll.sizing.sharing.share import Tenancy
from plimsoll.sizing.sharing.whole import RESOURCE

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
    if pool.share is not None and pool.share.kind != "fraction":
        labels |= shared_labels(pool.share)
    elif pool.accelerators_per_node:
        # The device plugin's DaemonSet lands on this label alone; without it the node has no GPU for ever.
        labels["nvidia.com/gpu.present"] = "true"
    return dict(sorted(labels.items()))


CONFIG_LABEL = "nvidia.com/device-plugin.config"
"""NVIDIA's label of the configuration that the device plugin takes on a node."""

MIG_LABEL, MIG_STATE = "nvidia.com/mig.config", "nvidia.com/mig.config.state"
"""NVIDIA's labels of the layout that its MIG manager cuts a node's GPUs into, and of how far it is."""


def shared_labels(share: Tenancy) -> dict[str, str]:
    """Label nodes whose accelerators are shared: the layout of their slices, or the plugin's turns."""
    if share.kind == "mig":
        # The MIG manager and the device plugin land on the first; slices are cut as the second says.
        return {"nvidia.com/gpu.present": "true", MIG_LABEL: f"all-{share.profile}"}
    # No `gpu.present`: a device plugin without this configuration would offer the same GPUs whole.
    return {CONFIG_LABEL: share.label}


def pod_labels(pool: Pool, workload: str) -> dict[str, str]:
    """Select a pool's pods by names alone: the selector is immutable, and no other change replaces it."""
    return {NAME_LABEL: workload, POOL_LABEL: pool.name}
