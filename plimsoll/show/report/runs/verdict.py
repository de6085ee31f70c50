"""The verdict of a run opens its part of a report: what to rent for how long, at what cost a run."""

from collections.abc import Iterator
from decimal import Decimal

from plimsoll.ground.units import figure
from plimsoll.plan.runs.plan import RunAnswer, RunPlan, RunRefusal
from plimsoll.show.clock import prices_text
from plimsoll.show.money import usd
from plimsoll.show.report.money_bar import Marks, money_bar
from plimsoll.show.report.verdict import HeadAmount, HeadVerdict
from plimsoll.show.runs import words
from plimsoll.show.runs.table import memory_text


def run_verdict(place: str, answer: RunAnswer) -> HeadVerdict:
    """Put the plan of a run, or its refusal, in a sentence, and its money beside it."""
    return _plan(place, answer) if isinstance(answer, RunPlan) else _refusal(answer)


def _plan(place: str, plan: RunPlan) -> HeadVerdict:
    money, budget = plan.cost.usd_per_run, _budget(plan)
    limit = None if budget is None else float(budget)
    marks = Marks(float(money.floor), float(money.expected), float(money.ceiling), limit)
    amounts = tuple(_amounts(plan))
    told = ", ".join(f"{each.name} {each.amount}" for each in amounts)
    return HeadVerdict(
        good=True,
        word="holds every limit",
        sentence=_sentence(plan),
        asked=words.run_asked(plan),
        prices=prices_text(plan.clock),
        amounts=amounts,
        bar=money_bar(f"{place}-bar", marks, f"USD a run: {told}"),
        facts=tuple(_facts(plan)),
        notes=tuple(words.money_texts(plan)),
        warnings=tuple((each.code, each.message) for each in plan.warnings),
    )


def _refusal(refusal: RunRefusal) -> HeadVerdict:
    best = refusal.ways_out[0] if refusal.ways_out else None
    way = f" The first way out: {best.message}." if best is not None else ""
    none = "" if best is not None else " No single change of the spec makes it fit."
    return HeadVerdict(
        good=False,
        word="refused",
        sentence=f"{refusal.message[:1].upper()}{refusal.message[1:]}.{way}{none}",
        asked=words.run_asked(refusal),
        prices=prices_text(refusal.clock),
    )


def _budget(plan: RunPlan) -> Decimal | None:
    """Read the budget of a run; that of a month is told among the notes."""
    budget = plan.workload["budget"]
    limit = budget.get("usd_per_run") if budget else None
    return None if limit is None else Decimal(str(limit))


def _sentence(plan: RunPlan) -> str:
    chosen, money, run = plan.chosen, plan.cost.usd_per_run, plan.run
    hours = f"about {figure(run.run_h.estimate, 3)} h"
    rent = f"Rent {chosen.nodes} × {chosen.instance_type} in {chosen.region} for {hours}"
    spent = f"{usd(money.expected)} a run is expected, {usd(money.ceiling)} is the most that it can cost"
    held = words.run_budget_text(plan)
    budget = f"{held[:1].upper()}{held[1:]}." if held else "The spec gives no budget of a run."
    return f"{rent}: {spent}. {budget}"


def _amounts(plan: RunPlan) -> Iterator[HeadAmount]:
    money, limit = plan.cost.usd_per_run, _budget(plan)
    yield HeadAmount("floor", "floor", usd(money.floor), "a run on time, nothing interrupts it")
    yield HeadAmount("expected", "expected", usd(money.expected), "a run with the interruptions expected")
    yield HeadAmount("ceiling", "ceiling", usd(money.ceiling), "a run until the cluster ends it, on demand")
    if limit is not None:
        basis = plan.workload["budget"]["basis"]
        yield HeadAmount("budget", "budget", usd(limit), f"of a run, held against the {basis}")


def _facts(plan: RunPlan) -> Iterator[tuple[str, str]]:
    yield "machine", ", ".join(words.run_chosen_parts(plan.chosen))
    if plan.chosen.layout is not None:
        yield "a step", words.layout_text(plan.chosen.layout)
    yield "hours", "; ".join(words.time_texts(plan))
    yield "saved", words.save_text(plan)
    if plan.memory_gib is not None:
        yield "memory", memory_text(plan.memory_gib)
    if trained := words.trained_text(plan):
        yield "trained", trained
    for quota in plan.quotas:
        yield "quota", f"{quota.name}: {quota.vcpus} vCPU" + (f" ({quota.code})" if quota.code else "")
