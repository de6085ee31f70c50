"""What an EC2 instance of a workload is made of: image, disk, network, role, tags."""

from typing import Any

import pulumi

from components.tags import CostTags

AMI_ALIAS = "al2023@v20260724"
"""Pinned: `@latest` would replace every node on each AMI release. The alias resolves to the NVIDIA
image where the instance type has a GPU (Karpenter v1.14 pkg/providers/amifamily/al2023.go)."""

GP3_IOPS = 3000
GP3_MIB_PER_S = 125
"""gp3's included baseline: more is billed separately."""

DISCOVERY = "karpenter.sh/discovery"


def ec2_node_class(
    name: str, cluster: str, node_role: "pulumi.Input[str]", volume_gib: int, tags: CostTags
) -> dict[str, Any]:
    """Karpenter's EC2NodeClass. Its tags reach instances, volumes, interfaces and launch templates."""
    discovery = [{"tags": {DISCOVERY: cluster}}]
    return {
        "apiVersion": "karpenter.k8s.aws/v1",
        "kind": "EC2NodeClass",
        "metadata": {"name": name, "labels": tags.labels()},
        "spec": {
            "role": node_role,
            "amiSelectorTerms": [{"alias": AMI_ALIAS}],
            "subnetSelectorTerms": discovery,
            "securityGroupSelectorTerms": discovery,
            "instanceStorePolicy": "RAID0",
            "metadataOptions": {
                "httpEndpoint": "enabled",
                "httpPutResponseHopLimit": 1,
                "httpTokens": "required",
            },
            "blockDeviceMappings": [
                {
                    "deviceName": "/dev/xvda",
                    "rootVolume": True,
                    "ebs": {
                        "volumeSize": f"{volume_gib}Gi",
                        "volumeType": "gp3",
                        "iops": GP3_IOPS,
                        "throughput": GP3_MIB_PER_S,
                        "encrypted": True,
                        "deleteOnTermination": True,
                    },
                }
            ],
            "tags": tags.aws(name),
        },
    }


def auto_mode_node_class(
    name: str, cluster: str, node_role: "pulumi.Input[str]", volume_gib: int, tags: CostTags
) -> dict[str, Any]:
    """EKS Auto Mode's NodeClass: no image, no user data, no device plugin to choose."""
    return {
        "apiVersion": "eks.amazonaws.com/v1",
        "kind": "NodeClass",
        "metadata": {"name": name, "labels": tags.labels()},
        "spec": {
            "role": node_role,
            "subnetSelectorTerms": [{"tags": {DISCOVERY: cluster}}],
            "securityGroupSelectorTerms": [{"tags": {DISCOVERY: cluster}}],
            "ephemeralStorage": {
                "size": f"{volume_gib}Gi",
                "iops": GP3_IOPS,
                "throughput": GP3_MIB_PER_S,
            },
            "tags": tags.aws(name),
        },
    }
