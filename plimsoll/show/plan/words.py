"""What a person reads of a plan: the words and numbers that the table and the Markdown report share."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from plimsoll.candidates.row import CandidateRow
from plimsoll.ground.assumption import Assumption
from plimsoll.ground.start_up import record
from plimsoll.plan.plan import Document
from plimsoll.show.money import usd
from plimsoll.sizing.estimates import Estimate


@record
class Miss:
    """A rejected candidate and the limits that it fails, as one line."""

    accelerator: str
    name: str
    failed: str


def number(value: object) -> str:
    """A figure with four significant digits, and whole from a thousand up."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"


def asked(document: Document) -> str:
    """One line: what the spec asks for."""
    spec = document.workload
    parts = [_model_text(spec), _load_text(spec), *_limit_texts(spec)]
    budget = spec["budget"]
    if budget:
        parts.append(f"budget {usd(str(budget['usd_per_month']))}/month ({budget['basis']})")
    return " · ".join(part for part in parts if part)


def _model_text(spec: Mapping[str, Any]) -> str:
    model: Any = spec["model"]
    measured: dict[str, Any] | None = spec["measured"]
    if measured is not None:
        on = "CPU only" if measured["accelerator"] == "none" else f"on {measured['accelerator']}"
        return f"measured {on}: {number(measured['qps_per_replica'])} req/s per replica"
    if not isinstance(model, str):
        return f"a model of {number(model['params_b'])} B parameters"
    precision: list[str] | None = spec["precision"]
    return f"{model} {' or '.join(precision)}" if precision else model


_TOKENS = (("input_tokens", "in"), ("output_tokens", "out"))


def _load_text(spec: Mapping[str, Any]) -> str:
    load: dict[str, Any] = spec["load"]
    if load["qps"]:
        text = f"{number(load['qps']['peak'])} req/s peak"
    else:
        text = f"{number(load['concurrency'])} requests in flight"
    tokens = [f"{number(load[key]['mean'])} {word}" for key, word in _TOKENS if load[key]]
    return f"{text} · {' / '.join(tokens)} tokens" if tokens else text


def _limit_texts(spec: Mapping[str, Any]) -> Iterator[str]:
    sla: dict[str, float | None] = spec["sla"]
    for key, value in sla.items():
        if value is not None and key != "availability":
            yield f"{latency_name(key)} ≤ {number(value)} ms"


def latency_name(key: str) -> str:
    """`ttft_p95_ms` as people say it: TTFT p95."""
    metric, statistic, _ = key.split("_")
    return f"{metric if metric == 'latency' else metric.upper()} {statistic}"


def latency_text(key: str, estimate: Estimate) -> str:
    """`TTFT p95 412 ms (310–540)`."""
    low, high = number(round(estimate.low, 1)), number(round(estimate.high, 1))
    return f"{latency_name(key)} {number(round(estimate.estimate, 1))} ms ({low} to {high})"


def failures(row: CandidateRow, *, most: int = 3) -> str:
    """The limits a candidate fails, in one line."""
    shown = [reason.message for reason in row.reasons[:most]]
    more = len(row.reasons) - most
    return "; ".join(shown) + (f"; and {more} more" if more > 0 else "")


def alternatives(document: Document, most: int = 5) -> list[CandidateRow]:
    """The chosen candidate and the best of those it beats, one per instance type and capacity."""
    seen: set[tuple[str, str, str]] = set()
    rows: list[CandidateRow] = []
    for row in document.candidates:
        key = (row.instance_type, row.capacity, row.region)
        if row.verdict == "rejected" or key in seen:
            continue
        seen.add(key)
        rows.append(row)
    return rows[: most + 1]


def field_rows(document: Document) -> list[tuple[str, ...]]:
    """The rows of the table of alternatives: mark, way, region, capacity, money."""
    rows: list[tuple[str, ...]] = []
    for row in alternatives(document):
        mark = "✔" if row.verdict == "chosen" else ""
        tp = str(row.tensor_parallel) if row.tensor_parallel else "–"
        money = (usd(row.usd_per_month_expected), usd(row.usd_per_month_ceiling))
        rows.append((mark, row.instance_type, row.precision or "–", tp, row.region, row.capacity, *money))
    return rows


