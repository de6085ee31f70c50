"""A measured service carries what its owner measured: the measurement pins the accelerator."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

from plimsoll.ground.assumption import Assumption
from plimsoll.ground.start_up import record
from plimsoll.ground.units import figure
from plimsoll.sizing.latency_limits import margin
from plimsoll.sizing.limits import LATENCY, Reason
from plimsoll.sizing.replica import UTILISATION_TARGET, Replica
from plimsoll.sizing.traffic import QUANTILES
from plimsoll.sizing.work.base import Assignment, Peak, Scaling
from plimsoll.sizing.work.owned import INTERVAL, OwnedWork
from plimsoll.sizing.work.setup import Estimate, LoadedReplica, Setup, most_load
from plimsoll.spec.workload import Measured, Workload


@record
class MeasuredReplica:
    """A service at the load its owner measured; a lower load is never assumed to be faster."""

    measured_qps: float
    measured_s: Mapping[str, float]

    @property
    def full_batch(self) -> float:
        """The measured rate."""
        return 1.0

    @property
    def most_qps(self) -> float:
        """The measured rate."""
        return self.measured_qps

    @property
    def top_batch(self) -> float:
        """The utilisation target, as a share of the measured rate."""
        return UTILISATION_TARGET

    def qps_of(self, batch: float) -> float:
        """The measured rate times the share in use."""
        return batch * self.measured_qps

    def latencies_s(self, batch: float, keys: Sequence[str]) -> list[float]:
        """The measured statistics; of a lower one that was not measured, the next higher that was."""
        del batch
        return [self._latency(key) for key in keys]

    def _latency(self, key: str) -> float:
        metric, _, name = key.partition("_")
        names = list(QUANTILES)
        for higher in names[names.index(name) :]:
            measured = self.measured_s.get(f"{metric}_{higher}")
            if measured is not None:
                return measured
        return math.inf

    def in_flight(self, batch: float) -> float:
        """Little's law over the slowest measured latency, an upper bound of the mean."""
        return self.qps_of(batch) * max(self.measured_s.values(), default=0.0)


class MeasuredService(OwnedWork):
    """A service of its owner's, at the rate and the latencies that were measured."""

    latency_metrics = ("latency",)

    def carried(self, measured: Measured) -> str:
        """Say in words what one replica carries."""
        return f"{figure(measured.qps_per_replica or 0.0)} req/s per replica"

    @property
    def reported(self) -> Sequence[str]:
        """Report the percentiles that were measured, of whichever variant."""
        return tuple(dict.fromkeys(key for each in self.measurements for key in _latencies_s(each)))

    def estimated(self, setup: Setup, peak: Peak, keys: Sequence[str]) -> Mapping[str, Estimate]:
        """Estimate what was measured of a variant; percentiles of others alone are none of its.

        A slice of an accelerator has no latency unless it was measured there; where tenants take turns, the
        worst is that each waits for all the others.
        """
        known = _latencies_s(self.measurements[setup.place])
        wanted = [key for key in keys if key in known or key in self.limits.seconds]
        found, share = super().estimated(setup, peak, wanted), setup.pod.share
        if share is None:
            return found
        tenants = share.per_accelerator if share.kind == "time_slicing" else 1
        worst = {f"{key}_ms": tenants * value * 1000 for key, value in known.items()}
        return {
            key: replace(each, high=max(each.high, worst.get(key, 0.0)))
            for key, each in found.items()
            if each.estimate < math.inf
        }

    def adapted(self, workload: Workload) -> "MeasuredService":
        """Work out the same anew under a changed spec."""
        return MeasuredService(workload, self.traffic, self.accelerators)

    def scaling(self, setup: Setup, peak: Peak) -> Scaling:
        """Scale on requests per second, which is what was measured."""
        del setup
        return Scaling("requests_per_second", "requests/s per replica", peak.qps / peak.replicas)

    def loaded(self, measured: Measured) -> tuple[LoadedReplica, tuple[Reason, ...]]:
        """Load a replica as far as it was measured to carry, and say which limits it breaks there."""
        replica = MeasuredReplica(measured.qps_per_replica or 0.0, _latencies_s(measured))
        loaded, broken = most_load(replica, self.limits, INTERVAL)
        # Two percentiles that were measured alike and are limited alike break with the same words.
        said = tuple(dict.fromkeys(_as_measured(reason, self.limits.confidence) for reason in broken))
        return loaded or LoadedReplica.at(replica, replica.top_batch), said

    def at_rate(self, measured: Measured, share: float) -> LoadedReplica:
        """Load a replica at a part of the measured rate, whose latency nobody knows."""
        replica = MeasuredReplica((measured.qps_per_replica or 0.0) * share, {})
        return LoadedReplica.at(replica, replica.top_batch)

    def in_turns(self, measured: Measured, tenants: int) -> tuple[LoadedReplica, tuple[Reason, ...]]:
        """Load one of several equal tenants, as far as the limits allow what their turns take."""
        from plimsoll.sizing.work.shared import TurnsReplica  # start-up: few specs share

        replica = TurnsReplica(self.loaded(measured)[0].replica, tenants)
        loaded, broken = most_load(replica, self.limits, INTERVAL)
        return loaded or LoadedReplica.at(replica, replica.top_batch), broken

    def assumed(self, replica: Replica) -> tuple[Assumption, ...]:
        """Say how much of the measured rate is planned with."""
        source = "room for waits and bursts"
        return (Assumption("utilisation target", replica.top_batch, "share of the measured rate", source),)


def work(assigned: Assignment) -> MeasuredService:
    """Make the work that a spec asks for."""
    return MeasuredService(assigned.workload, assigned.traffic, assigned.catalog.accelerators)


def _latencies_s(measured: Measured) -> dict[str, float]:
    """Take the latencies that were measured, in seconds (`latency_p95`)."""
    given = {name: getattr(measured, f"latency_{name}_ms") for name in QUANTILES}
    return {f"latency_{name}": value / 1000 for name, value in given.items() if value is not None}


def _as_measured(reason: Reason, confidence: float) -> Reason:
    """Word a broken latency limit as what it is here: a measurement, not an estimate."""
    if not (isinstance(reason.value, float) and isinstance(reason.limit, float)):
        return reason
    more = margin(INTERVAL, LATENCY.code, confidence)
    repeated = f", {figure(reason.value)} ms at sla.confidence {confidence:g}" if more != 1 else ""
    said, limit = figure(reason.value / more), figure(reason.limit)
    message = f"measured latency is {said} ms{repeated}; the limit is {limit} ms"
    return Reason(reason.code, reason.limit, reason.value, reason.unit, message)
