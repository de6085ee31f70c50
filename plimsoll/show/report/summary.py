"""The summary of several workloads: a row and a bar for each, and what they cost together."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from plimsoll.ground.start_up import record
from plimsoll.money.totals import MonthlyUsd
from plimsoll.plan.plan import Plan, Refusal
from plimsoll.plan.runs.plan import RunAnswer, RunPlan, RunRefusal
from plimsoll.plan.total import not_monthly
from plimsoll.show.money import usd
from plimsoll.show.plan.answer import Planned
from plimsoll.show.plan.words import clusters
from plimsoll.show.preview.canvas import fitted
from plimsoll.show.report import palette
from plimsoll.show.report.scale import AxisScale
from plimsoll.show.report.sheet import Sheet, sheet
from plimsoll.show.report.svg import WIDTH, Figure, box, line, text

_TOP, _ROW, _LEFT, _RIGHT = 30.0, 26.0, 170.0, 96.0
_KINDS = (("floor", palette.FLOOR), ("expected", palette.EXPECTED), ("ceiling", palette.CEILING))


Answer = Plan | Refusal | RunAnswer


@record
class SummaryPage:
    """What several workloads are together."""

    sentence: str
    picture: Figure
    sheet: Sheet


def summary_of(planned: Planned) -> SummaryPage:
    """Add up the workloads, what a cluster shares once; nothing is added where one is refused."""
    answers = planned.answers
    refused = [each for each in answers if not isinstance(each, Plan | RunPlan)]
    total, alone = planned.total, not_monthly(answers)
    if refused:
        sentence = f"{len(answers)} workloads, {len(refused)} of them refused, so that there is no total."
    else:
        sentence = (
            f"{len(answers)} workloads {clusters(answers)}: {usd(total['expected'])} a month is expected, "
            f"{usd(total['ceiling'])} the most that they can cost, {usd(total['floor'])} without traffic."
        )
    if alone:
        sentence += f" Not counted, because nobody says how many runs a month has: {', '.join(alone)}."
    return SummaryPage(sentence, _bars(answers, sentence), _sheet(planned))


def _sheet(planned: Planned) -> Sheet:
    heads = ("workload", "verdict", "machine", ">floor", ">expected", ">ceiling", ">budget", ">to spare")
    rows = [tuple(_row(each)) for each in planned.answers]
    total = planned.total
    sums = [usd(total[of]) for of in ("floor", "expected", "ceiling")]
    foot = [("together, what a cluster shares counted once", "", "", *sums, "", "")]
    return sheet("All workloads, USD a month", heads, rows, foot)


def _row(answer: Answer) -> Iterator[str]:
    yield str(answer.workload["name"])
    if isinstance(answer, RunPlan | RunRefusal):
        yield from _run_row(answer)
        return
    budget = answer.workload["budget"]
    limit = Decimal(str(budget["usd_per_month"])) if budget else None
    if isinstance(answer, Refusal):
        yield from ("✕ refused", ", ".join(answer.binding), "–", "–", "–", usd(limit), "–")
        return
    money, nodes = answer.cost.usd_per_month, sum(pool.max_nodes for pool in answer.chosen.pools)
    yield from ("✓", f"{nodes}\u00a0×\u00a0{answer.chosen.instance_type}")
    yield from (usd(money.floor), usd(money.expected), usd(money.ceiling), usd(limit))
    held = money.expected if budget and budget["basis"] == "expected" else money.ceiling
    yield usd(limit - Decimal(held)) if limit is not None else "–"


def _run_row(answer: RunPlan | RunRefusal) -> Iterator[str]:
    """Write the row of a run: its month where it has one, else nothing that looks like one."""
    budget: Mapping[str, Any] = answer.workload["budget"] or {}
    month = Decimal(str(budget["usd_per_month"])) if budget.get("usd_per_month") is not None else None
    if isinstance(answer, RunRefusal):
        yield from ("✕ refused", ", ".join(answer.binding), "–", "–", "–", usd(month), "–")
        return
    yield from ("✓", f"{answer.chosen.nodes}\u00a0×\u00a0{answer.chosen.instance_type}")
    money, run = answer.cost.usd_per_month, answer.cost.usd_per_run
    if money is None:
        yield from (f"{usd(amount)} a run" for amount in (run.floor, run.expected, run.ceiling))
        limit = budget.get("usd_per_run")
        yield from ("–" if limit is None else f"{usd(Decimal(str(limit)))} a run", "–")
        return
    yield from (usd(money.floor), usd(money.expected), usd(money.ceiling), usd(month))
    held = money.expected if budget.get("basis") == "expected" else money.ceiling
    yield usd(month - Decimal(held)) if month is not None else "–"


def _month_of(answer: Answer) -> MonthlyUsd | None:
    """Read the month of a plan; None where there is none."""
    return answer.cost.usd_per_month if isinstance(answer, Plan | RunPlan) else None


def _bars(answers: Sequence[Answer], said: str) -> Figure:
    money = [month for each in answers if (month := _month_of(each)) is not None]
    scale = AxisScale(0.0, max((float(each.ceiling) for each in money), default=1.0), _LEFT, WIDTH - _RIGHT)
    shapes = list(_legend())
    for index, each in enumerate(answers):
        shapes += _bar(each, scale, _TOP + index * _ROW)
    return Figure(
        "all-bars",
        "Floor, expected and ceiling of each workload",
        said,
        _TOP + len(answers) * _ROW + 6,
        tuple(shapes),
    )


def _bar(answer: Answer, scale: AxisScale, y: float) -> Iterator[str]:
    name = fitted(str(answer.workload["name"]), _LEFT - 14, 12)
    yield text(_LEFT - 12, y + 15, name, anchor="end")
    if isinstance(answer, Refusal | RunRefusal):
        yield text(_LEFT, y + 15, f"✕ refused: {', '.join(answer.binding)}", fill=palette.BUDGET)
        return
    money = _month_of(answer)
    if money is None:
        yield text(_LEFT, y + 15, "no month: the spec does not say how many runs it has", fill=palette.SOFT)
        return
    for of, fill in reversed(_KINDS):
        end = scale.at(float(getattr(money, of)))
        yield box(_LEFT, y + 3, end - _LEFT, _ROW - 9, fill, radius=2)
    yield text(WIDTH, y + 15, usd(money.ceiling), fill=palette.SOFT, anchor="end")
    budget: Mapping[str, Any] = answer.workload["budget"] or {}
    limit = budget.get("usd_per_month")
    if limit is not None and scale.low <= limit <= scale.high:
        x = scale.at(float(limit))
        yield line((x, y), (x, y + _ROW - 3), palette.BUDGET, width=2)


def _legend() -> Iterator[str]:
    for index, (name, fill) in enumerate(_KINDS):
        x = _LEFT + index * 90
        yield box(x, 6, 12, 12, fill, radius=2)
        yield text(x + 18, 16, name, fill=palette.SOFT)
    yield line((_LEFT + 276, 4), (_LEFT + 276, 20), palette.BUDGET, width=2)
    yield text(_LEFT + 286, 16, "budget, where it is on the scale", fill=palette.SOFT)
