"""A plan becomes Markdown through `templates/plan.md.j2`."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from plimsoll.candidates.nearest import Accelerators
from plimsoll.catalog.clock import together
from plimsoll.plan.plan import Plan, Refusal
from plimsoll.plan.total import not_monthly
from plimsoll.show.clock import prices_text
from plimsoll.show.markdown import code_span, escaped, render
from plimsoll.show.plan import words as view
from plimsoll.show.plan.asides import asides, shared_text
from plimsoll.show.plan.field import field_of
from plimsoll.show.plan.table import bill_row, budget_text, chosen_text, scale_text

if TYPE_CHECKING:  # start-up: a service has no run
    from plimsoll.plan.runs.plan import RunAnswer, RunRefusal


def plan_markdown(
    answers: "Sequence[Plan | Refusal | RunAnswer]",
    total: Mapping[str, str | None],
    accelerators: Accelerators,
) -> str:
    """Render plans and refusals; user text is escaped."""
    plans = [_any(answer, accelerators) for answer in answers]
    summed = len(plans) > 1 and all(hasattr(answer, "cost") for answer in answers)
    sums = {basis: view.usd(amount) for basis, amount in total.items()} if summed else None
    return render(
        "plan.md.j2",
        plans=plans,
        total=sums,
        clusters=view.clusters(answers),
        apart=", ".join(escaped(name) for name in not_monthly(answers)),
        prices=prices_text(together(answer.clock for answer in answers)),
    )


def _any(answer: "Plan | Refusal | RunAnswer", accelerators: Accelerators) -> dict[str, Any]:
    if isinstance(answer, Plan | Refusal):
        return _answer(answer, accelerators)
    from plimsoll.show.runs.markdown import run_markdown  # start-up: a service has no run

    return run_markdown(answer, accelerators)


def _answer(answer: Plan | Refusal, accelerators: Accelerators) -> dict[str, Any]:
    word = "Plan" if isinstance(answer, Plan) else "Refused"
    shared = shared_data(answer, accelerators)
    own = _plan(answer) if isinstance(answer, Plan) else refusal_data(answer)
    return (
        shared
        | {"title": f"{word}: {code_span(str(answer.workload['name']))}", "asked": _asked(answer)}
        | own
    )


def shared_data(answer: "Plan | Refusal | RunAnswer", accelerators: Accelerators) -> dict[str, Any]:
    """Collect what the template needs of any answer; a key is None or empty where it has no meaning."""
    return {
        "counts": view.counts(answer.candidates),
        "misses": [
            cells((miss.accelerator, miss.name, miss.failed))
            for miss in view.nearest_misses(answer, accelerators)
        ],
        "savings": _savings(answer),
        "notes": [escaped(note) for note in _notes(answer)],
        "chosen": None,
        "refusal": None,
        "ways_out": [],
    }


def _savings(answer: "Plan | Refusal | RunAnswer") -> dict[str, Any] | None:
    """Lay out both lists of levers; None where nobody asked."""
    if answer.savings is None:
        return None
    from plimsoll.show.plan.savings import (  # start-up: a bare plan has none
        heading_of,
        idle_heading_of,
        idle_rows,
        saving_row,
    )

    return {
        "heading": heading_of(answer).capitalize(),
        "rows": [cells((*saving_row(each), each.trade_off)) for each in answer.savings],
        "idle_heading": idle_heading_of(answer).removeprefix("WHAT ").lower(),
        "idle": [cells(row) for row in idle_rows(answer.savings_not or ())],
    }


def _asked(answer: Plan | Refusal) -> str:
    model = [code_span(answer.traits.model)] if answer.traits.model else []
    return " · ".join([*model, escaped(view.load_asked(answer))])


def cells(row: Iterable[str]) -> list[str]:
    """Write a row of a table, in which a bar ends a cell."""
    return [escaped(cell, in_table=True) for cell in row]


def _plan(plan: Plan) -> dict[str, Any]:
    money = plan.cost.usd_per_month
    return {
        "of": "month",
        "chosen": escaped(chosen_text(plan.chosen)),
        "replicas": escaped(scale_text(plan.chosen)),
        "floor": view.usd(money.floor),
        "expected": view.usd(money.expected),
        "ceiling": view.usd(money.ceiling),
        "budget": escaped(budget_text(plan) or "none given"),
        "warnings": [(each.code, escaped(each.message)) for each in plan.warnings],
        "speed": [escaped(text) for text in _speed(plan)],
        "bill": [
            cells((*bill_row(line), f"{line.source} ({line.as_of})"))
            for line in plan.cost.lines
            if line.of == "ceiling"
        ],
        "shared": escaped(shared_text(plan)),
        "field": _field(plan),
    }


def refusal_data(refusal: "Refusal | RunRefusal") -> dict[str, Any]:
    """Say why there is no plan, and the ways out."""
    return {
        "refusal": escaped(refusal.message),
        "ways_out": [escaped(way.message) for way in refusal.ways_out],
    }


def _field(plan: Plan) -> dict[str, Any]:
    """Lay out the best candidates: heading, alignment, rows."""
    field = field_of(plan)
    return {
        "alike": escaped(field.alike),
        "heading": field.heading,
        "align": ["--:" if index in field.right else "---" for index in range(len(field.heading))],
        "rows": [cells(row) for row in field.rows],
    }


def _speed(plan: Plan) -> Iterator[str]:
    yield from asides(plan)
    yield from view.latency_texts(plan)
    if plan.cost.usd_per_million_output_tokens:
        yield f"{view.usd(plan.cost.usd_per_million_output_tokens)} per million output tokens"
    yield from view.speech_texts(plan.speech)
    yield from view.queue_texts(plan.queue)
    yield from view.cache_texts(plan.cache)
    yield from view.routing_texts(plan.routing)
    if served := view.served_text(plan.chosen):
        yield served


def _notes(answer: "Plan | Refusal | RunAnswer") -> Iterator[str]:
    for quota in getattr(answer, "quotas", ()):
        yield f"quota: {quota.name}, {quota.vcpus} vCPU ({quota.code or 'code unknown'})"
    for item in answer.assumptions:
        yield f"assumed: {view.assumption_text(item)} ({item.source})"
    cost = getattr(answer, "cost", None)
    for text in cost.left_out if cost is not None else ():
        yield f"left out: {text}"
