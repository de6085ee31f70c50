"""Everything that was asked of one plan, with what became of it, in each of its formats."""

from typing import TYPE_CHECKING, Annotated, Literal

from plimsoll.candidates.row import CandidateRow
from plimsoll.catalog.facts import Catalog
from plimsoll.ground import meaning
from plimsoll.ground.canonical import canonical
from plimsoll.ground.start_up import record
from plimsoll.plan.plan import Plan, Refusal
from plimsoll.plan.question import Kind, Outcome
from plimsoll.show.json_text import dumps
from plimsoll.show.text import PIPED, Style

if TYPE_CHECKING:  # start-up: a service has no run
    from plimsoll.plan.runs.plan import RunAnswer

SCHEMA = "plimsoll.dev/why-not/v1"


@record
class Inquiry:
    """Questions were asked of a plan, or of a refusal; `catalog` says what their subjects are."""

    answer: "Plan | Refusal | RunAnswer"
    outcomes: tuple[Outcome, ...]
    catalog: Catalog


@record
class OneQuestion:
    """One thing that was asked about, and what became of it."""

    what: Annotated[str, "What was asked about, as it was typed."]
    kind: Annotated[Kind, "What it is."]
    instance_types: Annotated[tuple[str, ...], "The instance types that it means; none means all."]
    verdict: Annotated[
        Literal["chosen", "dominated", "rejected", "not_tried"], "The verdict of the nearest candidate."
    ]
    reason: Annotated[str | None, "Why nothing of it was tried; null if something was."]
    nearest: Annotated[str | None, "The candidate that is chosen, holds, or fails least; null without one."]
    candidates: Annotated[tuple[CandidateRow, ...], "Every way that was tried, and what became of it."]


@record
class Questions:
    """Why a workload does not get what was asked about."""

    schema: Annotated[str, meaning.SCHEMA]
    workload: Annotated[str, "Name of the workload."]
    chosen: Annotated[str | None, "The candidate that the plan takes; null in a refusal."]
    asked_on: Annotated[str | None, meaning.ASKED_ON]
    priced_on: Annotated[str | None, meaning.PRICED_ON]
    oldest_on: Annotated[str | None, meaning.OLDEST_ON]
    questions: Annotated[tuple[OneQuestion, ...], "What was asked, in its order."]


def as_json(inquiry: Inquiry, _: Style = PIPED) -> str:
    """Write the answers for programs, with every way that was tried."""
    answer, clock = inquiry.answer, inquiry.answer.clock
    chosen = None if isinstance(answer, Refusal) else getattr(answer, "chosen", None)
    whole = Questions(
        schema=SCHEMA,
        workload=str(answer.workload["name"]),
        chosen=None if chosen is None else chosen.id,
        asked_on=clock.asked_on,
        priced_on=clock.priced_on,
        oldest_on=clock.oldest_on,
        questions=tuple(_question(each) for each in inquiry.outcomes),
    )
    return dumps(canonical(whole))


def _question(each: Outcome) -> OneQuestion:
    return OneQuestion(
        what=each.subject.what,
        kind=each.subject.kind,
        instance_types=each.subject.instance_types,
        verdict=each.verdict,
        reason=each.why_not_tried or None,
        nearest=each.best.id if each.best is not None else None,
        candidates=each.rows,
    )


def table(inquiry: Inquiry, style: Style = PIPED) -> str:
    """Write a paragraph that teaches for each question, then what was tried."""
    from plimsoll.show.why_not.table import why_not

    return why_not(inquiry, style)


def markdown(inquiry: Inquiry, _: Style = PIPED) -> str:
    """Write the answers for a pull request."""
    from plimsoll.show.why_not.markdown import why_not_markdown

    return why_not_markdown(inquiry)
