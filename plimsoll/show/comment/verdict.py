"""The first line that a reader sees: what it costs now, by how much that changed, and the verdict.

It holds amounts, counts and words of ours alone, so that no text from outside can forge it.
"""

from collections.abc import Iterator

from plimsoll.review.comment.comment import Review
from plimsoll.review.comment.report import CheckReport
from plimsoll.review.comment.way_back import OverBudget
from plimsoll.show.diff.markdown import headline
from plimsoll.show.diff.words import EVERY
from plimsoll.show.money import usd

PASSED, FAILED = "✅", "❌"


def verdict_line(comment: Review) -> str:
    """Write the line."""
    return f"#### ⚓ Plimsoll: {' · '.join(_parts(comment))}"


def _parts(comment: Review) -> Iterator[str]:
    yield headline(comment.diff)
    if comment.report is not None:
        if comment.report.budget is not None:
            yield f"budget {usd(comment.report.budget.usd_per_month)}"
        yield _by_report(comment.report)
        return
    alone = comment.over[0] if len(comment.diff.workloads) == 1 and comment.over else None
    if alone is not None and alone.budget_usd is not None:
        yield f"budget {usd(alone.budget_usd)}{EVERY[alone.per]}"
    yield _by_specs(comment.over)


def _by_report(report: CheckReport) -> str:
    if report.verdict == "pass":
        until = max((each.expires for each in report.exemptions_used), default="")
        return f"{PASSED} within the line" + (f", exempted until {_date(until)}" if until else "")
    over = report.over_usd
    if over is not None:
        return f"{FAILED} over by {usd(over)}"
    if report.cannot_price:
        return f"{FAILED} {_counted(len(report.cannot_price), 'resource')} cannot be priced"
    return f"{FAILED} {_counted(len(report.blocking), 'violation')}"


def _by_specs(over: tuple[OverBudget, ...]) -> str:
    amounts = [each.over_usd for each in over if each.over_usd is not None]
    refused = len(over) - len(amounts)
    if not over:
        return f"{PASSED} within the budgets"
    if len(over) == 1 and amounts:
        return f"{FAILED} over by {usd(amounts[0])}{EVERY[over[0].per]}"
    said = [f"{_counted(len(amounts), 'workload')} over budget"] if amounts else []
    said += [f"{_counted(refused, 'workload')} refused"] if refused else []
    return f"{FAILED} {', '.join(said)}"


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


def _date(text: str) -> str:
    """A date is digits and dashes, whatever a report holds."""
    return "".join(char for char in text[:10] if char.isdigit() or char == "-")
