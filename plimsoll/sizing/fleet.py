"""The fleet of a candidate: replicas with their spares, pools, nodes hour by hour."""

from dataclasses import replace

from plimsoll.catalog.facts import InstanceType, Offering
from plimsoll.ground.start_up import record
from plimsoll.sizing.cold_start import cold_start_s
from plimsoll.sizing.limits import AVAILABILITY, MAX_REPLICAS, THROUGHPUT, Reason
from plimsoll.sizing.nodes import nodes_for, overshoot_nodes, root_volume_gib
from plimsoll.sizing.pool import Pool, Replicas
from plimsoll.sizing.spares import (
    monthly_interruption,
    spare_beyond_zone,
    spot_spares,
    survives_zone,
    tolerates_zone,
    with_zone_spares,
)
from plimsoll.sizing.traffic import Traffic
from plimsoll.sizing.work.setup import Way
from plimsoll.spec.workload import Workload

MOST_ZONES = 3
"""Zones that replicas are spread over at most: the subnets the cluster component makes."""


@record
class Fleet:
    """Replica counts and pools of a candidate, and its nodes hour by hour."""

    replicas: Replicas
    pools: tuple[Pool, ...]
    hourly_nodes: tuple[tuple[int, ...], ...]
    serving: int
    """Replicas that carry the peak; the others are spares."""
    zones: int
    """Zones that each pool is spread over evenly; 1 where it does not matter."""
    cold_start_s: float


