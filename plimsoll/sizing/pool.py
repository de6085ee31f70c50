"""A pool is nodes of one type and the replicas pinned to them: made once, from counts and a type."""

from typing import Annotated

from plimsoll.catalog.facts import InstanceType
from plimsoll.ground.start_up import record
from plimsoll.sizing.nodes import nodes_for
from plimsoll.sizing.overshoot import overshoot_nodes
from plimsoll.sizing.sharing.share import Tenancy
from plimsoll.sizing.sharing.whole import RESOURCE


@record
class Replicas:
    """Replica counts: autoscaler minimum, what the peak needs, autoscaler maximum."""

    min: Annotated[int, "Lower bound of the autoscaler."]
    peak: Annotated[int, "Replicas that the peak needs."]
    max: Annotated[int, "Upper bound of the autoscaler."]


@record
class Pool:
    """One node pool and the Deployment pinned to it.

    `capacity_type` spot means spot first with on-demand as the fallback. `min_nodes` and
    `max_nodes` follow from the replicas; `overshoot_nodes` is what Karpenter may have in flight
    above its limit. `volume_gib` is the gp3 root volume of each node. `accelerators_per_node` and
    `vcpus_per_node` are what one node of the type has; `arch` is Kubernetes' name of its architecture.
    `nodes_per_replica` is above 1 where one replica spans nodes. `zones` above 1 means that replicas
    must be spread over that many zones, so that one may fail. `scheduled_…` is what a schedule keeps in its
    hours; outside them `min_replicas` holds.
    """

    name: Annotated[str, "base (on-demand) or burst (spot first)."]
    capacity_type: Annotated[str, "on-demand, or spot with on-demand as the fallback."]
    instance_type: Annotated[str, "EC2 instance type."]
    min_nodes: Annotated[int, "Nodes at the fewest replicas."]
    max_nodes: Annotated[int, "Nodes at the most replicas: the limit of the pool."]
    overshoot_nodes: Annotated[int, "Nodes that may be in flight above the limit."]
    min_replicas: Annotated[int, "Fewest replicas in this pool."]
    max_replicas: Annotated[int, "Most replicas in this pool."]
    replicas_per_node: Annotated[int, "Replicas that share a node."]
    volume_gib: Annotated[int, "gp3 root volume of a node, GiB."]
    accelerators_per_node: Annotated[int, "Accelerators of a node."] = 0
    vcpus_per_node: Annotated[int, "vCPU of a node."] = 0
    arch: Annotated[str, "Processor architecture."] = "amd64"
    nodes_per_replica: Annotated[int, "Nodes that one replica spans."] = 1
    zones: Annotated[int, "Availability zones to spread over."] = 1
    scheduled_replicas: Annotated[int, "Fewest replicas in the hours of the schedule; 0 without one."] = 0
    scheduled_nodes: Annotated[int, "Nodes that hold them."] = 0
    scheduled_h_per_week: Annotated[int, "Hours of a week that the schedule covers."] = 0
    share: Annotated[Tenancy | None, "How its accelerators are shared; null where they are whole."] = None
    share_of_load: Annotated[
        float | None, "Share of the peak that its replicas carry beside another type; null of one type."
    ] = None

    @property
    def beside_the_first(self) -> tuple[int, int]:
        """Fewest and most replicas beside one that always runs."""
        return max(self.min_replicas, 1) - 1, self.max_replicas - 1

    @property
    def clusters(self) -> int:
        """Clusters that the limit holds at once, as an upgrade by Ray runs two; 1 of anything else."""
        held = self.max_replicas * self.nodes_per_replica
        if self.nodes_per_replica == 1 and self.replicas_per_node:
            held = nodes_for(self.max_replicas, self.replicas_per_node, self.zones)
        return max(self.max_nodes // held, 1) if held else 1

    @property
    def packing(self) -> "Packing":
        """How its replicas lie on its nodes: with it a smaller pool of the same kind is made."""
        return Packing(
            self.replicas_per_node,
            self.zones,
            self.volume_gib,
            self.share,
            self.nodes_per_replica,
            self.clusters,
        )

    @property
    def shares_per_node(self) -> int:
        """Shares that a node of it has."""
        return self.accelerators_per_node * (1 if self.share is None else self.share.per_accelerator)

    @property
    def limits(self) -> dict[str, str]:
        """NodePool limits: exactly `max_nodes` nodes, and exactly what they hold; no room for surge."""
        if self.accelerators_per_node:
            held = {RESOURCE: str(self.max_nodes * self.accelerators_per_node)}
        else:
            held = {"cpu": str(self.max_nodes * self.vcpus_per_node)}
        return held | {"nodes": str(self.max_nodes)}

    @property
    def autoscaled(self) -> bool:
        """Whether an autoscaler owns the replica count; if not, `max_replicas` is that count."""
        return self.min_replicas != self.max_replicas


@record
class Share:
    """The replicas of one pool, before any node: how it is rented, and its fewest and most replicas."""

    name: str
    capacity_type: str
    min_replicas: int
    max_replicas: int


def shares(replicas: Replicas, base: int | None) -> tuple[Share, ...]:
    """Split the replicas over the pools; `base` is None where all capacity is on-demand."""
    if base is None:
        return (Share("base", "on-demand", replicas.min, replicas.max),)
    burst = Share("burst", "spot", max(replicas.min - base, 0), replicas.max - base)
    if base == 0:
        return (burst,)
    fixed = Share("base", "on-demand", base, base)
    return (fixed, burst) if burst.max_replicas else (fixed,)


@record
class Packing:
    """Replicas lie on nodes so many on each, spread over so many zones; each node has a root volume."""

    per_node: int
    zones: int
    volume_gib: int
    share: Tenancy | None = None
    nodes_per_replica: int = 1
    clusters: int = 1

    def nodes(self, replicas: int) -> int:
        """Nodes that hold a number of replicas."""
        if self.nodes_per_replica > 1:
            return replicas * self.nodes_per_replica
        return nodes_for(replicas, self.per_node, self.zones)


def pool_of(share: Share, instance: InstanceType, packing: Packing) -> Pool:
    """Make the pool of a share on an instance type."""
    most = packing.clusters * packing.nodes(share.max_replicas)
    return Pool(
        name=share.name,
        capacity_type=share.capacity_type,
        instance_type=instance.name,
        min_nodes=packing.nodes(share.min_replicas),
        max_nodes=most,
        overshoot_nodes=overshoot_nodes(most, packing.nodes_per_replica),
        min_replicas=share.min_replicas,
        max_replicas=share.max_replicas,
        replicas_per_node=packing.per_node,
        volume_gib=packing.volume_gib,
        accelerators_per_node=instance.accelerators,
        vcpus_per_node=instance.vcpus,
        arch="arm64" if instance.arch == "arm64" else "amd64",
        zones=packing.zones,
        share=packing.share,
        nodes_per_replica=packing.nodes_per_replica,
    )
