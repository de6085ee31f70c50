"""A run on spot stays there until it is taken, waits for more, and leaves for on-demand when it must.

The policies are those of "Can't Be Late" (Wu et al., NSDI 2024): keep a spot node until it is taken; go
on-demand, for good, when no more time may be lost. Three fallbacks differ in when that is: at the first
interruption, at the last moment that still meets the hours, or never.
"""

from math import floor, inf

from plimsoll.ground.start_up import record
from plimsoll.sizing.runs.scenarios import GRANT_MOST_H, all_scenarios, refusals_h, stays

MOST_STAYS = 64
"""Spot nodes that one scenario may use up; a run that needs more is on spot that it should not take."""

CHANGEOVERS_KEPT = 2
"""Changeovers that the switch to on-demand leaves room for (Can't Be Late, safety net)."""

BANDS_H = ((0.05, 100.0), (0.10, 48.0), (0.15, 24.0), (0.20, 12.0))
"""Upper edge of a Spot Advisor band, and the mean hours to an interruption that it is taken for. Inferred: the
band is the share of instances that were interrupted in a month, which is no hazard rate."""

UNKNOWN_H = 6.0
"""Mean hours to an interruption above the bands, and where none is published. Inferred."""


@record
class SpotWork:
    """What a run does on spot: hours of work, saves among them; hours between saves, and until a node works.

    `stay_h` is how long the gang's nodes stay on average; `switch_h` when it goes on-demand for good (infinite:
    never); `immediate` goes there at the first interruption; `end_h` is when the cluster ends it.
    """

    work_h: float
    cycle_h: float
    back_h: float
    stay_h: float
    switch_h: float
    immediate: bool
    end_h: float


@record
class SpotRun:
    """One run, or the mean of many: hours billed on spot and on demand, hours until its end, interruptions."""

    spot_h: float
    on_demand_h: float
    run_h: float
    interruptions: float
    done: float


def mean_stay_h(interruption_per_month: float | None, given_h: float | None, nodes: int) -> float:
    """How long the nodes of a gang stay together: as given, or by the band; two halve it, and more no further.

    Traces of gangs (SkyPilot, 2022-23): 16 nodes were there in 41 to 46 % of the time, four in 43 to 59 %.
    """
    alone = given_h
    if alone is None and interruption_per_month is not None:
        alone = next((hours for edge, hours in BANDS_H if interruption_per_month <= edge + 1e-9), UNKNOWN_H)
    return (alone if alone is not None else UNKNOWN_H) / min(nodes, 2)


def switch_at_h(deadline_h: float, work_h: float, back_h: float, last_save_h: float) -> float:
    """When a run must leave spot to be on time though nothing of it were saved: hours after admission."""
    return deadline_h - work_h - CHANGEOVERS_KEPT * back_h - GRANT_MOST_H - last_save_h


def every_run(work: SpotWork) -> list[SpotRun]:
    """Follow the run through every scenario."""
    return [_run(work, stays(each, MOST_STAYS), refusals_h(each, MOST_STAYS)) for each in all_scenarios()]


def _run(work: SpotWork, stay: tuple[float, ...], refused_h: tuple[float, ...]) -> SpotRun:
    """Follow one run: nodes come, work, save, and go."""
    clock = saved = spot_h = 0.0
    for count in range(MOST_STAYS):
        until, needed = stay[count] * work.stay_h, work.back_h + work.work_h - saved
        left = min(work.switch_h, work.end_h) - clock
        if needed <= until and needed <= left:
            return SpotRun(spot_h + needed, 0.0, clock + needed, count, 1.0)
        here = min(until, left)
        spot_h, clock = spot_h + here, clock + here
        saved += floor(max(here - work.back_h, 0.0) / work.cycle_h) * work.cycle_h
        if until < left and not work.immediate:
            clock += min(refused_h[count], left - until)
        if work.immediate or clock >= min(work.switch_h, work.end_h):
            return _on_demand(work, SpotRun(spot_h, 0.0, clock, count + 1, 0.0), work.work_h - saved)
    return SpotRun(spot_h, 0.0, work.end_h if work.end_h < inf else clock, MOST_STAYS, 0.0)


def _on_demand(work: SpotWork, so_far: SpotRun, left_h: float) -> SpotRun:
    """Go on-demand for good: wait for the nodes, boot, and work off what is left, until the cluster ends it."""
    granted = so_far.run_h + GRANT_MOST_H / 2
    if so_far.run_h >= work.end_h:
        return so_far
    needed = work.back_h + left_h
    here = max(min(needed, work.end_h - granted), 0.0)
    end = min(granted + needed, work.end_h)
    done = 1.0 if granted + needed <= work.end_h else 0.0
    return SpotRun(so_far.spot_h, here, end, so_far.interruptions, done)


def mean_of(runs: list[SpotRun]) -> SpotRun:
    """Average runs."""
    count = len(runs)
    return SpotRun(
        sum(each.spot_h for each in runs) / count,
        sum(each.on_demand_h for each in runs) / count,
        sum(each.run_h for each in runs) / count,
        sum(each.interruptions for each in runs) / count,
        sum(each.done for each in runs) / count,
    )


def quantile_h(runs: list[SpotRun], share: float) -> float:
    """The hours that a share of the runs keep; a run that never ended took longer than any."""
    hours = sorted(each.run_h if each.done else inf for each in runs)
    return hours[min(int(share * len(hours)), len(hours) - 1)]
