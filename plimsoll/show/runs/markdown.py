"""The plan of a run becomes Markdown through the template of every plan."""

from collections.abc import Iterator
from typing import Any

from plimsoll.candidates.nearest import Accelerators
from plimsoll.plan.runs.plan import RunAnswer, RunPlan
from plimsoll.show.markdown import escaped
from plimsoll.show.plan import words as view
from plimsoll.show.plan.markdown import cells, refusal_data, shared_data
from plimsoll.show.runs import words

_MOST_SHOWN = 5
_HEADING = ("instance type", "nodes", "precision", "capacity", "hours", "expected a run", "ceiling a run")
_RIGHT = (1, 4, 5, 6)


def run_markdown(answer: RunAnswer, accelerators: Accelerators) -> dict[str, Any]:
    """Collect what the template needs of a run."""
    word = "Run" if isinstance(answer, RunPlan) else "Refused"
    title = f"{word}: {escaped(str(answer.workload['name']))}"
    shared = shared_data(answer, accelerators)
    own = _plan(answer) if isinstance(answer, RunPlan) else refusal_data(answer)
    return shared | {"title": title, "asked": escaped(words.run_asked(answer))} | own


def _plan(plan: RunPlan) -> dict[str, Any]:
    money, layout = plan.cost.usd_per_run, plan.chosen.layout
    held = [row for row in plan.candidates if row.verdict != "rejected"][: _MOST_SHOWN + 1]
    return {
        "of": "run",
        "chosen": escaped("   ".join(words.run_chosen_parts(plan.chosen))),
        "replicas": escaped(
            words.layout_text(layout) if layout is not None else "every accelerator its share"
        ),
        "floor": view.usd(money.floor),
        "expected": view.usd(money.expected),
        "ceiling": view.usd(money.ceiling),
        "budget": escaped(words.run_budget_text(plan) or "none given"),
        "warnings": [(each.code, escaped(each.message)) for each in plan.warnings],
        "speed": [escaped(text) for text in _speed(plan)],
        "bill": [
            cells((*words.run_bill_row(line), f"{line.source} ({line.as_of})"))
            for line in plan.cost.lines
            if line.of == "ceiling" and line.usd_per_run is not None
        ],
        "shared": "",
        "field": {
            "alike": "",
            "heading": _HEADING,
            "align": ["--:" if index in _RIGHT else "---" for index in range(len(_HEADING))],
            "rows": [cells(words.field_row(row)) for row in held],
        },
    }


def _speed(plan: RunPlan) -> Iterator[str]:
    yield from words.money_texts(plan)
    yield from words.time_texts(plan)
    yield words.save_text(plan)
    if trained := words.trained_text(plan):
        yield trained
