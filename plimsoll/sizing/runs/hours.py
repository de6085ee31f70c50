"""The hours of a run: its nodes start, it computes, saves, is interrupted, and saves a last time."""

from dataclasses import replace
from math import hypot, inf

from plimsoll.ground.start_up import record
from plimsoll.sizing.runs.checkpoint import RunCheckpoint
from plimsoll.sizing.runs.failures import Interrupted, expected_h, failures_at
from plimsoll.sizing.runs.limits import MINUTES, RunLimits
from plimsoll.sizing.runs.pace import Pace
from plimsoll.sizing.runs.spot import Followed, SpotWork, every_run, switch_at_h
from plimsoll.sizing.runs.spread import WorkHours, quantiles_h

START_H = 0.2
"""Hours from asking for a GPU node to the first step: node, image, weights, 6 to 12 minutes are seen; and
from a failure to the next step. Assumption: the longer."""

WORTH_SPOT = 1.05
"""Deadline ÷ work below which spot has no value: what it saves is lost on the way back to on-demand."""


@record
class RunHours:
    """What a run takes, hours. `spot_h` and `on_demand_h` are what is billed of each node on average.

    `floor_h` is a run on time that nothing interrupts. `switch_h` is when it leaves spot for good; None where
    it never does, or never is there. `useful_share` is compute ÷ hours from the first to the last step.
    """

    floor_h: float
    estimate_h: float
    low_h: float
    high_h: float
    spot_h: float
    on_demand_h: float
    interruptions: float
    useful_share: float
    enforced_min: int
    switch_h: float | None = None
    late_share: float | None = None

    @property
    def enforced_h(self) -> float:
        """Hours after which the cluster ends the run."""
        return self.enforced_min / MINUTES

    @property
    def spot_share(self) -> float:
        """Share of the billed hours that are on spot."""
        billed = self.spot_h + self.on_demand_h
        return self.spot_h / billed if billed else 0.0


@record
class Conditions:
    """What a run's hours depend on beside its pace: saves (None: none), failures of its nodes, its limits."""

    checkpoint: RunCheckpoint | None
    failures: Interrupted
    limits: RunLimits

    def worked_h(self, compute_h: float) -> float:
        """Hours that compute takes with its saves, and what failures of nodes take back."""
        saves = self.checkpoint
        if saves is None:
            return expected_h(compute_h, compute_h, 0.0, self.failures)
        return expected_h(compute_h, saves.interval_s / 3600, saves.blocking_s / 3600, self.failures)

    def undisturbed_h(self, compute_h: float) -> float:
        """Hours that compute takes with its saves alone."""
        saves = self.checkpoint
        return compute_h if saves is None else compute_h * (1 + saves.blocking_s / saves.interval_s)

    @property
    def once_h(self) -> float:
        """Hours that a run takes once: until it has where to save to, and until its last save is written."""
        saves = self.checkpoint
        return 0.0 if saves is None else saves.write_s / 3600 + saves.made_h

    @property
    def interval_h(self) -> float:
        """Hours between saves; 0 where nothing is saved."""
        return self.checkpoint.interval_s / 3600 if self.checkpoint is not None else 0.0

    def cycle_h(self, compute_h: float) -> float:
        """Hours of work from one save to the next: all of it where nothing is saved."""
        return self.checkpoint.cycle_h if self.checkpoint is not None else compute_h

    def lost_h(self, compute_h: float) -> float:
        """Hours that one interruption takes: half of what was not saved, and the way back."""
        return self.cycle_h(compute_h) / 2 + self.failures.back_h


def on_demand_hours(pace: Pace, terms: Conditions) -> RunHours:
    """Work out the hours of a run on nodes that nobody takes back, and that fail now and then."""
    worked, edges = terms.worked_h(pace.compute_h), START_H + terms.once_h
    mean = worked / terms.failures.between_h
    estimate = edges + worked
    slow = edges + terms.worked_h(pace.high_h) - estimate
    failed = edges + terms.undisturbed_h(pace.compute_h)
    failed += failures_at(0.9, mean) * terms.lost_h(pace.compute_h) - estimate
    high = estimate + hypot(slow, max(failed, 0.0))
    enforced = terms.limits.enforced_min(high, terms.interval_h)
    return RunHours(
        floor_h=edges + terms.undisturbed_h(pace.compute_h),
        estimate_h=estimate,
        low_h=edges + terms.undisturbed_h(pace.low_h),
        high_h=high,
        spot_h=0.0,
        on_demand_h=min(estimate, enforced / MINUTES),
        interruptions=mean,
        useful_share=pace.compute_h / worked,
        enforced_min=enforced,
    )


