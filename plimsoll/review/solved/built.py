"""What is built of an answer is its plan: the stored one, or that of the choice which its budget leaves."""

from dataclasses import replace

from plimsoll.ground.start_up import record
from plimsoll.plan.plan import Plan
from plimsoll.plan.runs.plan import RunPlan
from plimsoll.review.solved.entry import Entry
from plimsoll.review.solved.solution import Solution


@record
class SidePlan:
    """The plan of one side; None where nothing is built, or where it is not `known` what."""

    plan: Plan | RunPlan | None
    known: bool = True


def built(solution: Solution, entry: Entry) -> SidePlan:
    """Write the plan of an answer to an entry.

    The search may have been another entry's that differs in what moves no answer: the budget, the owner.
    """
    if solution.outcome == "refusal":
        return SidePlan(None)
    if solution.tried is None or solution.built is None:
        return SidePlan(solution.plan, known=solution.plan is not None)
    # The plan follows from the choice alone: what became of the other candidates is left out.
    plan = solution.tried.plan(solution.built, entry)
    return SidePlan(replace(plan, assumptions=(*entry.assumed, *plan.assumptions)))
