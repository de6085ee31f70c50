"""What a plan says of the schedule of its replicas: the crons of its hours, and the load outside them."""

from collections.abc import Iterable, Iterator

from plimsoll.candidates.candidate import Candidate
from plimsoll.candidates.search import Search
from plimsoll.ground.assumption import Assumption
from plimsoll.ground.units import HOURS_PER_MONTH, usd_display
from plimsoll.plan.autoscaling import KeptInHours
from plimsoll.plan.warnings.warning import PlanWarning
from plimsoll.sizing.kept_hours import KeptHours, hours_of_load
from plimsoll.spec.schedule.schedule import DAYS, HOURS_OF_DAY, HOURS_OF_WEEK, Schedule

MOST_OUTSIDE = 0.1
"""Share of the load that may lie outside a schedule before a plan warns of it."""


def kept_in_hours(search: Search) -> KeptInHours:
    """Write the hours of a schedule as crons, and how much of the load lies outside them."""
    schedule, load = _both(search)
    return KeptInHours(
        start=_cron(schedule.from_h, schedule.day_numbers),
        end=_cron(schedule.to_h, schedule.day_numbers),
        timezone=schedule.timezone,
        min_replicas=schedule.min_replicas,
        hours_per_month=round(float(schedule.week_h * HOURS_PER_MONTH / HOURS_OF_WEEK), 2),
        load_outside=round(load.load_outside, 4),
    )


def schedule_assumptions(search: Search, cold_s: float, wait: str) -> Iterator[Assumption]:
    """Tell the hours that are paid without traffic, and the share of the load that no limit covers.

    `cold_s` is how long a replica takes to start, `wait` says what a request that meets none waits.
    """
    schedule, load = _both(search)
    month = schedule.week_h * HOURS_PER_MONTH / HOURS_OF_WEEK
    told = (
        f"{schedule.week_h} h a week: the hours of a year ÷ 12, which changes of the clock leave as they are"
    )
    yield Assumption("hours of the schedule", float(round(month, 2)), "h of 730 a month", told)
    early = load.load_while_starting(cold_s)
    yield Assumption(
        "the schedule begins cold",
        cold_s,
        "s",
        f"replicas are ready so long after its hours begin: {early:.2%} of all requests come before, outside "
        "the sla",
    )
    yield Assumption(
        "load outside the schedule",
        round(load.load_outside, 4),
        "of all requests",
        f"outside the sla: {wait}{_assumed_peak(search)}",
    )
    if search.workload.load.profile is not None and len(search.workload.load.profile) == HOURS_OF_WEEK:
        yield Assumption("load.profile begins", "Monday 00:00 UTC", None, "168 hours beside a schedule")


def load_outside_schedule(search: Search, best: Candidate) -> Iterator[PlanWarning]:
    """Warn that a good part of the load comes when no replica is kept; price the plan that keeps some always.

    That is the plan without the schedule, which keeps its fewest replicas at all hours.
    """
    schedule, load = _both(search)
    if load.load_outside <= MOST_OUTSIDE:
        return
    hours = f"{schedule.days} {schedule.hours} {schedule.timezone}"
    assumed = ", in a shape of the day that is assumed: give load.profile" * search.traffic.profile_assumed
    yield PlanWarning(
        "load_outside_schedule",
        f"{load.load_outside:.0%} of all requests come outside scale.schedule ({hours}), where no replica is "
        f"kept and nothing of the sla is promised{assumed}; {_always(search, best, schedule)}",
    )


def _always(search: Search, best: Candidate, schedule: Schedule) -> str:
    """Say what it takes to keep replicas at all hours."""
    told = f"without the schedule, with scale.min_replicas: {schedule.min_replicas}, they are inside"
    scale = search.workload.scale.model_copy(update={"schedule": None, "min_replicas": schedule.min_replicas})
    found = search.again(search.workload.model_copy(update={"scale": scale}))
    if found is None:
        return f"{told}, and nothing holds then"
    more = found.must_be_sized().bill.expected - best.must_be_sized().bill.expected
    if more <= 0:
        return f"{told}, for no more"
    return f"{told}, for {usd_display(more)} a month more expected on {found.types}"


def _assumed_peak(search: Search) -> str:
    """Say that nobody gave the hours of the load: its peak was put where the schedule is."""
    if not search.traffic.profile_assumed:
        return ""
    return "; the shape of the day is assumed with its peak in the schedule's hours: give load.profile"


def _both(search: Search) -> tuple[Schedule, KeptHours]:
    schedule, load = search.workload.scale.schedule, hours_of_load(search.workload, search.work.hourly)
    if schedule is None or load is None:
        msg = "the spec has no schedule"
        raise ValueError(msg)
    return schedule, load


def _cron(hour: int, days: Iterable[int]) -> str:
    """Write the start of an hour on days (0 is Monday) as a cron, in which Sunday is 0."""
    late, of_day = divmod(hour, HOURS_OF_DAY)
    numbers = sorted((day + late + 1) % len(DAYS) for day in days)
    if len(numbers) == len(DAYS):
        return f"0 {of_day} * * *"
    return f"0 {of_day} * * {','.join(_ranges(numbers))}"


def _ranges(numbers: list[int]) -> Iterator[str]:
    while numbers:
        first = last = numbers.pop(0)
        while numbers and numbers[0] == last + 1:
            last = numbers.pop(0)
        yield str(first) if first == last else f"{first}{'-' if last > first + 1 else ','}{last}"
