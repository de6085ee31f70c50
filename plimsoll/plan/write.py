"""Plans and refusals are written in one form of JSON document for programs (`plimsoll.dev/plan/v1`)."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from plimsoll.candidates.row import CandidateRow, WayOut
from plimsoll.ground.assumption import Assumption
from plimsoll.ground.canonical import canonical
from plimsoll.ground.start_up import record
from plimsoll.money.totals import Cost
from plimsoll.plan.autoscaling import Autoscaling
from plimsoll.plan.plan import Chosen, Plan, Refusal
from plimsoll.plan.quotas import Quota
from plimsoll.plan.serving import Serving
from plimsoll.plan.total import total
from plimsoll.sizing.estimates import Estimate, MemoryGib

SCHEMA = "plimsoll.dev/plan/v1"


# The docstrings of the two records below are texts of the published schema, in which Clash is Refusal.


@record
class Clash:
    """Why there is no plan: the smallest set of limits that clash, and the priced ways out."""

    binding: tuple[str, ...]
    ways_out: tuple[WayOut, ...]
    message: str


@record
class Document:
    """A plan or a refusal: the answer of `size`."""

    schema: str
    outcome: Literal["plan", "refusal"]
    workload: Mapping[str, Any]
    chosen: Chosen | None
    latency: Mapping[str, Estimate] | None
    memory_gib: MemoryGib | None
    kv_bytes_per_token: int | None
    cost: Cost | None
    serving: Serving | None
    autoscaling: Autoscaling | None
    candidates: tuple[CandidateRow, ...]
    quotas: tuple[Quota, ...]
    assumptions: tuple[Assumption, ...]
    priced_on: str
    refusal: Clash | None
    exit_code: int


def written(answer: Plan | Refusal) -> dict[str, Any]:
    """Write one answer as plain JSON data; what a refusal lacks is null, as is what a plan lacks."""
    return canonical(document(answer))


def document(answer: Plan | Refusal) -> Document:
    """Put an answer into the form that both kinds share."""
    return _plan(answer) if isinstance(answer, Plan) else _refusal(answer)


def written_together(answers: Sequence[Plan | Refusal]) -> dict[str, Any]:
    """Write the answers to all specs of one command: one stands alone, several have a total."""
    if len(answers) == 1:
        return written(answers[0])
    return {
        "schema": SCHEMA,
        "plans": [written(answer) for answer in answers],
        "total": {"usd_per_month": total(answers)},
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
        serving=plan.serving,
        autoscaling=plan.autoscaling,
        candidates=plan.candidates,
        quotas=plan.quotas,
        assumptions=plan.assumptions,
        priced_on=plan.priced_on,
        refusal=None,
        exit_code=int(plan.exit_code),
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
        serving=None,
        autoscaling=None,
        candidates=refusal.candidates,
        quotas=(),
        assumptions=refusal.assumptions,
        priced_on=refusal.priced_on,
        refusal=Clash(refusal.binding, refusal.ways_out, refusal.message),
        exit_code=int(refusal.exit_code),
    )
