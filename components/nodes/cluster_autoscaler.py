"""The cluster autoscaler sizes EKS managed node groups: Karpenter scales only its own nodes."""

from collections.abc import Sequence

import pulumi

from components.cluster.access import ClusterAccess
from components.cluster.iam import PODS, allow, document, role, trust
from components.pulumi_sdk import AwsResource, HelmRelease, children
from plimsoll.objects.tags import CostTags

CHART_VERSION = "9.59.1"
REPOSITORY = "https://kubernetes.github.io/autoscaler"
NAMESPACE = "kube-system"


class ClusterAutoscaler(pulumi.ComponentResource):
    """The cluster autoscaler runs with the rights of its Pod Identity. `ready` is what workloads wait for."""

    ready: Sequence[pulumi.Resource]

    def __init__(
        self, name: str, access: ClusterAccess, tags: CostTags, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Install it on `access`; it finds the node groups by the tags that EKS puts on them."""
        super().__init__("plimsoll:index:ClusterAutoscaler", name, {"version": CHART_VERSION}, opts)
        self._access, self._tags = access, tags
        self._title = f"{access.name}-autoscaler"
        self.ready = [self._chart(self._identity())]
        self.register_outputs({})

    def _identity(self) -> AwsResource:
        """Register the role that the autoscaler's pods assume, and what it may do."""
        access, title, tags = self._access, self._title, self._tags.aws(self._title)
        own = children(self, access.aws)
        made, _ = role(title, trust(PODS, ["sts:AssumeRole", "sts:TagSession"]), (), self._tags, own)
        inputs = {"name": title, "policy": _rights(access.name), "tags": tags}
        policy = AwsResource("iam/policy:Policy", title, inputs, own, ["arn"])
        attachment = {"role": made.output("name"), "policyArn": policy.output("arn")}
        attached = AwsResource("iam/rolePolicyAttachment:RolePolicyAttachment", title, attachment, own)
        association = {
            "clusterName": access.name,
            "namespace": NAMESPACE,
            "serviceAccount": "cluster-autoscaler",
            "roleArn": made.output("arn"),
            "tags": tags,
        }
        after = children(self, access.aws, [attached, *access.ready])
        return AwsResource("eks/podIdentityAssociation:PodIdentityAssociation", title, association, after)

    def _chart(self, identity: AwsResource) -> HelmRelease:
        access = self._access
        inputs = {
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
                "podLabels": self._tags.labels(),
                "rbac": {"serviceAccount": {"name": "cluster-autoscaler"}},
            },
        }
        return HelmRelease("cluster-autoscaler", inputs, children(self, access.kubernetes, [identity]))


SEEN = [
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
CHANGED = ["autoscaling:SetDesiredCapacity", "autoscaling:TerminateInstanceInAutoScalingGroup"]
"""Actions that the autoscaler's own guide for AWS asks for."""


def _rights(cluster: str) -> str:
    """Let the autoscaler see everything, and change only this cluster's groups."""
    owned = {"StringEquals": {f"aws:ResourceTag/k8s.io/cluster-autoscaler/{cluster}": "owned"}}
    return document([allow("See", SEEN, "*"), allow("ScaleOwn", CHANGED, "*", owned)])
