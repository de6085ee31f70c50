"""Karpenter makes a pool's nodes from an EC2NodeClass and a NodePool."""

from plimsoll.objects.cluster import ClusterFacts, Object
from plimsoll.objects.nodes import node_pool
from plimsoll.objects.nodes.node_class import GP3_IOPS, GP3_MIB_PER_S, selector_terms
from plimsoll.objects.nodes.node_pool import NodeClassKind
from plimsoll.plan.plan import Pool

AMI_ALIAS = "al2023@v20260724"
"""Pinned: `@latest` would replace every node on each AMI release. The alias resolves to the NVIDIA
image where the instance type has a GPU (Karpenter v1.14 pkg/providers/amifamily/al2023.go)."""

KIND = NodeClassKind("karpenter.k8s.aws", "EC2NodeClass")


def nodes(pool: Pool, cluster: ClusterFacts) -> tuple[Object, ...]:
    """Write the class first: the pool refers to it; then what Karpenter is told of shared nodes."""
    of_class, of_pool = ec2_node_class(pool, cluster), node_pool.node_pool(pool, KIND, cluster)
    if pool.share is None:
        return of_class, of_pool
    from plimsoll.objects.nodes.sharing import node_overlay  # start-up: few pools are shared

    return of_class, node_overlay(pool, pool.share, cluster), of_pool


def ec2_node_class(pool: Pool, cluster: ClusterFacts) -> Object:
    """Tag what Karpenter makes: instances, volumes, interfaces and launch templates carry these tags."""
    name, tags = cluster.name_of(pool), cluster.tags
    return {
        "apiVersion": "karpenter.k8s.aws/v1",
        "kind": KIND.kind,
        "metadata": {"name": name, "labels": tags.labels()},
        "spec": {
            "role": cluster.node_role,
            **_image(pool),
            "subnetSelectorTerms": selector_terms(cluster.name),
            "securityGroupSelectorTerms": selector_terms(cluster.name),
            "instanceStorePolicy": "RAID0",
            "metadataOptions": {
                "httpEndpoint": "enabled",
                "httpPutResponseHopLimit": 1,
                "httpTokens": "required",
            },
            "blockDeviceMappings": [{"deviceName": "/dev/xvda", "rootVolume": True, "ebs": _disk(pool)}],
            "tags": tags.aws(name),
        },
    }


def _image(pool: Pool) -> Object:
    """Take the published image; nodes with a part of a GPU need one with another driver, by its tag."""
    if pool.share is None or pool.share.kind != "fraction":
        return {"amiSelectorTerms": [{"alias": AMI_ALIAS}]}
    from plimsoll.objects.nodes.sharing import GRID  # start-up: few pools are shared

    return {"amiFamily": "AL2023", "amiSelectorTerms": [{"tags": dict(GRID)}]}


def _disk(pool: Pool) -> Object:
    return {
        "volumeSize": f"{pool.volume_gib}Gi",
        "volumeType": "gp3",
        "iops": GP3_IOPS,
        "throughput": GP3_MIB_PER_S,
        "encrypted": True,
        "deleteOnTermination": True,
    }