@record
class SpotTerms:
    """How long a gang's spot nodes stay on average, and when the run leaves them for on-demand."""

    stay_h: float
    fallback: str


def spot_hours(pace: Pace, terms: Conditions, spot: SpotTerms) -> RunHours:
    """Work out the hours of a run on spot, and on demand from the moment that its fallback says."""
    calm, deadline = on_demand_hours(pace, terms), terms.limits.deadline_h
    if deadline is None:
        return _without_deadline(pace, terms, spot)
    leaves = spot.fallback == "last_moment"
    if leaves and deadline / pace.compute_h < WORTH_SPOT:
        return replace(calm, switch_h=0.0)
    enforced = terms.limits.enforced_min(0.0, 0.0)
    slowest = pace.compute_h if terms.limits.of_half else pace.high_h
    switch = _switch_h(deadline, slowest, terms) if leaves else inf
    runs = _followed(pace, terms, spot, (max(switch, 0.0), enforced / MINUTES))
    low, high = _spread(pace, terms, runs, max(switch, 0.0))
    if 0 <= switch < inf and not terms.limits.of_half:
        high = min(high, deadline)  # as slow as nine in ten are, it still leaves in time
    return _of_runs(pace, terms, runs, (low, high, enforced, switch))


def _without_deadline(pace: Pace, terms: Conditions, spot: SpotTerms) -> RunHours:
    """Bound a run that has no limit by what nine in ten keep: without hours there is no last moment."""
    runs = _followed(pace, terms, spot, (inf, inf))
    low, high = _spread(pace, terms, runs, inf)
    enforced = terms.limits.enforced_min(high, terms.interval_h)
    runs = _followed(pace, terms, spot, (inf, enforced / MINUTES))
    return _of_runs(pace, terms, runs, (low, high, enforced, inf))


def _switch_h(deadline_h: float, compute_h: float, terms: Conditions) -> float:
    return switch_at_h(deadline_h, terms.worked_h(compute_h), START_H, terms.once_h)


def _followed(pace: Pace, terms: Conditions, spot: SpotTerms, until: tuple[float, float]) -> Followed:
    """Follow the run through the scenarios; `until` is when it leaves spot, and when the cluster ends it."""
    work = SpotWork(
        work_h=terms.worked_h(pace.compute_h) + terms.once_h,
        cycle_h=terms.cycle_h(pace.compute_h),
        back_h=START_H,
        stay_h=spot.stay_h,
        switch_h=until[0],
        immediate=spot.fallback == "immediate",
        end_h=until[1],
    )
    return every_run(work)


def _spread(pace: Pace, terms: Conditions, runs: Followed, leaves_h: float) -> tuple[float, float]:
    """Hours that one run in ten keeps, and nine: by the scenarios, and by the speed that it may have."""
    last = START_H + terms.once_h
    worked = (terms.worked_h(each) + last for each in (pace.low_h, pace.compute_h, pace.high_h))
    return quantiles_h(runs.runs, WorkHours(*worked), leaves_h)


def _of_runs(
    pace: Pace, terms: Conditions, runs: Followed, bounds: tuple[float, float, int, float]
) -> RunHours:
    low, high, enforced, switch = bounds
    mean, edges = runs.mean, START_H + terms.once_h
    deadline = terms.limits.deadline_h
    late = [each for each in runs.runs if not each[4] or (deadline is not None and each[2] > deadline)]
    billed = mean.spot_h + mean.on_demand_h  # none where the cluster ends it before a node is there
    return RunHours(
        floor_h=edges + terms.undisturbed_h(pace.compute_h),
        estimate_h=mean.run_h,
        low_h=min(low, mean.run_h),
        high_h=max(high, mean.run_h),
        spot_h=mean.spot_h,
        on_demand_h=mean.on_demand_h,
        interruptions=mean.interruptions,
        useful_share=min(pace.compute_h / billed, 1.0) if billed else 0.0,
        enforced_min=enforced,
        switch_h=None if switch == inf else switch,
        late_share=len(late) / len(runs.runs),
    )
