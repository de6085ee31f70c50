"""One workload of a report: its verdict, and the parts below it."""

from collections.abc import Iterator

from plimsoll.candidates.nearest import Accelerators
from plimsoll.candidates.row import WayOut
from plimsoll.candidates.ways_out import shown
from plimsoll.ground.start_up import record
from plimsoll.plan.outlook.outlook import Outlook
from plimsoll.plan.outlook.run import RunOutlook
from plimsoll.plan.plan import Plan, Refusal
from plimsoll.plan.runs.plan import RunAnswer, RunPlan, RunRefusal
from plimsoll.show.money import usd
from plimsoll.show.plan.foot import by_weight
from plimsoll.show.plan.words import assumption_text
from plimsoll.show.report.money_parts import from_floor_to_ceiling, lines_part, unit_part
from plimsoll.show.report.part import ReportPart
from plimsoll.show.report.runs.parts import not_drawn, run_lines, run_parts
from plimsoll.show.report.runs.verdict import run_verdict
from plimsoll.show.report.saving_part import saving_part
from plimsoll.show.report.sheet import sheet
from plimsoll.show.report.trade_parts import (
    compared_part,
    hours_part,
    what_if_of_run,
    what_if_part,
    why_not_part,
)
from plimsoll.show.report.verdict import HeadVerdict, verdict_of


@record
class WorkloadPage:
    """All that the page says of one workload; `id` is its place on the page."""

    id: str
    name: str
    verdict: HeadVerdict
    parts: tuple[ReportPart, ...]


def workload_page(place: str, outlook: Outlook | RunOutlook, accelerators: Accelerators) -> WorkloadPage:
    """Write down what the page says of an outlook."""
    if isinstance(outlook, RunOutlook):
        return _run_page(place, outlook, accelerators)
    answer = outlook.answer
    parts = _plan(place, outlook, answer) if isinstance(answer, Plan) else _refusal(place, outlook, answer)
    found = (*parts, why_not_part(place, answer, accelerators), *_ending(place, answer))
    verdict = verdict_of(place, answer)
    return WorkloadPage(
        place, str(answer.workload["name"]), verdict, tuple(each for each in found if each is not None)
    )


def _run_page(place: str, outlook: RunOutlook, accelerators: Accelerators) -> WorkloadPage:
    answer = outlook.answer
    found = [
        *(run_parts(place, answer) if isinstance(answer, RunPlan) else (_ways_out(place, answer),)),
        saving_part(place, answer),
        compared_part(place, outlook.compared),
        what_if_of_run(place, outlook.sensitivities),
        why_not_part(place, answer, accelerators),
        *(run_lines(place, answer) if isinstance(answer, RunPlan) else ()),
        _assumed(place, answer),
        *((_left_out(place, answer.cost.left_out),) if isinstance(answer, RunPlan) else ()),
        not_drawn(place, outlook),
    ]
    parts = tuple(each for each in found if each is not None)
    return WorkloadPage(place, str(answer.workload["name"]), run_verdict(place, answer), parts)


def _plan(place: str, outlook: Outlook, plan: Plan) -> Iterator[ReportPart | None]:
    yield from_floor_to_ceiling(place, plan)
    yield saving_part(place, plan)
    yield compared_part(place, outlook.compared)
    yield hours_part(place, outlook.hours)
    yield what_if_part(place, outlook.sensitivities, outlook.cliff)
    yield unit_part(place, outlook.unit_costs)


def _refusal(place: str, outlook: Outlook, refusal: Refusal) -> Iterator[ReportPart | None]:
    yield _ways_out(place, refusal)
    yield saving_part(place, refusal)
    yield compared_part(place, outlook.compared)


def _ways_out(place: str, refusal: Refusal | RunRefusal) -> ReportPart:
    """Show what binds, and each single change that is enough."""
    rows = [
        (way.change, shown(way.from_), shown(way.to), usd(_ceiling(way)), way.message)
        for way in refusal.ways_out
    ]
    binding = ", ".join(refusal.binding) or "no candidate at all"
    every = " a run" if isinstance(refusal, RunRefusal) else ""
    heads = ("key of the spec", "from", "to", f">ceiling{every}", "what it gives")
    enough = "Each change below is alone enough, and was solved." if rows else "No single change is enough."
    return ReportPart(
        id=f"{place}-ways-out",
        heading="What clashes, and the ways out",
        said=(f"What clashes: {binding}. {enough}",),
        open_sheets=(sheet("Ways out, the cheapest first", heads, rows),) if rows else (),
    )


def _ceiling(way: WayOut) -> str | None:
    return way.usd_per_run_ceiling or way.usd_per_month_ceiling


def _ending(place: str, answer: Plan | Refusal) -> Iterator[ReportPart]:
    if isinstance(answer, Plan):
        yield lines_part(place, answer)
    yield _assumed(place, answer)
    if isinstance(answer, Plan):
        yield _left_out(place, answer.cost.left_out)


def _assumed(place: str, answer: Plan | Refusal | RunAnswer) -> ReportPart:
    rows = [(assumption_text(each), each.source) for each in by_weight(answer.assumptions)]
    return ReportPart(
        id=f"{place}-assumed",
        heading="What is assumed, what moves the money most first",
        said=(),
        open_sheets=(sheet("Assumptions, each with its source", ("assumption", "source"), rows),),
    )


def _left_out(place: str, items: tuple[str, ...]) -> ReportPart:
    said = ("AWS may bill these besides; they are in no number of this page.",)
    return ReportPart(f"{place}-left-out", "What is left out", said, items=items)
