"""Who may take tasks from an SQS queue, and who may only count them: two roles, by EKS Pod Identity."""

from collections.abc import Mapping, Sequence

import pulumi

from components.cluster.access import ClusterAccess
from components.cluster.iam import PODS, allow, document, trust
from components.pulumi_sdk import AwsResource, children
from components.workload.placement import Placement
from plimsoll.objects.queue.trigger import queue_arn
from plimsoll.objects.tags import CostTags
from plimsoll.plan.plan import Plan

TAKES = (
    *("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility"),
    *("sqs:GetQueueAttributes", "sqs:GetQueueUrl"),
)
"""What a worker does: take a task, hide it for longer, be done with it."""

COUNTS = ("sqs:GetQueueAttributes",)
"""What KEDA's scaler does (KEDA 2.20, AWS SQS Queue)."""

OPERATOR = ("keda", "keda-operator")
"""Namespace and service account of KEDA's operator, as its chart makes them."""


def worker_access(parent: pulumi.Resource, placement: Placement, plan: Plan) -> Sequence[pulumi.Resource]:
    """Let the pods of a workload take tasks from its queue; nothing where no queue is AWS's own."""
    arn, facts = queue_arn(plan, placement.facts), placement.facts
    if arn is None:
        return ()
    who = (facts.workload, "default")
    opts = children(parent, placement.aws, placement.after)
    return _allowed(f"{facts.workload}-queue", who, (facts.name, TAKES, [arn]), facts.tags, opts)


def scaler_access(access: ClusterAccess, queues: Mapping[str, str], tags: CostTags) -> None:
    """Let KEDA's operator count the tasks of every queue of a stack; one identity has all of them."""
    arns = sorted(set(queues.values()))
    if arns:
        _allowed(
            "keda-queues",
            OPERATOR,
            (access.name, COUNTS, arns),
            tags,
            pulumi.ResourceOptions(provider=access.aws, depends_on=list(access.ready)),
        )


def _allowed(
    name: str,
    who: tuple[str, str],
    rights: tuple[str, Sequence[str], Sequence[str]],
    tags: CostTags,
    opts: pulumi.ResourceOptions,
) -> Sequence[pulumi.Resource]:
    """Register a role, what it may do on which queues, and whose it is: namespace and service account."""
    cluster, actions, arns = rights
    assume = trust(PODS, ("sts:AssumeRole", "sts:TagSession"))
    inputs = {"name": f"{cluster}-{name}", "assumeRolePolicy": assume, "tags": tags.aws(name)}
    role = AwsResource("iam/role:Role", name, inputs, opts, ["arn"])
    text = document([allow("Queue", list(actions), list(arns))])
    policy = AwsResource(
        "iam/rolePolicy:RolePolicy", name, {"role": role.output("name"), "policy": text}, opts
    )
    association = AwsResource(
        "eks/podIdentityAssociation:PodIdentityAssociation",
        name,
        {
            "clusterName": cluster,
            "namespace": who[0],
            "serviceAccount": who[1],
            "roleArn": role.output("arn"),
            "tags": tags.aws(name),
        },
        opts,
    )
    return (policy, association)
