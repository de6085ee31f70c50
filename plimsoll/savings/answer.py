"""The answer to a spec with its savings: planned once, and once more under each lever."""

from dataclasses import replace
from typing import TYPE_CHECKING

from plimsoll.candidates.refusal import only_over_budget
from plimsoll.candidates.search import Search, search
from plimsoll.plan.of_spec import run_tried
from plimsoll.plan.plan import Plan, Refusal
from plimsoll.plan.size import answer_of
from plimsoll.savings.levers import pulled
from plimsoll.savings.service import ServiceCase
from plimsoll.savings.told import told
from plimsoll.spec.read import LoadedSpec
from plimsoll.spec.runs.read import LoadedRun
from plimsoll.speed.facts import SpeedFacts

if TYPE_CHECKING:  # start-up: only a plan with a discounts file reads one, and a service has no run
    from plimsoll.candidates.runs.candidate import RunSearch
    from plimsoll.catalog.discounts.terms import Discounts
    from plimsoll.plan.runs.plan import RunAnswer


def planned_with_savings(
    spec: LoadedSpec | LoadedRun, speed: SpeedFacts, own: "Discounts | None" = None
) -> "Plan | Refusal | RunAnswer":
    """Plan a spec of any kind as `plimsoll.plan.of_spec.planned_one` does, and solve every lever on it.

    Raises:
        SpecError: a run cannot be planned on terms of its own.
    """
    if isinstance(spec, LoadedSpec):
        return plan_with_savings(spec, speed, own)
    from plimsoll.plan.runs.size import run_answer_of  # start-up: a service has no run

    tried = run_tried(spec, speed, own)
    return run_with_savings(tried, run_answer_of(tried, spec.assumed), spec, speed)


def plan_with_savings(
    spec: LoadedSpec, speed: SpeedFacts, discounts: "Discounts | None" = None
) -> Plan | Refusal:
    """Size a service as `plimsoll.plan.size.size` does, and solve every lever on it.

    Of a refusal they are those of the plan without the budget; none where there is no such plan.
    """
    tried = search(spec.workload, spec.architecture, spec.catalog, speed, discounts)
    return with_savings(tried, answer_of(tried, spec.assumed), speed)


def with_savings(tried: Search, answer: Plan | Refusal, speed: SpeedFacts) -> Plan | Refusal:
    """Put savings beside the answer that a search gave."""
    if not tried.holding and not only_over_budget(tried):
        return answer
    case = ServiceCase(tried, speed)
    found = told(case, pulled(case))
    return replace(answer, savings=found.savings, savings_not=found.savings_not)


def run_with_savings(
    tried: "RunSearch", answer: "RunAnswer", spec: LoadedRun, speed: SpeedFacts
) -> "RunAnswer":
    """Put savings beside the answer that the search of a run gave."""
    # start-up: a service has no run
    from plimsoll.savings.run import RunCase
    from plimsoll.sizing.limits import BUDGET

    if not tried.holding and not any(each.breaks_only(BUDGET) for each in tried.candidates):
        return answer
    case = RunCase(tried, spec, speed)
    found = told(case, pulled(case))
    return replace(answer, savings=found.savings, savings_not=found.savings_not)
