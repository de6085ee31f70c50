"""Exports spell the key of a tag in several ways; all of them are looked for."""

import re

from plimsoll.objects.nodes.marks import POOL_LABEL
from plimsoll.objects.tags import WORKLOAD_LABEL

WORKLOAD = (WORKLOAD_LABEL,)
"""The tag that says whose money it is."""

CLUSTER_KEYS = ("aws:eks:cluster-name", "eks:cluster-name", "eks:eks-cluster-name")
"""Tags by which EKS says whose an instance is."""

POOL_KEYS = (POOL_LABEL, "karpenter.sh/nodepool", "eks:nodegroup-name")
"""Tags that name a pool: ours, Karpenter's, a managed node group's."""


def spellings(key: str) -> tuple[str, ...]:
    """Spell a key as FOCUS, Cost Explorer, CUR 2.0 and OpenCost do, ours first.

    CUR lists user tags as `user_…` (earlier `user:…`), with every other character as an underscore; OpenCost
    makes label names of keys in the same way.
    """
    plain = re.sub(r"[^A-Za-z0-9]", "_", key)
    prefix = "" if key.startswith(("aws:", "eks:")) else "user"
    ways = [key, f"user:{key}", f"user_{key}", plain, f"user_{plain}", f"label_{plain}"]
    return tuple(ways) if prefix else (key, plain, f"user:{key}")


def column_spellings(key: str) -> tuple[str, ...]:
    """Spell a key as exports do that give each tag a column: the CUR before 2.0, and flattened exports."""
    plain = re.sub(r"[^A-Za-z0-9]", "_", key)
    return f"resource_tags_user_{plain}", f"resource_tags_{plain}", f"resourceTags/user:{key}"
