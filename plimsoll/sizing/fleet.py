"""A fleet is what a candidate rents: replicas with their spares, pools of nodes, and nodes hour by hour."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from plimsoll.catalog.facts import InstanceType, Offering
from plimsoll.ground.start_up import record
from plimsoll.sizing.cold_start import cold_start_s
from plimsoll.sizing.limits import AVAILABILITY, MAX_REPLICAS, THROUGHPUT, Reason
from plimsoll.sizing.nodes import root_volume_gib, round_up
from plimsoll.sizing.pool import Packing, Pool, Replicas, Share, pool_of, shares
from plimsoll.sizing.spares import (
    monthly_interruption,
    spare_beyond_zone,
    spot_spares,
    survives_zone,
    tolerates_zone,
    with_zone_spares,
)
from plimsoll.sizing.work.base import Work
from plimsoll.sizing.work.setup import Setup
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
    reached: int = 0
    """Replicas that the peak needs behind a warm cache, spares included; 0 without a cache."""

    @property
    def in_hours(self) -> Replicas:
        """Bounds in which the replicas of each hour lie, and what its load is a share of."""
        return replace(self.replicas, peak=self.reached) if self.reached else self.replicas


@record
class Rental:
    """Replica counts depend on this beside the setup: capacity type, zones, and how long one is away.

    `interruption` is the chance that a spot instance is taken back within a month; 0 on demand.
    """

    capacity_type: str
    zones: int
    interruption: float
    cold_start_s: float

    @property
    def spot(self) -> bool:
        """Whether the replicas beyond the base run on spot capacity."""
        return self.capacity_type == "spot"


Terms = tuple[str, int, float, float]
"""The fields of a rental, by which counts are found again: a tuple is hashed in a sixth of the time."""


@record
class Counts:
    """Replica counts of a setup under one rental, split over pools, before any node."""

    replicas: Replicas
    shares: tuple[Share, ...]
    serving: int
    zones: int
    reached: int


class Fleets:
    """Sizes the fleets of one workload; what several instance types share is worked out once."""

    def __init__(self, workload: Workload, work: Work) -> None:
        self.workload = workload
        self.work = work
        self._hourly: dict[tuple[int, ...], tuple[tuple[int, ...], ...]] = {}
        self._counts: dict[tuple[Setup, Terms], tuple[Counts, tuple[Reason, ...]]] = {}

    def fleet(
        self,
        instance: InstanceType,
        offering: Offering | None,
        setup: Setup,
        capacity_type: str,
        per_node: int,
    ) -> tuple[Fleet, tuple[Reason, ...]]:
        """Size the fleet of a setup on an instance type of which each node holds `per_node` replicas."""
        terms = terms_of(instance, offering, setup, capacity_type)
        found = self._counts.get((setup, terms))
        if found is None:
            found = self._counts[setup, terms] = self._counted(setup, Rental(*terms))
        counts, reasons = found
        volume_gib = root_volume_gib(instance, setup.weights_bytes)
        share, clusters = setup.pod.share, 2 if self.workload.engine.run_by == "ray_serve" else 1
        packing = Packing(per_node, counts.zones, volume_gib, share, setup.stages, clusters)
        fleet = Fleet(
            replicas=counts.replicas,
            pools=tuple(self._pool(share, instance, packing) for share in counts.shares),
            hourly_nodes=self._nodes_by_hour(counts, packing),
            serving=counts.serving,
            zones=counts.zones,
            cold_start_s=terms[-1],
            reached=counts.reached,
        )
        return fleet, reasons

    def _pool(self, share: Share, instance: InstanceType, packing: Packing) -> Pool:
        """Make the pool of a share; beside a schedule it has no fixed base, so that there is one pool."""
        pool, schedule = pool_of(share, instance, packing), self.workload.scale.schedule
        if schedule is None:
            return pool
        kept = min(schedule.min_replicas, share.max_replicas)
        return replace(
            pool,
            scheduled_replicas=kept,
            scheduled_nodes=packing.nodes(kept),
            scheduled_h_per_week=schedule.week_h,
        )

    def _counted(self, setup: Setup, rental: Rental) -> tuple[Counts, tuple[Reason, ...]]:
        """Count replicas: what carries the peak, spares for a zone and for spot, the pin, the bounds."""
        needed, scale = self.work.needed(setup), self.workload.scale
        least = scale.schedule.min_replicas if scale.schedule is not None else scale.min_replicas
        serving = max(needed, least)
        zoned = with_zone_spares(needed, rental.zones, self._availability)
        peak = self._with_spot_spares(max(zoned or needed, least), needed, rental)
        pinned = self.workload.pin.replicas
        count = peak if pinned is None else pinned
        base = self._base(count) if rental.spot else None
        replicas = self._bounds(setup, count, base or 0, rental.cold_start_s)
        counts = Counts(
            replicas=replicas,
            shares=shares(replicas, base),
            serving=serving if pinned is None else max(pinned - (peak - serving), 1),
            zones=self._spread(rental.zones),
            reached=self._reached(setup, needed, count),
        )
        reasons = (
            *self._too_few_zones(zoned, rental.zones),
            *self._too_few(peak),
            *self._too_many(count),
            *self.work.too_many(count),
            *(self.work.on_spot(setup) if rental.spot else ()),
        )
        return counts, reasons

    def _reached(self, setup: Setup, needed: int, count: int) -> int:
        """Count the replicas that the peak needs while the cache is warm, with the spares of a cold one."""
        cache = self.workload.load.cache
        if cache is None or cache.cold_start_ok:
            return 0
        spared = needed - self.work.reaching(1 - cache.hit).needed(setup)
        return max(count - spared, 1)

    def _with_spot_spares(self, peak: int, needed: int, rental: Rental) -> int:
        """Add replicas for spot capacity that is taken back, and until the fullest zone may fail."""
        if not rental.spot:
            return peak
        bursting = peak - self._base(peak)
        peak += spot_spares(bursting, rental.interruption, rental.cold_start_s, self._availability)
        left = needed + spare_beyond_zone(self._availability)
        if self._spread(rental.zones) > 1:
            while not survives_zone(self._split(peak), rental.zones, left):
                peak += 1
        return peak

    def spared(self, needed: int, rental: Rental) -> int | None:
        """Count the replicas of one pool that keep `needed` with others away; None if zones are too few."""
        zoned = with_zone_spares(needed, rental.zones, self._availability)
        return None if zoned is None else self._with_spot_spares(zoned, needed, rental)

    def _too_few_zones(self, zoned: int | None, zones: int) -> Iterator[Reason]:
        if zoned is None:
            yield AVAILABILITY.broken(
                f"one zone must be able to fail from availability {self._availability:g} up, "
                f"but the type is offered in {zones} zone{'s' if zones != 1 else ''}",
                self._availability,
                zones,
            )

    def _too_few(self, peak: int) -> Iterator[Reason]:
        pinned = self.workload.pin.replicas
        if pinned is not None and pinned < peak:
            message = f"pin.replicas is {pinned}; the peak needs {peak}, spares included"
            yield THROUGHPUT.broken(message, peak, pinned)

    def _too_many(self, count: int) -> Iterator[Reason]:
        upper = self.workload.scale.max_replicas
        if upper is not None and count > upper:
            message = f"needs {count} replicas, scale.max_replicas is {upper}"
            yield MAX_REPLICAS.broken(message, upper, count)

    @property
    def _availability(self) -> float:
        return self.workload.sla.availability

    def _spread(self, zones: int) -> int:
        """Zones that replicas must be spread over: one (anywhere) unless a zone must be able to fail."""
        return zones if tolerates_zone(self._availability) else 1

    def _base(self, count: int) -> int:
        """Replicas that run on demand for good, of so many."""
        wanted = self.workload.capacity.on_demand_base
        share = isinstance(wanted, float)
        return min(round_up(wanted * count) if share else int(wanted), count)

    def _split(self, count: int) -> tuple[int, int]:
        """Replicas on demand and on spot, of so many."""
        base = self._base(count)
        return base, count - base

    def _bounds(self, setup: Setup, peak: int, base: int, cold_start_s: float) -> Replicas:
        """Autoscaler bounds; the on-demand base runs at all hours, and what could not start in time."""
        scale = self.workload.scale
        asleep = scale.to_zero or scale.schedule is not None
        least = 0 if asleep else max(scale.min_replicas, self.work.kept(setup, peak, cold_start_s))
        return Replicas(min=max(least, base), peak=peak, max=peak)

    def _nodes_by_hour(self, counts: Counts, packing: Packing) -> tuple[tuple[int, ...], ...]:
        """Nodes of each pool hour by hour: all but the last are constant, the last follows the load."""
        ends = (bound for share in counts.shares for bound in (share.min_replicas, share.max_replicas))
        key = (packing.per_node, packing.nodes_per_replica, packing.zones, counts.reached, *ends)
        found = self._hourly.get(key)
        if found is None:
            *constant, last = counts.shares
            bounds = replace(counts.replicas, peak=counts.reached) if counts.reached else counts.replicas
            hours = replicas_by_hour(self.workload, self.work.hourly, bounds)
            fixed = sum(share.max_replicas for share in constant)
            nodes = {
                count: packing.nodes(min(max(count - fixed, last.min_replicas), last.max_replicas))
                for count in set(hours)
            }
            found = self._hourly[key] = (
                *((packing.nodes(share.max_replicas),) * len(hours) for share in constant),
                tuple(map(nodes.__getitem__, hours)),
            )
        return found


def replicas_by_hour(workload: Workload, hourly: Sequence[float], replicas: Replicas) -> list[int]:
    """Count the replicas of each hour: the load's share of the peak ones, in the autoscaler's bounds.

    Beside a schedule the hours are those of the weeks of a year.
    """
    if workload.scale.schedule is not None:
        from plimsoll.sizing.kept_hours import hours_of_load  # start-up: few specs have one

        if (kept := hours_of_load(workload, hourly)) is not None:
            return kept.replicas(replicas)
    return [min(max(round_up(fraction * replicas.peak), replicas.min), replicas.max) for fraction in hourly]


def terms_of(instance: InstanceType, offering: Offering | None, setup: Setup, capacity_type: str) -> Terms:
    """Take what counts of how a type is rented; a type that is not offered is taken for widely offered."""
    band = offering.interruption_per_month if offering is not None else None
    return (
        capacity_type,
        min(offering.zones, MOST_ZONES) if offering is not None else MOST_ZONES,
        monthly_interruption(band) if capacity_type == "spot" else 0.0,
        cold_start_s(instance, setup.weights_bytes, own_image=setup.own_image, start_s=setup.start_s),
    )
