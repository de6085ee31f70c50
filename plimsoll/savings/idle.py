"""Idle hours: scale to zero where nothing arrives, and a schedule of the hours in which something runs."""

from collections.abc import Mapping, Sequence

from plimsoll.candidates.change import Change
from plimsoll.ground.units import figure
from plimsoll.savings.case import LeverAnswer, LeverCase, LeverChoice, said
from plimsoll.savings.words import against, moved, priced, share
from plimsoll.sizing.kept_hours import kept_hours
from plimsoll.spec.schedule.schedule import Schedule

TO_ZERO, SCHEDULE, LEAST = "scale.to_zero", "scale.schedule", "scale.min_replicas"
BASE, QUEUE, WAIT = "capacity.on_demand_base", "load.queue", "sla.wait_p95_ms"
DAY, WEEK = 24, 168
"""Hours that a load profile may have."""
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def scale_to_zero(case: LeverCase) -> LeverAnswer:
    """Solve with nothing running where nothing arrives."""
    if not case.hourly:
        return LeverAnswer("scale_to_zero", "a run ends: nothing of it is left running")
    if said(case.spec, TO_ZERO):
        return LeverAnswer(
            "scale_to_zero", f"it scales to zero already: {priced(case, case.chosen)}", None, case.chosen
        )
    if said(case.spec, SCHEDULE) is not None:
        why = "outside the hours of scale.schedule nothing need run as it is, and to_zero ends what it keeps"
        return LeverAnswer("scale_to_zero", f"{why}: {priced(case, case.chosen)}", None, case.chosen)
    change = Change(TO_ZERO, said(case.spec, TO_ZERO), True)
    choice = case.under(change)
    if choice is None:
        return LeverAnswer(
            "scale_to_zero", "the spec does not take it: scale.min_replicas or the sla forbids it"
        )
    asleep = sum(value == 0 for value in case.hourly) / len(case.hourly)
    told = f"{priced(case, choice)}, {against(case, choice)}"
    if choice.standing:
        why = f"{BASE} keeps {choice.standing} running, so that nothing would sleep: {told}"
    elif asleep:
        why = f"{share(asleep)} of the hours have no load, and what is paid stays the same: {told}"
    else:
        least = f"{share(min(case.hourly))} of the peak"
        why = f"no hour is without load, the quietest has {least}: nothing would sleep; {told}"
    return LeverAnswer("scale_to_zero", why, change, choice, _asleep(case, choice, asleep))


def _asleep(case: LeverCase, choice: LeverChoice, asleep: float) -> str:
    """Say what is left running, and what whoever comes first waits for."""
    fewer = f"at least {case.chosen.standing} → {choice.standing} replicas"
    if choice.standing:
        return f"{fewer}, kept by {BASE}: none sleeps, and one more takes {choice.start_s or 0:g} s to serve"
    shape = ", in a shape of the day that is assumed" if case.shape_assumed else ""
    other = f"; {moved(case.chosen, choice)}" if choice.scale != case.chosen.scale else ""
    start_s, limit_ms = choice.start_s or 0, said(case.spec, WAIT)
    late = f"the first request after waits {start_s:g} s, outside the sla"
    if said(case.spec, QUEUE) is not None and limit_ms is not None and limit_ms < start_s * 1000:
        late = (
            f"a start takes {start_s:g} s, longer than the {limit_ms / 1000:g} s that a task may wait: "
            "tasks wait so long after idle and whenever the load rises, outside the sla"
        )
    return f"{fewer}; asleep {share(asleep)} of the hours{shape}; {late}{other}"


