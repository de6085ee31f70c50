"""Idle hours: scale to zero where nothing arrives, and a schedule of the hours in which something runs."""

from collections.abc import Sequence

from plimsoll.candidates.change import Change
from plimsoll.savings.case import LeverAnswer, LeverCase, said
from plimsoll.savings.words import against, priced, share

TO_ZERO, SCHEDULE, LEAST = "scale.to_zero", "scale.schedule", "scale.min_replicas"
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
    if asleep:
        why = f"{share(asleep)} of the hours have no load, and what is paid stays the same: {told}"
    else:
        least = f"{share(min(case.hourly))} of the peak"
        why = f"no hour is without load, the quietest has {least}: nothing would sleep; {told}"
    shape = ", in a shape of the day that is assumed" if case.shape_assumed else ""
    trade_off = (
        f"asleep {share(asleep)} of the hours{shape}; the first request after waits "
        f"{choice.start_s or 0:g} s, outside the sla"
    )
    return LeverAnswer("scale_to_zero", why, change, choice, trade_off)


def schedule(case: LeverCase) -> LeverAnswer:
    """Solve with the shortest hours of the day that hold all of the load, and nothing kept outside them."""
    if not case.hourly:
        return LeverAnswer("schedule", "a run starts when it is told to: a schedule spares nothing")
    if said(case.spec, SCHEDULE) is not None:
        return LeverAnswer("schedule", f"it has one: {priced(case, case.chosen)}", None, case.chosen)
    if said(case.spec, TO_ZERO):
        why = "it scales to zero whenever nothing arrives, at any hour: a schedule would keep more"
        return LeverAnswer("schedule", f"{why}; {priced(case, case.chosen)}", None, case.chosen)
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
        f"ready {hours['days']} {hours['hours']} UTC, and 0 % of the load lies outside; a request that comes "
        f"there all the same waits {choice.start_s or 0:g} s"
    )
    return LeverAnswer("schedule", why, change, choice, trade_off)


def ready_hours(hourly: Sequence[float]) -> dict[str, str] | None:
    """Find the days and the shortest hours that hold all load of a profile; None where no hour is spared."""
    days = [hourly[start : start + DAY] for start in range(0, len(hourly), DAY)]
    busy = {hour for day in days for hour, load in enumerate(day) if load}
    if not busy or len(busy) == DAY:
        return None
    length, begin = min(((max((hour - begin) % DAY for hour in busy) + 1), begin) for begin in busy)
    end = begin + length
    names = [name for name, day in zip(DAYS, days, strict=False) if any(day)]
    whole = len(days) == 1 or end > DAY or len(names) == len(DAYS)
    text = f"{begin:02}-{end - DAY if end > DAY else end:02}"
    return {"days": f"{DAYS[0]}-{DAYS[-1]}" if whole else ",".join(names), "hours": text}
