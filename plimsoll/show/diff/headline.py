"""The first line of a diff is of the month's total; of one run that has no month, of the run."""

from plimsoll.ground.start_up import record
from plimsoll.review.diff.document import DiffDocument, DiffMoney

_NONE = DiffMoney("0.00", "0.00", "0.00")


@record
class Headline:
    """The numbers of a first line, what they are of (`a month`, `a run`), and what stands beside them."""

    was: DiffMoney
    now: DiffMoney
    change: DiffMoney
    every: str
    beside: str = ""


def headline_of(document: DiffDocument) -> Headline | None:
    """Find the numbers; None where there are several runs of no month, which nothing adds up."""
    total, apart = document.total, document.total.not_monthly
    if len(document.workloads) > len(apart) or not apart:
        beside = f"{len(apart)} run{'' if len(apart) == 1 else 's'} of no month" if apart else ""
        return Headline(total.was, total.now, total.change, "a month", beside)
    alone = next(iter(document.workloads), None)
    if alone is None or len(document.workloads) > 1 or alone.per != "run":
        return None
    was, now = ((side and side.usd("run")) or _NONE for side in (alone.was, alone.now))
    return Headline(was, now, alone.change, "a run")
