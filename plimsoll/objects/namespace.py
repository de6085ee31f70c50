"""A workload lives in a namespace of its own, with a quota, a priority and the token for its weights."""

from collections.abc import Mapping

from plimsoll.objects.cluster import Object
from plimsoll.objects.tags import CostTags

PRIORITY = 100_000
"""Above everything that is not serving (0) and far below the system classes (2 × 10^9)."""

TOKEN_SECRET = "hugging-face"  # noqa: S105 - the name of a Secret, not its content


def namespace(tags: CostTags) -> Object:
    """Give the workload a namespace of its own: quotas, cost allocation and names stay with it."""
    return {
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": {"name": tags.workload, "labels": tags.labels()},
    }


def priority_class(tags: CostTags, value: int = PRIORITY, description: str = "") -> Object:
    """Put serving before batch when nodes are short."""
    return {
        "apiVersion": "scheduling.k8s.io/v1",
        "kind": "PriorityClass",
        "metadata": {"name": tags.workload, "labels": tags.labels()},
        "value": value,
        "globalDefault": False,
        "description": description or f"Serving of {tags.workload}",
    }


def resource_quota(tags: CostTags, hard: Mapping[str, str]) -> Object:
    """Bound what the namespace may ask for: NodePool limits are eventual, a quota is not."""
    return {
        "apiVersion": "v1",
        "kind": "ResourceQuota",
        "metadata": {"name": tags.workload, "namespace": tags.workload, "labels": tags.labels()},
        "spec": {"hard": dict(hard)},
    }


def token_secret(tags: CostTags, token: object) -> Object:
    """Carry the token for gated weights to the pods, whatever value it is."""
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": TOKEN_SECRET, "namespace": tags.workload},
        "type": "Opaque",
        "stringData": {"token": token},
    }
