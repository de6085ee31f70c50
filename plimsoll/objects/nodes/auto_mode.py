"""EKS Auto Mode makes a pool's nodes from a NodeClass of its own and a NodePool."""

from plimsoll.objects.cluster import ClusterFacts, Object
from plimsoll.objects.nodes import node_pool
from plimsoll.objects.nodes.marks import POOL_LABEL
from plimsoll.objects.nodes.node_class import GP3_IOPS, GP3_MIB_PER_S, selector_terms
from plimsoll.objects.nodes.node_pool import NodeClassKind
from plimsoll.plan.of_cluster import SystemNodes
from plimsoll.plan.plan import Pool

KIND = NodeClassKind("eks.amazonaws.com", "NodeClass")


def nodes(pool: Pool, cluster: ClusterFacts) -> tuple[Object, ...]:
    """Write the class first: the pool refers to it."""
    return node_class(pool, cluster), node_pool.node_pool(pool, KIND, cluster)


def system_nodes(system: SystemNodes, cluster: ClusterFacts) -> tuple[Object, ...]:
    """Write the pool for what the cluster itself runs: bounded, as EKS's built-in pools are not."""
    name, tags = system_name(cluster.name), cluster.tags
    spec = {
        "nodeClassRef": {"group": KIND.group, "kind": KIND.kind, "name": name},
        "expireAfter": node_pool.EXPIRE_AFTER,
        "terminationGracePeriod": node_pool.DRAIN_LIMIT,
        "requirements": [
            {"key": key, "operator": "In", "values": [value]}
            for key, value in (
                ("karpenter.sh/capacity-type", "on-demand"),
                ("kubernetes.io/arch", "amd64"),
                ("kubernetes.io/os", "linux"),
                ("node.kubernetes.io/instance-type", system.instance_type),
            )
        ],
    }
    pool = {
        "apiVersion": "karpenter.sh/v1",
        "kind": "NodePool",
        "metadata": {"name": name, "labels": tags.labels()},
        "spec": {
            "limits": {"nodes": str(system.max_nodes)},
            "disruption": {
                "consolidationPolicy": "WhenEmptyOrUnderutilized",
                "consolidateAfter": "10m",
                "budgets": [{"nodes": "1"}],
            },
            "template": {
                "metadata": {"labels": tags.labels() | {POOL_LABEL: "system"}},
                "spec": spec,
            },
        },
    }
    return _class_of(name, system.volume_gib, cluster), pool


def system_name(cluster: str) -> str:
    """Name the pool of a cluster's own pods; `system` alone is the name of EKS's built-in pool."""
    return f"{cluster}-system"


def node_class(pool: Pool, cluster: ClusterFacts) -> Object:
    """Leave image, user data and device plugin to EKS: Auto Mode offers no choice of them."""
    return _class_of(cluster.name_of(pool), pool.volume_gib, cluster)


def _class_of(name: str, volume_gib: int, cluster: ClusterFacts) -> Object:
    tags = cluster.tags
    return {
        "apiVersion": "eks.amazonaws.com/v1",
        "kind": KIND.kind,
        "metadata": {"name": name, "labels": tags.labels()},
        "spec": {
            "role": cluster.node_role,
            "subnetSelectorTerms": selector_terms(cluster.name),
            "securityGroupSelectorTerms": selector_terms(cluster.name),
            "ephemeralStorage": {
                "size": f"{volume_gib}Gi",
                "iops": GP3_IOPS,
                "throughput": GP3_MIB_PER_S,
            },
            "tags": tags.aws(name),
        },
    }
