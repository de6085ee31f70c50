"""A run that saves to FSx for Lustre claims a file system of its own, which ends with its JobSet.

The claim is the JobSet's (`volumeClaimPolicies`, JobSet v0.12): it is made with it, and deleted with it,
which is a day after the run; then the class lets the driver delete the file system (aws-fsx-csi-driver,
dynamic provisioning: `deploymentType`, `perUnitStorageThroughput`, `subnetId`, `securityGroupIds`).
"""

from plimsoll.ground.problems import Problem
from plimsoll.ground.tree import mapping_at
from plimsoll.objects.cluster import ClusterFacts, Object
from plimsoll.plan.runs.plan import RunPlan

PROVISIONER = "fsx.csi.aws.com"
DEPLOYMENT = "PERSISTENT_2"
"""Persistent SSD storage: what the catalogue has prices of, and what outlives a file server."""

CLIENT = "2.15"
"""Version of Lustre that the clients of Amazon Linux 2023 speak (FSx guide, 2026-11)."""

CLAIM = "checkpoints"
"""Name of the claim, and of the volume that containers mount."""

FOLDER = "/checkpoints"


def saves_to_lustre(plan: RunPlan) -> bool:
    """Say whether a run saves to a file system of its own."""
    return plan.checkpoint is not None and plan.checkpoint.to == "fsx"


def storage_class(plan: RunPlan, cluster: ClusterFacts) -> tuple[Object, ...]:
    """Write how the file system is made; nothing where the run saves elsewhere."""
    if not saves_to_lustre(plan):
        return ()
    asked, place = mapping_at(plan.workload, "checkpoint"), cluster.file_systems
    where = {} if place is None else {"subnetId": place.subnet, "securityGroupIds": place.group}
    return (
        {
            "apiVersion": "storage.k8s.io/v1",
            "kind": "StorageClass",
            "metadata": {"name": class_of(cluster), "labels": cluster.tags.labels()},
            "provisioner": PROVISIONER,
            "parameters": {
                "deploymentType": DEPLOYMENT,
                "fileSystemTypeVersion": CLIENT,
                "perUnitStorageThroughput": str(asked["fsx_mb_per_s_per_tib"]),
                **where,
            },
            "reclaimPolicy": "Delete",
            # A queued JobSet has its claim before it is admitted; this makes nothing until a pod is there.
            "volumeBindingMode": "WaitForFirstConsumer",
        },
    )


def class_of(cluster: ClusterFacts) -> str:
    """Name the storage class of a run: no two runs share one."""
    return f"{cluster.workload}-{CLAIM}"


def claim_policies(plan: RunPlan, cluster: ClusterFacts) -> list[Object]:
    """Claim the file system for as long as the JobSet is there."""
    size = mapping_at(plan.workload, "checkpoint")["fsx_gb"]
    template: Object = {
        "metadata": {"name": CLAIM, "labels": cluster.tags.labels()},
        "spec": {
            "accessModes": ["ReadWriteMany"],
            "storageClassName": class_of(cluster),
            "resources": {"requests": {"storage": f"{size}Gi"}},
        },
    }
    return [{"templates": [template], "retentionPolicy": {"whenDeleted": "Delete"}}]


def mount() -> Object:
    """Mount the file system in a container."""
    return {"name": CLAIM, "mountPath": FOLDER}


def missing_place(plan: RunPlan, cluster: ClusterFacts) -> Problem | None:
    """Say that nobody says where a file system of the cluster may stand; None where somebody does."""
    if not saves_to_lustre(plan) or cluster.file_systems is not None:
        return None
    return Problem(
        what="nothing says where its file system stands",
        why="checkpoint.to is fsx, and a file system stands in one subnet, in a security group of the nodes",
        fix="write subnetIds: [subnet-…] and securityGroupId: sg-… under cluster, or checkpoint.to: s3",
        path=f"{cluster.workload}.checkpoint.to",
    )
