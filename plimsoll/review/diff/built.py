"""What is built of an answer is its plan: the stored one, or that of the choice which its budget leaves."""

from dataclasses import replace

from plimsoll.ground.assumption import Assumption
from plimsoll.ground.start_up import record
from plimsoll.plan.plan import Plan
from plimsoll.plan.size import plan_of
from plimsoll.review.diff.solution import Solution


@record
class Built:
    """The plan of one side; None where nothing is built, or where it is not `known` what."""

    plan: Plan | None
    known: bool = True


def built(solution: Solution | None, assumed: tuple[Assumption, ...] = ()) -> Built:
    """Write the plan of an answer; None stands for a workload that is not there.

    `assumed` is what its spec was read with.
    """
    if solution is None or solution.outcome == "refusal":
        return Built(None)
    if solution.search is None or solution.built is None:
        return Built(solution.plan, known=solution.plan is not None)
    # The plan follows from the choice alone: what became of the other candidates is left out.
    alone = replace(solution.search, candidates=(), holding=(solution.built,))
    plan = plan_of(alone, solution.built)
    return Built(replace(plan, assumptions=(*assumed, *plan.assumptions)))
