"""Small honest graphs in which every key that bears money is written out."""

from collections.abc import Mapping
from typing import Any


def _pods(name: str, amount: Any = 1, **spec: Any) -> dict[str, Any]:
    resources = {"requests": {"cpu": "2", "memory": "8Gi"}, "limits": {"nvidia.com/gpu": amount}}
    container = {"name": "c", "image": "i", "resources": resources}
    return {"metadata": {"name": name}, "spec": {**spec, "template": {"spec": {"containers": [container]}}}}


_POOL = {
    "metadata": {"name": "gpu"},
    "spec": {
        "limits": {"nodes": "2", "cpu": "64", "memory": "256Gi", "nvidia.com/gpu": 2},
        "template": {
            "spec": {
                "nodeClassRef": {"group": "karpenter.k8s.aws", "kind": "EC2NodeClass", "name": "gpu"},
                "requirements": [
                    {"key": "node.kubernetes.io/instance-type", "operator": "In", "values": ["g6.xlarge"]},
                    {"key": "karpenter.k8s.aws/instance-gpu-count", "operator": "Gt", "values": ["0"]},
                ],
            }
        },
    },
}
_CLASS = {
    "metadata": {"name": "gpu"},
    "spec": {
        "amiSelectorTerms": [{"alias": "al2023@latest"}],
        "blockDeviceMappings": [
            {
                "deviceName": "/dev/xvda",
                "rootVolume": True,
                "ebs": {"volumeSize": "50Gi", "volumeType": "gp3", "iops": 3000, "throughput": 125},
            }
        ],
        "detailedMonitoring": False,
        "associatePublicIPAddress": False,
    },
}
_GROUP = {
    "clusterName": "c",
    "instanceTypes": ["g6.xlarge"],
    "diskSize": 50,
    "capacityType": "ON_DEMAND",
    "scalingConfig": {"minSize": 1, "desiredSize": 1, "maxSize": 2},
}
_TEMPLATE = {
    "name": "lt",
    "instanceType": "g6.xlarge",
    "monitoring": {"enabled": False},
    "blockDeviceMappings": [
        {
            "deviceName": "/dev/xvda",
            "ebs": {"volumeSize": 50, "volumeType": "gp3", "iops": 3000, "throughput": 125},
        }
    ],
}
_CLAIM = {
    "metadata": {"name": "data"},
    "spec": {"storageClassName": "gp2", "resources": {"requests": {"storage": "100Gi"}}},
}
_SET = _pods("set", replicas=2)
_SET["spec"]["volumeClaimTemplates"] = [{"metadata": {"name": "d"}, "spec": _CLAIM["spec"]}]

Part = tuple[str, str, Mapping[str, Any]]
_POOLS: tuple[Part, ...] = (
    ("kubernetes:karpenter.k8s.aws/v1:EC2NodeClass", "gpu", _CLASS),
    ("kubernetes:karpenter.sh/v1:NodePool", "gpu", _POOL),
)

GRAPHS: Mapping[str, tuple[Part, ...]] = {
    "pool": _POOLS,
    "class": (_POOLS[1], _POOLS[0]),
    "group": (("aws:eks/nodeGroup:NodeGroup", "ng", _GROUP),),
    "template": (
        (
            "aws:autoscaling/group:Group",
            "asg",
            {"maxSize": 2, "minSize": 1, "launchTemplate": {"name": "lt"}},
        ),
        ("aws:ec2/launchTemplate:LaunchTemplate", "lt", _TEMPLATE),
    ),
    "asg": (
        ("aws:ec2/launchTemplate:LaunchTemplate", "lt", _TEMPLATE),
        (
            "aws:autoscaling/group:Group",
            "asg",
            {"maxSize": 2, "minSize": 1, "desiredCapacity": 1, "launchTemplate": {"name": "lt"}},
        ),
    ),
    "instance": (
        (
            "aws:ec2/instance:Instance",
            "box",
            {
                "instanceType": "g6.xlarge",
                "monitoring": False,
                "associatePublicIpAddress": False,
                "rootBlockDevice": {"volumeSize": 50, "volumeType": "gp3", "iops": 3000, "throughput": 125},
            },
        ),
    ),
    "volume": (
        (
            "aws:ebs/volume:Volume",
            "v",
            {"availabilityZone": "us-east-1a", "type": "gp3", "size": 50, "iops": 3000, "throughput": 125},
        ),
    ),
    "reservation": (
        (
            "aws:ec2/capacityReservation:CapacityReservation",
            "r",
            {
                "instanceType": "g6.xlarge",
                "instanceCount": 1,
                "availabilityZone": "us-east-1a",
                "instancePlatform": "Linux/UNIX",
            },
        ),
    ),
    "claim": (("kubernetes:core/v1:PersistentVolumeClaim", "data", _CLAIM),),
    "set": (*_POOLS, ("kubernetes:apps/v1:StatefulSet", "set", _SET)),
    "deployment": (*_POOLS, ("kubernetes:apps/v1:Deployment", "d", _pods("d", replicas=1))),
    "job": (*_POOLS, ("kubernetes:batch/v1:Job", "j", _pods("j", parallelism=1, completions=1))),
    "training": (
        *_POOLS,
        (
            "kubernetes:kubeflow.org/v1:PyTorchJob",
            "t",
            {
                "metadata": {"name": "t"},
                "spec": {"pytorchReplicaSpecs": {"Worker": _pods("w", replicas=1)["spec"]}},
            },
        ),
    ),
    "service": (
        (
            "kubernetes:core/v1:Service",
            "s",
            {
                "metadata": {"name": "s"},
                "spec": {"type": "LoadBalancer", "loadBalancerClass": "service.k8s.aws/nlb"},
            },
        ),
    ),
    "ingress": (
        (
            "kubernetes:networking.k8s.io/v1:Ingress",
            "i",
            {"metadata": {"name": "i"}, "spec": {"ingressClassName": "alb"}},
        ),
    ),
    "cluster": (("aws:eks/cluster:Cluster", "c", {"upgradePolicy": {"supportType": "STANDARD"}}),),
    "key": (("aws:kms/key:Key", "k", {"enableKeyRotation": False}),),
}
"""Honest graphs; the path of a place leads into the last resource."""
