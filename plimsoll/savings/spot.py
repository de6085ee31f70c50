"""Spot capacity: allowed where it is not, and with no replica held off it where it is."""

from plimsoll.candidates.change import Change
from plimsoll.savings.case import LeverAnswer, LeverCase, LeverChoice, said, tried
from plimsoll.savings.words import against, moved, priced, share

HIGHEST = "20 %"
"""Where the highest band of AWS's Spot Instance Advisor begins."""

PATH, BASE, FALLBACK = "capacity.spot", "capacity.on_demand_base", "capacity.on_demand_fallback"

LATER = {
    "last_moment": "on spot until the last moment that keeps the hours",
    "never": "never on demand: it waits for spot, and what ends it is its bound",
}
"""When a run leaves spot for on-demand, later than at its first interruption; what that means."""


def spot(case: LeverCase) -> LeverAnswer:
    """Solve with spot; where it saves nothing, still say its price."""
    use = said(case.spec, PATH)
    changes = [Change(PATH, use, "allow")] if use != "allow" else []
    if use != "never" and said(case.spec, BASE):
        changes.append(Change(BASE, said(case.spec, BASE), 0))
    if use != "never" and (leaves := said(case.spec, FALLBACK)) is not None:
        given = [*LATER].index(leaves) + 1 if leaves in LATER else 0
        changes += [Change(FALLBACK, leaves, later) for later in [*LATER][given:]]
    for change, choice in tried(case, changes):
        if choice.paid < case.chosen.paid:
            later = f"{LATER[change.new]}; " if change.path == FALLBACK else ""
            return LeverAnswer("spot", "", change, choice, f"{later}{_trade_off(case, choice)}")
    if case.chosen.capacity == "spot":
        return LeverAnswer("spot", f"it runs on spot already: {priced(case, case.chosen)}", None, case.chosen)
    preferred = case.under(Change(PATH, use, "prefer"))
    if preferred is None or preferred.capacity != "spot":
        return LeverAnswer("spot", _none(case))
    why = f"the cheapest on spot is {priced(case, preferred)}, {against(case, preferred)}"
    return LeverAnswer("spot", why, None, preferred)


def _none(case: LeverCase) -> str:
    miss = case.nearest_miss("spot")
    return (
        f"nothing on spot holds every limit; the nearest, {miss}" if miss else "nothing here is sold on spot"
    )


def _trade_off(case: LeverCase, choice: LeverChoice) -> str:
    if choice.capacity != "spot":
        return f"no spot: {moved(case.chosen, choice)}"
    back = f", a new one takes {choice.start_s:g} s to serve" if choice.start_s else ""
    return f"{_taken(choice)} (notice: 120 s{back}); {moved(case.chosen, choice)}"


def _taken(choice: LeverChoice) -> str:
    """Say how many nodes a month are taken back; AWS publishes bands, the highest of which has no end."""
    if choice.interruption is None:
        return f"how often {choice.instance_type} is taken back AWS does not publish"
    if choice.interruption >= 1:
        return f"more than {HIGHEST} of its nodes are taken back in a month"
    return f"up to {share(choice.interruption)} of its nodes are taken back in a month"
