"""Karpenter's controller has six IAM policies, scoped to one cluster.

Written from the list of actions and conditions in Karpenter v1.14's getting-started CloudFormation:
what it may create must carry the cluster's ownership tags, and it may only touch what carries them.
"""

from typing import Any

from components.cluster.iam import allow, document

Statements = list[dict[str, Any]]

LAUNCHES = ["ec2:CreateFleet", "ec2:RunInstances"]
QUEUE_ACTIONS = ["sqs:DeleteMessage", "sqs:GetQueueUrl", "sqs:ReceiveMessage"]
PROFILES = "arn:aws:iam::*:instance-profile/*"

SHARED_PARTS = ("capacity-reservation", "placement-group", "security-group", "subnet")
"""Parts of an instance that Karpenter uses and does not make."""

MADE = ("fleet", "instance", "launch-template", "network-interface", "spot-instances-request", "volume")
"""Parts that it makes, and tags while it makes them."""

SEEN = (
    "CapacityReservations",
    "Images",
    "InstanceStatus",
    "InstanceTypeOfferings",
    "InstanceTypes",
    "Instances",
    "LaunchTemplates",
    "PlacementGroups",
    "SecurityGroups",
    "SpotPriceHistory",
    "Subnets",
)
"""Kinds that it may describe."""

CONTROLLER_POLICIES = (
    "eks-integration",
    "iam-integration",
    "interruption",
    "node-lifecycle",
    "resource-discovery",
    "zonal-shift",
)
"""The names of the six, in the order they are created."""


def controller_policies(
    cluster: str, region: str, cluster_arn: str, node_role_arn: str, queue_arn: str
) -> dict[str, str]:
    """Write the policy documents by name."""
    to_ec2 = {"StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"}}
    statements: dict[str, Statements] = {
        "eks-integration": [allow("ReadCluster", "eks:DescribeCluster", cluster_arn)],
        "iam-integration": [
            allow("PassNodeRole", "iam:PassRole", node_role_arn, to_ec2),
            *_instance_profiles(cluster, region),
        ],
        "interruption": [allow("ReadInterruptions", QUEUE_ACTIONS, queue_arn)],
        "node-lifecycle": _node_lifecycle(cluster, region),
        "resource-discovery": _discovery(region),
        "zonal-shift": [allow("SeeZonalShift", "arc-zonal-shift:GetManagedResource", cluster_arn)],
    }
    return {name: document(statements[name]) for name in CONTROLLER_POLICIES}


def _ec2(region: str, *kinds: str) -> list[str]:
    return [f"arn:aws:ec2:{region}:*:{kind}/*" for kind in kinds]


def _owned(cluster: str, where: str) -> dict[str, Any]:
    """Require that a request, or a resource, belongs to this cluster and to a NodePool of it."""
    return {
        "StringEquals": {
            f"aws:{where}/kubernetes.io/cluster/{cluster}": "owned",
            **({f"aws:{where}/eks:eks-cluster-name": cluster} if where == "RequestTag" else {}),
        },
        "StringLike": {f"aws:{where}/karpenter.sh/nodepool": "*"},
    }


def _while_creating(cluster: str) -> dict[str, Any]:
    """Require that tags are set by the request that creates what carries them."""
    condition = _owned(cluster, "RequestTag")
    creates = {"ec2:CreateAction": ["CreateFleet", "CreateLaunchTemplate", "RunInstances"]}
    return condition | {"StringEquals": condition["StringEquals"] | creates}


def _naming(cluster: str) -> dict[str, Any]:
    """Require that an own instance is given no tag but those that name it."""
    names = ["Name", "eks:eks-cluster-name", "karpenter.sh/nodeclaim"]
    return {
        **_owned(cluster, "ResourceTag"),
        "StringEqualsIfExists": {"aws:RequestTag/eks:eks-cluster-name": cluster},
        "ForAllValues:StringEquals": {"aws:TagKeys": names},
    }


def _node_lifecycle(cluster: str, region: str) -> Statements:
    own, requested = _owned(cluster, "ResourceTag"), _owned(cluster, "RequestTag")
    public = [f"arn:aws:ec2:{region}::{kind}/*" for kind in ("image", "snapshot")]
    creations = ["ec2:CreateFleet", "ec2:CreateLaunchTemplate", "ec2:RunInstances"]
    deletions = ["ec2:DeleteLaunchTemplate", "ec2:TerminateInstances"]
    made = _ec2(region, *MADE)
    return [
        allow("LaunchFromSharedParts", LAUNCHES, [*public, *_ec2(region, *SHARED_PARTS)]),
        allow("LaunchFromOwnTemplates", LAUNCHES, _ec2(region, "launch-template"), own),
        allow("CreateTagged", creations, made, requested),
        allow("TagWhileCreating", "ec2:CreateTags", made, _while_creating(cluster)),
        allow("NameOwnInstances", "ec2:CreateTags", _ec2(region, "instance"), _naming(cluster)),
        allow("DeleteOwn", deletions, _ec2(region, "instance", "launch-template"), own),
    ]


def _instance_profiles(cluster: str, region: str) -> Statements:
    def owned(where: str) -> dict[str, str]:
        return {
            f"aws:{where}/kubernetes.io/cluster/{cluster}": "owned",
            f"aws:{where}/topology.kubernetes.io/region": region,
        }

    asked = {"aws:RequestTag/karpenter.k8s.aws/ec2nodeclass": "*"}
    held = {"aws:ResourceTag/karpenter.k8s.aws/ec2nodeclass": "*"}
    creating = {"StringEquals": owned("RequestTag"), "StringLike": asked}
    tagging = {"StringEquals": owned("RequestTag") | owned("ResourceTag"), "StringLike": asked | held}
    changing = {"StringEquals": owned("ResourceTag"), "StringLike": held}
    changes = [
        "iam:AddRoleToInstanceProfile",
        "iam:DeleteInstanceProfile",
        "iam:RemoveRoleFromInstanceProfile",
    ]
    return [
        allow("CreateProfiles", "iam:CreateInstanceProfile", PROFILES, creating),
        allow("TagProfiles", "iam:TagInstanceProfile", PROFILES, tagging),
        allow("ChangeOwnProfiles", changes, PROFILES, changing),
    ]


def _discovery(region: str) -> Statements:
    here = {"StringEquals": {"aws:RequestedRegion": region}}
    parameters = f"arn:aws:ssm:{region}::parameter/aws/service/*"
    profiles = ["iam:GetInstanceProfile", "iam:ListInstanceProfiles"]
    return [
        allow("SeeRegion", [f"ec2:Describe{kind}" for kind in SEEN], "*", here),
        allow("ReadImageParameters", "ssm:GetParameter", parameters),
        allow("ReadPrices", "pricing:GetProducts", "*"),
        allow("SeeProfiles", profiles, "*"),
    ]
