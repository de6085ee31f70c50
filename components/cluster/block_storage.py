"""Volumes that pods claim are made by a driver in the cluster, which has the right to make them."""

import json
from collections.abc import Sequence

import pulumi

from components.cluster.access import ClusterAccess
from components.cluster.iam import PODS, role, trust
from components.pulumi_sdk import AwsResource, KubernetesObject
from plimsoll.objects.tags import CostTags
from plimsoll.observability.history import storage_class

DRIVER, PROVISIONER = "aws-ebs-csi-driver", "ebs.csi.aws.com"
ACCOUNT = "ebs-csi-controller-sa"
POLICY = "service-role/AmazonEBSCSIDriverPolicy"
"""The add-on of EKS, what it makes volumes as, the account of its controller and what that may do (EKS user
guide, "Amazon EBS CSI driver")."""

HOME = {"nodeSelector": {"plimsoll.dev/pool": "system"}}
"""Nobody but the cluster's own pods claims volumes: nodes of workloads keep what a daemon more would take."""


def block_storage(
    access: ClusterAccess,
    tags: CostTags,
    brought: str,
    after: Sequence[pulumi.Resource] = (),
    parent: pulumi.Resource | None = None,
) -> Sequence[pulumi.Resource]:
    """Make the storage class, and install the driver where the cluster has not `brought` a provisioner."""
    own = pulumi.ResourceOptions(parent=parent, depends_on=[*access.ready, *after])
    driver = [] if brought else [_driver(access, tags, own)]
    manifest = storage_class(brought or PROVISIONER, tags)
    waiting = pulumi.ResourceOptions(provider=access.kubernetes, depends_on=[*driver])
    opts = pulumi.ResourceOptions.merge(own, waiting)
    return [*driver, KubernetesObject(manifest["metadata"]["name"], manifest, opts)]


def _driver(access: ClusterAccess, tags: CostTags, own: pulumi.ResourceOptions) -> AwsResource:
    name = f"{access.name}-ebs-csi"
    opts = pulumi.ResourceOptions.merge(own, pulumi.ResourceOptions(provider=access.aws))
    made, attached = role(name, trust(PODS, ("sts:AssumeRole", "sts:TagSession")), (POLICY,), tags, opts)
    return AwsResource(
        "eks/addon:Addon",
        name,
        {
            "clusterName": access.network.cluster if access.network is not None else access.name,
            "addonName": DRIVER,
            "configurationValues": json.dumps({"controller": HOME, "node": HOME}, sort_keys=True),
            "podIdentityAssociations": [{"serviceAccount": ACCOUNT, "roleArn": made.output("arn")}],
            "resolveConflictsOnCreate": "OVERWRITE",
            "resolveConflictsOnUpdate": "PRESERVE",
            "tags": tags.aws(name),
        },
        pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(depends_on=list(attached))),
    )
