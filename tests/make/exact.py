"""The causes of a change are exact: of each workload, of its month, and of the total they are the change."""

from decimal import Decimal

from plimsoll.review.diff.document import DiffCauses, DiffDocument, DiffMoney, DiffSide, WorkloadDiff
from plimsoll.review.solved.facts import CAUSES
from plimsoll.review.solved.stored_plan import BASES


def assert_exact(document: DiffDocument) -> None:
    """The causes of each workload and of the total add up to the change, and the change is now − was."""
    for each in document.workloads:
        for of in BASES:
            _of_workload(each, of)
    for of in BASES:
        change = getattr(document.total.change, of)
        told = added(document.total.causes, of)
        assert told is None if change is None else told == Decimal(change)


def _of_workload(each: WorkloadDiff, of: str) -> None:
    was, now = (_amount(side, each.per, of) for side in (each.was, each.now))
    told = added(each.causes, of)
    if was is None or now is None:
        assert told is None
        assert getattr(each.change, of) is None
    else:
        assert told == now - was == Decimal(getattr(each.change, of))
    if each.month is not None:
        was, now = (_amount(side, "month", of) for side in (each.was, each.now))
        assert was is not None
        assert now is not None
        assert added(each.month.causes, of) == now - was == Decimal(getattr(each.month.change, of))


def amounts(causes: DiffCauses) -> list[DiffMoney]:
    """Every cause that has a number."""
    return [money for cause in CAUSES if (money := getattr(causes, cause)) is not None]


def added(causes: DiffCauses, of: str) -> Decimal | None:
    """What all causes come to; None where none has a number."""
    told = [Decimal(getattr(money, of)) for money in amounts(causes)]
    return sum(told, Decimal(0)) if told else None


def _amount(side: DiffSide | None, per: str, of: str) -> Decimal | None:
    """What a side costs; nothing where it is not there, None where it has no number."""
    if side is None:
        return Decimal(0)
    money = side.usd_per_run if per == "run" else side.usd_per_month
    assert money is not None
    amount = getattr(money, of)
    return None if amount is None else Decimal(amount)
