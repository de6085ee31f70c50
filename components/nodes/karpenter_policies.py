"""The six IAM policies of Karpenter's controller, scoped to one cluster.

Written from the list of actions and conditions in Karpenter v1.14's getting-started CloudFormation:
what it may create must carry the cluster's ownership tags, and it may only touch what carries them.
"""

from typing import Any

from components.cluster.iam import document


def _ec2(region: str, *kinds: str) -> list[str]:
    return [f"arn:aws:ec2:{region}:*:{kind}/*" for kind in kinds]


def _owned(cluster: str, where: str) -> dict[str, Any]:
    """The condition that a request, or a resource, belongs to this cluster and to a NodePool of it."""
    return {
        "StringEquals": {
            f"aws:{where}/kubernetes.io/cluster/{cluster}": "owned",
            **({f"aws:{where}/eks:eks-cluster-name": cluster} if where == "RequestTag" else {}),
        },
        "StringLike": {f"aws:{where}/karpenter.sh/nodepool": "*"},
    }


def _node_lifecycle(cluster: str, region: str) -> list[dict[str, Any]]:
    made = ("fleet", "instance", "launch-template", "network-interface", "spot-instances-request", "volume")
    return [
        {
            "Sid": "LaunchFromSharedParts",
            "Effect": "Allow",
            "Action": ["ec2:CreateFleet", "ec2:RunInstances"],
            "Resource": [
                f"arn:aws:ec2:{region}::image/*",
                f"arn:aws:ec2:{region}::snapshot/*",
                *_ec2(region, "capacity-reservation", "placement-group", "security-group", "subnet"),
            ],
        },
        {
            "Sid": "LaunchFromOwnTemplates",
            "Effect": "Allow",
            "Action": ["ec2:CreateFleet", "ec2:RunInstances"],
            "Resource": _ec2(region, "launch-template"),
            "Condition": _owned(cluster, "ResourceTag"),
        },
        {
            "Sid": "CreateTagged",
            "Effect": "Allow",
            "Action": ["ec2:CreateFleet", "ec2:CreateLaunchTemplate", "ec2:RunInstances"],
            "Resource": _ec2(region, *made),
            "Condition": _owned(cluster, "RequestTag"),
        },
        {
            "Sid": "TagWhileCreating",
            "Effect": "Allow",
            "Action": "ec2:CreateTags",
            "Resource": _ec2(region, *made),
            "Condition": {
                **_owned(cluster, "RequestTag"),
                "StringEquals": {
                    f"aws:RequestTag/kubernetes.io/cluster/{cluster}": "owned",
                    "aws:RequestTag/eks:eks-cluster-name": cluster,
                    "ec2:CreateAction": ["CreateFleet", "CreateLaunchTemplate", "RunInstances"],
                },
            },
        },
        {
            "Sid": "NameOwnInstances",
            "Effect": "Allow",
            "Action": "ec2:CreateTags",
            "Resource": _ec2(region, "instance"),
            "Condition": {
                **_owned(cluster, "ResourceTag"),
                "StringEqualsIfExists": {"aws:RequestTag/eks:eks-cluster-name": cluster},
                "ForAllValues:StringEquals": {
                    "aws:TagKeys": ["Name", "eks:eks-cluster-name", "karpenter.sh/nodeclaim"]
                },
            },
        },
        {
            "Sid": "DeleteOwn",
            "Effect": "Allow",
            "Action": ["ec2:DeleteLaunchTemplate", "ec2:TerminateInstances"],
            "Resource": _ec2(region, "instance", "launch-template"),
            "Condition": _owned(cluster, "ResourceTag"),
        },
    ]


def _instance_profiles(cluster: str, region: str) -> list[dict[str, Any]]:
    def owned(where: str) -> dict[str, str]:
        return {
            f"aws:{where}/kubernetes.io/cluster/{cluster}": "owned",
            f"aws:{where}/topology.kubernetes.io/region": region,
        }

    profiles = "arn:aws:iam::*:instance-profile/*"
    like = {"aws:RequestTag/karpenter.k8s.aws/ec2nodeclass": "*"}
    held = {"aws:ResourceTag/karpenter.k8s.aws/ec2nodeclass": "*"}
    changes = ["iam:AddRoleToInstanceProfile", "iam:DeleteInstanceProfile"]
    return [
        {
            "Sid": "CreateProfiles",
            "Effect": "Allow",
            "Action": "iam:CreateInstanceProfile",
            "Resource": profiles,
            "Condition": {"StringEquals": owned("RequestTag"), "StringLike": like},
        },
        {
            "Sid": "TagProfiles",
            "Effect": "Allow",
            "Action": "iam:TagInstanceProfile",
            "Resource": profiles,
            "Condition": {
                "StringEquals": owned("RequestTag") | owned("ResourceTag"),
                "StringLike": like | held,
            },
        },
        {
            "Sid": "ChangeOwnProfiles",
            "Effect": "Allow",
            "Action": [*changes, "iam:RemoveRoleFromInstanceProfile"],
            "Resource": profiles,
            "Condition": {"StringEquals": owned("ResourceTag"), "StringLike": held},
        },
    ]


def _pass_node_role(node_role_arn: str) -> list[dict[str, Any]]:
    return [
        {
            "Sid": "PassNodeRole",
            "Effect": "Allow",
            "Action": "iam:PassRole",
            "Resource": node_role_arn,
            "Condition": {"StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"}},
        }
    ]


def _discovery(region: str) -> list[dict[str, Any]]:
    seen = (
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
    return [
        {
            "Sid": "SeeRegion",
            "Effect": "Allow",
            "Action": [f"ec2:Describe{kind}" for kind in seen],
            "Resource": "*",
            "Condition": {"StringEquals": {"aws:RequestedRegion": region}},
        },
        {
            "Sid": "ReadImageParameters",
            "Effect": "Allow",
            "Action": "ssm:GetParameter",
            "Resource": f"arn:aws:ssm:{region}::parameter/aws/service/*",
        },
        {"Sid": "ReadPrices", "Effect": "Allow", "Action": "pricing:GetProducts", "Resource": "*"},
        {
            "Sid": "SeeProfiles",
            "Effect": "Allow",
            "Action": ["iam:GetInstanceProfile", "iam:ListInstanceProfiles"],
            "Resource": "*",
        },
    ]


def controller_policies(
    cluster: str, region: str, cluster_arn: str, node_role_arn: str, queue_arn: str
) -> dict[str, str]:
    """The policy documents by name: NodeLifecycle, IAMIntegration, EKSIntegration, and so on."""
    queue_actions = ["sqs:DeleteMessage", "sqs:GetQueueUrl", "sqs:ReceiveMessage"]

    def one(sid: str, action: str | list[str], resource: str) -> list[dict[str, Any]]:
        return [{"Sid": sid, "Effect": "Allow", "Action": action, "Resource": resource}]

    statements = {
        "eks-integration": one("ReadCluster", "eks:DescribeCluster", cluster_arn),
        "iam-integration": _pass_node_role(node_role_arn) + _instance_profiles(cluster, region),
        "interruption": one("ReadInterruptions", queue_actions, queue_arn),
        "node-lifecycle": _node_lifecycle(cluster, region),
        "resource-discovery": _discovery(region),
        "zonal-shift": one("SeeZonalShift", "arc-zonal-shift:GetManagedResource", cluster_arn),
    }
    return {name: document(found) for name, found in statements.items()}


CONTROLLER_POLICIES = (
    "eks-integration",
    "iam-integration",
    "interruption",
    "node-lifecycle",
    "resource-discovery",
    "zonal-shift",
)
"""The names of the six, in the order they are created."""
