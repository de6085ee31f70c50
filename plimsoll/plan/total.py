"""Several plans share one cluster, whose parts count once in their sum; so does every commitment."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, cast

from plimsoll.ground.units import usd_text
from plimsoll.money.line import CostLine
from plimsoll.money.totals import Cost
from plimsoll.plan.plan import Plan, Refusal

if TYPE_CHECKING:  # start-up: a service has no run
    from plimsoll.plan.runs.plan import RunAnswer, RunPlan

Sums = dict[str, str | None]


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
    if not any(isinstance(plan, Plan) and plan.cost.list_usd_per_month is not None for plan in answers):
        return None
    return {of: _text(usd) for of, usd in _summed(answers, at_list=True).items()}


def _text(usd: Decimal | None) -> str | None:
    return None if usd is None else usd_text(usd)


def _summed(answers: "Sequence[Plan | Refusal | RunAnswer]", *, at_list: bool) -> dict[str, Decimal | None]:
    sums = {"floor": Decimal(0), "expected": Decimal(0), "ceiling": Decimal(0)}
    plans = [plan for plan in answers if isinstance(plan, Plan)]
    runs = [each for each in answers if not isinstance(each, Plan | Refusal)]
    planned = [run for run in runs if hasattr(run, "cost")]
    if len(plans) + len(planned) < len(answers):
        return dict.fromkeys(sums, None)
    for of, usd in _together(plans, at_list=at_list):
        sums[of] += usd
    for of, usd in _of_runs(cast("list[RunPlan]", planned), plans):
        sums[of] += usd
    return dict(sums)


def _of_runs(runs: "Sequence[RunPlan]", plans: Sequence[Plan]) -> Iterator[tuple[str, Decimal]]:
    """Yield what a month's runs cost, and the parts of clusters that no service beside them has paid."""
    paid = {
        (plan.chosen.region, line) for plan in plans for line in plan.cost.lines if line.scope == "cluster"
    }
    for run in runs:
        for line in run.cost.lines:
            if line.scope == "workload" and line.usd_per_month is not None:
                yield line.of, Decimal(line.usd_per_month)
        for shared in run.cluster_lines:
            if (run.chosen.region, shared) not in paid:
                paid.add((run.chosen.region, shared))
                yield shared.of, Decimal(shared.usd_per_month)


def _together(plans: Sequence[Plan], *, at_list: bool) -> list[tuple[str, Decimal]]:
    if any(plan.purchase is not None for plan in plans):
        return _own(plans, at_list=at_list)
    shared: set[tuple[str, CostLine]] = set()
    found: list[tuple[str, Decimal]] = []
    for plan in plans:
        for line in plan.cost.lines:
            key = (plan.chosen.region, line)
            if line.scope == "workload" or key not in shared:
                shared.add(key)
                found.append((line.of, Decimal(line.usd_per_month)))
    return found


def _own(plans: Sequence[Plan], *, at_list: bool) -> list[tuple[str, Decimal]]:
    """Buy what all plans use in one purchase; what is no instance-hour is added as each plan has it."""
    purchases = [plan.purchase for plan in plans if plan.purchase is not None]
    uses = dict.fromkeys(use for purchase in purchases for use in purchase.uses if not use.workload)
    own = [use for purchase in purchases for use in purchase.uses if use.workload]
    joint = replace(purchases[0], uses=(*uses, *own))
    lines = [line for each in joint.used() for line in each] + list(joint.committed())
    found = [(line.of, line.usd_at_list if at_list else line.usd) for line in lines]
    others = [replace(plan, purchase=None, cost=_without_hours(plan)) for plan in plans]
    return found + _together(others, at_list=at_list)


def _without_hours(plan: Plan) -> Cost:
    kept = (each for each in plan.cost.lines if each.instance_type is None and each.kind != "commitment")
    return replace(plan.cost, lines=tuple(kept))
