"""The plan or refusal of a run as one document: the keys of every plan, null where they are a service's."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from plimsoll.candidates.pin_cost import PinCost
from plimsoll.candidates.row import CandidateRow
from plimsoll.ground import meaning
from plimsoll.ground.assumption import Assumption
from plimsoll.ground.start_up import record
from plimsoll.plan.beside.hosted import Hosted
from plimsoll.plan.beside.saving import NoSaving, Saving
from plimsoll.plan.plan import Clash
from plimsoll.plan.quotas.quota import Quota
from plimsoll.plan.runs.container import RunContainer
from plimsoll.plan.runs.plan import (
    DeadlineFigures,
    RunAnswer,
    RunChosen,
    RunCost,
    RunFigures,
    RunPlan,
    RunRefusal,
    SaveFigures,
)
from plimsoll.plan.warnings.warning import PlanWarning
from plimsoll.sizing.runs.pace import StepMemoryGib

SCHEMA = "plimsoll.dev/plan/v1"


# The docstring of the record below is a text of the published schema.


@record
class RunDocument:
    """A plan or a refusal of a run: the answer of `size_run`."""

    schema: Annotated[str, meaning.SCHEMA]
    outcome: Annotated[Literal["plan", "refusal"], "plan, or refusal if nothing holds every limit."]
    workload: Annotated[Mapping[str, Any], "The spec as it was read, defaults filled in."]
    chosen: Annotated[RunChosen | None, "The cheapest candidate that holds every limit; null in a refusal."]
    latency: Annotated[None, "Null: a run answers no requests."]
    memory_gib: Annotated[StepMemoryGib | None, "Memory of one accelerator; null where it was measured."]
    kv_bytes_per_token: Annotated[None, "Null: training has no cache."]
    cost: Annotated[RunCost | None, "The money of the chosen candidate; null in a refusal."]
    speech: Annotated[None, "Null: of a service alone."]
    serving: Annotated[RunContainer | None, "What each pod has to be told; null in a refusal."]
    autoscaling: Annotated[None, "Null: of a service alone."]
    queue: Annotated[None, "Null: of a service alone."]
    candidates: Annotated[tuple[CandidateRow, ...], "Every way that was tried, and what became of it."]
    quotas: Annotated[tuple[Quota, ...], "Service Quotas that the ceiling needs."]
    assumptions: Annotated[tuple[Assumption, ...], "Every number that nobody supplied."]
    pin_cost: Annotated[PinCost | None, "What the pins add over the plan without them; null without a pin."]
    savings: Annotated[
        tuple[Saving, ...] | None,
        "Levers that save, most first; in a refusal those of the plan without the budget; null where there "
        "is none, or nobody asked.",
    ]
    savings_not: Annotated[
        tuple[NoSaving, ...] | None, "Levers that do nothing here, and why; null where savings is."
    ]
    warnings: Annotated[tuple[PlanWarning, ...], "What to know before it is started; empty in a refusal."]
    asked_on: Annotated[str | None, meaning.ASKED_ON]
    priced_on: Annotated[str | None, meaning.PRICED_ON]
    oldest_on: Annotated[str | None, meaning.OLDEST_ON]
    refusal: Annotated[Clash | None, "Why there is no plan, and the priced ways out; null in a plan."]
    exit_code: Annotated[int, "0 plan, 3 infeasible, 4 over budget, 5 a fact is missing."]
    run: Annotated[RunFigures | None, "What the run does and how long it takes; null in a refusal."]
    trainable_params: Annotated[int | None, "Parameters that are trained; null where nobody says."]
    checkpoint: Annotated[SaveFigures | None, "What is saved; null in a refusal, or where nothing is."]
    deadline: Annotated[DeadlineFigures | None, "How the run keeps its hours; null in a refusal."]
    alternative: Annotated[
        Hosted | None,
        "What a hosted API asks for the same, printed beside, never chosen; null where not given.",
    ]
    routing: Annotated[None, "Null: of a service alone."] = None
    cache: Annotated[None, "Null: of a service alone."] = None
    burst: Annotated[None, "Null: of a service alone."] = None


def run_document(answer: RunAnswer) -> RunDocument:
    """Put the answer of a run into the form that both kinds share."""
    return _plan(answer) if isinstance(answer, RunPlan) else _refusal(answer)


def _plan(plan: RunPlan) -> RunDocument:
    return RunDocument(
        schema=SCHEMA,
        outcome="plan",
        workload=plan.workload,
        chosen=plan.chosen,
        latency=None,
        memory_gib=plan.memory_gib,
        kv_bytes_per_token=None,
        cost=plan.cost,
        speech=None,
        serving=plan.container,
        autoscaling=None,
        queue=None,
        candidates=plan.candidates,
        quotas=plan.quotas,
        assumptions=plan.assumptions,
        pin_cost=plan.pin_cost,
        savings=plan.savings,
        savings_not=plan.savings_not,
        warnings=plan.warnings,
        asked_on=plan.clock.asked_on,
        priced_on=plan.clock.priced_on,
        oldest_on=plan.clock.oldest_on,
        refusal=None,
        exit_code=int(plan.exit_code),
        run=plan.run,
        trainable_params=plan.trainable_params,
        checkpoint=plan.checkpoint,
        deadline=plan.deadline,
        alternative=plan.alternative,
    )


def _refusal(refusal: RunRefusal) -> RunDocument:
    return RunDocument(
        schema=SCHEMA,
        outcome="refusal",
        workload=refusal.workload,
        chosen=None,
        latency=None,
        memory_gib=None,
        kv_bytes_per_token=None,
        cost=None,
        speech=None,
        serving=None,
        autoscaling=None,
        queue=None,
        candidates=refusal.candidates,
        quotas=(),
        assumptions=refusal.assumptions,
        pin_cost=None,
        savings=refusal.savings,
        savings_not=refusal.savings_not,
        warnings=(),
        asked_on=refusal.clock.asked_on,
        priced_on=refusal.clock.priced_on,
        oldest_on=refusal.clock.oldest_on,
        refusal=Clash(refusal.binding, refusal.ways_out, refusal.message),
        exit_code=int(refusal.exit_code),
        run=None,
        trainable_params=refusal.trainable_params,
        checkpoint=None,
        deadline=None,
        alternative=None,
    )
