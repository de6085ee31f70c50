"""Spot capacity: allowed where it is not, and with no replica held off it where it is."""

from plimsoll.candidates.change import Change
from plimsoll.savings.case import LeverAnswer, LeverCase, LeverChoice, said, tried
from plimsoll.savings.words import against, moved, priced, share

PATH, BASE = "capacity.spot", "capacity.on_demand_base"


def spot(case: LeverCase) -> LeverAnswer:
    """Solve with spot; where it saves nothing, still say its price."""
    use = said(case.spec, PATH)
    changes = [Change(PATH, use, "allow")] if use != "allow" else []
    if use != "never" and said(case.spec, BASE):
        changes.append(Change(BASE, said(case.spec, BASE), 0))
    for change, choice in tried(case, changes):
        if choice.expected < case.chosen.expected:
            return LeverAnswer("spot", "", change, choice, _trade_off(case, choice))
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
    taken = "AWS publishes no band of interruptions for it"
    if choice.interruption is not None:
        taken = f"up to {share(choice.interruption)} of its nodes are taken back in a month"
    back = f", and a new one takes {choice.start_s:g} s to serve" if choice.start_s else ""
    return f"{taken}, at 120 s notice{back}; {moved(case.chosen, choice)}"
