"""A node maker turns the pools of a plan into machines; a stack names one, and nothing else asks which."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import pulumi

from components.cluster.access import ClusterAccess, Installed, NodeNetwork
from components.nodes.auto_mode import AutoModeNodes
from components.nodes.karpenter import KarpenterNodes
from components.nodes.managed import ManagedNodes
from plimsoll.objects.tags import CostTags
from plimsoll.plan.plan import Pool


class NodeMaker(Protocol):
    """Node makers differ in this and nothing else: whoever would ask which one it is asks one of these."""

    @property
    def name(self) -> str:
        """The name that a stack's `nodes` gives it."""
        ...

    @property
    def brings_device_plugin(self) -> bool:
        """Whether it has a device plugin of its own, which a second one would fight."""
        ...

    @property
    def block_storage(self) -> str:
        """What makes the volumes that pods claim, if it brings that; else empty: a driver is installed."""
        ...

    @property
    def own_system_nodes(self) -> bool:
        """Whether it makes the cluster's own nodes too."""
        ...

    @property
    def cluster_policies(self) -> Sequence[str]:
        """Managed policies that the cluster's role needs besides EKS's."""
        ...

    @property
    def needed_of_existing(self) -> Sequence[str]:
        """Keys that a stack must set for an existing cluster, besides those that all need."""
        ...

    def cluster_inputs(self, node_role_arn: "pulumi.Input[str]", /) -> Mapping[str, Any]:
        """Inputs of a new EKS cluster that this maker asks for."""
        ...

    def install(
        self, access: ClusterAccess, tags: CostTags, /, *, create_spot_role: bool, node_overlays: bool
    ) -> Installed:
        """Install on a new cluster what makes its nodes; `node_overlays` tell of nodes what AWS does not."""
        ...

    def pool_nodes(
        self,
        name: str,
        pool: Pool,
        network: NodeNetwork | None,
        tags: CostTags,
        opts: pulumi.ResourceOptions,
        /,
    ) -> list[pulumi.Resource]:
        """Register the AWS resources of a pool; what it is in Kubernetes is in the workload's objects."""
        ...


NODE_MAKERS: Mapping[str, NodeMaker] = {
    maker.name: maker for maker in (KarpenterNodes(), ManagedNodes(), AutoModeNodes())
}
"""Node makers by the name that a stack's `nodes` gives them; `plimsoll.objects.nodes.makers` has the same."""
