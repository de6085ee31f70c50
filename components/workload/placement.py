"""A placement says where a workload goes, and by which providers its resources are registered."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pulumi

from components.cluster.access import NodeNetwork
from components.nodes.maker import NodeMaker
from plimsoll.objects.cluster import ClusterFacts, Object
from plimsoll.plan.plan import Pool


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


def told_pools(pools: Sequence[Pool]) -> list[dict[str, Any]]:
    """Tell pools as a component's inputs carry them."""
    return [
        {
            "name": pool.name,
            "capacityType": pool.capacity_type,
            "minNodes": pool.min_nodes,
            "maxNodes": pool.max_nodes,
        }
        for pool in pools
    ]
