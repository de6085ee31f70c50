"""EKS Auto Mode makes nodes itself; a cluster has it from its first day."""

from typing import Any

import pulumi

from components.cluster.access import ClusterAccess, Installed, NodeNetwork
from plimsoll.objects.tags import CostTags
from plimsoll.plan.plan import Pool


class AutoModeNodes:
    """EKS makes nodes from the NodeClass and NodePool of each pool, for a fee on top of every instance."""

    name = "auto-mode"
    unplanned_fee = True
    brings_device_plugin = True
    own_system_nodes = True
    cluster_policies = (
        "AmazonEKSBlockStoragePolicy",
        "AmazonEKSComputePolicy",
        "AmazonEKSLoadBalancingPolicy",
        "AmazonEKSNetworkingPolicy",
    )
    needed_of_existing = ()

    def cluster_inputs(self, node_role_arn: "pulumi.Input[str]", /) -> dict[str, Any]:
        """Switch Auto Mode on with its system pool alone: every other node comes from a pool of a plan."""
        return {
            "computeConfig": {"enabled": True, "nodePools": ["system"], "nodeRoleArn": node_role_arn},
            "kubernetesNetworkConfig": {"elasticLoadBalancing": {"enabled": True}},
            "storageConfig": {"blockStorage": {"enabled": True}},
        }

    def install(self, access: ClusterAccess, _tags: CostTags, /, *, create_spot_role: bool) -> Installed:  # noqa: ARG002
        """Install nothing: EKS admits the role named in the cluster's compute configuration."""
        return Installed(access.node_role)

    def pool_nodes(
        self,
        _name: str,
        _pool: Pool,
        _network: NodeNetwork | None,
        _tags: CostTags,
        _opts: pulumi.ResourceOptions,
        /,
    ) -> list[pulumi.Resource]:
        """Register nothing of AWS: EKS reads the pool's Kubernetes objects."""
        return []
