"""All workloads of a change together, by the month; what has no month is named and counts nothing."""

from collections.abc import Iterable, Sequence

from plimsoll.plan.total import summed
from plimsoll.review.diff.causes import WayPoint, less, shares
from plimsoll.review.diff.document import DiffTotal, DiffUnchanged
from plimsoll.review.diff.money import causes_of, money_of
from plimsoll.review.diff.settled import Settled
from plimsoll.review.diff.walk import Walk
from plimsoll.review.solved.facts import CAUSES, Cause
from plimsoll.review.solved.solution import Solution
from plimsoll.review.solved.stored_plan import Sums


def total_of(walks: Sequence[Walk]) -> DiffTotal:
    """Add up both sides, and split the change by cause."""
    was = _sum([walk.was.solution for walk in walks if walk.was is not None])
    points = [_point(walks, place, cause) for place, cause in enumerate(CAUSES)]
    now = points[-1].usd
    return DiffTotal(
        was=money_of(was),
        now=money_of(now),
        change=money_of(None if was is None or now is None else less(now, was)),
        causes=causes_of(shares(was, points)),
        not_monthly=_not_monthly(side for walk in walks for side in walk.sides),
    )


def unchanged_of(walks: Sequence[Walk]) -> DiffUnchanged:
    """Count the workloads that stay, and what they cost together."""
    kept = [walk.now for walk in walks if walk.now is not None and walk.same]
    money = money_of(_sum([side.solution for side in kept]))
    return DiffUnchanged(len(kept), money, _not_monthly(kept))


def _not_monthly(sides: Iterable[Settled]) -> tuple[str, ...]:
    names = (side.entry.name for side in sides if not side.entry.has_month)
    return tuple(sorted(dict.fromkeys(names)))


def _point(walks: Sequence[Walk], place: int, cause: Cause) -> WayPoint:
    """Sum all workloads at one place of their ways."""
    taken = [walk.steps[place] for walk in walks]
    solutions = [step.after for step in taken if step.there]
    known = [solution for solution in solutions if solution is not None]
    usd = _sum(known) if len(known) == len(solutions) else None
    return WayPoint(cause, usd)


def _sum(solutions: Sequence[Solution]) -> Sums | None:
    addends = [solution.addend for solution in solutions]
    known = [addend for addend in addends if addend is not None]
    return summed(known) if len(known) == len(addends) else None
