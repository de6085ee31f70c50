"""Where a run saves: a bucket that nobody else reads and whose objects end, and the role of its pods."""

from collections.abc import Sequence

import pulumi

from components.cluster.iam import PODS, allow, document, trust
from components.pulumi_sdk import AwsResource, children
from components.workload.placement import Placement
from plimsoll.objects.runs.names import bucket_of, service_account_of
from plimsoll.plan.runs.plan import SaveFigures

ABANDONED_D = 7
"""Days after which the parts of an upload that never ended are deleted: they are billed, and not listed."""


def checkpoints(
    parent: pulumi.Resource, placement: Placement, saves: SaveFigures
) -> Sequence[pulumi.Resource]:
    """Register the bucket of a run, its lifecycle rule, and the pods' right to it."""
    facts = placement.facts
    name, tags = f"{facts.workload}-checkpoints", facts.tags
    opts = children(parent, placement.aws)
    bucket = AwsResource("s3/bucket:Bucket", name, {"bucket": bucket_of(facts), "tags": tags.aws(name)}, opts)
    _close(name, bucket, saves, opts)
    assume = trust(PODS, ("sts:AssumeRole", "sts:TagSession"))
    role = AwsResource(
        "iam/role:Role",
        name,
        {"name": f"{facts.name}-{name}", "assumeRolePolicy": assume, "tags": tags.aws(name)},
        opts,
        ["arn"],
    )
    arn = f"arn:aws:s3:::{bucket_of(facts)}"
    rights = document(
        [
            allow("List", "s3:ListBucket", arn),
            allow("Save", ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"], f"{arn}/{facts.workload}/*"),
        ]
    )
    policy = AwsResource(
        "iam/rolePolicy:RolePolicy", name, {"role": role.output("name"), "policy": rights}, opts
    )
    association = AwsResource(
        "eks/podIdentityAssociation:PodIdentityAssociation",
        name,
        {
            "clusterName": facts.name,
            "namespace": facts.workload,
            "serviceAccount": service_account_of(facts),
            "roleArn": role.output("arn"),
            "tags": tags.aws(name),
        },
        opts,
    )
    return (bucket, policy, association)


def _close(name: str, bucket: AwsResource, saves: SaveFigures, opts: pulumi.ResourceOptions) -> None:
    """Let nothing of the bucket be public, and nothing in it stay."""
    private = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")
    AwsResource(
        "s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
        name,
        {"bucket": bucket.id, **dict.fromkeys(private, True)},
        opts,
    )
    ends = {
        "id": "checkpoints-end",
        "status": "Enabled",
        "filter": {"prefix": ""},
        "expiration": {"days": saves.delete_after_d},
        "abortIncompleteMultipartUpload": {"daysAfterInitiation": ABANDONED_D},
    }
    AwsResource(
        "s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
        name,
        {"bucket": bucket.id, "rules": [ends]},
        opts,
    )
