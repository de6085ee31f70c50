"""Words and numbers of a run's plan are written here once: the table and the Markdown report share them."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from math import ceil
from typing import Any

from plimsoll.candidates.row import CandidateRow
from plimsoll.ground.units import figure
from plimsoll.money.runs.month import RunLine
from plimsoll.plan.runs.plan import RunAnswer, RunChosen, RunPlan
from plimsoll.show.money import usd
from plimsoll.show.plan.asides import hosted_text
from plimsoll.sizing.runs.pace import Layout
from plimsoll.sizing.work.setup import Estimate


def run_asked(answer: RunAnswer) -> str:
    """One line: what the spec asks for."""
    spec = answer.workload
    parts = [answer.traits.model, *_method(spec), load_text(spec), *_limits(spec), _budget(spec)]
    return " · ".join(part for part in parts if part)


def _method(spec: Mapping[str, Any]) -> Iterator[str]:
    if spec["kind"] == "training" and not spec.get("measured"):
        yield str(spec.get("method") or "full")


def load_text(spec: Mapping[str, Any]) -> str:
    """The work in words: `0.1 billion tokens`, `52,002 samples × 3 epochs`, `1,000,000 requests`."""
    load = spec["load"]
    if load.get("requests"):
        return f"{figure(load['requests'])} requests"
    if load.get("tokens_b"):
        return f"{load['tokens_b']:g} billion tokens"
    epochs = load.get("epochs") or 1
    times = f" × {epochs:g} epochs" if epochs != 1 else ""
    return f"{load['samples']:,} samples{times}"


def _limits(spec: Mapping[str, Any]) -> Iterator[str]:
    for key, who in (("run_p50_h", "half of the runs"), ("run_p90_h", "nine in ten")):
        if (limit := spec["sla"].get(key)) is not None:
            yield f"{who} within {limit:g} h"


def _budget(spec: Mapping[str, Any]) -> str:
    budget = spec["budget"]
    if not budget:
        return ""
    amounts = (("usd_per_run", "run"), ("usd_per_month", "month"))
    said = [f"{usd(str(budget[key]))}/{of}" for key, of in amounts if budget.get(key) is not None]
    return f"budget {' and '.join(said)} ({budget['basis']})"


def run_chosen_parts(chosen: RunChosen) -> list[str]:
    """What was chosen, part by part."""
    count = f"{chosen.nodes} × {chosen.instance_type}"
    accelerators = f"{chosen.accelerators_per_replica} × {chosen.accelerator}"
    parts = [count, accelerators, chosen.precision, chosen.region, chosen.capacity]
    return [part for part in parts if part]


def layout_text(layout: Layout) -> str:
    """How a step is split."""
    parts = [f"data parallel {layout.data_parallel}" + (f" (ZeRO-{layout.zero})" if layout.zero else "")]
    parts += [f"tensor parallel {layout.tensor_parallel}"] if layout.tensor_parallel > 1 else []
    parts += [f"pipeline parallel {layout.pipeline_parallel}"] if layout.pipeline_parallel > 1 else []
    batch = f"micro-batch {layout.micro_batch_samples} × {layout.accumulation} accumulated"
    return ", ".join([*parts, batch, f"recompute {layout.recompute}"])


def hours_interval(hours: Estimate) -> str:
    """`9.11 h (80 %: 9.1 to 9.6)`."""
    return f"{figure(hours.estimate)} h (80 %: {figure(hours.low)} to {figure(hours.high)})"


def time_texts(plan: RunPlan) -> Iterator[str]:
    """How long the run takes, what interrupts it, and who ends it when."""
    run, deadline = plan.run, plan.deadline
    yield f"runs {hours_interval(run.run_h)}, of which {figure(run.compute_h)} h compute"
    if run.tokens_per_s is not None:
        mfu = f", {run.mfu:.0%} of the dense peak" if run.mfu is not None else ""
        yield f"{figure(run.tokens_per_s)} tokens/s{mfu}"
    if run.steps is not None:
        yield f"{run.steps:,} step{'' if run.steps == 1 else 's'}"
    yield f"{figure(run.interruptions_expected)} interruptions expected, {run.useful_share:.1%} useful"
    yield f"the cluster ends it after {figure(run.enforced_h)} h ({run.enforced_by}){_sooner(plan)}"
    if deadline.fallback is not None:
        yield from _spot(plan)


LONG = 1.5
"""Bound ÷ hours that nine in ten keep from which a plan says that the bound makes its ceiling."""


def _sooner(plan: RunPlan) -> str:
    """Say what the bound could be where it is far behind the run; on spot it says when to leave too."""
    run = plan.run
    if plan.deadline.fallback is not None or run.enforced_h < LONG * run.run_h.high:
        return ""
    hours = max(ceil(run.run_h.high * 10) / 10, plan.workload["sla"].get("run_p50_h") or 0.0)
    key = "scale.max_run_h" if run.enforced_by.startswith(("1.5", "scale", "window")) else run.enforced_by
    return f", which makes the ceiling: {key}: {hours:g} is enough for nine in ten"


def _spot(plan: RunPlan) -> Iterator[str]:
    deadline = plan.deadline
    yield f"{deadline.spot_share:.0%} of the billed hours on spot, taken every {figure(deadline.mtti_h)} h"
    if deadline.switch_at_h is not None:
        yield f"on-demand for good {figure(deadline.switch_at_h)} h after admission (switch_at_h)"
    elif deadline.fallback == "immediate":
        yield "on-demand for good at the first interruption"
    else:
        yield "never on-demand: it waits for spot"


def save_text(plan: RunPlan) -> str:
    """What is saved, how often, and for how long it is kept."""
    saves, run = plan.checkpoint, plan.run
    if run.shards is not None and run.requests is not None:
        minutes = run.compute_h * 60 / max(run.shards / _workers(plan), 1)
        each = -(-run.requests // run.shards)
        return (
            f"{run.shards:,} shards of {each:,} requests, an object of answers each: "
            f"{figure(round(minutes, 1))} minutes of work, half of which an interruption takes back"
        )
    if saves is None:
        return "nothing is saved: an interruption takes back the whole run"
    ends = f"deleted after {saves.delete_after_d} days"
    if saves.to == "fsx":
        ends = "on a file system that goes a day after the run: copy what you keep"
    return (
        f"a checkpoint of {figure(saves.size_gb)} GB to {saves.to} every {figure(saves.interval_s)} s of "
        f"work: {figure(saves.write_s)} s to write, {figure(saves.blocking_s)} s waiting ({saves.method}); "
        f"{figure(saves.kept_gb)} GB kept, {ends}"
    )


def _workers(plan: RunPlan) -> int:
    """Workers of a batch: accelerators ÷ those of one."""
    return max((plan.chosen.accelerators_per_replica or 1) // (plan.chosen.tensor_parallel or 1), 1)


def trained_text(plan: RunPlan) -> str:
    """How much of the model is trained; empty where nobody says."""
    count = plan.trainable_params
    return f"trains {count:,} parameters" if count else ""


def money_texts(plan: RunPlan) -> Iterator[str]:
    """The money beside the three numbers: list prices, a million tokens, a month, the budget."""
    cost = plan.cost
    if (listed := cost.list_usd_per_run) is not None:
        sums = f"floor {usd(listed.floor)}, expected {usd(listed.expected)}, ceiling {usd(listed.ceiling)}"
        yield f"at list prices: {sums} a run; every other number here is net of the discounts file"
    if cost.usd_per_million_tokens is not None:
        yield f"{usd(cost.usd_per_million_tokens)} per million trained tokens"
    if cost.usd_per_million_output_tokens is not None:
        yield f"{usd(cost.usd_per_million_output_tokens)} per million output tokens"
    if plan.alternative is not None:
        price = f"{usd(plan.alternative.usd_per_run)} a run"
        yield f"{hosted_text(plan.alternative)}: {price}, never chosen: it promises no capacity"
    pinned = plan.pin_cost
    if pinned is not None and pinned.instead is None:
        yield "without the pin nothing would hold every limit"
    elif pinned is not None and pinned.instead != plan.chosen.id:
        more = Decimal(pinned.usd_per_run_expected or 0)
        word = "more" if more >= 0 else "less"
        yield f"the pin costs {usd(str(abs(more)))} a run {word} than the choice without it, {pinned.instead}"
    month = cost.usd_per_month
    if month is not None:
        runs = plan.workload["runs_per_month"]
        yield (
            f"{runs:g} runs a month and the cluster: floor {usd(month.floor)}, expected "
            f"{usd(month.expected)}, ceiling {usd(month.ceiling)}{_month_at_list(plan)}"
        )


def _month_at_list(plan: RunPlan) -> str:
    """Say what the month costs at list; empty where nothing else is paid."""
    listed = plan.cost.list_usd_per_month
    if listed is None:
        return ""
    sums = f"{usd(listed.floor)}, {usd(listed.expected)}, {usd(listed.ceiling)}"
    paid = sum(line.kind == "commitment" and line.of == "ceiling" for line in plan.cost.lines)
    whole = f"; {paid} commitment{'s' * (paid != 1)} paid whole, no hour of a run covered" if paid else ""
    return f" (at list {sums}){whole}"


def run_budget_text(plan: RunPlan) -> str:
    """Say how much of the budget of a run is left, or an empty text where there is none."""
    budget = plan.workload["budget"]
    if not budget or budget.get("usd_per_run") is None:
        return ""
    money, limit = plan.cost.usd_per_run, Decimal(str(budget["usd_per_run"]))
    value = Decimal(money.ceiling if budget["basis"] == "ceiling" else money.expected)
    return f"{budget['basis']} within the budget of {usd(str(limit))}, {usd(str(limit - value))} to spare"


def run_bill_row(line: RunLine) -> tuple[str, ...]:
    """Item, quantity, unit, unit price, money of a run."""
    quantity = f"{Decimal(line.quantity).normalize():,f}"
    price = f"inferred {line.usd_per_unit}" if line.inferred else line.usd_per_unit
    if line.list_usd_per_unit not in (None, line.usd_per_unit):
        price += f" (list {line.list_usd_per_unit})"
    return (line.item, quantity, line.unit, price, usd(line.usd_per_run))


def field_row(row: CandidateRow) -> tuple[str, ...]:
    """One candidate of the best: type, nodes, capacity, hours, money."""
    hours = figure(row.run_h.estimate) if row.run_h is not None else "-"
    return (
        row.instance_type,
        str(row.nodes or "-"),
        row.precision or "-",
        row.capacity,
        hours,
        usd(row.usd_per_run_expected),
        usd(row.usd_per_run_ceiling),
    )
