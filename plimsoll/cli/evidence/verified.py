"""`plimsoll plan --verify`: each plan is simulated at its peak before it is printed."""

from typing import TYPE_CHECKING

from plimsoll.candidates.search import Search, search
from plimsoll.cli.terminal import say_note
from plimsoll.plan.of_spec import name_of, planned_one
from plimsoll.plan.plan import Plan
from plimsoll.plan.size import answer_of
from plimsoll.simulation.subject import subject_of
from plimsoll.simulation.verify import verified
from plimsoll.spec.read import LoadedSpec

if TYPE_CHECKING:
    from plimsoll.catalog.discounts.terms import Discounts
    from plimsoll.plan.plan import Refusal
    from plimsoll.plan.runs.plan import RunAnswer
    from plimsoll.spec.runs.read import LoadedRun
    from plimsoll.speed.facts import SpeedFacts


def planned_and_verified(
    spec: "LoadedSpec | LoadedRun", speed: "SpeedFacts", own: "Discounts | None", *, savings: bool
) -> "Plan | Refusal | RunAnswer":
    """Plan a spec, and hold the plan of a service against its simulation; what was found goes to stderr.

    One search gives the answer, its savings and what is simulated. The answer's warnings may get one more,
    and nothing else changes: the choice, its money and its lock stay.
    """
    if not isinstance(spec, LoadedSpec):
        say_note(f"{name_of(spec)}: a run has no requests that come one by one; nothing is simulated")
        return _run_answer(spec, speed, own, savings=savings)
    tried = search(spec.workload, spec.architecture, spec.catalog, speed, own)
    answer = answer_of(tried, spec.assumed)
    if isinstance(answer, Plan):
        answer = _verified(name_of(spec), tried, answer)
    if not savings:
        return answer
    from plimsoll.savings.answer import with_savings  # start-up: a bare plan solves no lever

    return with_savings(tried, answer, speed)


def _run_answer(
    spec: "LoadedRun", speed: "SpeedFacts", own: "Discounts | None", *, savings: bool
) -> "Plan | Refusal | RunAnswer":
    if not savings:
        return planned_one(spec, speed, own)
    from plimsoll.savings.answer import planned_with_savings  # start-up: a bare plan solves no lever

    return planned_with_savings(spec, speed, own)


def _verified(name: str, tried: Search, answer: Plan) -> Plan:
    found = verified(answer, subject_of(tried, tried.holding[0], answer))
    say_note(f"{name}: {found}")
    return found.plan
