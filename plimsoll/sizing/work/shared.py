"""What was measured may run on a share of an accelerator: what holds there of it, and what nobody knows.

A share that was measured holds as it was measured. Of a slice of MIG the rate follows from that of the whole
accelerator, its latency does not: MLPerf v1.1 saw single requests take 1.4 to 7.7 times as long on a seventh.
Turns share the whole accelerator, so that waits follow from processor sharing.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from plimsoll.catalog.facts import Accelerator
from plimsoll.ground.assumption import Assumption
from plimsoll.ground.start_up import record
from plimsoll.ground.units import GIB
from plimsoll.sizing.latency_limits import LatencyLimits
from plimsoll.sizing.limits import AVAILABILITY, HOST, MEMORY, NO_SPEED, Reason
from plimsoll.sizing.replica import UTILISATION_TARGET, Replica
from plimsoll.sizing.sharing.profiles import Profile, profiles_of
from plimsoll.sizing.sharing.share import Tenancy, part_text, turns
from plimsoll.sizing.spares import tolerates_zone
from plimsoll.sizing.work.setup import LoadedReplica, Setup
from plimsoll.spec.workload import Measured, Workload

MOST_TURNS = 8
"""Tenants of one accelerator by turns at most: each waits for all others. Assumption."""


class Owned(Protocol):
    """Work of its owner's, of which a share may carry a part."""

    workload: Workload
    accelerators: Mapping[str, Accelerator]
    limits: LatencyLimits

    def loaded(self, measured: Measured) -> tuple[LoadedReplica, tuple[Reason, ...]]:
        """Load a replica as far as it was measured to carry, and say which limits it breaks there."""
        ...

    def at_rate(self, measured: Measured, share: float) -> LoadedReplica | None:
        """Load a replica at a part of the measured rate; None where the time of one is what counts."""
        ...

    def in_turns(self, measured: Measured, tenants: int) -> tuple[LoadedReplica, tuple[Reason, ...]] | None:
        """Load one of several equal tenants that take turns; None where nobody knows how that ends."""
        ...

    def assumed(self, replica: Replica) -> tuple[Assumption, ...]:
        """Say how much of what was measured is planned with."""
        ...


@record
class TurnsReplica:
    """One of several tenants that take turns on an accelerator, each carrying as much as the others.

    With a share ρ of the measured rate each, n tenants keep it nρ busy; a request takes (1 - ρ) / (1 - nρ)
    times as long as alone (processor sharing, reference rule; not validated), at worst n times.
    """

    alone: Replica
    tenants: int

    @property
    def full_batch(self) -> float:
        """The part of the measured rate that each may take."""
        return 1 / self.tenants

    @property
    def most_qps(self) -> float:
        """The measured rate, divided."""
        return self.alone.most_qps / self.tenants

    @property
    def top_batch(self) -> float:
        """The utilisation target of the accelerator, divided."""
        return UTILISATION_TARGET / self.tenants

    def qps_of(self, batch: float) -> float:
        """The measured rate times the share in use."""
        return self.alone.qps_of(batch)

    def latencies_s(self, batch: float, keys: Sequence[str]) -> list[float]:
        """The measured statistics, stretched by the turns of the others."""
        stretch = stretched(batch, self.tenants * batch)
        return [value * stretch for value in self.alone.latencies_s(batch, keys)]

    def in_flight(self, batch: float) -> float:
        """Little's law over the stretched latency."""
        return self.alone.in_flight(batch) * stretched(batch, self.tenants * batch)


def stretched(own: float, together: float) -> float:
    """How many times as long a request takes whose service is busy `own` of the time, all `together`."""
    return (1 - own) / (1 - together) if together < 1 else math.inf


def shared_setups(work: Owned, measured: Measured, whole: Setup) -> Iterator[Setup]:
    """Yield the setups on shares of a type's whole accelerators, in the ways that the spec allows."""
    ways = work.workload.capacity.share
    if "time_slicing" in ways:
        yield from _turns(work, measured, whole)
    if "mig" in ways:
        yield from _slices(work, measured, whole)


def _turns(work: Owned, measured: Measured, whole: Setup) -> Iterator[Setup]:
    """Try two tenants, and as many as the memory holds: each has to declare what it takes."""
    accelerator = work.accelerators[whole.accelerator or ""]
    usable = accelerator.memory_bytes * accelerator.visible_share / GIB
    need = measured.accelerator_memory_gib or usable
    most = min(max(math.floor(usable / need), 2), MOST_TURNS)
    for tenants in range(2, most + 1):
        share = turns(tenants)
        reasons = [*_held(whole), *_of_turns(work, tenants * need, usable)]
        loaded, broken, assumed = _in_turns(work, measured, tenants)
        yield _setup(whole, share, (*reasons, *broken), loaded, assumed)


def _held(whole: Setup) -> Iterator[Reason]:
    """Keep what is wrong with the accelerator and its host, whatever the share."""
    return (reason for reason in whole.reasons if reason.code in ("pinned", "host"))


