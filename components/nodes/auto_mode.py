"""EKS Auto Mode makes nodes itself; a cluster has it from its first day."""

from collections.abc import Sequence
from typing import Any

import pulumi

from components.cluster.access import ClusterAccess, Installed, NodeNetwork
from components.pulumi_sdk import AwsResource, KubernetesObject, children
from plimsoll.objects.cluster import ClusterFacts
from plimsoll.objects.nodes.auto_mode import system_name, system_nodes
from plimsoll.objects.tags import CostTags
from plimsoll.plan import of_cluster
from plimsoll.plan.plan import Pool

JOINS = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSAutoNodePolicy"
"""What the role of a node class of one's own needs in the cluster (EKS user guide, `create-node-class`)."""


class AutoModeNodes:
    """EKS makes nodes from the NodeClass and NodePool of each pool, for a fee on top of every instance."""

    name = "auto-mode"
    brings_device_plugin = True
    block_storage = "ebs.csi.eks.amazonaws.com"
    own_system_nodes = True
    cluster_policies = (
        "AmazonEKSBlockStoragePolicy",
        "AmazonEKSComputePolicy",
        "AmazonEKSLoadBalancingPolicy",
        "AmazonEKSNetworkingPolicy",
    )
    needed_of_existing = ()

    def cluster_inputs(self, _node_role_arn: "pulumi.Input[str]", /) -> dict[str, Any]:
        """Switch Auto Mode on without its built-in pools, which nothing bounds, and without their role."""
        return {
            "computeConfig": {"enabled": True, "nodePools": []},
            "kubernetesNetworkConfig": {"elasticLoadBalancing": {"enabled": True}},
            "storageConfig": {"blockStorage": {"enabled": True}},
        }

    def install(
        self,
        access: ClusterAccess,
        tags: CostTags,
        /,
        *,
        create_spot_role: bool,  # noqa: ARG002
        node_overlays: bool,  # noqa: ARG002
    ) -> Installed:
        """Admit the role of the nodes, and make the pool for the pods of the cluster itself."""
        made = AutoModeSystem("auto-mode", access, tags)
        return Installed(access.node_role, made.ready, [system_name(access.name)])

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


class AutoModeSystem(pulumi.ComponentResource):
    """Nodes of Auto Mode may join, and a bounded pool carries the add-ons. `ready` is what these wait for."""

    ready: Sequence[pulumi.Resource]

    def __init__(
        self,
        name: str,
        access: ClusterAccess,
        tags: CostTags,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Admit the node role of `access`, and register its system pool."""
        super().__init__("plimsoll:index:AutoModeSystem", name, {}, opts)
        joined = self._node_access(access, tags)
        own = children(self, access.kubernetes, [*access.ready, *joined])
        facts = ClusterFacts(access.name, tags, access.node_role, AutoModeNodes.name)
        made: list[pulumi.Resource] = []
        for manifest in system_nodes(of_cluster.system_nodes(), facts):
            opts = pulumi.ResourceOptions.merge(own, pulumi.ResourceOptions(depends_on=list(made)))
            named = f"{manifest['metadata']['name']}-{manifest['kind'].lower()}"
            made.append(KubernetesObject(named, manifest, opts))
        self.ready = [*joined, *made]
        self.register_outputs({})

    def _node_access(self, access: ClusterAccess, tags: CostTags) -> list[pulumi.Resource]:
        """Register the entry that EKS makes by itself for its built-in pools alone."""
        assert access.network is not None, "a cluster that is made has a network"
        name, opts = access.node_role, children(self, access.aws, access.ready)
        # The cluster's own output: nothing else tells the engine to wait for it.
        common = {"clusterName": access.network.cluster, "principalArn": access.network.node_role_arn}
        entry = AwsResource(
            "eks/accessEntry:AccessEntry", name, common | {"type": "EC2", "tags": tags.aws(name)}, opts
        )
        granted = common | {"policyArn": JOINS, "accessScope": {"type": "cluster"}}
        policy = AwsResource(
            "eks/accessPolicyAssociation:AccessPolicyAssociation",
            name,
            granted,
            children(self, access.aws, [entry]),
        )
        return [entry, policy]
