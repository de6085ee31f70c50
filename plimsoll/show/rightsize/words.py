"""Changes, money and evidence of a proposal in words."""

import json
from decimal import Decimal
from typing import cast

from plimsoll.ground.units import figure
from plimsoll.review.solved.stored_plan import Per
from plimsoll.rightsizing.document import EvidenceWindow, FleetSize, MeasuredEvidence, RightsizeReport
from plimsoll.rightsizing.patch import MeasuredChange
from plimsoll.rightsizing.weekly.reminders import WeeklyReminder
from plimsoll.rightsizing.weekly.since_lock import SinceLock
from plimsoll.show.diff.words import signed, split_text
from plimsoll.show.money import usd

_LONGEST = 60

EVERY_MONEY: dict[Per, str] = {"month": "a month", "run": "a run"}


def window(seen: EvidenceWindow | None) -> str:
    """Say how long and how completely it was measured."""
    if seen is None:
        return "nothing was measured"
    return (
        f"{seen.start} to {seen.end}: {seen.days:g} days, {seen.coverage_pct:g} % of points every "
        f"{seen.step_s:g} s ({seen.points:,})"
    )


def change(of: MeasuredChange) -> str:
    """Write a change as path, old value and new."""
    return f"{of.change}: {value(of.from_)} → {value(of.to)}"


def value(of: object) -> str:
    """Write a value of a spec, long lists by their ends."""
    if isinstance(of, list | tuple) and len(json.dumps(of)) > _LONGEST:
        hours = cast("list[float]", of)
        return f"{len(hours)} hours, {min(hours):g} to {max(hours):g} of the peak"
    return "nothing" if of is None else json.dumps(of, ensure_ascii=False).replace('"', "")


def fleet(of: FleetSize) -> str:
    """Say what a fleet is and costs."""
    money = f"{usd(of.usd_per_month_expected)} expected, ceiling {usd(of.usd_per_month_ceiling)}"
    return f"{of.replicas_peak} × {of.instance_type}, {money} a month"


def saving(amount: str) -> str:
    """Say what a change saves, or costs more."""
    found = Decimal(amount)
    return f"saves {usd(amount)} a month" if found >= 0 else f"costs {usd(str(-found))} a month more"


def since(of: SinceLock) -> str:
    """Say what became of a lock, in one sentence."""
    if of.state is None:
        return f"{of.name}: not planned again: {of.why_not}"
    if of.state == "same":
        return f"{of.name}: nothing moved, expected is {usd(of.was.expected or '0')} {EVERY_MONEY[of.per]}"
    if of.now.expected is None or of.was.expected is None:
        return f"{of.name}: nothing holds every limit any more; plimsoll diff tells why"
    moves = ", ".join(
        f"{name} {money_signed(getattr(of.was, name), getattr(of.now, name))}"
        for name in ("expected", "ceiling")
    )
    split = f" ({split_text(of.causes)})" if of.causes is not None else ""
    keys = (
        f"; the spec differs in {', '.join(each.path for each in of.spec_changes)}" if of.spec_changes else ""
    )
    return f"{of.name}: {of.instance_type} now, {moves} {EVERY_MONEY[of.per]}{split}{keys}"


def money_signed(was: str | None, now: str | None) -> str:
    """Write a number that moved: `$3,051.64 → $3,200.00 (+$148.36)`."""
    change = Decimal(now or 0) - Decimal(was or 0)
    return f"{usd(was or '0')} → {usd(now or '0')} ({signed(f'{change:.2f}')})"


def reminder(of: WeeklyReminder) -> str:
    """Say what to look after, and how."""
    return f"{of.name}: {of.text}: {of.do}"


def cells(of: MeasuredEvidence) -> tuple[str, ...]:
    """Write an evidence as cells: name, unit, planned, p50, p95, peak."""
    numbers = (of.planned, of.p50, of.p95, of.peak)
    return of.name, of.unit, *("-" if each is None else figure(each) for each in numbers)


def empty(of: RightsizeReport) -> bool:
    """Say whether there is nothing to take."""
    return not of.proposals
