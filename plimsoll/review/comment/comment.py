"""A comment holds the diff, who is over a budget and the ways back, the policies' report, and its origin."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from plimsoll.ground.start_up import record
from plimsoll.review.comment.report import CheckReport
from plimsoll.review.comment.way_back import OverBudget, ways_back
from plimsoll.review.diff.diff import diff
from plimsoll.review.diff.document import DiffDocument, WorkloadDiff
from plimsoll.review.solved.entry import Entry
from plimsoll.review.solved.facts import Here
from plimsoll.review.solved.stored_plan import Per


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
    held = max(_held(each, now), key=lambda one: one.share, default=None)
    return OverBudget(
        name=each.name,
        budget_usd=held and held.limit,
        basis=held and held.basis,
        over_usd=None if held is None or held.spent is None else held.spent - held.limit,
        ways=() if each.state == "same" else ways_back(was, now, here),
        per="month" if held is None else held.per,
    )


@record
class _Held:
    """A budget of a spec, and what it is held against; None in a refusal."""

    per: Per
    basis: str
    limit: Decimal
    spent: Decimal | None

    @property
    def share(self) -> Decimal:
        """What is spent of it: of two budgets, the one that is exceeded more is told."""
        return Decimal(0) if self.spent is None or not self.limit else self.spent / self.limit


_KEYS: tuple[tuple[Per, str], ...] = (("month", "usd_per_month"), ("run", "usd_per_run"))


def _held(each: WorkloadDiff, now: Entry) -> Iterator[_Held]:
    """Yield the budgets of a spec: of a month, of a run, or both."""
    budget = now.workload.budget
    for per, key in _KEYS if budget is not None else ():
        limit: float | None = getattr(budget, key, None)
        if budget is not None and limit is not None:
            money = getattr(each.now, key)
            spent: str | None = getattr(money, budget.basis) if money is not None else None
            yield _Held(per, budget.basis, Decimal(str(limit)), None if spent is None else Decimal(spent))
