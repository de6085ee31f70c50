"""Every node class finds its network by one tag, and gives a node one disk at its included speed."""

from typing import Any

GP3_IOPS = 3000
GP3_MIB_PER_S = 125
"""gp3's included baseline: more is billed separately."""

DISCOVERY = "karpenter.sh/discovery"
"""The tag by which subnets and security groups say which cluster they belong to."""


def selector_terms(cluster: str) -> list[dict[str, Any]]:
    """Select the subnets, or the security groups, that carry the cluster's tag."""
    return [{"tags": {DISCOVERY: cluster}}]
