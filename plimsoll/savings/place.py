"""Where and on what it runs: another region of the continent, families that the spec leaves out."""

from collections.abc import Iterator

from plimsoll.candidates.change import Change
from plimsoll.savings.case import LeverAnswer, LeverCase, LeverChoice, said, tried
from plimsoll.savings.words import against, hours, moved, priced

ALLOW, DENY, PIN = "capacity.allow", "capacity.deny", "pin.instance_type"


def region(case: LeverCase) -> LeverAnswer:
    """Solve in each other region of the same continents: users, laws and latency stay behind an ocean."""
    others, found = case.regions_beside, tried(case, _moves(case))
    if not others:
        return LeverAnswer("region", "the catalogue has no other region of this continent")
    if not found:
        return LeverAnswer(
            "region", f"in none of the {len(others)} other regions of the continent every limit holds"
        )
    change, choice = found[0]
    why = (
        f"the cheapest of the {len(others)} other regions of the continent, {choice.region}, is "
        f"{priced(case, choice)}, {against(case, choice)}"
    )
    away = f"{case.chosen.region} → {choice.region}"
    trade_off = (
        f"{hours(case.chosen, choice)}{away}: the way to users and data is another, and in no number here; "
        f"{moved(case.chosen, choice)}"
    )
    return LeverAnswer("region", why, change, choice, trade_off)


def _moves(case: LeverCase) -> list[Change]:
    several = said(case.spec, "regions")
    if several:
        return [Change("regions", list(several), [name]) for name in case.regions_beside]
    return [Change("region", said(case.spec, "region"), name) for name in case.regions_beside]


def family(case: LeverCase) -> LeverAnswer:
    """Solve with the families that the spec leaves out: one more allowed, one less denied, no type pinned."""
    for change, choice in tried(case, list(_opened(case))):
        if choice.paid < case.chosen.paid:
            closer = _closer(case, change, choice)
            kinds = f"{_family(case.chosen)} → {_family(choice)}"
            return LeverAnswer("family", "", *closer, f"{kinds}: {moved(case.chosen, closer[1])}")
    own = _family(case.chosen)
    other = next((each for each in case.others() if _family(each) != own), None)
    if other is None:
        return LeverAnswer("family", f"no family but {own} holds every limit")
    told = f"the cheapest other, {_family(other)}, is {priced(case, other)}, {against(case, other)}"
    return LeverAnswer("family", f"every family was tried that the spec admits; {told}", None, other)


def _opened(case: LeverCase) -> Iterator[Change]:
    nothing: list[str] = []
    for path, free in ((ALLOW, nothing), (DENY, nothing), (PIN, None)):
        old = said(case.spec, path)
        if old:
            yield Change(path, old, free)


def _closer(case: LeverCase, change: Change, choice: LeverChoice) -> tuple[Change, LeverChoice]:
    """Open no more than what the choice needs, where that gives the same."""
    names = {choice.instance_type, _family(choice)}
    if change.path == ALLOW:
        less = Change(ALLOW, change.old, [*change.old, _family(choice)])
    elif change.path == DENY:
        less = Change(DENY, change.old, [name for name in change.old if name not in names])
    else:
        return change, choice
    found = case.under(less)
    same = found is not None and (found.expected, found.ceiling) == (choice.expected, choice.ceiling)
    return (less, found) if same and found is not None else (change, choice)


def _family(choice: LeverChoice) -> str:
    return choice.instance_type.partition(".")[0]
