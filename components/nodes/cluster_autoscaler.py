"""The cluster autoscaler, for pools that are EKS managed node groups: Karpenter scales only its own."""

from collections.abc import Sequence

import pulumi

from components.cluster.access import ClusterAccess
from components.cluster.iam import PODS, document, role, trust
from components.pulumi_sdk import AwsResource, HelmRelease, children
from plimsoll.objects.tags import CostTags

CHART_VERSION = "9.59.1"
REPOSITORY = "https://kubernetes.github.io/autoscaler"
NAMESPACE = "kube-system"


class ClusterAutoscaler(pulumi.ComponentResource):
    """The cluster autoscaler with the rights of its Pod Identity. `ready` is what workloads wait for."""

    ready: Sequence[pulumi.Resource]

    def __init__(
        self, name: str, access: ClusterAccess, tags: CostTags, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Install it on `access`; it finds the node groups by the tags that EKS puts on them."""
        super().__init__("plimsoll:index:ClusterAutoscaler", name, {"version": CHART_VERSION}, opts)
        own = children(self, access.aws)
        title = f"{access.name}-autoscaler"
        made, _ = role(title, trust(PODS, ["sts:AssumeRole", "sts:TagSession"]), (), tags, own)
        policy = AwsResource(
            "iam/policy:Policy",
            title,
            {"name": title, "policy": _rights(access.name), "tags": tags.aws(title)},
            own,
            ["arn"],
        )
        attached = AwsResource(
            "iam/rolePolicyAttachment:RolePolicyAttachment",
            title,
            {"role": made.output("name"), "policyArn": policy.output("arn")},
            own,
        )
        identity = AwsResource(
            "eks/podIdentityAssociation:PodIdentityAssociation",
            title,
            {
                "clusterName": access.name,
                "namespace": NAMESPACE,
                "serviceAccount": "cluster-autoscaler",
                "roleArn": made.output("arn"),
                "tags": tags.aws(title),
            },
            children(self, access.aws, [attached, *access.ready]),
        )
        chart = HelmRelease(
            "cluster-autoscaler",
            {
                "name": "cluster-autoscaler",
                "chart": "cluster-autoscaler",
                "version": CHART_VERSION,
                "namespace": NAMESPACE,
                "atomic": True,
                "repositoryOpts": {"repo": REPOSITORY},
                "values": {
                    "autoDiscovery": {"clusterName": access.name},
                    "awsRegion": access.region,
                    "nodeSelector": {"plimsoll.dev/pool": "system"},
                    "podLabels": tags.labels(),
                    "rbac": {"serviceAccount": {"name": "cluster-autoscaler"}},
                },
            },
            children(self, access.kubernetes, [identity]),
        )
        self.ready = [chart]
        self.register_outputs({})


def _rights(cluster: str) -> str:
    """What the autoscaler's own guide for AWS asks for; changes only to this cluster's groups."""
    seen = [
        "autoscaling:DescribeAutoScalingGroups",
        "autoscaling:DescribeAutoScalingInstances",
        "autoscaling:DescribeLaunchConfigurations",
        "autoscaling:DescribeScalingActivities",
        "ec2:DescribeImages",
        "ec2:DescribeInstanceTypes",
        "ec2:DescribeLaunchTemplateVersions",
        "ec2:GetInstanceTypesFromInstanceRequirements",
        "eks:DescribeNodegroup",
    ]
    changes = ["autoscaling:SetDesiredCapacity", "autoscaling:TerminateInstanceInAutoScalingGroup"]
    owned = {f"aws:ResourceTag/k8s.io/cluster-autoscaler/{cluster}": "owned"}
    return document(
        [
            {"Sid": "See", "Effect": "Allow", "Action": seen, "Resource": "*"},
            {
                "Sid": "ScaleOwn",
                "Effect": "Allow",
                "Action": changes,
                "Resource": "*",
                "Condition": {"StringEquals": owned},
            },
        ]
    )
