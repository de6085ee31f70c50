"""EKS managed node groups make the nodes of a plan where Karpenter is not wanted."""

from collections.abc import Mapping
from typing import Any

import pulumi

from components.cluster.access import ClusterAccess, Installed, NodeNetwork
from components.nodes.cluster_autoscaler import ClusterAutoscaler
from components.nodes.launch_template import launch_template
from components.pulumi_sdk import AwsResource
from plimsoll.objects.nodes.marks import pool_labels, pool_taints
from plimsoll.objects.tags import CostTags
from plimsoll.plan.plan import Pool

AMI_TYPES = {
    ("amd64", True): "AL2023_x86_64_NVIDIA",
    ("arm64", True): "AL2023_ARM_64_NVIDIA",
    ("amd64", False): "AL2023_x86_64_STANDARD",
    ("arm64", False): "AL2023_ARM_64_STANDARD",
}
"""EKS's API names, by architecture and whether the node has NVIDIA GPUs."""

EFFECTS = {"NoSchedule": "NO_SCHEDULE", "NoExecute": "NO_EXECUTE", "PreferNoSchedule": "PREFER_NO_SCHEDULE"}


class ManagedNodes:
    """Each pool is a node group, which the cluster autoscaler sizes between the plan's bounds."""

    name = "managed"
    brings_device_plugin = False
    block_storage = ""
    own_system_nodes = False
    cluster_policies = ()
    needed_of_existing = ("nodeRoleArn", "subnetIds")

    def cluster_inputs(self, _node_role_arn: "pulumi.Input[str]", /) -> Mapping[str, Any]:
        """Ask nothing of the cluster."""
        return {}

    def install(
        self,
        access: ClusterAccess,
        tags: CostTags,
        /,
        *,
        create_spot_role: bool,  # noqa: ARG002
        node_overlays: bool,  # noqa: ARG002
    ) -> Installed:
        """Install the cluster autoscaler; its nodes have the role that the cluster's own nodes have."""
        return Installed(access.node_role, ClusterAutoscaler("cluster-autoscaler", access, tags).ready)

    def pool_nodes(
        self,
        name: str,
        pool: Pool,
        network: NodeNetwork | None,
        tags: CostTags,
        opts: pulumi.ResourceOptions,
        /,
    ) -> list[pulumi.Resource]:
        """Register a node group for the pool."""
        if network is None:
            raise ValueError("managed node groups need the cluster's network")
        return [node_group(name, pool, network, tags, opts)]


def node_group(
    name: str,
    pool: Pool,
    network: NodeNetwork,
    tags: CostTags,
    opts: pulumi.ResourceOptions,
) -> pulumi.Resource:
    """Register a managed node group of one pool.

    It has no name of its own: autonaming lets a replacement stand before the old one goes. The desired
    size belongs to the autoscaler after the first `up`. A spot group has no on-demand fallback.
    """
    template = launch_template(name, pool.volume_gib, tags, opts)
    spot = pool.capacity_type == "spot"
    scaling = {"minSize": pool.min_nodes, "desiredSize": pool.min_nodes, "maxSize": pool.max_nodes}
    inputs: dict[str, Any] = {
        "clusterName": network.cluster,
        "nodeRoleArn": network.node_role_arn,
        "subnetIds": list(network.subnet_ids),
        "amiType": AMI_TYPES[pool.arch, pool.accelerators_per_node > 0],
        "capacityType": "SPOT" if spot else "ON_DEMAND",
        "instanceTypes": [pool.instance_type],
        "scalingConfig": scaling,
        "updateConfig": {"maxUnavailable": 1},
        "launchTemplate": {"id": template.id, "version": template.output("latestVersion").apply(str)},
        "labels": pool_labels(pool, tags),
        "taints": [
            taint | {"effect": EFFECTS[taint["effect"]]} for taint in pool_taints(pool, tags.workload)
        ],
        "tags": tags.aws(name),
    }
    ignored = pulumi.ResourceOptions(ignore_changes=["scalingConfig.desiredSize"])
    return AwsResource("eks/nodeGroup:NodeGroup", name, inputs, pulumi.ResourceOptions.merge(opts, ignored))