def _of_turns(work: Owned, need: float, usable: float) -> Iterator[Reason]:
    availability = work.workload.sla.availability
    if tolerates_zone(availability):
        message = (
            f"tenants that take turns on an accelerator fail together, and availability {availability:g} "
            "wants faults kept apart"
        )
        yield AVAILABILITY.broken(message, availability)
    if need > usable:
        message = f"the tenants use {need:.4g} GiB of accelerator memory together; {usable:.4g} are usable"
        yield MEMORY.broken(message, round(usable, 2), round(need, 4))


def _in_turns(
    work: Owned, measured: Measured, tenants: int
) -> tuple[LoadedReplica | None, tuple[Reason, ...], tuple[Assumption, ...]]:
    if measured.accelerator_share is not None:
        part = part_text(measured.accelerator_share)
        message = f"it was measured on {part} of an accelerator, not on turns of a whole one"
        return None, (NO_SPEED.broken(message),), ()
    found = work.in_turns(measured, tenants)
    if found is None:
        message = "what turns do to the time of a task is not predicted: measure it"
        return None, (NO_SPEED.broken(message),), ()
    loaded, broken = found
    source = "processor sharing of equal tenants, not validated; nothing holds a tenant to its memory"
    said = Assumption("turns on one accelerator", tenants, "tenants", source)
    return loaded, broken, (*work.assumed(loaded.replica), said)


def _slices(work: Owned, measured: Measured, whole: Setup) -> Iterator[Setup]:
    """Try each profile of the accelerator that is not all of it; one without MIG is told so."""
    profiles = profiles_of(whole.accelerator or "")
    if not profiles:
        reason = HOST.broken(f"{whole.accelerator} has no MIG", "MIG", whole.accelerator)
        share = Tenancy("mig", "nvidia.com/mig", 1, 1.0, "none")
        yield _setup(whole, share, (*_held(whole), reason), None, ())
    for profile in profiles:
        if profile.count > 1 or profile.part < 1:
            yield _on_slice(work, measured, profile, whole)


def _on_slice(work: Owned, measured: Measured, profile: Profile, whole: Setup) -> Setup:
    reasons = [*_held(whole)]
    need = measured.accelerator_memory_gib
    if need is not None and need > profile.memory_gib:
        message = (
            f"the service uses {need:g} GiB of accelerator memory; a slice {profile.name} of "
            f"{whole.accelerator} has {profile.memory_gib:g}"
        )
        reasons.append(MEMORY.broken(message, profile.memory_gib, need))
    part = measured.accelerator_share
    if part is not None:
        there, broken = work.loaded(measured)
        other = _not_measured(part, profile, whole, work.workload.pin.mig_profile)
        reasons += broken if other is None else [other]
        return _setup(whole, profile.share, tuple(reasons), there, work.assumed(there.replica))
    share, low, high = profile.rate
    loaded = work.at_rate(measured, share)
    if loaded is None or work.limits.seconds:
        limit = "its limit on latency" if work.limits.seconds else "the time of a task"
        message = (
            f"the latency of a slice is not predicted (1.4 to 7.7 times that of the whole), and {limit} "
            f"needs it: measure on {profile.name} and say measured.accelerator_share: {profile.part:g}"
        )
        reasons.append(NO_SPEED.broken(message))
    source = f"of the whole accelerator's; 80 %: {low:.3g} to {high:.3g}; its latency is not predicted"
    said = Assumption(f"rate of a slice {profile.name}", float(f"{share:.4g}"), None, source)
    assumed = (*work.assumed(loaded.replica), said) if loaded is not None else ()
    return _setup(whole, profile.share, tuple(reasons), loaded, assumed)


def _not_measured(part: float, profile: Profile, whole: Setup, pinned: str | None) -> Reason | None:
    """Say that a profile is not the share that was measured, or not surely; None where it is."""
    name, profiles = profile.name, profiles_of(whole.accelerator or "")
    if abs(part - profile.part) > 1e-9:
        message = (
            f"it was measured on {part_text(part)} of an accelerator; {name} is {part_text(profile.part)}"
        )
        return NO_SPEED.broken(message)
    alike = [each.name for each in profiles if each.part == profile.part]
    if len(alike) > 1 and pinned != name:
        message = f"{' and '.join(alike)} are both {part_text(part)}: pin.mig_profile says which was measured"
        return NO_SPEED.broken(message)
    return None


def _setup(
    whole: Setup,
    share: Tenancy,
    reasons: tuple[Reason, ...],
    loaded: LoadedReplica | None,
    assumptions: tuple[Assumption, ...],
) -> Setup:
    """Take the same pod on a share of one accelerator."""
    return replace(
        whole,
        accelerators=1,
        pod=replace(whole.pod, accelerators=1, share=share),
        reasons=reasons,
        loaded=loaded,
        assumptions=assumptions,
    )
