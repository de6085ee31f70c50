"""Nodes hold replicas: how many fit one, how many nodes that makes, and what pods need of the host."""

import math

from plimsoll.catalog.facts import InstanceType
from plimsoll.ground.start_up import record
from plimsoll.ground.units import GIB
from plimsoll.sizing.limits import HOST, Reason
from plimsoll.sizing.sharing.share import Tenancy

DAEMONSET_CPU = 0.18
DAEMONSET_MEMORY_GIB = 0.25
"""What aws-node, kube-proxy, the Pod Identity agent and the NVIDIA device plugin request on each node.
Source: the requests in their manifests (25-50 m, 100 m, 0; 20 m), rounded up. Assumption."""

ROOT_VOLUME_GIB = 100
"""Operating system, container images (a CUDA serving image is 8 to 10 GB compressed) and logs. Assumption."""


SERVER_CPU, RANK_CPU = 2.0, 1.0
SERVER_MEMORY_GIB, RANK_MEMORY_GIB = 6.0, 4.0
"""vLLM runs one API process and one worker per rank. Assumption: 2 vCPU and 6 GiB for the server, 1 vCPU
and 4 GiB for each rank; weights are memory-mapped and need no host memory of their own."""

HOST_MEMORY_SHARE = 0.9
"""Share of a replica's part of its node that its pod requests: loading weights takes room, and nothing else
runs there. Assumption."""


@record
class PodShape:
    """Requests of one replica's pod: vCPU, GiB of host memory, accelerators; or one `share` of one."""

    cpu: float
    memory_gib: float
    accelerators: int
    share: Tenancy | None = None


def server_pod(split: int) -> PodShape:
    """Shape the pod of a server that generates: a process of its own, and a worker for each rank."""
    return PodShape(SERVER_CPU + RANK_CPU * split, SERVER_MEMORY_GIB + RANK_MEMORY_GIB * split, split)


def free_cpu(instance: InstanceType) -> float:
    """The vCPU left for workload pods: allocatable less what every node's daemons request."""
    return max(instance.allocatable_cpu - DAEMONSET_CPU, 0.0)


def free_memory_gib(instance: InstanceType) -> float:
    """Host memory left for workload pods, GiB."""
    return max(instance.allocatable_memory_gib - DAEMONSET_MEMORY_GIB, 0.0)


def replicas_per_node(pod: PodShape, instance: InstanceType) -> int:
    """Count the replicas of a pod that one node of this type holds; 0 if not even one fits."""
    fits = [
        math.floor(free_cpu(instance) / pod.cpu + 1e-9),
        math.floor(free_memory_gib(instance) / pod.memory_gib + 1e-9),
        max(instance.max_pods - 8, 0),
    ]
    if pod.accelerators:
        tenants = 1 if pod.share is None else pod.share.per_accelerator
        fits.append(instance.accelerators * tenants // pod.accelerators)
    return min(fits)


def too_small(pod: PodShape, split: int | None, instance: InstanceType) -> Reason:
    """Say why a node does not hold even one replica: accelerators, then vCPU, then memory."""
    if pod.accelerators > instance.accelerators:
        message = f"one replica needs {pod.accelerators} accelerators, the node has {instance.accelerators}"
        from plimsoll.sizing.pipeline import crosses  # start-up: few splits are wider than a node

        if across := crosses(split or 1, instance.accelerators):
            message += f"; {across}"
        return HOST.broken(message, instance.accelerators, pod.accelerators, "accelerators")
    if pod.cpu > instance.allocatable_cpu:
        message = (
            f"one replica requests {pod.cpu:g} vCPU, EKS leaves {instance.allocatable_cpu:g} on the node"
        )
        return HOST.broken(message, instance.allocatable_cpu, pod.cpu, "vCPU")
    return HOST.broken(
        f"one replica requests {pod.cpu:g} vCPU and {pod.memory_gib:g} GiB, EKS and its daemons leave less "
        f"than {instance.allocatable_cpu:g} vCPU and {instance.allocatable_memory_gib:.1f} GiB on the node",
        round(instance.allocatable_memory_gib, 2),
        pod.memory_gib,
        "GiB",
    )


def nodes_for(replicas: int, per_node: int, zones: int = 1) -> int:
    """Nodes that hold a number of replicas spread evenly over a number of zones.

    Each zone packs its own share, since a node lies in one zone: Σ ⌈share ÷ per_node⌉.
    """
    share, more = divmod(replicas, zones)
    return more * -(-(share + 1) // per_node) + (zones - more) * -(-share // per_node)


def round_up(value: float) -> int:
    """Round a count up, forgiving float noise just above a whole number."""
    return -int(-(value - 1e-9) // 1)


def root_volume_gib(instance: InstanceType, weights_bytes: int) -> int:
    """The root volume of a node, GiB: room for the weights too where there is no local NVMe for them."""
    needed_gib = 1.2 * weights_bytes / GIB
    if instance.local_nvme_gb >= 1.1 * needed_gib + ROOT_VOLUME_GIB:
        return ROOT_VOLUME_GIB
    return ROOT_VOLUME_GIB + 10 * math.ceil(needed_gib / 10)
