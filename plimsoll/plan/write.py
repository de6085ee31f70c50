"""Plans and refusals are written in one form of JSON document for programs (`plimsoll.dev/plan/v1`)."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, Literal

from plimsoll.candidates.pin_cost import PinCost
from plimsoll.candidates.row import CandidateRow
from plimsoll.ground import meaning
from plimsoll.ground.assumption import Assumption
from plimsoll.ground.canonical import canonical
from plimsoll.ground.start_up import record
from plimsoll.money.totals import Cost
from plimsoll.plan.autoscaling import Autoscaling
from plimsoll.plan.beside.hosted import Hosted
from plimsoll.plan.beside.saving import NoSaving, Saving
from plimsoll.plan.container import Container
from plimsoll.plan.plan import BurstType, CacheFigures, Chosen, Clash, Plan, Refusal, Routing
from plimsoll.plan.quotas.quota import Quota
from plimsoll.plan.total import not_monthly, total, total_at_list
from plimsoll.plan.warnings.warning import PlanWarning
from plimsoll.sizing.memory.fit import MemoryGib
from plimsoll.sizing.work.base import Queueing, SpeechRate
from plimsoll.sizing.work.setup import Estimate

if TYPE_CHECKING:  # start-up: a service has no run
    from plimsoll.plan.runs.plan import RunAnswer

SCHEMA = "plimsoll.dev/plan/v1"


# The docstring of the record below is a text of the published schema.


@record
class Document:
    """A plan or a refusal: the answer of `size`."""

    schema: Annotated[str, meaning.SCHEMA]
    outcome: Annotated[Literal["plan", "refusal"], "plan, or refusal if nothing holds every limit."]
    workload: Annotated[Mapping[str, Any], "The spec as it was read, defaults filled in."]
    chosen: Annotated[Chosen | None, "The cheapest candidate that holds every limit; null in a refusal."]
    latency: Annotated[
        Mapping[str, Estimate] | None,
        "Each limited latency (and TTFT and TPOT of text generation) in the key's unit.",
    ]
    memory_gib: Annotated[MemoryGib | None, "Memory of one accelerator."]
    kv_bytes_per_token: Annotated[
        int | None, "What one more token adds to the KV cache of the whole replica, bytes."
    ]
    cost: Annotated[Cost | None, "The money of the chosen candidate."]
    speech: Annotated[SpeechRate | None, "How fast speech becomes text at the peak; null for other work."]
    serving: Annotated[Container | None, "What the container has to be told."]
    autoscaling: Annotated[Autoscaling | None, "The metric and the target that the sized limits imply."]
    queue: Annotated[Queueing | None, "How workers take tasks; null where nothing waits in a queue."]
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
    warnings: Annotated[tuple[PlanWarning, ...], "What to know before it is deployed; empty in a refusal."]
    asked_on: Annotated[str | None, meaning.ASKED_ON]
    priced_on: Annotated[str | None, meaning.PRICED_ON]
    oldest_on: Annotated[str | None, meaning.OLDEST_ON]
    refusal: Annotated[Clash | None, "Why there is no plan, and the priced ways out; null in a plan."]
    exit_code: Annotated[int, "0 plan, 3 infeasible, 4 over budget, 5 a fact is missing."]
    run: Annotated[None, "Null: a service has no end."] = None
    trainable_params: Annotated[None, "Null: a service trains nothing."] = None
    checkpoint: Annotated[None, "Null: a service saves nothing."] = None
    deadline: Annotated[None, "Null: a service has no end."] = None
    alternative: Annotated[
        Hosted | None,
        "What a hosted API asks for the same, printed beside, never chosen; null where not given.",
    ] = None
    routing: Annotated[
        Routing | None, "What picks the replica of a request; null where they are spread evenly."
    ] = None
    cache: Annotated[CacheFigures | None, "Nodes that keep answers; null without load.cache."] = None
    burst: Annotated[
        BurstType | None, "What the burst runs on where it is another type than the base; null of one type."
    ] = None


def written(answer: "Plan | Refusal | RunAnswer") -> dict[str, Any]:
    """Write one answer as plain JSON data; what a refusal lacks is null, as is what a plan lacks."""
    if isinstance(answer, Plan | Refusal):
        return canonical(document(answer))
    from plimsoll.plan.runs.write import run_document  # start-up: a service has no run

    return canonical(run_document(answer))


def document(answer: Plan | Refusal) -> Document:
    """Put an answer into the form that both kinds share."""
    return _plan(answer) if isinstance(answer, Plan) else _refusal(answer)


def written_together(
    answers: "Sequence[Plan | Refusal | RunAnswer]", portfolio: object = None
) -> dict[str, Any]:
    """Write the answers to all specs of one command: one stands alone, several have a total.

    `portfolio` is what they are together under one budget, if that was asked for.
    """
    if len(answers) == 1 and portfolio is None:
        return written(answers[0])
    return {
        "schema": SCHEMA,
        "plans": [written(answer) for answer in answers],
        "total": {
            "usd_per_month": total(answers),
            "list_usd_per_month": total_at_list(answers),
            "not_monthly": not_monthly(answers),
        },
        "portfolio": canonical(portfolio),
    }


def _plan(plan: Plan) -> Document:
    return Document(
        schema=SCHEMA,
        outcome="plan",
        workload=plan.workload,
        chosen=plan.chosen,
        latency=plan.latency,
        memory_gib=plan.memory_gib,
        kv_bytes_per_token=plan.kv_bytes_per_token,
        cost=plan.cost,
        speech=plan.speech,
        serving=plan.serving,
        autoscaling=plan.autoscaling,
        queue=plan.queue,
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
        alternative=plan.alternative,
        routing=plan.routing,
        cache=plan.cache,
        burst=plan.burst,
    )


def _refusal(refusal: Refusal) -> Document:
    return Document(
        schema=SCHEMA,
        outcome="refusal",
        workload=refusal.workload,
        chosen=None,
        latency=None,
        memory_gib=None,
        kv_bytes_per_token=refusal.kv_bytes_per_token,
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
    )
