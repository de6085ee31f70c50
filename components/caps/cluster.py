"""The caps of a cluster that the stack owns are registered before any workload of it."""

from collections.abc import Mapping, Sequence

import pulumi

from components.cluster.access import ClusterAccess
from components.pulumi_sdk import KubernetesObject, children
from plimsoll.objects.caps.cluster import of_cluster
from plimsoll.objects.tags import CostTags
from plimsoll.plan.plan import Pool


class ClusterCaps(pulumi.ComponentResource):
    """The policy is in force for everything that no workload owns. `ready` is what workloads wait for."""

    ready: Sequence[pulumi.Resource]

    def __init__(
        self,
        name: str,
        access: ClusterAccess,
        workloads: Mapping[str, Sequence[Pool]],
        tags: CostTags,
        opts: pulumi.ResourceOptions | None = None,
        *,
        own: Sequence[str] = (),
    ) -> None:
        """Cap everything on `access` but the pools of `workloads`, by workload name, and its own."""
        super().__init__("plimsoll:index:ClusterCaps", name, {"workloads": sorted(workloads)}, opts)
        mine = children(self, access.kubernetes, access.ready)
        policies = of_cluster(workloads, tags, own)
        self.ready = [KubernetesObject(manifest["metadata"]["name"], manifest, mine) for manifest in policies]
        self.register_outputs({})
