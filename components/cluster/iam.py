"""An IAM role says who may assume it, and carries managed policies."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pulumi

from components.pulumi_sdk import AwsResource
from plimsoll.objects.tags import CostTags

EC2 = "ec2.amazonaws.com"
EKS = "eks.amazonaws.com"
PODS = "pods.eks.amazonaws.com"
"""The principal of EKS Pod Identity."""

NODE_POLICIES = (
    "AmazonEC2ContainerRegistryPullOnly",
    "AmazonEKSWorkerNodePolicy",
    "AmazonEKS_CNI_Policy",
    "AmazonSSMManagedInstanceCore",
)
"""What a node needs (Karpenter v1.14 getting-started CloudFormation, KarpenterNodeRole)."""


def document(statements: Sequence[Mapping[str, Any]]) -> str:
    """Write a policy document as text, in one canonical form."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)}, sort_keys=True)


def allow(
    sid: str,
    action: str | Sequence[str],
    resource: str | Sequence[str],
    condition: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Allow some actions on some resources, where the condition holds."""
    statement = {"Sid": sid, "Effect": "Allow", "Action": action, "Resource": resource}
    return statement | ({"Condition": condition} if condition else {})


def trust(service: str, actions: Sequence[str] = ("sts:AssumeRole",)) -> str:
    """Let an AWS service assume the role."""
    statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": list(actions)}
    return document([statement])


def role(
    name: str, assume: str, managed: Sequence[str], tags: CostTags, opts: pulumi.ResourceOptions
) -> tuple[AwsResource, list[AwsResource]]:
    """Register a role with AWS-managed policies attached; returns it and the attachments, to depend on.

    A policy of AWS's path `service-role` is named with it.
    """
    inputs = {"name": name, "assumeRolePolicy": assume, "tags": tags.aws(name)}
    made = AwsResource("iam/role:Role", name, inputs, opts, ["arn"])
    attached = [
        AwsResource(
            "iam/rolePolicyAttachment:RolePolicyAttachment",
            f"{name}-{policy.rpartition('/')[2]}",
            {"role": made.output("name"), "policyArn": f"arn:aws:iam::aws:policy/{policy}"},
            opts,
        )
        for policy in managed
    ]
    return made, attached
