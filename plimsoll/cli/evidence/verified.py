"""`plimsoll plan --verify`: each plan is simulated at its peak before it is printed."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from plimsoll.candidates.search import search
from plimsoll.cli.terminal import say_note
from plimsoll.plan.of_spec import planned_one
from plimsoll.plan.plan import Plan, Refusal
from plimsoll.plan.size import answer_of
from plimsoll.savings.answer import planned_with_savings, with_savings
from plimsoll.simulation.subject import subject_of
from plimsoll.simulation.verify import REQUESTS, verified
from plimsoll.spec.read import LoadedSpec

if TYPE_CHECKING:
    from plimsoll.catalog.discounts.terms import Discounts
    from plimsoll.plan.runs.plan import RunAnswer
    from plimsoll.spec.runs.read import LoadedRun
    from plimsoll.speed.facts import SpeedFacts


def plan_verified(
    specs: "Sequence[LoadedSpec | LoadedRun]",
    speed: "SpeedFacts",
    own: "Discounts | None",
    *,
    savings: bool = True,
) -> "list[Plan | Refusal | RunAnswer]":
    """Plan every spec, and hold each plan of a service against its simulation; stderr says what it found."""
    return [
        _verified(spec, speed, own, savings=savings)
        if isinstance(spec, LoadedSpec)
        else _run(spec, speed, own, savings=savings)
        for spec in specs
    ]


def _verified(
    spec: LoadedSpec, speed: "SpeedFacts", own: "Discounts | None", *, savings: bool
) -> Plan | Refusal:
    tried = search(spec.workload, spec.architecture, spec.catalog, speed, own)
    answer = answer_of(tried, spec.assumed)
    if savings:
        answer = with_savings(tried, answer, speed)
    if not isinstance(answer, Plan):
        return answer
    found = verified(answer, subject_of(tried, tried.holding[0], answer))
    said = "; ".join(map(str, found.held)) or "what was measured is not held against a model of it"
    say_note(f"{spec.workload.name}: {REQUESTS:,} simulated requests at the peak: {said}")
    return found.plan


def _run(
    spec: "LoadedRun", speed: "SpeedFacts", own: "Discounts | None", *, savings: bool
) -> "Plan | Refusal | RunAnswer":
    say_note(f"{spec.spec.name}: a run has no requests that come one by one; nothing is simulated")
    return planned_with_savings(spec, speed, own) if savings else planned_one(spec, speed, own)
