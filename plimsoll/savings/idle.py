"""Idle hours: scale to zero where nothing arrives, and a schedule of the hours in which something runs."""

from plimsoll.candidates.change import Change
from plimsoll.savings.case import LeverAnswer, LeverCase, said
from plimsoll.savings.words import against, priced, share

TO_ZERO, SCHEDULE = "scale.to_zero", "scale.schedule"


def scale_to_zero(case: LeverCase) -> LeverAnswer:
    """Solve with nothing running where nothing arrives."""
    if not case.hourly:
        return LeverAnswer("scale_to_zero", "a run ends: nothing of it is left running")
    if said(case.spec, TO_ZERO):
        return LeverAnswer(
            "scale_to_zero", f"it scales to zero already: {priced(case, case.chosen)}", None, case.chosen
        )
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
    """Solve with hours outside which nothing has to run."""
    if not case.hourly:
        return LeverAnswer("schedule", "a run starts when it is told to: a schedule spares nothing")
    return LeverAnswer("schedule", "this release does not plan scale.schedule yet: nothing was solved")
