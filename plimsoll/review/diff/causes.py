"""A change of money is split by cause: one thing is changed after the other, and each is solved anew.

stored answer → today's tool → today's speed data → today's prices → the other spec. What a step adds is its
cause's share, so that the shares add up to the change exactly. A point on the way that cannot be solved,
because its facts are not here or nothing holds there, has no number: its cause is None, and what it did lies
in the next share that can be had.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from plimsoll.ground.start_up import record
from plimsoll.review.diff.settled import Settled
from plimsoll.review.solved.facts import CAUSES, Cause, FactNames
from plimsoll.review.solved.solution import Solution, Solver
from plimsoll.review.solved.stored_plan import BASES, Per, Sums

NOTHING: Sums = dict.fromkeys(BASES, Decimal(0))

Shares = Mapping[Cause, Sums | None]


@record
class Step:
    """One thing has changed: the answer after it, None where it cannot be had.

    `there` says whether the workload is there at all: a new one comes with the last step.
    """

    cause: Cause
    after: Solution | None
    there: bool = True

    def point(self, per: Per) -> "WayPoint":
        """The step as an amount: what is not there costs nothing."""
        if not self.there:
            return WayPoint(self.cause, dict(NOTHING))
        return WayPoint(self.cause, self.after.usd(per) if self.after is not None else None)


@record
class WayPoint:
    """A place on the way as an amount: None where it has no number."""

    cause: Cause
    usd: Sums | None


def steps(was: Settled, now: Settled, solver: Solver) -> tuple[Step, ...]:
    """Walk from one answer to the other, in the order of the causes."""
    found: list[Step] = []
    facts, here = was.facts, was.solution
    for cause in CAUSES[:-1]:
        changed = getattr(facts, cause) is None or getattr(facts, cause) != getattr(now.facts, cause)
        if changed:
            facts = replace(facts, **{cause: getattr(now.facts, cause)})
            here = _at(facts, was, now, solver)
        found.append(Step(cause, here))
    return (*found, Step("spec", now.solution))


def one_sided(was: Settled | None, now: Settled | None) -> tuple[Step, ...]:
    """Walk to a workload that is new, or from one that is removed: all of it by the spec."""
    before, after = was and was.solution, now and now.solution
    kept = (Step(cause, before, before is not None) for cause in CAUSES[:-1])
    return (*kept, Step("spec", after, after is not None))


def _at(facts: FactNames, was: Settled, now: Settled, solver: Solver) -> Solution | None:
    if facts == now.facts and was.entry.solved_by == now.entry.solved_by:
        return now.solution
    return solver.at(facts, was.entry)


def shares(was: Sums | None, points: Sequence[WayPoint]) -> Shares:
    """Split a change: floor, expected and ceiling of each cause; all None where a side has no number."""
    last, end = was, points[-1].usd
    if last is None or end is None:
        return dict.fromkeys(CAUSES, None)
    found: dict[Cause, Sums | None] = {}
    for point in points:
        found[point.cause] = None if point.usd is None else less(point.usd, last)
        last = point.usd or last
    return found


def less(more: Sums, amount: Sums) -> Sums:
    """Take one set of numbers from another."""
    return {of: more[of] - amount[of] for of in BASES}
