"""An entry is settled once its answer is known, and the facts that the answer stood on."""

from plimsoll.ground.start_up import record
from plimsoll.review.diff.lines import changed_lines
from plimsoll.review.solved.built import SidePlan, built
from plimsoll.review.solved.entry import Entry
from plimsoll.review.solved.facts import UNKNOWN_FACTS, FactNames
from plimsoll.review.solved.solution import Solution, Solver, of_stored
from plimsoll.review.solved.stored_plan import StoredPlan


@record
class Settled:
    """One side of one workload: what was asked, the answer, and what it stood on."""

    entry: Entry
    facts: FactNames
    solution: Solution


def settled(entry: Entry, solver: Solver) -> Settled:
    """Find the answer of an entry: the stored one, or the one that its spec has on its facts.

    A stored plan was chosen within its budget, so where there is one it is solved again without, if that is
    possible and gives the stored plan within the budget; so is one on the organisation's own terms, whose
    hours are covered together with those of others. Facts that nobody wrote down are known if the stored plan
    comes out on them to the last line.
    """
    if entry.stored is None:
        found = solver.at(entry.facts, entry)
        if found is None:
            msg = f"{entry.file}: a spec is solved on facts that are here"
            raise ValueError(msg)
        return Settled(entry, entry.facts, found)
    if entry.perhaps is not None:
        again = solver.at(entry.perhaps, entry)
        if again is not None and _gives(again, entry.stored):
            return Settled(entry, entry.perhaps, again)
        return Settled(entry, UNKNOWN_FACTS, of_stored(entry.stored, entry.plan))
    return Settled(entry, entry.facts, _without_budget(entry, entry.stored, solver))


def _without_budget(entry: Entry, stored: StoredPlan, solver: Solver) -> Solution:
    if entry.workload.budget is not None or solver.here.is_discounted(entry.facts):
        again = solver.at(entry.facts, entry)
        if again is not None and _gives(again, stored):
            return again
    return of_stored(stored, entry.plan)


def _gives(solution: Solution, stored: StoredPlan) -> bool:
    """Say whether a plan came out again: the same choice, and every line of its bill."""
    found = solution.within or solution.choice
    return found is not None and found.id == stored.id and not changed_lines(found.lines, stored.lines)


def settled_alike(entry: Entry, other: Settled | None) -> Settled | None:
    """Take the answer of the other side where the entry asks the same on the same facts; else None."""
    if other is None or entry.perhaps is not None or entry.facts != other.facts:
        return None
    alike = entry.spec == other.entry.spec and entry.solved_by == other.entry.solved_by
    if not alike or (entry.stored is not None and entry.stored != other.solution.choice):
        return None
    return Settled(entry, other.facts, other.solution)


def built_of(side: Settled | None, solver: Solver) -> SidePlan:
    """Write what is built of a side; an answer that was read is solved again, if that gives it."""
    if side is None:
        return SidePlan(None)
    return built(_solved(side, solver), side.entry)


def _solved(side: Settled, solver: Solver) -> Solution:
    stored = side.solution.choice
    if side.solution.tried is not None or side.solution.plan is not None or stored is None:
        return side.solution
    again = solver.at(side.facts, side.entry)
    return again if again is not None and _gives(again, stored) else side.solution