class Fleets:
    """Sizes the fleets of one workload; what several instance types share is worked out once."""

    def __init__(self, workload: Workload, traffic: Traffic) -> None:
        self.workload = workload
        self.traffic = traffic
        self._hourly: dict[tuple[tuple[Pool, ...], int, int], tuple[tuple[int, ...], ...]] = {}
        self._sizes: dict[tuple[object, ...], tuple[Fleet, tuple[Reason, ...]]] = {}

    def fleet(
        self, instance: InstanceType, offering: Offering | None, way: Way, capacity: str, per_node: int
    ) -> tuple[Fleet, tuple[Reason, ...]]:
        """The fleet of a way on an instance type of which each node holds `per_node` replicas."""
        zones = min(offering.zones, MOST_ZONES) if offering is not None else MOST_ZONES
        band = offering.interruption_per_month if offering is not None else None
        cold = cold_start_s(instance, way.weights_bytes, own_image=way.measured)
        volume = root_volume_gib(instance, way.weights_bytes)
        key = (id(way), capacity, zones, band if capacity == "spot" else None, cold)
        if key not in self._sizes:
            self._sizes[key] = self._sized(way, capacity, zones, monthly_interruption(band), cold)
        fleet, reasons = self._sizes[key]
        return self._on_nodes(fleet, instance, per_node, volume), reasons

    def _sized(
        self, way: Way, capacity: str, zones: int, interruption: float, cold: float
    ) -> tuple[Fleet, tuple[Reason, ...]]:
        """Replica counts, spares included; the pools still lack their nodes."""
        workload = self.workload
        needed = self._needed(way)
        reasons: list[Reason] = []
        peak = with_zone_spares(needed, zones, workload.sla.availability)
        if peak is None:
            reasons.append(
                AVAILABILITY.broken(
                    f"one zone must be able to fail from availability {workload.sla.availability:g} up, "
                    f"but the type is offered in {zones} zone{'s' if zones != 1 else ''}",
                    workload.sla.availability,
                    zones,
                )
            )
            peak = needed
        peak = max(peak, workload.scale.min_replicas)
        base = self._base(peak) if capacity == "spot" else 0
        if capacity == "spot":
            peak += spot_spares(peak - base, interruption, cold, workload.sla.availability)
            base = self._base(peak)
            left = needed + spare_beyond_zone(workload.sla.availability)
            while self._spread(zones) > 1 and not survives_zone((base, peak - base), zones, left):
                peak += 1
                base = self._base(peak)
        serving = max(needed, workload.scale.min_replicas)
        pinned = workload.pin.replicas
        if pinned is not None:
            if pinned < peak:
                message = f"pin.replicas is {pinned}; the peak needs {peak}, spares included"
                reasons.append(THROUGHPUT.broken(message, peak, pinned))
            serving = max(pinned - (peak - serving), 1)
            peak = pinned
            base = self._base(peak) if capacity == "spot" else 0
        upper = workload.scale.max_replicas
        if upper is not None and peak > upper:
            message = f"needs {peak} replicas, scale.max_replicas is {upper}"
            reasons.append(MAX_REPLICAS.broken(message, upper, peak))
        replicas = self._bounds(peak, base)
        pools = _pools(replicas, base if capacity == "spot" else None)
        return Fleet(replicas, pools, (), serving, self._spread(zones), cold), tuple(reasons)

    def _spread(self, zones: int) -> int:
        """Zones that replicas must be spread over: one (anywhere) unless a zone must be able to fail."""
        return zones if tolerates_zone(self.workload.sla.availability) else 1

    def _needed(self, way: Way) -> int:
        """Replicas that carry the peak, without spares."""
        if self.traffic.peak_qps is not None:
            return max(_ceil(self.traffic.peak_qps / way.qps), 1)
        return max(_ceil((self.traffic.peak_concurrency or 0.0) / way.in_flight), 1)

    def _base(self, peak: int) -> int:
        wanted = self.workload.capacity.on_demand_base
        share = isinstance(wanted, float)
        return min(_ceil(wanted * peak) if share else int(wanted), peak)

    def _bounds(self, peak: int, base: int) -> Replicas:
        """Autoscaler bounds; the on-demand base runs at all hours."""
        scale = self.workload.scale
        least = 0 if scale.to_zero else max(scale.min_replicas, 1)
        return Replicas(min=max(least, base), peak=peak, max=peak)

    def _on_nodes(self, fleet: Fleet, instance: InstanceType, per_node: int, volume: int) -> Fleet:
        """Fill in the nodes of each pool and their hours."""
        pools: list[Pool] = []
        for pool in fleet.pools:
            most = nodes_for(pool.max_replicas, per_node, fleet.zones)
            pools.append(
                replace(
                    pool,
                    instance_type=instance.name,
                    min_nodes=nodes_for(pool.min_replicas, per_node, fleet.zones),
                    max_nodes=most,
                    overshoot_nodes=overshoot_nodes(most),
                    replicas_per_node=per_node,
                    volume_gib=volume,
                    zones=fleet.zones,
                    accelerators_per_node=instance.accelerators,
                    vcpus_per_node=instance.vcpus,
                    arch="arm64" if instance.arch == "arm64" else "amd64",
                )
            )
        key = (fleet.pools, per_node, fleet.zones)
        if key not in self._hourly:
            self._hourly[key] = self._nodes_by_hour(fleet, per_node)
        return replace(fleet, pools=tuple(pools), hourly_nodes=self._hourly[key])

    def _nodes_by_hour(self, fleet: Fleet, per_node: int) -> tuple[tuple[int, ...], ...]:
        """Nodes of each pool hour by hour: all but the last are constant, the last follows the load."""
        *constant, last = fleet.pools
        counts = self._hourly_replicas(fleet.replicas)
        fixed = sum(pool.max_replicas for pool in constant)
        varying = (min(max(count - fixed, last.min_replicas), last.max_replicas) for count in counts)
        return (
            *((nodes_for(pool.max_replicas, per_node, fleet.zones),) * len(counts) for pool in constant),
            tuple(nodes_for(count, per_node, fleet.zones) for count in varying),
        )

    def _hourly_replicas(self, replicas: Replicas) -> list[int]:
        """What the autoscaler runs in each hour: the load's share of the peak replicas, in its bounds."""
        return [
            min(max(_ceil(fraction * replicas.peak), replicas.min), replicas.max)
            for fraction in self.traffic.hourly
        ]


def _ceil(value: float) -> int:
    """Round up, forgiving float noise just above a whole number."""
    return -int(-(value - 1e-9) // 1)


def _pools(replicas: Replicas, base: int | None) -> tuple[Pool, ...]:
    """Split the replicas over the pools; `base` is None where all capacity is on-demand."""
    if base is None:
        return (_pool("base", "on-demand", replicas.min, replicas.max),)
    burst_min = max(replicas.min - base, 0)
    burst = _pool("burst", "spot", burst_min, replicas.max - base)
    if base == 0:
        return (burst,)
    fixed = _pool("base", "on-demand", base, base)
    return (fixed, burst) if burst.max_replicas else (fixed,)


def _pool(name: str, capacity_type: str, least: int, most: int) -> Pool:
    return Pool(name, capacity_type, "", 0, 0, 0, least, most, 1, 0)
