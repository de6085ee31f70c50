"""The answer to "why not this instance type?": a paragraph that teaches, then every way tried."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from plimsoll.candidates.row import CandidateRow
from plimsoll.catalog.facts import Accelerator, InstanceType
from plimsoll.ground.units import GIB
from plimsoll.plan.plan import Document
from plimsoll.show.plan import words as view
from plimsoll.show.text import Style, wrap
from plimsoll.sizing.limits import Reason

_TEACHES = {
    "memory": "Weights must fit before anything else; what they leave holds the KV cache of every "
    "request in flight.",
    "tpot": "Each token reads all active weights once, so memory bandwidth sets the floor of TPOT: a smaller "
    "precision or more tensor parallelism lowers it, more replicas do not.",
    "ttft": "TTFT is the prompt's prefill, which compute bounds, plus the wait behind other prompts.",
    "e2e": "A whole answer takes TTFT plus TPOT for each further token.",
    "latency": "More replicas take load off each other but do not make one request faster.",
    "budget": "The budget is checked against the basis that the spec names; the ceiling counts every pool at "
    "its limit, on demand.",
    "host": "The pod needs room on the host too: CPU, memory and whole accelerators.",
    "no_price": "A price that nobody publishes cannot be budgeted, so it counts as a refusal, never as zero.",
    "not_offered": "A region can only rent what AWS sells there.",
    "precision": "An accelerator computes only in formats that its hardware or the engine's kernels have.",
}


def why_not(document: Document, instance: InstanceType, accelerator: Accelerator | None, style: Style) -> str:
    """Explain what became of one instance type in a plan or refusal."""
    rows = [row for row in document.candidates if row.instance_type == instance.name]
    lines = [_hardware(instance, accelerator, style), ""]
    if not rows:
        lines += wrap(_no_candidate(document, instance), style.width, "")
        return "\n".join(lines) + "\n"
    lines += wrap(" ".join(_paragraph(document, rows, instance)), style.width, "")
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


def _no_candidate(document: Document, instance: InstanceType) -> str:
    has = "has no accelerator" if instance.accelerator is None else f"carries {instance.accelerator}"
    needs = "CPU only" if _cpu_only(document) else "an accelerator"
    return f"{instance.name} {has}, and this workload runs on {needs}, so it was not a candidate."


def _cpu_only(document: Document) -> bool:
    measured = document.workload["measured"]
    return bool(measured) and measured["accelerator"] == "none"


def _paragraph(document: Document, rows: Sequence[CandidateRow], instance: InstanceType) -> Iterator[str]:
    best = _best(rows)
    chosen = document.chosen
    if best.verdict == "chosen":
        yield f"It is the choice: {best.id}."
        return
    if best.verdict == "dominated":
        yield f"It would do: {best.id} holds every limit."
        if chosen is not None and document.cost is not None:
            mine, theirs = best.usd_per_month_expected, document.cost.usd_per_month.expected
            extra = Decimal(mine or "0") - Decimal(theirs)
            if extra > 0:
                yield (
                    f"But it is expected to cost {view.usd(mine)} a month, {view.usd(str(extra))} more than "
                    f"{chosen.id} at {view.usd(theirs)}."
                )
            else:
                yield (
                    f"{chosen.id} comes first in the order expected, ceiling, accelerators, id "
                    f"({view.usd(theirs)} expected against {view.usd(mine)})."
                )
        return
    yield f"No way on {instance.name} holds every limit. The nearest is {best.id}:"
    for reason in best.reasons:
        yield _sentence(reason)
    codes = list(dict.fromkeys(reason.code for reason in best.reasons))
    yield from (_TEACHES[code] for code in codes if code in _TEACHES)
    if chosen is not None and document.cost is not None:
        yield f"The plan takes {chosen.id} at {view.usd(document.cost.usd_per_month.expected)} expected."


def _best(rows: Sequence[CandidateRow]) -> CandidateRow:
    rank = {"chosen": 0, "dominated": 1, "rejected": 2}
    return min(rows, key=lambda row: (rank[row.verdict], view.distance(row)))


def _sentence(reason: Reason) -> str:
    text = reason.message[:1].upper() + reason.message[1:] + "."
    if isinstance(reason.limit, int | float) and isinstance(reason.value, int | float) and reason.limit:
        change = reason.value / reason.limit - 1
        if abs(change) >= 0.01 and reason.code in {"ttft", "tpot", "e2e", "latency", "budget", "memory"}:
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
