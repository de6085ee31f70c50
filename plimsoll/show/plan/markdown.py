"""The plan as Markdown, through `templates/plan.md.j2`."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from plimsoll.plan.plan import Document
from plimsoll.show.markdown import escaped, render
from plimsoll.show.plan import words as view
from plimsoll.show.plan.table import bill_row, budget_text, chosen_text, pool_text


def plan_markdown(
    documents: Sequence[Document], totals: Mapping[str, str | None], accelerators: Mapping[str, str | None]
) -> str:
    """Render plans and refusals; user text is escaped."""
    plans = [_plan(document, accelerators) for document in documents]
    summed = len(plans) > 1 and all(document.cost is not None for document in documents)
    total = {basis: view.usd(amount) for basis, amount in totals.items()} if summed else None
    return render("plan.md.j2", plans=plans, total=total, priced_on=documents[0].priced_on)


def _plan(document: Document, accelerators: Mapping[str, str | None]) -> dict[str, Any]:
    word = "Plan" if document.outcome == "plan" else "Refused"
    data: dict[str, Any] = {
        "title": f"{word}: {escaped(str(document.workload['name']))}",
        "asked": escaped(view.asked(document)),
        "counts": view.counts(document.candidates),
        "misses": [
            (escaped(miss.accelerator), escaped(miss.name), escaped(miss.failed))
            for miss in view.nearest_misses(document, accelerators)
        ],
        "notes": [escaped(note) for note in _notes(document)],
        "chosen": None,
        "refusal": None,
        "ways_out": [],
    }
    if document.chosen is not None and document.cost is not None:
        money = document.cost.usd_per_month
        data |= {
            "chosen": escaped(chosen_text(document.chosen)),
            "replicas": escaped(_replicas(document)),
            "floor": view.usd(money.floor),
            "expected": view.usd(money.expected),
            "ceiling": view.usd(money.ceiling),
            "budget": escaped(budget_text(document, document.cost) or "none given"),
            "speed": [escaped(text) for text in _speed(document)],
            "bill": [
                [escaped(cell) for cell in (*bill_row(line), f"{line.source} ({line.as_of})")]
                for line in document.cost.lines
                if line.of == "ceiling"
            ],
            "field": [[escaped(cell) for cell in row] for row in view.field_rows(document)],
        }
    if document.refusal is not None:
        data["refusal"] = escaped(document.refusal.message)
        data["ways_out"] = [escaped(way.message) for way in document.refusal.ways_out]
    return data


def _replicas(document: Document) -> str:
    if document.chosen is None:
        return ""
    replicas = document.chosen.replicas
    pools = "; ".join(pool_text(pool) for pool in document.chosen.pools)
    count = f"{replicas.peak} replica{'' if replicas.peak == 1 else 's'}"
    return f"{count} at the peak, scaling {replicas.min} to {replicas.max}; {pools}"


def _speed(document: Document) -> Iterator[str]:
    yield from (view.latency_text(key, item) for key, item in (document.latency or {}).items())
    if document.cost is not None and document.cost.usd_per_million_output_tokens:
        yield f"{view.usd(document.cost.usd_per_million_output_tokens)} per million output tokens"


def _notes(document: Document) -> Iterator[str]:
    for quota in document.quotas:
        yield f"quota: {quota.name}, {quota.vcpus} vCPU ({quota.code or 'code unknown'})"
    for item in document.assumptions:
        yield f"assumed: {view.assumption_text(item)} ({item.source})"
    for text in document.cost.left_out if document.cost is not None else ():
        yield f"left out: {text}"
