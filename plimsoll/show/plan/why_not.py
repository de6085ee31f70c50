"""A paragraph that teaches answers "why not this instance type?", then every way that was tried."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from plimsoll.candidates.nearest import nearest
from plimsoll.candidates.row import CandidateRow
from plimsoll.catalog.facts import Accelerator, InstanceType
from plimsoll.ground.units import GIB
from plimsoll.plan.plan import Plan, Refusal
from plimsoll.show.plan import words as view
from plimsoll.show.text import Style, wrap
from plimsoll.sizing.limits import LIMITS, Reason


def why_not(
    answer: Plan | Refusal, instance: InstanceType, accelerator: Accelerator | None, style: Style
) -> str:
    """Explain what became of one instance type in a plan or refusal."""
    rows = [row for row in answer.candidates if row.instance_type == instance.name]
    lines = [_hardware(instance, accelerator, style), ""]
    if not rows:
        lines += wrap(_no_candidate(answer, instance), style.width, "")
        return "\n".join(lines) + "\n"
    lines += wrap(" ".join(_paragraph(answer, rows, instance)), style.width, "")
    lines += ["", style.paint(f"Every way that was tried ({len(rows)})", "bold")]
    for row in rows:
        lines += _row(row, style)
    return "\n".join(lines) + "\n"


def _hardware(instance: InstanceType, accelerator: Accelerator | None, style: Style) -> str:
    head = style.paint(instance.name, "bold")
    host = f"{instance.vcpus} vCPU, {instance.memory_gib:g} GiB"
    if accelerator is None:
        return f"{head}: {host}, no accelerator"
    fraction = f"{instance.accelerator_fraction:g} of a " if instance.accelerator_fraction < 1 else ""
    count = f"{instance.accelerators} × " if not fraction else ""
    bandwidth = accelerator.bandwidth / 1e9
    return (
        f"{head}: {count}{fraction}{accelerator.name} ({accelerator.memory_bytes / GIB:.4g} GiB, "
        f"{bandwidth:,.0f} GB/s each), {host}"
    )


def _no_candidate(answer: Plan | Refusal, instance: InstanceType) -> str:
    has = "has no accelerator" if instance.accelerator is None else f"carries {instance.accelerator}"
    needs = "an accelerator" if answer.traits.on_accelerators else "CPU only"
    return f"{instance.name} {has}, and this workload runs on {needs}, so it was not a candidate."


def _paragraph(answer: Plan | Refusal, rows: Sequence[CandidateRow], instance: InstanceType) -> Iterator[str]:
    best = nearest(rows)
    plan = answer if isinstance(answer, Plan) else None
    if best.verdict == "rejected":
        yield from _rejected(best, instance)
        if plan is not None:
            theirs = view.usd(plan.cost.usd_per_month.expected)
            yield f"The plan takes {plan.chosen.id} at {theirs} expected."
    elif best.verdict == "chosen":
        yield f"It is the choice: {best.id}."
    else:
        yield f"It would do: {best.id} holds every limit."
        if plan is not None:
            yield _dominated(best, plan)


def _dominated(best: CandidateRow, plan: Plan) -> str:
    """Say why another candidate that holds comes first."""
    mine, theirs = best.usd_per_month_expected, plan.cost.usd_per_month.expected
    extra = Decimal(mine or "0") - Decimal(theirs)
    if extra > 0:
        return (
            f"But it is expected to cost {view.usd(mine)} a month, {view.usd(str(extra))} more than "
            f"{plan.chosen.id} at {view.usd(theirs)}."
        )
    return (
        f"{plan.chosen.id} comes first in the order expected, ceiling, accelerators, id "
        f"({view.usd(theirs)} expected against {view.usd(mine)})."
    )


def _rejected(best: CandidateRow, instance: InstanceType) -> Iterator[str]:
    yield f"No way on {instance.name} holds every limit. The nearest is {best.id}:"
    for reason in best.reasons:
        yield _sentence(reason)
    codes = list(dict.fromkeys(reason.code for reason in best.reasons))
    yield from (LIMITS[code].teaches for code in codes if LIMITS[code].teaches)


def _sentence(reason: Reason) -> str:
    text = reason.message[:1].upper() + reason.message[1:] + "."
    if isinstance(reason.limit, int | float) and isinstance(reason.value, int | float) and reason.limit:
        change = reason.value / reason.limit - 1
        if abs(change) >= 0.01 and LIMITS[reason.code].measurable:
            return f"{text[:-1]} ({change:+.0%})."
    return text


def _row(row: CandidateRow, style: Style) -> Iterator[str]:
    colours = {"chosen": "green", "dominated": "yellow", "rejected": "red"}
    verdict = style.paint(row.verdict, colours[row.verdict])
    money = ""
    if row.usd_per_month_expected is not None:
        money = (
            f"   expected {view.usd(row.usd_per_month_expected)}, "
            f"ceiling {view.usd(row.usd_per_month_ceiling)} a month"
        )
    yield f"  {row.id}: {verdict}{money}"
    for reason in row.reasons:
        yield from wrap(f"· {reason.code}: {reason.message}", style.width, "      ")