def schedule(case: LeverCase) -> LeverAnswer:
    """Solve with the shortest hours of the day that hold all of the load, and nothing kept outside them."""
    if not case.hourly:
        return LeverAnswer("schedule", "a run starts when it is told to: a schedule spares nothing")
    if said(case.spec, SCHEDULE) is not None:
        return LeverAnswer("schedule", f"it has one: {priced(case, case.chosen)}", None, case.chosen)
    if said(case.spec, TO_ZERO):
        why = "it scales to zero whenever nothing arrives, at any hour: a schedule would keep more"
        return LeverAnswer("schedule", f"{why}; {priced(case, case.chosen)}", None, case.chosen)
    if said(case.spec, QUEUE) is not None:
        return LeverAnswer("schedule", "a queue wakes its workers itself, at any hour")
    if said(case.spec, BASE):
        return LeverAnswer("schedule", f"{BASE} runs at all hours: no schedule stands beside it")
    if case.shape_assumed or len(case.hourly) not in (DAY, WEEK):
        return LeverAnswer("schedule", "which hours are without load is not known: give load.profile")
    hours = ready_hours(case.hourly)
    if hours is None:
        return LeverAnswer(
            "schedule", "no hours of the day are without load: a schedule would keep all of them"
        )
    kept = {"min_replicas": max(said(case.spec, LEAST) or 1, 1)} if said(case.spec, LEAST) != 1 else {}
    change = Change(SCHEDULE, None, hours | kept)
    choice = case.under(change)
    if choice is None:
        return LeverAnswer("schedule", f"beside a schedule ({hours['days']} {hours['hours']}) nothing holds")
    told = f"{priced(case, choice)}, {against(case, choice)}"
    why = f"with {hours['days']} {hours['hours']} UTC it is {told}"
    trade_off = (
        f"kept {hours['days']} {hours['hours']} UTC, and 0 % of the load lies outside; "
        f"{_begins_cold(hours, case.hourly, choice.start_s or 0)}, as does one that comes outside"
    )
    return LeverAnswer("schedule", why, change, choice, trade_off)


def _begins_cold(hours: Mapping[str, str], hourly: Sequence[float], start_s: float) -> str:
    """Say how much of the first hours passes before replicas are ready, and how much of the load that is."""
    kept = kept_hours(Schedule.model_validate(hours), hourly)
    often, early = len(kept.begins), kept.load_while_starting(start_s)
    times = "once" if often == 1 else f"{often} times"
    return (
        f"the hours begin cold, {times} a week: replicas are ready {start_s:g} s "
        f"later, so the first {figure(round(start_s / 60, 1))} minutes, {share(early)} of all requests, are "
        "outside the sla: they wait"
    )


def ready_hours(hourly: Sequence[float]) -> dict[str, str] | None:
    """Find the days and the hours that hold all load of a profile; None where no hour is spared.

    Of all windows of a day those that keep the fewest hours of the week; hours past midnight are of the day
    on which they begin.
    """
    week = [*hourly] * (WEEK // len(hourly))
    busy = [hour for hour, load in enumerate(week) if load]
    windows = [(begin, length) for length in range(1, DAY) for begin in range(DAY)] + [(0, DAY)]
    found = [
        (length * len(days), length, begin, days)
        for begin, length in windows
        if (days := _beginnings(busy, begin, length)) is not None
    ]
    if not busy or min(found)[0] == WEEK:
        return None
    _, length, begin, days = min(found)
    end = begin + length
    return {"days": _named(days), "hours": f"{begin:02}-{end - DAY if end > DAY else end:02}"}


def _named(days: Sequence[int]) -> str:
    """`mon-fri` of days that follow each other, `mon,wed` of others."""
    count = len(DAYS)
    first = [day for day in days if (day - 1) % count not in days] or [0]
    if len(first) == 1 and len(days) > 1:
        return f"{DAYS[first[0]]}-{DAYS[(first[0] + len(days) - 1) % count]}"
    return ",".join(DAYS[day] for day in days)


def _beginnings(busy: Sequence[int], begin: int, length: int) -> tuple[int, ...] | None:
    """Name the days on which a window must begin to hold hours of a week; None where it cannot hold them."""
    since = [(hour - begin) % WEEK for hour in busy]
    if any(each % DAY >= length for each in since):
        return None
    return tuple(sorted({each // DAY for each in since}))
