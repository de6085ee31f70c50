"""A placement says where a workload goes, and by which providers its resources are registered."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi

from components.cluster.access import NodeNetwork
from components.nodes.maker import NodeMaker
from plimsoll.objects.cluster import ClusterFacts, Object


@dataclass(frozen=True, slots=True)
class Placement:
    """A workload goes to this cluster; `after` is what must exist first (Karpenter, KEDA).

    `watched` are objects that watch it from its namespace.
    """

    facts: ClusterFacts
    maker: NodeMaker
    aws: pulumi.ProviderResource
    kubernetes: pulumi.ProviderResource
    network: NodeNetwork | None = None
    after: Sequence[pulumi.Resource] = ()
    watched: Sequence[Object] = ()
