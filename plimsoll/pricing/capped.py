"""Capped pools bound what pods can cost: whatever runs on them, their own ceilings are counted already."""

from plimsoll.graph.resource import Resource
from plimsoll.graph.types import AUTOSCALING_GROUP, CLUSTER, NODE_GROUP, NODE_POOLS
from plimsoll.pricing.index import Index
from plimsoll.pricing.inputs import inputs_of
from plimsoll.pricing.result import Unpriceable

_POOLS = (*NODE_POOLS, NODE_GROUP, AUTOSCALING_GROUP)

_BOUNDS = frozenset({"nodes", "cpu", "memory"})
"""Limits that every node uses some of, so that each bounds any pool; accelerators bound the rest."""


def capping_pools(index: Index) -> str:
    """Name the pools of the graph where each of them is capped; "" where one is not, or there is none."""
    return index.memo("capping pools", lambda: _capping_pools(index), (*_POOLS, CLUSTER))


def has_pools(index: Index) -> bool:
    """Say whether the graph has any pool of nodes, capped or not."""
    return any(not pool.external for pool in index.of_type(*_POOLS))


def _capping_pools(index: Index) -> str:
    pools = [pool for pool in index.of_type(*_POOLS) if not pool.external]
    if not pools or not all(map(_capped, pools)) or any(map(_opens, index.of_type(CLUSTER))):
        return ""
    names = sorted(pool.name for pool in pools)
    shown = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
    return f"its pods run on {shown}, and every node pool of the graph is capped"


def _capped(pool: Resource) -> bool:
    """Say whether a pool ends somewhere; what cannot be read does not, and is refused on its own account."""
    if pool.type not in NODE_POOLS:
        return True  # a group without a largest size is refused
    spec = inputs_of(pool)["spec"]
    try:
        limits = [key for key, view in spec["limits"].entries() if not view.absent]
        return not spec["replicas"].absent or any(key in _BOUNDS or "/" in key for key in limits)
    except Unpriceable:
        return False


def _opens(cluster: Resource) -> bool:
    """Say whether a cluster has built-in pools of EKS Auto Mode, which have no limits."""
    try:
        compute = inputs_of(cluster)["computeConfig"]
        return compute["enabled"].flag(default=False) and bool(compute["nodePools"].items())
    except Unpriceable:
        return True
