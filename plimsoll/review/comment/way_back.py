"""The ways back of a workload whose change takes it over its budget, or leaves nothing that holds.

Each is one change of the later spec, solved again: what is printed comes true when it is applied. The
author's own keys come back as little as it takes; beside them stand the ways out of a plan's refusal.
"""

from collections.abc import Callable
from decimal import Decimal

from plimsoll.candidates.change import Change
from plimsoll.candidates.levers import plain
from plimsoll.candidates.row import WayOut
from plimsoll.ground.start_up import record
from plimsoll.review.comment.mending import Mending, mending_of
from plimsoll.review.diff.spec_changes import SpecChange, spec_changes
from plimsoll.review.solved.entry import Entry
from plimsoll.review.solved.facts import Here
from plimsoll.review.solved.stored_plan import Per

BUDGET, BUDGET_KEY = "budget", "budget."
_TRIES = 64
"""Halvings at most; three digits, or the next whole number, end them earlier."""


@record
class OverBudget:
    """A workload of the later side has no plan: its budget, by how much it is over, and the ways back.

    Without a budget, or where nothing holds at all, the amounts are None. They are of a month or of a run, as
    `per` says.
    """

    name: str
    budget_usd: Decimal | None
    basis: str | None
    over_usd: Decimal | None
    ways: tuple[WayOut, ...]
    per: Per = "month"


def ways_back(was: Entry | None, now: Entry, here: Here) -> tuple[WayOut, ...]:
    """Find every single change that mends the later spec, cheapest first; of two that cost the same, one."""
    mending = mending_of(now, here)
    own = spec_changes(was.spec, now.spec) if was is not None else ()
    ways = [*(way for change in own if (way := _back(mending, change)) is not None), *mending.ways_out()]
    told = {(way.change, ceiling_of(way)): way for way in reversed(ways)}
    return tuple(sorted(told.values(), key=lambda way: (ceiling_of(way), way.change)))


def ceiling_of(way: WayOut) -> Decimal:
    """Read the ceiling that a way back leads to: of a run where it is a run's, else of a month."""
    return Decimal(way.usd_per_run_ceiling or way.usd_per_month_ceiling or 0)


def _back(mending: Mending, change: SpecChange) -> WayOut | None:
    """Take one change back as little as it takes; None where that mends nothing."""
    if change.path == BUDGET or change.path.startswith(BUDGET_KEY):
        return None

    def tried(value: object) -> WayOut | None:
        return mending.under(Change(change.path, change.to, value))

    whole = tried(change.from_)
    if whole is None or not (_is_number(change.from_) and _is_number(change.to)):
        return whole
    value = nearest(change.to, change.from_, lambda value: tried(value) is not None)
    return whole if value == change.from_ else tried(value) or whole


def nearest(fails: float, fits: float, holds: Callable[[float], bool]) -> float:
    """Halve the way between a number that fails and one that fits, in whole numbers where both are."""
    whole = float(fails).is_integer() and float(fits).is_integer()
    for _ in range(_TRIES):
        middle = (fails + fits) / 2
        middle = int(middle) if whole else float(f"{middle:.3g}")
        if middle in (fails, fits):
            break
        if holds(middle):
            fits = middle
        else:
            fails = middle
    return plain(fits)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
