"""A comment holds the diff, who is over a budget and the ways back, the policies' report, and its origin."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from plimsoll.ground.start_up import record
from plimsoll.review.comment.report import CheckReport
from plimsoll.review.comment.way_back import OverBudget, ways_back
from plimsoll.review.diff.diff import diff
from plimsoll.review.diff.document import DiffDocument, WorkloadDiff
from plimsoll.review.diff.entry import Entry
from plimsoll.review.diff.facts import Here


@record
class Origin:
    """Where a comment comes from: which of several comments it is, at which commit, by which run.

    `link` leads to the run; what is not known is empty.
    """

    key: str
    head: str = ""
    run: str = ""
    link: str = ""


@record
class Review:
    """All that a comment says. `plan` is the Markdown of the whole plan, for a page that has room for it."""

    origin: Origin
    diff: DiffDocument
    over: tuple[OverBudget, ...]
    report: CheckReport | None = None
    plan: str = ""


def comment(
    before: Sequence[Entry],
    after: Sequence[Entry],
    here: Here,
    origin: Origin,
    report: CheckReport | None = None,
) -> Review:
    """Hold two sides against each other, and find the way back of every workload that is over its budget."""
    found = diff(before, after, here)
    old, new = ({entry.name: entry for entry in side} for side in (before, after))
    over = (_over(each, old.get(each.name), new[each.name], here) for each in _stuck(found))
    return Review(origin, found, tuple(over), report)


def _stuck(found: DiffDocument) -> Iterator[WorkloadDiff]:
    return (each for each in found.workloads if each.now is not None and each.now.outcome != "plan")


def _over(each: WorkloadDiff, was: Entry | None, now: Entry, here: Here) -> OverBudget:
    """Say by how much; the way back of what was so before is not this change's business."""
    budget = now.workload.budget
    money = each.now.usd_per_month if each.now is not None else None
    spent = getattr(money, budget.basis) if budget is not None else None
    limit = Decimal(str(budget.usd_per_month)) if budget is not None else None
    return OverBudget(
        name=each.name,
        budget_usd=limit,
        basis=budget.basis if budget is not None else None,
        over_usd=Decimal(spent) - limit if spent is not None and limit is not None else None,
        ways=() if each.state == "same" else ways_back(was, now, here),
    )
