"""A run on spot stays there until it is taken, waits for more, and leaves for on-demand when it must.

The policies are those of "Can't Be Late" (Wu et al., NSDI 2024): keep a spot node until it is taken; go
on-demand, for good, when no more time may be lost. Three fallbacks differ in when that is: at the first
interruption, at the last moment that still meets the hours, or never.
"""

from functools import cache
from math import floor

from plimsoll.ground.start_up import record
from plimsoll.sizing.runs.scenarios import GRANT_MOST_H, all_scenarios, refusals_h, stays

FEW_STAYS, MOST_STAYS = 12, 60
"""Spot nodes that a scenario is first given, and the most that it may use up, one after another: a run that
needs more is on spot that it should not take."""

CHANGEOVERS_KEPT = 2
"""Changeovers that the switch to on-demand leaves room for (Can't Be Late, safety net)."""

BANDS_H = ((0.05, 100.0), (0.10, 48.0), (0.15, 24.0), (0.20, 12.0))
"""Upper edge of a Spot Advisor band, and the mean hours to an interruption that it is taken for. Inferred:
the band is the share of instances that were interrupted in a month, which is no hazard rate."""

UNKNOWN_H = 6.0
"""Mean hours to an interruption above the bands, and where none is published. Inferred."""


@record
class SpotWork:
    """What a run does on spot: hours of work, saves among them; hours between saves, and until a node works.

    `stay_h` is how long the gang's nodes stay on average; `switch_h` when it goes on-demand for good
    (infinite: never); `immediate` goes there at the first interruption; `end_h` is when the cluster ends it.
    """

    work_h: float
    cycle_h: float
    back_h: float
    stay_h: float
    switch_h: float
    immediate: bool
    end_h: float


SpotRun = tuple[float, float, float, int, bool]
"""One run: hours billed on spot and on demand, hours that it takes or would take if nobody ended it,
interruptions, whether it was done before that."""


@record
class SpotMean:
    """The mean of many runs: hours billed on spot and on demand, hours to the end, interruptions, done."""

    spot_h: float
    on_demand_h: float
    run_h: float
    interruptions: float
    done: float


def mean_stay_h(interruption_per_month: float | None, given_h: float | None, nodes: int) -> float:
    """How long a gang's nodes stay together: as given, or by the band; two halve it, and more no further.

    Traces of gangs (SkyPilot, 2022-23): 16 nodes were there in 41 to 46 % of the time, four in 43 to 59 %.
    """
    alone = given_h
    if alone is None and interruption_per_month is not None:
        alone = next((hours for edge, hours in BANDS_H if interruption_per_month <= edge + 1e-9), UNKNOWN_H)
    return (alone if alone is not None else UNKNOWN_H) / min(nodes, 2)


def switch_at_h(deadline_h: float, work_h: float, back_h: float, last_save_h: float) -> float:
    """When a run must leave spot to be on time though nothing of it were saved: hours after admission."""
    return deadline_h - work_h - CHANGEOVERS_KEPT * back_h - GRANT_MOST_H - last_save_h


@record
class Followed:
    """Every scenario of a run, and the mean of them."""

    runs: tuple[SpotRun, ...]
    mean: SpotMean


@cache
def every_run(work: SpotWork) -> Followed:
    """Follow the run through every scenario; sizes of one family often do the same work."""
    runs = tuple(_scenario(work, each) for each in all_scenarios())
    return Followed(runs, mean_of(runs))


def _scenario(work: SpotWork, each: int) -> SpotRun:
    """Follow one scenario, with as many stays as it takes."""
    found = _run(work, stays(each, FEW_STAYS), refusals_h(each, FEW_STAYS))
    if found[3] < FEW_STAYS:
        return found
    return _run(work, stays(each, MOST_STAYS), refusals_h(each, MOST_STAYS))


def _run(work: SpotWork, stay: tuple[float, ...], refused_h: tuple[float, ...]) -> SpotRun:
    """Follow one run: nodes come, work, save, and go."""
    back_h, cycle_h, stay_h = work.back_h, work.cycle_h, work.stay_h
    leaves_h, needed = min(work.switch_h, work.end_h), work.back_h + work.work_h
    clock = spot_h = 0.0
    for count, (stayed, refused) in enumerate(zip(stay, refused_h, strict=True)):
        until, left = stayed * stay_h, leaves_h - clock
        here = until if until < left else left
        if needed <= here:
            return (spot_h + needed, 0.0, clock + needed, count, True)
        spot_h += here
        clock += here
        if here > back_h:
            needed -= floor((here - back_h) / cycle_h) * cycle_h
        if work.immediate:
            return _on_demand(work, (spot_h, clock, count + 1), needed)
        clock = min(clock + refused, leaves_h)
        if clock >= leaves_h:
            return _on_demand(work, (spot_h, clock, count + 1), needed)
    return (spot_h, 0.0, clock + needed, len(stay), False)


def _on_demand(work: SpotWork, so_far: tuple[float, float, int], needed: float) -> SpotRun:
    """Go on-demand for good: wait for nodes, boot, and work off what is left, until the cluster ends it."""
    spot_h, clock, count = so_far
    granted, end_h = clock + GRANT_MOST_H / 2, work.end_h
    if granted + needed <= end_h:
        return (spot_h, needed, granted + needed, count, True)
    return (spot_h, max(end_h - granted, 0.0), granted + needed, count, False)


def mean_of(runs: tuple[SpotRun, ...]) -> SpotMean:
    """Average runs."""
    count = len(runs)
    spot, on_demand, hours, interruptions, done = (sum(each) / count for each in zip(*runs, strict=True))
    return SpotMean(spot, on_demand, hours, interruptions, done)
