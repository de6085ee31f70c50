"""Nodes that work together stand in one zone: between zones traffic is slow, and billed."""

from plimsoll.objects.cluster import ClusterFacts, Object

ZONE = "topology.kubernetes.io/zone"

_POOL = "NodePool"


def zone_of(cluster: ClusterFacts, region: str) -> str:
    """Name the zone in which groups and gangs stand: the cluster's, else the first of the region."""
    return cluster.zone or f"{region}a"


def in_one_zone(made: Object, zone: str) -> Object:
    """Admit one zone to a NodePool; anything else stays as it is.

    Pods alone cannot ask for that: Karpenter may rent nodes of a group in two zones at once, and the limit of
    the pool leaves no third (seen with Karpenter 1.14.1).
    """
    if made["kind"] != _POOL:
        return made
    spec = made["spec"]
    template = spec["template"]
    asked = [*template["spec"]["requirements"], {"key": ZONE, "operator": "In", "values": [zone]}]
    nodes = template["spec"] | {"requirements": asked}
    return made | {"spec": spec | {"template": template | {"spec": nodes}}}
