"""Replica counts and node pools of a fleet."""

from plimsoll.ground.start_up import record


@record
class Replicas:
    """Replica counts: autoscaler minimum, what the peak needs, autoscaler maximum."""

    min: int
    peak: int
    max: int


@record
class Pool:
    """One node pool and the Deployment pinned to it.

    `capacity_type` spot means spot first with on-demand as the fallback. `min_nodes` and
    `max_nodes` follow from the replicas; `overshoot_nodes` is what Karpenter may have in flight
    above its limit. `volume_gib` is the gp3 root volume of each node. `accelerators_per_node` and
    `vcpus_per_node` are what one node of the type has; `arch` is Kubernetes' name of its architecture.
    `nodes_per_replica` is above 1 where one replica spans nodes. `zones` above 1 means that replicas
    must be spread over that many zones, so that one may fail.
    """

    name: str
    capacity_type: str
    instance_type: str
    min_nodes: int
    max_nodes: int
    overshoot_nodes: int
    min_replicas: int
    max_replicas: int
    replicas_per_node: int
    volume_gib: int
    accelerators_per_node: int = 0
    vcpus_per_node: int = 0
    arch: str = "amd64"
    nodes_per_replica: int = 1
    zones: int = 1

    @property
    def limits(self) -> dict[str, str]:
        """NodePool limits: exactly `max_nodes` nodes, and exactly what they hold; no room for surge."""
        if self.accelerators_per_node:
            held = {"nvidia.com/gpu": str(self.max_nodes * self.accelerators_per_node)}
        else:
            held = {"cpu": str(self.max_nodes * self.vcpus_per_node)}
        return held | {"nodes": str(self.max_nodes)}

    @property
    def autoscaled(self) -> bool:
        """Whether an autoscaler owns the replica count; if not, `max_replicas` is that count."""
        return self.min_replicas != self.max_replicas
