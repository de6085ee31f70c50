"""Words that answer "why not this?" are written here once: what it is, and a paragraph that teaches."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from plimsoll.candidates.nearest import distance
from plimsoll.candidates.row import CandidateRow
from plimsoll.catalog.facts import Accelerator, Catalog, InstanceType
from plimsoll.ground.start_up import record
from plimsoll.ground.units import GIB
from plimsoll.plan.plan import Plan, Refusal
from plimsoll.plan.question import Outcome, Subject
from plimsoll.show.money import usd
from plimsoll.sizing.limits import LIMITS, Reason

if TYPE_CHECKING:  # start-up: a service has no run
    from plimsoll.plan.runs.plan import RunAnswer

_MOST_WAYS = 12
"""Instance types that are shown of a way of buying, which all of them have."""
_CAPACITY = {
    "spot": "capacity that AWS may take back, at a price of its own",
    "on-demand": "capacity at the list price that nobody takes back",
}


def what_it_is(subject: Subject, catalog: Catalog) -> str:
    """Describe what was asked about: its accelerators, its host, how many instance types it means."""
    if subject.kind == "capacity":
        return _CAPACITY[subject.name]
    types = [catalog.instance_types[name] for name in subject.instance_types]
    if subject.kind == "instance_type":
        host = f"{types[0].vcpus} vCPU, {types[0].memory_gib:g} GiB"
        return f"{_carried(types, catalog)}, {host}" if types[0].accelerator else f"{host}, no accelerator"
    if not types:
        return _sheet(catalog.accelerators[subject.name]).partition(" ")[2].strip("()")
    count = "1 instance type" if len(types) == 1 else f"{len(types)} instance types"
    return f"{count} with {_carried(types, catalog)}"


def _carried(types: Sequence[InstanceType], catalog: Catalog) -> str:
    """Name the accelerators of instance types, and how many of them one has."""
    names = sorted({each.accelerator for each in types if each.accelerator is not None})
    if not names:
        return "no accelerator"
    sheets = " or ".join(_sheet(catalog.accelerators[name]) for name in names)
    counts = sorted({each.accelerators * each.accelerator_fraction for each in types})
    if counts[-1] < 1 and len(counts) == 1:
        return f"{counts[0]:g} of a {sheets}"
    many = f"{counts[0]:g}" if len(counts) == 1 else f"{counts[0]:g} to {counts[-1]:g}"
    return f"{many} × {sheets}"


def _sheet(accelerator: Accelerator) -> str:
    bandwidth = accelerator.bandwidth / 1e9
    return f"{accelerator.name} ({accelerator.memory_bytes / GIB:.4g} GiB, {bandwidth:,.0f} GB/s each)"


@record
class TakenPlan:
    """What a plan takes: the candidate, what that is expected to cost, and in which time."""

    id: str
    expected: str
    every: str


def taken(answer: "Plan | Refusal | RunAnswer") -> TakenPlan | None:
    """Say what an answer takes; None of a refusal."""
    if isinstance(answer, Plan):
        return TakenPlan(answer.chosen.id, answer.cost.usd_per_month.expected, "month")
    if isinstance(answer, Refusal):
        return None
    from plimsoll.plan.runs.plan import RunPlan  # start-up: a service has no run

    if not isinstance(answer, RunPlan):
        return None
    return TakenPlan(answer.chosen.id, answer.cost.usd_per_run.expected, "run")


def money_of(row: CandidateRow) -> tuple[str | None, str | None, str]:
    """What a candidate is expected to cost, its ceiling, and in which time: a run if it is one."""
    if row.nodes is not None or row.usd_per_run_expected is not None:
        return row.usd_per_run_expected, row.usd_per_run_ceiling, "run"
    return row.usd_per_month_expected, row.usd_per_month_ceiling, "month"


def paragraph(each: Outcome, answer: "Plan | Refusal | RunAnswer") -> Iterator[str]:
    """Say in sentences what became of a subject, and what the limits that it fails mean."""
    best, plan = each.best, taken(answer)
    if best is None:
        yield each.why_not_tried
    elif best.verdict == "rejected":
        yield from _rejected(best, each.subject)
        if plan is not None:
            yield f"The plan takes {plan.id} at {usd(plan.expected)} expected."
    elif best.verdict == "chosen":
        yield f"It is the choice: {best.id}."
    else:
        yield f"It would do: {best.id} holds every limit."
        if plan is not None:
            yield _dominated(best, plan)


def _dominated(best: CandidateRow, plan: TakenPlan) -> str:
    """Say why another candidate that holds comes first."""
    mine, theirs = money_of(best)[0], plan.expected
    extra = Decimal(mine or "0") - Decimal(theirs)
    if extra > 0:
        return (
            f"But it is expected to cost {usd(mine)} a {plan.every}, {usd(str(extra))} more than "
            f"{plan.id} at {usd(theirs)}."
        )
    return (
        f"{plan.id} comes first in the order expected, ceiling, accelerators, id "
        f"({usd(theirs)} expected against {usd(mine)})."
    )


def _rejected(best: CandidateRow, subject: Subject) -> Iterator[str]:
    where = f"{subject.name} capacity" if subject.kind == "capacity" else subject.name
    yield f"No way on {where} holds every limit. The nearest is {best.id}:"
    for reason in best.reasons:
        yield _sentence(reason)
    codes = list(dict.fromkeys(reason.code for reason in best.reasons))
    yield from (LIMITS[code].teaches for code in codes if LIMITS[code].teaches)


def opened(message: str) -> str:
    """Open a sentence with a capital; a name, like bf16 or trn2.3xlarge, is written as it is."""
    return message[:1].upper() + message[1:] if message.partition(" ")[0].isalpha() else message


def _sentence(reason: Reason) -> str:
    text = opened(reason.message) + "."
    if isinstance(reason.limit, int | float) and isinstance(reason.value, int | float) and reason.limit:
        change = reason.value / reason.limit - 1
        if abs(change) >= 0.01 and LIMITS[reason.code].measurable:
            return f"{text[:-1]} ({change:+.0%})."
    return text


def shown(each: Outcome) -> tuple[str, list[CandidateRow]]:
    """Head and rows of what was tried: every way on one instance type, else the nearest of each type."""
    if each.subject.kind == "instance_type":
        return f"Every way that was tried ({len(each.rows)})", list(each.rows)
    rank = {"chosen": 0, "dominated": 1, "rejected": 2}
    ways: dict[str, CandidateRow] = {}
    for row in sorted(each.rows, key=lambda row: (rank[row.verdict], distance(row))):
        ways.setdefault(row.instance_type, row)
    most = _MOST_WAYS if each.subject.kind == "capacity" else len(ways)
    which = "each instance type" if most >= len(ways) else f"each of the {most} nearest instance types"
    tried = f"of {len(each.rows)} ways on {len(ways)} types, all in --format json"
    return f"The nearest way on {which} ({tried})", list(ways.values())[:most]
