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
from plimsoll.review.diff.facts import CAUSES, Cause, Facts
from plimsoll.review.diff.settled import Settled
from plimsoll.review.diff.solution import BASES, Solution, Solver, Sums

NOTHING: Sums = dict.fromkeys(BASES, Decimal(0))

Shares = Mapping[Cause, Sums | None]


@record
class Step:
    """One thing has changed: the answer after it, None where it cannot be had."""

    cause: Cause
    changed: bool
    after: Solution | None


def steps(was: Settled, now: Settled, solver: Solver) -> tuple[Step, ...]:
    """Walk from one answer to the other, in the order of the causes."""
    found: list[Step] = []
    facts, here = was.facts, was.solution
    for cause in CAUSES[:-1]:
        changed = getattr(facts, cause) is None or getattr(facts, cause) != getattr(now.facts, cause)
        if changed:
            facts = replace(facts, **{cause: getattr(now.facts, cause)})
            here = _at(facts, was, now, solver)
        found.append(Step(cause, changed, here))
    changed = was.entry.solved_by != now.entry.solved_by
    return (*found, Step("spec", changed, now.solution))


def _at(facts: Facts, was: Settled, now: Settled, solver: Solver) -> Solution | None:
    if facts == now.facts and was.entry.solved_by == now.entry.solved_by:
        return now.solution
    return solver.at(facts, was.entry)


def shares(was: Solution, walked: Sequence[Step]) -> Shares:
    """Split the change: floor, expected and ceiling of each cause; all None where a side is refused."""
    last, end = was.usd, walked[-1].after
    if last is None or end is None or end.usd is None:
        return dict.fromkeys(CAUSES, None)
    found: dict[Cause, Sums | None] = {}
    for step in walked:
        usd = step.after.usd if step.after is not None else None
        if not step.changed and step.cause != "spec":
            found[step.cause] = dict(NOTHING)
        elif usd is None:
            found[step.cause] = None
        else:
            found[step.cause], last = less(usd, last), usd
    return found


def all_by_spec(change: Sums | None) -> Shares:
    """Lay the whole amount of a workload that is new or gone on the spec."""
    if change is None:
        return dict.fromkeys(CAUSES, None)
    return {cause: change if cause == "spec" else dict(NOTHING) for cause in CAUSES}


def less(more: Sums, amount: Sums) -> Sums:
    """Take one set of numbers from another."""
    return {of: more[of] - amount[of] for of in BASES}