def assumption_text(item: Assumption) -> str:
    """`cold start 125 s`; the name alone where the value cannot be told apart."""
    value = "" if item.value is None else number(item.value)
    return " ".join(part for part in (item.name, value, item.unit) if part)


def nearest_misses(document: Document, accelerators: Mapping[str, str | None]) -> list[Miss]:
    """For each accelerator without a candidate that holds, the one that fails least.

    `accelerators` maps instance types to accelerators. Least means: what is easiest to mend, then the
    fewest failed limits, then the smallest overrun, then the cheapest, then the id.
    """
    held = {accelerators.get(row.instance_type) for row in document.candidates if row.verdict != "rejected"}
    best: dict[str, CandidateRow] = {}
    for row in document.candidates:
        name = accelerators.get(row.instance_type)
        if row.verdict != "rejected" or name is None or name in held:
            continue
        if name not in best or distance(row) < distance(best[name]):
            best[name] = row
    groups = {text: _grouped(best, codes) for text, codes in _ALIKE.items()}
    folded = {name for names in groups.values() for name in names}
    misses = [Miss(name, _short(row), failures(row)) for name, row in best.items() if name not in folded]
    misses.sort(key=lambda miss: (distance(best[miss.accelerator]), miss.accelerator))
    for text, names in groups.items():
        if names:
            misses.append(Miss(f"{len(names)} others", "", f"{text}: {', '.join(names)}"))
    return misses


_ALIKE = {
    "the spec is bound to another": {"pinned"},
    "left out or denied by name": {"denied"},
    "not offered in these regions": {"not_offered"},
    "cannot run the serving image": {"host"},
    "too old for the precision": {"precision"},
}
"""Misses that are told in one line for all accelerators that share them, by their codes."""


def _grouped(best: Mapping[str, CandidateRow], codes: set[str]) -> list[str]:
    """The accelerators whose nearest candidate fails for one such reason, if they are more than one."""
    names = sorted(name for name, row in best.items() if _kind(row) in codes)
    return names if len(names) > 1 else []


def _kind(row: CandidateRow) -> str:
    """The reason that no other limit matters beside: absence, another platform, a choice by name."""
    codes = {reason.code for reason in row.reasons}
    if "not_offered" in codes:
        return "not_offered"
    if any(reason.code == "host" and reason.limit == "CUDA" for reason in row.reasons):
        return "host"
    for code in ("precision", "pinned", "denied"):
        if code in codes:
            return code
    return ""


_HARDNESS = {"budget": 1, "max_replicas": 2, "spot_forbidden": 2, "availability": 2, "denied": 2, "pinned": 2}
"""How hard it is to mend what fails: money, then choices, then speed (3), then what cannot be had (4)."""
_UNMENDABLE = {"memory", "host", "precision", "no_price", "no_speed", "not_offered"}


def distance(row: CandidateRow) -> tuple[int, int, float, Decimal, str]:
    """How far a candidate is from holding: hardest failure, failed limits, worst overrun, money, id."""
    codes = {reason.code for reason in row.reasons}
    hardest = max((4 if code in _UNMENDABLE else _HARDNESS.get(code, 3) for code in codes), default=0)
    over = max((_overrun(reason.limit, reason.value) for reason in row.reasons), default=0.0)
    money = Decimal(row.usd_per_month_expected or "1e12")
    return (hardest, len(codes), over, money, row.id)


def _overrun(limit: object, value: object) -> float:
    """How many times a limit is missed; a rule that has no numbers counts as far."""
    if isinstance(limit, int | float) and isinstance(value, int | float) and min(limit, value) > 0:
        return max(limit / value, value / limit)
    return 100.0


def _short(row: CandidateRow) -> str:
    parts = [
        row.instance_type,
        f"tp{row.tensor_parallel}" if row.tensor_parallel else "",
        row.precision or "",
    ]
    return " ".join([part for part in parts if part] + [row.capacity])


def counts(rows: Sequence[CandidateRow]) -> str:
    """`412 candidates: 1 chosen, 40 dominated, 371 rejected`."""
    dominated = sum(row.verdict == "dominated" for row in rows)
    rejected = sum(row.verdict == "rejected" for row in rows)
    chosen = len(rows) - dominated - rejected
    return f"{len(rows)} candidates: {chosen} chosen, {dominated} dominated, {rejected} rejected"
