"""The autoscaler of a workload holds a metric at a target, within bounds."""

from typing import Annotated

from plimsoll.candidates.candidate import Candidate
from plimsoll.candidates.search import Search
from plimsoll.ground.start_up import record
from plimsoll.sizing.work.base import Peak, Queueing, Scaling


@record
class KeptInHours:
    """A schedule keeps replicas in its hours, on the clock of a place; outside them there may be none."""

    start: Annotated[str, "When its hours begin, as cron writes it."]
    end: Annotated[str, "When they end, as cron writes it."]
    timezone: Annotated[str, "IANA time zone of both."]
    min_replicas: Annotated[int, "Fewest replicas in these hours."]
    hours_per_month: Annotated[float, "Hours that it covers: those of a year ÷ 12."]
    load_outside: Annotated[float, "Share of all requests that come outside them, and outside the sla."]


@record
class Autoscaling:
    """The metric and target that the sized SLA implies, per replica, and the bounds.

    `target` is requests in flight per replica (`metric` = `requests_in_flight`), requests per second and
    replica of a measured service (`requests_per_second`), tasks of a queue per worker (`queue_tasks`), or a
    share of the requested CPU (`cpu…`).
    """

    metric: Annotated[str, "Metric to scale on."]
    target: Annotated[float, "Value per replica to hold."]
    unit: Annotated[str, "Unit of the target."]
    min_replicas: Annotated[int, "Lower bound."]
    max_replicas: Annotated[int, "Upper bound."]
    scale_to_zero: Annotated[bool, "Whether it may go to zero without traffic."]
    schedule: Annotated[KeptInHours | None, "Hours in which replicas are kept; null without a schedule."] = (
        None
    )

    @property
    def may_sleep(self) -> bool:
        """Whether there may be no replica at all, for want of traffic or outside the hours of a schedule."""
        return self.scale_to_zero or self.schedule is not None

    @property
    def by_cpu(self) -> bool:
        """Whether the target is a share of the requested CPU rather than requests in flight."""
        return self.metric.startswith("cpu")

    @property
    def by_queue(self) -> bool:
        """Whether the target is tasks of a queue."""
        return self.metric == "queue_tasks"

    @property
    def target_text(self) -> str:
        """The target as autoscalers write it: whole percent of CPU, or requests per replica."""
        if self.by_queue:
            return f"{self.target:.0f}"
        return f"{self.target * 100:.0f}" if self.by_cpu else f"{self.target:g}"


def autoscaling(search: Search, best: Candidate, peak: Peak, queueing: Queueing | None = None) -> Autoscaling:
    """Scale on what one replica carries at the peak, spares included, so that the peak wants them all."""
    replicas = best.must_be_sized().fleet.replicas
    scaling = _of_the_burst(search, best) or search.work.scaling(best.setup, _reached(search, best, peak))
    return Autoscaling(
        metric=scaling.metric,
        target=float(f"{scaling.target:.3g}" if queueing is None else queueing.target_per_worker),
        unit=scaling.unit,
        min_replicas=replicas.min,
        max_replicas=replicas.max,
        scale_to_zero=search.workload.scale.to_zero,
        schedule=_schedule(search),
    )


def _of_the_burst(search: Search, best: Candidate) -> Scaling | None:
    """Scale the burst of a mix on what each of its own replicas carries; None where there is one type."""
    second = best.must_be_sized().second
    if second is None:
        return None
    from plimsoll.plan.beside.mixed import scaling_of  # start-up: few specs allow a second type

    return scaling_of(search, best, second)[1]


def _reached(search: Search, best: Candidate, peak: Peak) -> Peak:
    """Take the peak that replicas see behind a warm cache: a cold one then asks for all of them."""
    fleet, cache = best.must_be_sized().fleet, search.workload.load.cache
    if not fleet.reached or cache is None:
        return peak
    serving = max(peak.serving - (peak.replicas - fleet.reached), 1)
    return search.work.reaching(1 - cache.hit).at_peak(best.setup, serving, fleet.reached)


def _schedule(search: Search) -> KeptInHours | None:
    if search.workload.scale.schedule is None:
        return None
    from plimsoll.plan.beside.schedule import kept_in_hours  # start-up: few specs have one

    return kept_in_hours(search)
