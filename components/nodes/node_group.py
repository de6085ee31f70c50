"""EKS managed node groups for the pools of a plan, where Karpenter is not wanted."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pulumi

from components.nodes.node_class import GP3_IOPS, GP3_MIB_PER_S
from components.nodes.node_pool import pool_labels, pool_taints
from components.pulumi_sdk import AwsResource
from components.tags import CostTags
from plimsoll.sizing.pool import Pool

AMI_TYPES = {
    ("amd64", True): "AL2023_x86_64_NVIDIA",
    ("arm64", True): "AL2023_ARM_64_NVIDIA",
    ("amd64", False): "AL2023_x86_64_STANDARD",
    ("arm64", False): "AL2023_ARM_64_STANDARD",
}
"""EKS's API names, by architecture and whether the node has NVIDIA GPUs."""

EFFECTS = {"NoSchedule": "NO_SCHEDULE", "NoExecute": "NO_EXECUTE", "PreferNoSchedule": "PREFER_NO_SCHEDULE"}


@dataclass(frozen=True, slots=True)
class NodeNetwork:
    """Where managed nodes are placed: cluster, node role and subnets."""

    cluster: "pulumi.Input[str]"
    node_role_arn: "pulumi.Input[str]"
    subnet_ids: "Sequence[pulumi.Input[str]]"


def launch_template(name: str, volume_gib: int, tags: CostTags, opts: pulumi.ResourceOptions) -> AwsResource:
    """A launch template with an encrypted gp3 root volume and cost tags on all that it makes."""
    made = tags.aws(name)
    kinds = ("instance", "network-interface", "volume")
    inputs = {
        "namePrefix": f"{name}-",
        "updateDefaultVersion": True,
        "metadataOptions": {
            "httpEndpoint": "enabled",
            "httpPutResponseHopLimit": 1,
            "httpTokens": "required",
        },
        "blockDeviceMappings": [
            {
                "deviceName": "/dev/xvda",
                "ebs": {
                    "volumeSize": volume_gib,
                    "volumeType": "gp3",
                    "iops": GP3_IOPS,
                    "throughput": GP3_MIB_PER_S,
                    "encrypted": "true",
                    "deleteOnTermination": "true",
                },
            }
        ],
        "tagSpecifications": [{"resourceType": kind, "tags": made} for kind in kinds],
        "tags": made,
    }
    return AwsResource("ec2/launchTemplate:LaunchTemplate", name, inputs, opts, ["latestVersion"])


def node_group(
    name: str,
    pool: Pool,
    network: NodeNetwork | None,
    tags: CostTags,
    opts: pulumi.ResourceOptions,
) -> pulumi.Resource:
    """A managed node group of one pool, sized by the cluster autoscaler between the plan's bounds.

    It has no name of its own: autonaming lets a replacement stand before the old one goes. The desired
    size belongs to the autoscaler after the first `up`. A spot group has no on-demand fallback.
    """
    if network is None:
        raise ValueError("managed node groups need the cluster's network")
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
