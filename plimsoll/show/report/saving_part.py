"""The part of a report that says what would save: every lever solved again, and why the others do nothing."""

from plimsoll.plan.plan import Plan, Refusal
from plimsoll.plan.runs.plan import RunAnswer
from plimsoll.show.money import usd
from plimsoll.show.plan.savings import SAVING_HEADS, idle_heading_of, idle_rows, saving_row
from plimsoll.show.report.part import ReportPart
from plimsoll.show.report.sheet import sheet

_SOLVED = (
    "Each line is the plan with that one change, solved again: the change given to plimsoll plan with --set, "
    "or put into the discounts file, prints its numbers. They do not add up: each is alone."
)


def saving_part(place: str, answer: Plan | Refusal | RunAnswer) -> ReportPart | None:
    """Show both lists; None where nobody asked for savings."""
    if answer.savings is None:
        return None
    heads = (SAVING_HEADS[0], *(f">{head}" for head in SAVING_HEADS[1:4]), SAVING_HEADS[4], "what it takes")
    rows = [(*saving_row(each), each.trade_off) for each in answer.savings]
    best = answer.savings[0] if answer.savings else None
    of_run = best is not None and best.saves_usd_per_run is not None
    every = "a run" if of_run else "a month"
    saves = [sheet(f"Levers, most saving first, USD {every}", heads, rows)] if rows else []
    title = idle_heading_of(answer).removeprefix("WHAT ").lower()
    idle = sheet(f"Levers: what {title}", ("lever", "why"), idle_rows(answer.savings_not or ()))
    said = "No lever saves anything here."
    if best is not None:
        most = best.saves_usd_per_run if of_run else best.saves_usd_per_month
        said = f"Most is saved by {best.strategy}: {usd(most or '0')} {every}."
    return ReportPart(
        id=f"{place}-savings",
        heading="What would save",
        said=(f"{said} {_SOLVED}",),
        open_sheets=(*saves, idle),
    )
