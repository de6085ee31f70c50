"""EKS Auto Mode makes a pool's nodes from a NodeClass of its own and a NodePool."""

from plimsoll.objects.cluster import ClusterFacts, Object
from plimsoll.objects.nodes import node_pool
from plimsoll.objects.nodes.node_class import GP3_IOPS, GP3_MIB_PER_S, selector_terms
from plimsoll.objects.nodes.node_pool import NodeClassKind
from plimsoll.plan.plan import Pool

KIND = NodeClassKind("eks.amazonaws.com", "NodeClass")


def nodes(pool: Pool, cluster: ClusterFacts) -> tuple[Object, ...]:
    """Write the class first: the pool refers to it."""
    return node_class(pool, cluster), node_pool.node_pool(pool, KIND, cluster)


def node_class(pool: Pool, cluster: ClusterFacts) -> Object:
    """Leave image, user data and device plugin to EKS: Auto Mode offers no choice of them."""
    name, tags = cluster.name_of(pool), cluster.tags
    return {
        "apiVersion": "eks.amazonaws.com/v1",
        "kind": KIND.kind,
        "metadata": {"name": name, "labels": tags.labels()},
        "spec": {
            "role": cluster.node_role,
            "subnetSelectorTerms": selector_terms(cluster.name),
            "securityGroupSelectorTerms": selector_terms(cluster.name),
            "ephemeralStorage": {
                "size": f"{pool.volume_gib}Gi",
                "iops": GP3_IOPS,
                "throughput": GP3_MIB_PER_S,
            },
            "tags": tags.aws(name),
        },
    }
