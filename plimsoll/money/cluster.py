"""What every cluster has besides the pools of its workloads."""

from plimsoll.ground.start_up import record


@record
class SystemNodes:
    """The managed node group that carries Karpenter, CoreDNS and the add-ons."""

    instance_type: str
    min_nodes: int
    desired_nodes: int
    max_nodes: int
    volume_gib: int


SYSTEM_NODES = SystemNodes("m7i.large", 2, 2, 3, 50)
"""Two nodes so that one may fail, three at most; the ceiling counts all three."""
