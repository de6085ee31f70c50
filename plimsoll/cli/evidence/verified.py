"""`plimsoll plan --verify`: each plan is simulated at its peak before it is printed."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from plimsoll.candidates.search import search
from plimsoll.cli.terminal import say_note
from plimsoll.plan.of_spec import name_of
from plimsoll.plan.plan import Plan, Refusal
from plimsoll.simulation.subject import subject_of
from plimsoll.simulation.verify import REQUESTS, verified
from plimsoll.spec.read import LoadedSpec

if TYPE_CHECKING:
    from plimsoll.catalog.discounts.terms import Discounts
    from plimsoll.plan.runs.plan import RunAnswer
    from plimsoll.spec.runs.read import LoadedRun
    from plimsoll.speed.facts import SpeedFacts

    Answer = Plan | Refusal | RunAnswer


def held(
    specs: "Sequence[LoadedSpec | LoadedRun]",
    answers: "Sequence[Answer]",
    speed: "SpeedFacts",
    own: "Discounts | None",
) -> "list[Answer]":
    """Hold the plan of every service against its simulation; what was found goes to stderr.

    Its warnings may get one more, and nothing else changes: the choice, its money and its lock stay.
    """
    pairs = zip(specs, answers, strict=True)
    return [_held(spec, answer, speed, own) for spec, answer in pairs]


def _held(
    spec: "LoadedSpec | LoadedRun", answer: "Answer", speed: "SpeedFacts", own: "Discounts | None"
) -> "Answer":
    if not isinstance(spec, LoadedSpec):
        say_note(f"{name_of(spec)}: a run has no requests that come one by one; nothing is simulated")
        return answer
    if not isinstance(answer, Plan):
        return answer
    tried = search(spec.workload, spec.architecture, spec.catalog, speed, own)
    found = verified(answer, subject_of(tried, tried.holding[0], answer))
    said = "; ".join(map(str, found.held)) or "what was measured is not held against a model of it"
    say_note(f"{name_of(spec)}: {REQUESTS:,} simulated requests at the peak: {said}")
    return found.plan
