"""The plan of a run becomes a table for the terminal."""

from collections.abc import Iterator

from plimsoll.candidates.nearest import Accelerators
from plimsoll.plan.runs.plan import RunAnswer, RunPlan
from plimsoll.show.plan import words as view
from plimsoll.show.plan.foot import assumed_lines, left_out_lines, quota_lines
from plimsoll.show.plan.table import (
    FIELD,
    REFUSED,
    chosen_first,
    miss_lines,
    refusal_lines,
    saving_lines,
    title,
    warning_lines,
)
from plimsoll.show.runs import words
from plimsoll.show.table import Column, Table
from plimsoll.show.text import Style, side_by_side, wrap
from plimsoll.sizing.runs.pace import StepMemoryGib

_BILL = (
    Column("", least=24),
    Column("quantity", right=True),
    Column("unit"),
    Column("USD/unit", right=True),
    Column("USD/run", right=True),
)
_FIELD = (
    Column(""),
    Column("instance type"),
    Column("nodes", right=True),
    Column("precision"),
    Column("capacity"),
    Column("hours", right=True),
    Column("expected", right=True),
    Column("ceiling", right=True),
)
_MOST_SHOWN = 5
"""Candidates beside the choice that the table shows; the document has all."""


def run_table(answer: RunAnswer, style: Style, accelerators: Accelerators) -> str:
    """Render the plan or the refusal of a run."""
    head = "RUN" if isinstance(answer, RunPlan) else REFUSED
    lines = [*title(head, answer, style), *wrap(words.run_asked(answer), style.width), ""]
    lines += _plan(answer, style) if isinstance(answer, RunPlan) else [*refusal_lines(answer, style), ""]
    lines += saving_lines(answer, style)
    lines += miss_lines(answer, style, accelerators)
    if isinstance(answer, RunPlan):
        lines += quota_lines(answer.quotas, style)
    lines += assumed_lines(answer.assumptions, style)
    if isinstance(answer, RunPlan):
        lines += left_out_lines(answer.cost.left_out, style)
    return "\n".join(lines).rstrip() + "\n"


def _plan(plan: RunPlan, style: Style) -> Iterator[str]:
    yield from (*_choice(plan, style), "")
    yield from warning_lines(plan.warnings, style)
    yield from (*_bill(plan, style), "")
    if plan.candidates:  # a plan that is read back from its lock has none
        yield from (*_field(plan, style), "")


def _choice(plan: RunPlan, style: Style) -> Iterator[str]:
    """Tell what was chosen, its money, its hours, its saves and its memory."""
    for line in side_by_side(words.run_chosen_parts(plan.chosen), style.width):
        yield style.paint(line, "bold", "green")
    if plan.chosen.layout is not None:
        yield from wrap(words.layout_text(plan.chosen.layout), style.width, "  ")
    yield ""
    money = plan.cost.usd_per_run
    ceiling = style.paint(f"CEILING {view.usd(money.ceiling)}", "bold") + " a run"
    parts = [f"floor {view.usd(money.floor)}", f"expected {view.usd(money.expected)}", ceiling]
    yield from side_by_side(parts, style.width)
    for line in wrap(words.run_budget_text(plan), style.width, "  "):
        yield style.paint(line, "green")
    for text in (*words.money_texts(plan), *words.time_texts(plan), words.save_text(plan)):
        yield from wrap(text, style.width, "  ", "    ")
    if plan.memory_gib is not None:
        yield from wrap(memory_text(plan.memory_gib), style.width, "  ")
    yield from wrap(words.trained_text(plan), style.width, "  ")


def memory_text(memory: StepMemoryGib) -> str:
    """Say what one accelerator holds in a step."""
    return (
        f"memory of each accelerator: {memory.weights:.2f} GiB weights, {memory.gradients:.2f} gradients, "
        f"{memory.optimizer:.2f} optimizer, {memory.activations:.2f} activations, {memory.logits:.2f} "
        f"logits, {memory.overhead:.2f} beside, of {memory.usable:.2f} usable"
    )


def _bill(plan: RunPlan, style: Style) -> Iterator[str]:
    yield style.paint("THE CEILING of a run, line by line", "bold")
    own = [line for line in plan.cost.lines if line.of == "ceiling" and line.usd_per_run is not None]
    rows = [words.run_bill_row(line) for line in own]
    rows.append(("the most a run can cost", "", "", "", view.usd(plan.cost.usd_per_run.ceiling)))
    yield from Table(_BILL, rows).lines(style.width)


def _field(plan: RunPlan, style: Style) -> Iterator[str]:
    held = [row for row in plan.candidates if row.verdict != "rejected"][: _MOST_SHOWN + 1]
    head = style.paint(FIELD, "bold")
    yield from wrap(f"{head} ({view.counts(plan.candidates)})", style.width)
    rows = [("✔" if row.verdict == "chosen" else "", *words.field_row(row)) for row in held]
    yield from chosen_first(Table(_FIELD, rows, named=2), style)
