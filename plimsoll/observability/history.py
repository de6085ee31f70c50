"""Prometheus keeps its history on a volume, of a class that a stack makes on a cluster of its own."""

from plimsoll.objects.cluster import Object
from plimsoll.objects.tags import CostTags
from plimsoll.plan.of_cluster import history

CLASS = "plimsoll-gp3"
"""Name of the storage class: `gp3` alone may be somebody else's."""


def storage_class(provisioner: str, tags: CostTags) -> Object:
    """Write how the volume is made: where its pod is, with the tags by which a bill is split.

    `tagSpecification_1` and so on are parameters of the EBS CSI driver, a tag each.
    """
    told = tags.aws().items()
    tagged = {f"tagSpecification_{at}": f"{key}={value}" for at, (key, value) in enumerate(told, 1)}
    return {
        "apiVersion": "storage.k8s.io/v1",
        "kind": "StorageClass",
        "metadata": {"name": CLASS, "labels": tags.labels()},
        "provisioner": provisioner,
        "parameters": {"type": "gp3", "encrypted": "true", **tagged},
        "reclaimPolicy": "Delete",
        "allowVolumeExpansion": True,
        # A volume stands in one zone: that of the node where its pod is.
        "volumeBindingMode": "WaitForFirstConsumer",
    }


def claim_template(tags: CostTags, storage_class_name: str) -> Object:
    """Claim the volume; without a name of a class it is of the cluster's default."""
    spec = {
        "accessModes": ["ReadWriteOnce"],
        "resources": {"requests": {"storage": f"{history().volume_gib}Gi"}},
    }
    named = {"storageClassName": storage_class_name} if storage_class_name else {}
    return {"metadata": {"labels": tags.labels()}, "spec": named | spec}
