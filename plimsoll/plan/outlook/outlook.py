"""The outlook of one workload: its answer, and all that a report shows beside it."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from plimsoll.candidates.search import Search, search
from plimsoll.ground.start_up import record
from plimsoll.plan.outlook.cliff import Cliff, next_cliff
from plimsoll.plan.outlook.compared import Compared, compared
from plimsoll.plan.outlook.hours import Hours, hours_of
from plimsoll.plan.outlook.knob import knobs
from plimsoll.plan.outlook.sensitivity import COARSE, FINE, Sensitivity, sensitivities
from plimsoll.plan.outlook.solved import ChangeSolver
from plimsoll.plan.outlook.unit_cost import UnitCosts, unit_costs
from plimsoll.plan.plan import Plan, Refusal
from plimsoll.plan.size import answer_of
from plimsoll.spec.read import LoadedSpec
from plimsoll.spec.runs.read import LoadedRun
from plimsoll.speed.facts import SpeedFacts

if TYPE_CHECKING:
    from plimsoll.catalog.discounts.terms import Discounts
    from plimsoll.plan.outlook.run import BesideRuns, RunOutlook

Beside = Callable[[Search, Plan | Refusal, SpeedFacts], Plan | Refusal]
"""What puts more beside the answer that a search gave."""

FEW = 3
"""Workloads that are solved again at every turn; more of them at fewer, so that a report takes seconds."""


@record
class Outlook:
    """A plan with its hours, unit costs, sensitivities and cliff; or a refusal; and what was compared."""

    answer: Plan | Refusal
    compared: Compared | None
    hours: Hours | None = None
    unit_costs: UnitCosts | None = None
    sensitivities: tuple[Sensitivity, ...] = ()
    cliff: Cliff | None = None


def outlooks(
    specs: Sequence[LoadedSpec | LoadedRun],
    speed: SpeedFacts,
    discounts: "Discounts | None" = None,
    beside: Beside | None = None,
    beside_runs: "BesideRuns | None" = None,
) -> "list[Outlook | RunOutlook]":
    """Plan every spec, and look around its plan; `beside` adds to each answer what rooms above find."""
    from plimsoll.plan.outlook.run import run_outlook

    percents = FINE if len(specs) <= FEW else COARSE
    return [
        _of_service(spec, speed, discounts, beside, percents)
        if isinstance(spec, LoadedSpec)
        else run_outlook(spec, speed, discounts, beside_runs)
        for spec in specs
    ]


def _of_service(
    spec: LoadedSpec,
    speed: SpeedFacts,
    discounts: "Discounts | None",
    beside: Beside | None,
    percents: Sequence[int],
) -> Outlook:
    tried = search(spec.workload, spec.architecture, spec.catalog, speed, discounts)
    answer = answer_of(tried, spec.assumed)
    answer = answer if beside is None else beside(tried, answer, speed)
    if isinstance(answer, Plan):
        return _around(tried, answer, ChangeSolver(tried, speed), percents)
    return Outlook(answer, compared(tried))


def _around(tried: Search, plan: Plan, solver: ChangeSolver, percents: Sequence[int]) -> Outlook:
    best = tried.holding[0]
    return Outlook(
        answer=plan,
        compared=compared(tried),
        hours=hours_of(tried, best),
        unit_costs=unit_costs(tried, best),
        sensitivities=tuple(sensitivities(solver, list(knobs(tried)), percents)),
        cliff=next_cliff(solver),
    )
