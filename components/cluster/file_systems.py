"""File systems that runs claim are made by a driver in the cluster, which has the right to make them."""

from collections.abc import Sequence

import pulumi

from components.cluster.access import ClusterAccess
from components.cluster.iam import PODS, role, trust
from components.pulumi_sdk import AwsResource
from plimsoll.objects.tags import CostTags

DRIVER = "aws-fsx-csi-driver"
ACCOUNT = "fsx-csi-controller-sa"
"""The add-on of EKS, and the account of its controller (EKS user guide, FSx for Lustre CSI driver)."""

POLICY = "AmazonFSxFullAccess"
"""What that guide gives the controller: it creates, tags and deletes file systems."""


def lustre_driver(access: ClusterAccess, tags: CostTags) -> Sequence[pulumi.Resource]:
    """Install the driver, with a role by EKS Pod Identity."""
    name = f"{access.name}-fsx-csi"
    opts = pulumi.ResourceOptions(provider=access.aws, depends_on=list(access.ready))
    made, attached = role(name, trust(PODS, ("sts:AssumeRole", "sts:TagSession")), (POLICY,), tags, opts)
    identity = {"serviceAccount": ACCOUNT, "roleArn": made.output("arn")}
    driver = AwsResource(
        "eks/addon:Addon",
        name,
        {
            "clusterName": access.network.cluster if access.network is not None else access.name,
            "addonName": DRIVER,
            "podIdentityAssociations": [identity],
            "resolveConflictsOnCreate": "OVERWRITE",
            "resolveConflictsOnUpdate": "PRESERVE",
            "tags": tags.aws(name),
        },
        pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(depends_on=list(attached))),
    )
    return (driver,)
