"""The parts of a report that a run alone has: its bill, its hours, its month, and what has no picture."""

from collections.abc import Iterator

from plimsoll.ground.units import figure
from plimsoll.plan.outlook.run import RunOutlook
from plimsoll.plan.outlook.steps import steps_of_run
from plimsoll.plan.runs.plan import RunPlan
from plimsoll.show.money import usd
from plimsoll.show.report.money_parts import lines_sheet, steps_part
from plimsoll.show.report.part import ReportPart
from plimsoll.show.report.runs.timeline import moments_of, spans_of, timeline
from plimsoll.show.report.sheet import Sheet, sheet

RUN_BASES = {
    "floor": "a run on time, in its own capacity type",
    "expected": "a run with the interruptions that are expected",
    "ceiling": "the most that a run can cost until the cluster ends it",
}
"""What each of the three numbers of a run is."""

_STEPS = """The floor is a run that nothing interrupts, the ceiling the most that it can cost: its nodes on
demand until the cluster ends it, one more in flight, and what it stores until that is deleted. Each step is
the sum of lines printed below, to the cent."""


def run_parts(place: str, plan: RunPlan) -> Iterator[ReportPart]:
    """Show the money of a run, its hours, and a month of it."""
    yield steps_part(place, steps_of_run(plan), _STEPS, "a run")
    yield _hours(place, plan)
    yield _month(place, plan)


def _hours(place: str, plan: RunPlan) -> ReportPart:
    spans = [(each.name, figure(each.start_h), figure(each.end_h)) for each in spans_of(plan)]
    moments = [(each.name, figure(each.at_h)) for each in moments_of(plan)]
    told = ", ".join(f"{name} at {hours} h" for name, hours in moments)
    hours, taken = figure(plan.run.run_h.estimate), figure(plan.run.interruptions_expected, 3)
    said = (
        f"From its admission to its last save a run takes {hours} h where half of them "
        f"are done, {taken} interruptions expected. Lost hours are drawn "
        "together at the end; they fall where interruptions do."
    )
    return ReportPart(
        id=f"{place}-hours",
        heading="The hours of a run",
        said=(said,),
        picture=timeline(f"{place}-timeline", plan, f"{said} {told}."),
        folded=(
            sheet("Stretches of a run, hours after admission", ("stretch", ">from", ">to"), spans),
            sheet("What happens when", ("what", ">hours after admission"), moments),
        ),
        fold="The hours as figures",
    )


def _month(place: str, plan: RunPlan) -> ReportPart:
    """Show a month of runs; without a number of runs say that there is none."""
    month, runs = plan.cost.usd_per_month, plan.workload["runs_per_month"]
    if month is None:
        said = (
            "The spec does not say how many runs a month has (runs_per_month), so that no month is shown, "
            "and a total of several workloads does not count it."
        )
        return ReportPart(f"{place}-month", "A month of runs", (said,))
    lines = [line for line in plan.cost.lines if line.usd_per_month is not None]
    rows = [(f"{of}, {runs:g} runs and the cluster", usd(getattr(month, of))) for of in RUN_BASES]
    shared = [line for line in lines if line.scope == "cluster" and line.of == "ceiling"]
    said = f"{runs:g} runs a month, and the fixed parts of the cluster, which workloads of one region share."
    cluster = [(line.item, usd(line.usd_per_month)) for line in shared]
    return ReportPart(
        id=f"{place}-month",
        heading="A month of runs",
        said=(said,),
        open_sheets=(
            sheet("A month, USD", ("what", ">USD a month"), rows),
            sheet("Parts of the cluster, of the ceiling", ("part", ">USD a month"), cluster),
        ),
    )


def run_lines(place: str, plan: RunPlan) -> Iterator[ReportPart]:
    """Show every line of the three numbers of a run."""
    yield ReportPart(
        id=f"{place}-lines",
        heading="Every line, with price, source and date",
        said=("Lines of one run; what its cluster costs a month stands above.",),
        open_sheets=tuple(_lines(plan, of) for of in RUN_BASES),
    )


def _lines(plan: RunPlan, of: str) -> Sheet:
    lines = [line for line in plan.cost.lines if line.of == of and line.scope == "workload"]
    return lines_sheet(
        lines, f"{of.capitalize()}: {RUN_BASES[of]}", getattr(plan.cost.usd_per_run, of), "a run"
    )


def not_drawn(place: str, outlook: RunOutlook) -> ReportPart:
    """Say what the page of a service shows and that of a run does not, and why."""
    return ReportPart(
        id=f"{place}-not-drawn",
        heading="What is not drawn",
        said=("A service has these on its page; of a run there is nothing to draw.",),
        items=tuple(_not_drawn(outlook)),
    )


def _not_drawn(outlook: RunOutlook) -> Iterator[str]:
    yield "hours of the week: a run begins when it is told to, and its cost does not depend on the hour"
    yield "the next price cliff: a run has whole nodes for its own hours, and no load that grows"
    yield "cost by usage: a run has whole nodes, and pays for all of their hours"
    tried = outlook.answer.candidates
    placed = len(outlook.compared.candidates) if outlook.compared is not None else 0
    if missing := len(tried) - placed:
        yield f"{missing} of {len(tried)} candidates: they have no price or no hours, and so no point"
