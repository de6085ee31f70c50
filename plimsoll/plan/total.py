"""Several plans share one cluster, whose parts count once in their sum; so does every commitment."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, cast

from plimsoll.ground.start_up import record
from plimsoll.ground.units import usd_text
from plimsoll.money.line import CostLine
from plimsoll.plan.plan import Plan, Refusal

if TYPE_CHECKING:  # start-up: only a plan with a discounts file has one, and a service has no run
    from plimsoll.money.purchase import Purchase
    from plimsoll.plan.runs.plan import RunAnswer, RunPlan

Sums = dict[str, str | None]


@record
class Addend:
    """An addend is what a workload brings to a sum: the lines of its bill, and its own terms if any."""

    region: str
    lines: tuple[CostLine, ...]
    purchase: "Purchase | None"


def total(answers: "Sequence[Plan | Refusal | RunAnswer]") -> Sums:
    """Sum floor, expected and ceiling: parts of scope `cluster` count once per region.

    None for all three if any workload is refused: what has no plan does not count as zero. On the
    organisation's own terms the hours of all workloads are covered together, by name, and a commitment is
    paid once. A run without `runs_per_month` has no month: `not_monthly` names it.
    """
    return {of: _text(usd) for of, usd in _summed(answers, at_list=False).items()}


def not_monthly(answers: "Sequence[Plan | Refusal | RunAnswer]") -> list[str]:
    """Name the runs that no month is known of: nobody says how many of them it has."""
    runs = (each for each in answers if not isinstance(each, Plan | Refusal))
    return [str(each.workload["name"]) for each in runs if each.workload["runs_per_month"] is None]


def total_at_list(answers: "Sequence[Plan | Refusal | RunAnswer]") -> Sums | None:
    """Sum the same at list prices; None where no plan has terms of its own."""
    if not any(_is_own(each) for each in answers):
        return None
    return {of: _text(usd) for of, usd in _summed(answers, at_list=True).items()}


def summed(addends: Sequence[Addend], *, at_list: bool = False) -> dict[str, Decimal]:
    """Sum the three numbers of several bills, what they share once.

    Where the parts of one cluster have other prices in one bill than in another, the dearer count.
    """
    sums = {"floor": Decimal(0), "expected": Decimal(0), "ceiling": Decimal(0)}
    for of, usd in _together(addends, at_list=at_list):
        sums[of] += usd
    return sums


def _text(usd: Decimal | None) -> str | None:
    return None if usd is None else usd_text(usd)


def _summed(answers: "Sequence[Plan | Refusal | RunAnswer]", *, at_list: bool) -> dict[str, Decimal | None]:
    addends = [_addend(each) for each in answers if hasattr(each, "cost")]
    if len(addends) < len(answers):
        return dict.fromkeys(("floor", "expected", "ceiling"), None)
    return dict(summed(addends, at_list=at_list))


def _addend(answer: "Plan | Refusal | RunAnswer") -> Addend:
    """Take what a plan brings to the sum of a month; a run of no month brings nothing."""
    if isinstance(answer, Plan):
        return Addend(answer.chosen.region, answer.cost.lines, answer.purchase)
    run = cast("RunPlan", answer)
    return Addend(run.chosen.region, run.monthly_lines, run.purchase)


def _is_own(answer: "Plan | Refusal | RunAnswer") -> bool:
    """Say whether a plan is paid on terms of its own."""
    return getattr(answer, "purchase", None) is not None


def _together(addends: Sequence[Addend], *, at_list: bool) -> list[tuple[str, Decimal]]:
    if addends and all(addend.purchase is not None for addend in addends):
        return _own(addends, at_list=at_list)
    found: list[tuple[str, Decimal]] = []
    shared: dict[tuple[str, object], tuple[str, Decimal]] = {}
    for addend in addends:
        for line in addend.lines:
            amount = line.of, Decimal(line.usd_per_month)
            if line.scope == "workload":
                found.append(amount)
            else:
                key = addend.region, (line.of, line.item) if line.kind == "fixed" else line
                shared[key] = max(shared.get(key, amount), amount)
    return [*found, *shared.values()]


def _own(addends: Sequence[Addend], *, at_list: bool) -> list[tuple[str, Decimal]]:
    """Buy what all plans use in one purchase; what is no instance-hour is added as each plan has it."""
    purchases = [addend.purchase for addend in addends if addend.purchase is not None]
    uses = dict.fromkeys(use for purchase in purchases for use in purchase.uses if not use.workload)
    own = [use for purchase in purchases for use in purchase.uses if use.workload]
    joint = replace(purchases[0], uses=(*uses, *own))
    lines = [line for each in joint.used() for line in each] + list(joint.committed())
    found = [(line.of, line.usd_at_list if at_list else line.usd) for line in lines]
    others = [replace(addend, purchase=None, lines=_without_hours(addend.lines)) for addend in addends]
    return found + _together(others, at_list=at_list)


def _without_hours(lines: Iterable[CostLine]) -> tuple[CostLine, ...]:
    return tuple(each for each in lines if each.instance_type is None and each.kind != "commitment")
