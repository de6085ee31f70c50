"""Node makers differ in the objects they read; here each is found by its name."""

from collections.abc import Callable, Mapping

from plimsoll.objects.cluster import ClusterFacts, Object
from plimsoll.objects.nodes import auto_mode, karpenter
from plimsoll.plan.plan import Pool


def _no_objects(_pool: Pool, _cluster: ClusterFacts) -> tuple[Object, ...]:
    """Make no object: a managed node group is AWS's alone."""
    return ()


NODE_OBJECTS: Mapping[str, Callable[[Pool, ClusterFacts], tuple[Object, ...]]] = {
    "karpenter": karpenter.nodes,
    "managed": _no_objects,
    "auto-mode": auto_mode.nodes,
}
"""What a pool becomes in Kubernetes, by node maker; each object refers to the one before it."""
