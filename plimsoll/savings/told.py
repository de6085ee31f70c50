"""What levers answered becomes two lists: what saves, most first, and what does nothing here, and why."""

from collections.abc import Iterable
from decimal import Decimal
from typing import get_args

from plimsoll.candidates.change import Change
from plimsoll.candidates.ways_out import shown
from plimsoll.ground.start_up import record
from plimsoll.ground.units import usd_display, usd_text
from plimsoll.plan.beside.saving import MENDS, NoSaving, Saving, Strategy
from plimsoll.savings.case import LeverAnswer, LeverCase, LeverChoice
from plimsoll.savings.committed import ENTRY
from plimsoll.savings.words import left_idle

ORDER: tuple[Strategy, ...] = get_args(Strategy)


@record
class BothLists:
    """The two lists: each strategy is in exactly one."""

    savings: tuple[Saving, ...]
    savings_not: tuple[NoSaving, ...]


def told(case: LeverCase, answers: Iterable[LeverAnswer]) -> BothLists:
    """Sort answers into what saves and what does not."""
    saved: list[tuple[Decimal, Decimal, int, Saving]] = []
    idle: list[NoSaving] = []
    for answer in answers:
        change, choice = answer.change, answer.choice
        if change is None or choice is None or choice.paid >= case.chosen.paid:
            idle.append(_idle(case, answer, answer.why))
        elif case.mends(change):
            idle.append(_idle(case, answer, _way_out(case, change, choice)))
        else:
            saving = _saving(case, answer, change, choice)
            place = ORDER.index(answer.strategy)
            saved.append((choice.paid, choice.ceiling, place, saving))
    ordered = sorted(saved, key=lambda each: each[:3])
    return BothLists(tuple(each[3] for each in ordered), tuple(idle))


def _saving(case: LeverCase, answer: LeverAnswer, change: Change, choice: LeverChoice) -> Saving:
    month, now, run = choice.per_month, case.chosen.per_month, not case.hourly
    saves = case.chosen.paid - choice.paid
    idle = sum((each.usd for each in choice.left), Decimal(0))
    note = f"; {left_idle(choice)}" if choice.left else ""
    return Saving(
        strategy=answer.strategy,
        change=change.path,
        from_=change.old,
        to=change.new,
        usd_per_month_expected=None if month is None else usd_text(month[0]),
        usd_per_month_ceiling=None if month is None else usd_text(month[1]),
        saves_usd_per_month=None if month is None or now is None else usd_text(now[0] - month[0] - idle),
        trade_off=f"{answer.trade_off}{note}",
        message=(
            f"{_applied(change)} saves {usd_display(saves)} {case.every}: {usd_display(choice.expected)} "
            f"expected, ceiling {usd_display(choice.ceiling)}, on {choice.scale} {choice.capacity} in "
            f"{choice.region}{answer.note}{note}"
        ),
        usd_per_run_expected=usd_text(choice.expected) if run else None,
        usd_per_run_ceiling=usd_text(choice.ceiling) if run else None,
        saves_usd_per_run=usd_text(saves) if run else None,
    )


def _way_out(case: LeverCase, change: Change, choice: LeverChoice) -> str:
    """Price a lever that mends the refusal; of an entry of the discounts file no list of ways out knows."""
    beside = ", beside those listed, which change the spec" if change.path == ENTRY else ""
    idle = f"; {left_idle(choice)}" if choice.left else ""
    return (
        f"{_applied(change)} {MENDS}: it is a way out{beside}: {usd_display(choice.expected)} "
        f"{case.every} expected, ceiling {usd_display(choice.ceiling)}, on {choice.scale} {choice.capacity} "
        f"in {choice.region}{idle}"
    )


def _applied(change: Change) -> str:
    if change.path == ENTRY:
        return f"{change.path} with {shown(change.new)}"
    return f"{change.path}: {shown(change.old)} → {shown(change.new)}"


def _idle(case: LeverCase, answer: LeverAnswer, why: str) -> NoSaving:
    choice = answer.choice
    month = None if choice is None else choice.per_month
    return NoSaving(
        strategy=answer.strategy,
        message=why,
        usd_per_month_expected=None if month is None else usd_text(month[0]),
        usd_per_run_expected=usd_text(choice.expected) if choice is not None and not case.hourly else None,
    )
